// Odd spellings of URLs, markup, styles, cookies and storage names, made at random from a seed: the gate and
// the browser must agree about which host is contacted and which name is written. The browser's own answer,
// on a page without us, is always asked first.
//
// Without `FUZZ_SEED` in the environment every run has the same cases, those of a fixed seed. `FUZZ_SEED=new`
// draws a new one, and a number repeats that seed. `FUZZ_CASES` multiplies the number of cases (default 1).
// What fails under another seed than the fixed one is written to `tests/cases/fuzz`, and every run replays
// what is there.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { NECESSARY, UNKNOWN, configuredTag, settled, startStage, wholePage } from "./stage.mjs";
import { SHOP_NAMES, isTrackerName, oddCookie } from "./fuzz/cookies.mjs";
import { oddMarkup } from "./fuzz/markup.mjs";
import { randomFrom } from "./fuzz/random.mjs";
import { keepAsCases, readCases } from "./fuzz/recorded-cases.mjs";
import { oddDeclaration } from "./fuzz/style-declarations.mjs";
import { needsNoConsent, oddUrl } from "./fuzz/urls.mjs";
import { WAYS_FOR_MARKUP } from "./fuzz/ways-markup.mjs";
import { WAYS_FOR_A_KEY } from "./fuzz/ways-storage.mjs";
import { WAYS_FOR_A_DECLARATION } from "./fuzz/ways-style-declarations.mjs";
import { WAYS_FOR_A_URL } from "./fuzz/ways-urls.mjs";

const FIXED_SEED = 1;
const seedGiven = process.env.FUZZ_SEED;
const SEED = seedGiven == "new" ? 1 + Math.floor(Math.random() * 2 ** 30) : Number(seedGiven) || FIXED_SEED;
const TIMES = Number(process.env.FUZZ_CASES) || 1;

/** @type {import('./stage.mjs').Stage} */
let site;
before(async () => {
  site = await startStage();
  console.log(`FUZZ_SEED=${SEED} FUZZ_CASES=${TIMES}`);
});
after(() => site?.close());

/**
 * Pages with and without us, after a refusal, that note whom they ask.
 * @param {import('node:test').TestContext} t
 * @returns {Promise<Record<"plain" | "guarded", import('./stage.mjs').Tab & {asked: () =>
 *   Promise<Set<string>>}>>} `asked` gives every URL asked for since the last time, once nothing more happens
 */
async function pagesWithAndWithoutUs(t) {
  site.add("fuzz-plain.html", wholePage(""));
  site.add("fuzz-guarded.html", wholePage(configuredTag()));
  const guarded = await site.visit(t);
  await guarded.open("fuzz-guarded.html");
  await guarded.evaluate(() => window.consentry.rejectAll());
  const noting = async (page, name) => {
    await page.open(`fuzz-${name}.html`);
    const urls = [];
    const devtools = await page.context().newCDPSession(page);
    await devtools.send("Network.enable");
    devtools.on("Network.requestWillBeSent", ({ request }) => urls.push(request.url));
    devtools.on("Network.webSocketCreated", ({ url }) => urls.push(url));
    const asked = async () => {
      await settled(() => urls.length, 400);
      // A held socket is one to port 0, which no browser contacts.
      const isOfTheCases = (url) =>
        /^(http|ws)s?:/.test(url) && !/^(wss|https):\/\/localhost:0|\/(consentry|fuzz-)/.test(url);
      return new Set(urls.splice(0).filter(isOfTheCases));
    };
    return Object.assign(page, { asked });
  };
  return { plain: await noting(await site.visit(t), "plain"), guarded: await noting(guarded, "guarded") };
}

/**
 * Runs a function, given as text, in the page. JSON keeps what the way into the browser does not: lone
 * surrogates.
 * @param {import('playwright-core').Page} page
 * @param {string} functionText
 * @param {any[]} given what JSON can carry
 */
