// One visit of the soak: a page of a site in three tabs, two without us and one with us, in which the random visitor does
// the same. After each act, once all is quiet, what the tabs see must be the same. What is not even the same in the two
// tabs without us is not compared any further.
import { randomFrom } from "../fuzz/random.mjs";
import { contextWith } from "../browser.mjs";
import { HANDS, prepareDocument } from "./in-page.mjs";
import { callHand, drawAct } from "./random-visitor.mjs";
import { WITH_US } from "./site-server.mjs";

/** What is compared. Those of a page count from one address to the next, the others for the whole visit. */
const OF_A_PAGE = ["documents", "place"];
/** Times of the visitor's clock, in milliseconds or seconds. */
const TIMES = /1768[345]\d{5}(\d{3})?\b/g;
const ASPECTS = [...OF_A_PAGE, "storage", "console", "errors", "ownRequests", "otherRequests"];

/**
 * @typedef {import("playwright-core").Page & {heard: Record<"console" | "errors" | "ownRequests" | "otherRequests",
 *   string[]>, waiting: Set<unknown>}} Tab
 *
 * @typedef {object} Difference
 * @property {string} aspect
 * @property {string} step the act after which it was found
 * @property {string[]} onlyWithoutUs lines
 * @property {string[]} onlyWithUs lines
 *
 * @typedef {object} Outcome
 * @property {Difference | null} difference
 * @property {string[]} notCompared what differed without us already, with the act after which it did
 * @property {number} steps
 */

/** What another host answers, by what asks for it. */
const ANSWERS = {
  document: { contentType: "text/html", body: "<p>another host" },
  font: { status: 404 },
  image: {
    contentType: "image/svg+xml",
    body: '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><path d="M0 0h9v9H0z"/></svg>',
  },
  media: { status: 404 },
  script: { contentType: "text/javascript", body: "window.othersScripts = (window.othersScripts || 0) + 1" },
  stylesheet: { contentType: "text/css", body: ".from-another-host { color: red }" },
};
const ANSWER = { contentType: "application/json", body: "{}" };

/**
 * @param {import("playwright-core").Browser} browser
 * @param {{url: string, host: string}} sites
 * @param {{withUs: boolean, granted: boolean}} options with `granted` other hosts answer, and whoever asks for consent
 *   has it
 * @returns {Promise<Tab>}
 */