const runInPage = async (page, functionText, ...given) => {
  const inAscii = JSON.stringify(given).replace(
    /[\u007f-\uffff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
  return JSON.parse(
    await page.evaluate(
      `(async (given) => JSON.stringify(await (${functionText})(...given)) ?? null)(${inAscii})`,
    ),
  );
};

/** The functions of a table, as the text of an object for the page. */
const asText = (ways) => {
  const entries = Object.entries(ways).map(([name, way]) => `${name}: ${way}`);
  return `{${entries.join()}}`;
};

/**
 * A failure where there are faults. Their inputs are kept as cases, unless the fixed seed finds them every
 * time.
 * @param {string} what the file of the cases
 * @param {{input?: any}[]} faults each with its input, where it is known, and what was found
 */
function assertNone(what, faults) {
  if (!faults.length) return;
  const inputs = faults.map(({ input }) => input).filter(Boolean);
  const kept = SEED == FIXED_SEED ? "" : keepAsCases(what, inputs);
  const first = JSON.stringify(faults.slice(0, 20), null, 1).replace(/x{99,}/g, "x…");
  assert.fail(
    `${faults.length} disagree. FUZZ_SEED=${SEED} FUZZ_CASES=${TIMES} repeats this. ${kept}\n` +
      `The first: ${first}`,
  );
}

/** Changes the base of a page, or takes it away: what relative URLs mean changes from that moment. */
function setBase(address) {
  const base = document.querySelector("base") || document.createElement("base");
  if (address === null) return base.remove();
  base.href = address;
  if (!base.isConnected) document.head.prepend(base);
}

test("the_gate_and_the_browser_agree_whom_a_url_contacts", async (t) => {
  const { plain, guarded } = await pagesWithAndWithoutUs(t);
  const random = randomFrom(SEED);
  const urls = Array.from({ length: 12000 * TIMES }, (_, id) => oddUrl(random, id));
  const bases = Array.from({ length: urls.length / 500 }, () =>
    random.pick([
      null,
      "/",
      `https://${UNKNOWN}/a/b`,
      `https://${NECESSARY}/`,
      `//${UNKNOWN}`,
      "https:",
      "\\\\local\thost",
      "data:,",
    ]),
  );
  const cases = [
    ...urls.map((url, index) => ({ url, base: bases[Math.floor(index / 500)] })),
    ...readCases("urls"),
  ];
  const contacts = await runInPage(
    plain,
    `(cases) => cases.map(({ url, base }, index) => {
      if (base !== cases[index - 1]?.base || !index) (${setBase})(base);
      try {
        const { protocol, hostname } = new URL(url, document.baseURI);
        return /^(http|ws)s?:$/.test(protocol) ? hostname : null;
      } catch {
        return null;
      }
    })`,
    cases,
  );
  // An image of an inert document asks nobody, and is held all the same.
  const held = await runInPage(
    guarded,
    `(cases) => cases.map(({ url, base }, index) => {
      if (base !== cases[index - 1]?.base || !index) (${setBase})(base);
      const image = document.createElement('template').content.ownerDocument.createElement('img');
      image.src = url;
      return image.hasAttribute('data-consent');
    })`,
    cases,
  );
  t.diagnostic(
    `${cases.length} spellings, ${contacts.filter(Boolean).length} contact somebody, ` +
      `${held.filter(Boolean).length} held`,
  );
  const faults = cases
    .map((input, index) => ({ input, contacts: contacts[index], held: held[index] }))
    .filter(({ input }) => input.url)
    .filter((result) => result.held != (result.contacts !== null && !needsNoConsent(result.contacts)));
  assertNone("urls", faults);
});

/** A case with the number in its texts changed to its place in the list, by which its URL is found again. */
const renumbered = (input, number) => input.map((part) => String(part).replace(/~\d+~/g, `~${number}~`));

/**
 * Does the same with each case on both pages; a fault is what only one of them asks for and should not.
 * @param {import('node:test').TestContext} t
 * @param {object} run
 * @param {string} run.what the file of recorded cases
 * @param {number} run.seed
 * @param {number} run.count
 * @param {Record<string, Function>} run.ways
 * @param {(random: import('./fuzz/random.mjs').Random, id: number) => string} run.make the second part of a
 *   case; the first is a way's name, and a way is given the number of its case too
 * @param {(input: string[]) => boolean} [run.mayBeHeldWhole] where a URL that needs no consent may be held
 */
async function assertAskedAlike(t, { what, seed, count, ways, make, mayBeHeldWhole = () => false }) {
  const { plain, guarded } = await pagesWithAndWithoutUs(t);
  const random = randomFrom(seed);
  const names = Object.keys(ways);
  const drawn = Array.from({ length: count * TIMES }, (_, id) => [
    names[id % names.length],
    make(random, id),
  ]);
  const cases = [...drawn, ...readCases(what).map((input, index) => renumbered(input, drawn.length + index))];
  const perform = `async (cases) => {
    const ways = ${asText(ways)};
    for (const [index, [way, text, id]] of cases.entries()) {
      try { ways[way](text, id); } catch {}
      if (index % 10 == 0) await new Promise((next) => setTimeout(next, 0));
    }
  }`;
  const numbered = cases.map((input, id) => [...input, id]);
  const askedWithoutUs = new Set();
  const askedWithUs = new Set();
  for (let start = 0; start < numbered.length; start += 300) {
    const performAndNote = async (page, noted) => {
      await runInPage(page, perform, numbered.slice(start, start + 300));
      await framesLoaded(page);
      // Styles and sets of images ask when the page is next painted.
      await page.evaluate(
        () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))),
      );
      for (const url of await page.asked()) noted.add(url);
      await page.evaluate(() => {
        document.adoptedStyleSheets = [];
        document.body.replaceChildren();
      });
    };
    await Promise.all([performAndNote(plain, askedWithoutUs), performAndNote(guarded, askedWithUs)]);
  }
  const hostOf = new Map(
    await runInPage(plain, "(urls) => urls.map((url) => [url, new URL(url).hostname])", [
      ...askedWithoutUs,
      ...askedWithUs,
    ]),
  );
  const inputOf = (url) => cases[/~(\d+)~/.exec(url)?.[1]];
  // The browser may go on to https by itself for a host that it knows.
  const isAskedWithoutUs = (url) =>
    askedWithoutUs.has(url) || askedWithoutUs.has(url.replace(/^https/, "http"));
  const fault = (found) => (url) => ({ found, url, input: inputOf(url) });
  const faults = [
    ...[...askedWithoutUs]
      .filter((url) => needsNoConsent(hostOf.get(url)) && !askedWithUs.has(url))
      .filter((url) => !mayBeHeldWhole(inputOf(url) ?? []))
      .map(fault("held")),
    ...[...askedWithUs].filter((url) => !needsNoConsent(hostOf.get(url))).map(fault("not held")),
    ...[...askedWithUs]
      .filter((url) => needsNoConsent(hostOf.get(url)) && !isAskedWithoutUs(url))
      .map(fault("asked for with us only")),
  ];
  t.diagnostic(
    `${cases.length} cases: ${askedWithoutUs.size} asked for without us, ${askedWithUs.size} with us`,
  );
  assertNone(what, faults);
}

/**
 * Waits for the documents of the page's own frames. One that is given as text loads a gate of its own before
 * the rest, so what it asks for comes late where the machine is slow. A frame that never ends is not waited
 * for.
 */
async function framesLoaded(page) {
  const areLoaded = () =>
    [...document.querySelectorAll("iframe")].every((frame) => {
      const inner = frame.contentDocument;
      return !frame.srcdoc || !inner || (inner.URL == "about:srcdoc" && inner.readyState != "loading");
    });
  const end = performance.now() + 5000;
  while (!(await page.evaluate(areLoaded)) && performance.now() < end)
    await new Promise((next) => setTimeout(next, 50));
}

test("only_hosts_that_need_no_consent_are_asked_whatever_the_spelling", (t) =>
  assertAskedAlike(t, {
    what: "asked-urls",
    seed: SEED + 1,
    count: 900,
    ways: WAYS_FOR_A_URL,
    make: oddUrl,
    // Where there are several URLs, one that is held keeps all of them.
    mayBeHeldWhole: ([way, url]) => !url || (/set|picture|ping/.test(way) && /[\s,]/.test(url)),
  }));

test("only_hosts_that_need_no_consent_are_asked_whatever_the_markup", (t) =>
  assertAskedAlike(t, {
    what: "markup",
    seed: SEED + 2,
    count: 600,
    ways: WAYS_FOR_MARKUP,
    make: oddMarkup,
    // Rules in SVG may be written in character references, and only the parser reads those; and an address
    // without a number stands beside one that is held.
    mayBeHeldWhole: ([, markup]) => !markup || /<svg><style/.test(markup),
  }));

test("only_hosts_that_need_no_consent_are_asked_whatever_the_style", (t) =>
  assertAskedAlike(t, {
    what: "style-declarations",
    seed: SEED + 5,
    count: 600,
    ways: WAYS_FOR_A_DECLARATION,
    make: oddDeclaration,
  }));