async function openTab(browser, sites, { withUs, granted }) {
  const context = await contextWith(browser, {
    extraHTTPHeaders: withUs ? { [WITH_US]: "1" } : {},
    reducedMotion: "reduce",
    acceptDownloads: false,
  });
  const isOwn = (address) => new URL(address).host == sites.host;
  await context.route(
    (url) => /^https?:$/.test(url.protocol) && url.host != sites.host,
    (route) => {
      if (!granted) return route.abort("connectionrefused");
      const headers = { "access-control-allow-origin": "*" };
      return route.fulfill({ headers, ...(ANSWERS[route.request().resourceType()] ?? ANSWER) });
    },
  );
  await context.addInitScript(prepareDocument, HANDS);
  if (withUs && granted) {
    const page = await context.newPage();
    await page.goto(`${sites.url}choose.html`);
    await page.evaluate(() => window.consentry.acceptAll());
    await page.close();
  }
  const page = await context.newPage();
  const heard = { console: [], errors: [], ownRequests: [], otherRequests: [] };
  const waiting = new Set();
  page.on("console", (message) => {
    // What the browser itself says of a request to another host it cannot say of one that was held.
    const { url } = message.location();
    const ofBrowser = message.args().length == 0;
    const text = message.text().replaceAll(TIMES, "time");
    const ofOthers = [url, ...(text.match(/(https?:\/\/|blob:)[^\s'"]*/g) ?? [])].some(
      (address) =>
        address == "blob:" || (/^https?:/.test(address) && (!URL.canParse(address) || !isOwn(address))),
    );
    // The line that names a host to the developer, once.
    const namesHost = message.type() == "info" && /^consentry: \S+ counts as /.test(text);
    if (!namesHost && !(ofBrowser && ofOthers)) heard.console.push(`${message.type()}: ${text}`);
  });
  page.on("pageerror", (error) => heard.errors.push(String(error.message)));
  page.on("request", (request) => {
    const { protocol, pathname } = new URL(request.url());
    if (!/^https?:$/.test(protocol)) return;
    if (isOwn(request.url()) && /^\/(consentry[\w.-]*|nothing\.js)$/.test(pathname)) return;
    const line = `${request.method()} ${request.resourceType()} ${request.url()}`;
    heard[isOwn(request.url()) ? "ownRequests" : "otherRequests"].push(line.replaceAll(TIMES, "time"));
    waiting.add(request);
  });
  page.on("requestfinished", (request) => void waiting.delete(request));
  page.on("requestfailed", (request) => void waiting.delete(request));
  page.on("dialog", (dialog) => void dialog.accept().catch(() => {}));
  page.on("popup", (popup) => void popup.close().catch(() => {}));
  page.on("filechooser", () => {});
  const devtools = await context.newCDPSession(page);
  await devtools.send("Animation.enable");
  await devtools.send("Animation.setPlaybackRate", { playbackRate: 50 });
  return Object.assign(page, { heard, waiting });
}

/**
 * What a tab sees; nothing while it goes from one document to the next.
 * @param {Tab} tab
 * @param {boolean} whole whether the documents are given as text, not as a digest
 * @returns {Promise<Record<string, string> | null>}
 */
async function stateOf(tab, whole) {
  const seen = await callHand(tab, "read", whole).catch(() => null);
  if (!seen) return null;
  const heard = Object.entries(tab.heard).map(([aspect, lines]) => [aspect, [...lines].sort().join("\n")]);
  return { ...seen, ...Object.fromEntries(heard) };
}

const pause = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));

/**
 * The tabs' states once nothing changes and all are the same, or once they seem to stay different.
 * @param {Tab[]} tabs
 * @param {string[]} aspects that are compared
 * @param {number} enough for how many milliseconds nothing may change where all are the same
 */
async function quietStates(tabs, aspects, enough) {
  const begin = performance.now();
  let [last, quietSince] = ["", begin];
  const statesOf = (whole) => Promise.all(tabs.map((tab) => stateOf(tab, whole)));
  for (;;) {
    await pause(60);
    const states = await statesOf(false);
    const now = JSON.stringify(states);
    const time = performance.now();
    if (now != last) [last, quietSince] = [now, time];
    const arrived = states.every(Boolean) && tabs.every(({ waiting }) => !waiting.size);
    const same =
      arrived && aspects.every((aspect) => states.every((state) => state[aspect] == states[0][aspect]));
    const quiet = time - quietSince;
    if (same && (quiet > enough || time - begin > 12 * enough)) return states;
    if ((arrived && quiet > 4000) || time - begin > 20_000) return statesOf(true);
  }
}

/**
 * Keeps as much room below what gets the focus as our banner does: the browser scrolls by it.
 * @param {Tab[]} tabs the last one has the banner
 */
async function keepSameRoom(tabs) {
  const room = await tabs
    .at(-1)
    .evaluate(() => getComputedStyle(document.documentElement).scrollPaddingBottom);
  for (const tab of tabs.slice(0, -1))
    await tab.evaluate((value) => {
      const { style } = document.documentElement;
      if (style.scrollPaddingBottom != value) style.scrollPaddingBottom = value;
    }, room);
}

const linesOnlyIn = (text, other) => {
  const others = other.split("\n");
  return text.split("\n").filter((line) => {
    const index = others.indexOf(line);
    if (index >= 0) others.splice(index, 1);
    return index < 0;
  });
};

/**
 * @param {object} options
 * @param {import("playwright-core").Browser} options.browser
 * @param {{url: string, host: string}} options.sites
 * @param {string} options.page its path
 * @param {number} options.seed
 * @param {number} options.steps
 * @param {boolean} options.granted
 * @param {(line: string) => void} [options.log]
 * @returns {Promise<Outcome>}
 */
export async function visit({ browser, sites, page, seed, steps, granted, log = () => {} }) {
  const random = randomFrom(seed);
  const tabs = await Promise.all(
    [false, false, true].map((withUs) => openTab(browser, sites, { withUs, granted })),
  );
  const notCompared = [];
  // What is held is not asked for.
  const aspects = ASPECTS.filter((aspect) => granted || aspect != "otherRequests");
  const unstable = new Set();
  let address = "";
  try {
    for (let step = 0; step <= steps; step++) {
      const { name, act } = step
        ? await drawAct(random, tabs[0])
        : { name: "open", act: (tab) => tab.goto(sites.url + page, { waitUntil: "commit" }) };
      log(`${step}: ${name}`);
      // What cannot be done in one tab shows in what it sees.
      await Promise.all(tabs.map((tab) => act(tab).catch((error) => log(error.message.split("\n")[0]))));
      const [first, second, withUs] = await quietStates(
        tabs,
        aspects.filter((aspect) => !unstable.has(aspect)),
        step ? 100 : 400,
      );
      if (!first || !second || !withUs) {
        notCompared.push(`${step}, ${name}: no page`);
        return { difference: null, notCompared, steps: step };
      }
      const nowAt = first.place.split(/[\n#]/)[0];
      if (nowAt != address) for (const aspect of OF_A_PAGE) unstable.delete(aspect);
      address = nowAt;
      for (const aspect of aspects.filter((aspect) => !unstable.has(aspect))) {
        if (first[aspect] != second[aspect]) {
          unstable.add(aspect);
          const [line] = linesOnlyIn(first[aspect], second[aspect]);
          notCompared.push(`${step}, ${name}, ${nowAt}: ${aspect}: ${line?.trim().slice(0, 150)}`);
          log(notCompared.at(-1));
        } else if (first[aspect] != withUs[aspect]) {
          const onlyWithoutUs = linesOnlyIn(first[aspect], withUs[aspect]);
          const onlyWithUs = linesOnlyIn(withUs[aspect], first[aspect]);
          return {
            difference: { aspect, step: `${step}, ${name}, ${nowAt}`, onlyWithoutUs, onlyWithUs },
            notCompared,
            steps: step,
          };
        }
      }
      if (!granted) await keepSameRoom(tabs).catch(() => {});
    }
    return { difference: null, notCompared, steps };
  } finally {
    await Promise.all(tabs.map((tab) => tab.context().close()));
  }
}