test("the_gate_and_the_browser_agree_which_cookie_is_written_and_deleted", async (t) => {
  const random = randomFrom(SEED + 3);
  // Each script writes a few cookies, some of them to delete, and reads after each.
  const script = () => {
    const written = [];
    return Array.from({ length: 1 + random.below(5) }, () => {
      const assignment = random.maybe(
        0.25,
        () =>
          (written[0] ?? "").split(";")[0] +
          random.pick([
            "; max-age=0",
            "; Max-Age=-1",
            "; expires=Thu, 01 Jan 1970 00:00:00 GMT",
            ";EXPIRES=Thu, 01-Jan-1970 00:00:01 GMT",
            "; expires=0",
            "; path=/; max-age=0",
          ]),
        oddCookie(random),
      );
      written.unshift(assignment);
      return assignment;
    });
  };
  const scripts = [...Array.from({ length: 400 * TIMES }, script), ...readCases("cookies")];
  const { plain, guarded } = await pagesWithAndWithoutUs(t);
  // What really is there is asked of the browser, not of the page.
  const perform = async (page) => {
    const devtools = await page.context().newCDPSession(page);
    const results = [];
    for (const assignments of scripts) {
      const read = await runInPage(
        page,
        "(script) => script.map((assignment) => { document.cookie = assignment; return document.cookie; })",
        assignments,
      );
      const { cookies } = await devtools.send("Network.getCookies");
      // A script of the page deletes what it can see; the rest goes with the next line.
      await runInPage(
        page,
        `() => {
          for (const pair of document.cookie.split('; '))
            document.cookie = pair.split('=')[0] + '=; max-age=0';
        }`,
      );
      await devtools.send("Network.clearBrowserCookies");
      const described = cookies.map(({ name, value, domain, path, expires, secure, sameSite, session }) =>
        [name, value, domain, path, session || Math.round(expires / 1e4), secure, sameSite].join(" | "),
      );
      results.push({ read, stored: described.sort() });
    }
    return results;
  };
  const [withoutUs, withUs] = await Promise.all([plain, guarded].map(perform));
  const isOfATracker = (cookie) => isTrackerName(cookie.split(/ \| |=/)[0]);
  const withoutTrackers = (readings) =>
    readings.map((text) =>
      text
        .split("; ")
        .filter((cookie) => !isOfATracker(cookie))
        .join("; "),
    );
  const differ = (one, other) => JSON.stringify(one) != JSON.stringify(other);
  const faults = [];
  for (const [index, input] of scripts.entries()) {
    const [without, guardedResult] = [withoutUs[index], withUs[index]];
    const expected = without.stored.filter((cookie) => !isOfATracker(cookie));
    if (differ(guardedResult.stored, expected))
      faults.push({ found: "stored", input, withoutUs: without.stored, withUs: guardedResult.stored });
    if (differ(withoutTrackers(guardedResult.read), withoutTrackers(without.read)))
      faults.push({ found: "read", input, withoutUs: without.read, withUs: guardedResult.read });
  }
  assertNone("cookies", faults);
});

test("the_gate_and_the_browser_agree_which_key_is_written_and_deleted", async (t) => {
  const random = randomFrom(SEED + 4);
  const builtInNames = [
    "length",
    "key",
    "getItem",
    "setItem",
    "clear",
    "toString",
    "constructor",
    "hasOwnProperty",
    "valueOf",
    "__proto__",
  ];
  const names = [
    ...SHOP_NAMES,
    ...builtInNames,
    "then",
    "0",
    "-1",
    "1.5",
    "null",
    "undefined",
    " _ga",
    "_ga ",
    "\ud800",
    "a\udc00",
    "\0",
  ];
  const trackersKeys = ["ph_x_posthog", "_gcl_ls", "stat_key", "ad_key"];
  const ways = Object.keys(WAYS_FOR_A_KEY);
  const script = () => {
    const used = random
      .some(2, () => random.pick(names))
      .concat(
        random.maybe(0.4, () => [random.pick(trackersKeys)], []),
        random.pick(names),
      );
    const steps = Array.from({ length: 2 + random.below(8) }, () => [
      random.pick(ways),
      random.pick(used),
      random.pick(["1", "", "x", "\ud800", "[object Object]", "null"]),
    ]);
    // A property that a script defines is not held yet; and browsers list names of their own in ways of their
    // own.
    return steps
      .filter(([way, name]) => !(way == "define_property" && trackersKeys.includes(name)))
      .filter(([way]) => !(/list|loop/.test(way) && used.some((name) => builtInNames.includes(name))));
  };
  const scripts = [...Array.from({ length: 1500 * TIMES }, script), ...readCases("storage-keys")];
  const perform = `(scripts, kind, choice) => {
    const ways = ${asText(WAYS_FOR_A_KEY)};
    return scripts.map((script) => {
      const area = window[kind];
      Storage.prototype.clear.call(area);
      for (const name of Reflect.ownKeys(area)) if (name != 'consentry') delete area[name];
      if (kind == 'localStorage') Storage.prototype.setItem.call(area, 'consentry', choice);
      return script.map(([way, name, value]) => {
        try { return ways[way](area, name, value) ?? null; } catch (error) { return error.name; }
      });
    });
  }`;
  const { plain, guarded } = await pagesWithAndWithoutUs(t);
  const faults = [];
  const choice = await guarded.evaluate(() => localStorage.consentry);
  for (const kind of ["localStorage", "sessionStorage"]) {
    const [withoutUs, withUs] = await Promise.all(
      [plain, guarded].map((page) => runInPage(page, perform, scripts, kind, choice)),
    );
    for (const [index, input] of scripts.entries()) {
      const differs = (step) => JSON.stringify(withoutUs[index][step]) != JSON.stringify(withUs[index][step]);
      const step = input.findIndex((_, at) => differs(at));
      if (step >= 0)
        faults.push({
          found: kind,
          input: input.slice(0, step + 1),
          withoutUs: withoutUs[index][step],
          withUs: withUs[index][step],
        });
    }
  }
  assertNone("storage-keys", faults);
});
