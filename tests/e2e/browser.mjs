// Drives a real browser for the tests: starts it against the demo's stand-ins, records requests, reads what
// is stored. It must not hold expectations: what should be the case is said in the tests alone.
import { chromium } from "playwright-core";
import { launchEngine } from "./other-engines.mjs";

const CHROMIUM_FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/**
 * Starts Chromium (`CHROMIUM` in the environment, else /usr/bin/chromium), or the engine that `ENGINE` names.
 * @param {object} [options] `rules`, `spki` and the ports as the demo server's `start()` gives them
 * @param {number} [options.port]
 * @param {number} [options.tlsPort]
 * @param {string} [options.rules] the value of --host-resolver-rules
 * @param {string} [options.spki] base64 SHA-256 of the stand-ins' public key
 * @param {string[]} [options.args] further flags
 * @param {string} [options.jsFlags] V8 flags, such as `--jitless` for a browser without WebAssembly
 * @param {boolean} [options.headless]
 * @param {boolean} [options.restoresPages] whether the browser keeps whole pages to go back to, as visitors'
 *   browsers do; most tests want fresh pages
 * @returns {Promise<import('playwright-core').Browser>}
 */
export function launch({
  rules,
  spki,
  port,
  tlsPort,
  args = [],
  jsFlags,
  headless = true,
  restoresPages,
} = {}) {
  const engine = process.env.ENGINE;
  if (engine == "firefox" || engine == "webkit") return launchEngine(engine, { port, tlsPort });
  return chromium.launch({
    executablePath: process.env.CHROMIUM || "/usr/bin/chromium",
    headless,
    ignoreDefaultArgs: restoresPages ? ["--disable-back-forward-cache"] : [],
    args: [
      ...CHROMIUM_FLAGS,
      ...(rules ? [`--host-resolver-rules=${rules}`] : []),
      ...(spki ? [`--ignore-certificate-errors-spki-list=${spki}`] : []),
      ...(jsFlags ? [`--js-flags=${jsFlags}`] : []),
      ...args,
    ],
  });
}

/**
 * A fresh context, with its own cookies and storage.
 * @param {import('playwright-core').Browser} browser
 * @param {import('playwright-core').BrowserContextOptions} [options] laid over the defaults: en-GB, 1280 by
 *   800
 * @returns {Promise<import('playwright-core').BrowserContext>}
 */
export function contextWith(browser, options = {}) {
  return browser.newContext({ locale: "en-GB", viewport: { width: 1280, height: 800 }, ...options });
}

/**
 * @typedef {object} RecordedRequest
 * @property {string} url
 * @property {string} host
 * @property {string} method
 * @property {string} type what asked for it, such as `script` or `image`
 * @property {string} [failed] why it failed, if it did
 */

/**
 * Records every request of a context from now on, those of frames included.
 * @param {import('playwright-core').BrowserContext} context
 * @returns {{list: RecordedRequest[], external: (pageHost?: string) => RecordedRequest[], hosts: (pageHost?:
 *   string) => string[], clear: () => void}} `external` leaves out `pageHost`, hosts below it, and loopback
 *   names; `hosts` are its distinct host names, sorted
 */
export function record(context) {
  /** @type {RecordedRequest[]} */
  const list = [];
  /** @type {Map<import('playwright-core').Request, RecordedRequest>} */
  const entryOf = new Map();
  context.on("request", (request) => {
    const { hostname, protocol } = new URL(request.url());
    if (!/^(https?|wss?):$/.test(protocol)) return;
    const entry = {
      url: request.url(),
      host: hostname,
      method: request.method(),
      type: request.resourceType(),
    };
    entryOf.set(request, entry);
    list.push(entry);
  });
  context.on("requestfailed", (request) => {
    const entry = entryOf.get(request);
    if (entry) entry.failed = request.failure()?.errorText ?? "failed";
  });
  const isAtOrBelow = (host, siteHost) => host === siteHost || host.endsWith(`.${siteHost}`);
  const external = (pageHost = "localhost") => {
    const siteHosts = [pageHost.replace(/^www\./, ""), "localhost", "127.0.0.1", "[::1]"];
    return list.filter(({ host }) => !siteHosts.some((siteHost) => isAtOrBelow(host, siteHost)));
  };
  return {
    list,
    external,
    hosts: (pageHost) => [...new Set(external(pageHost).map(({ host }) => host))].sort(),
    clear: () => void list.splice(0),
  };
}

/**
 * What the pages of a context say in the console from now on, and what they throw without anybody catching it.
 * @param {import('playwright-core').BrowserContext} context
 * @returns {string[]} grows
 */
export function consoleOf(context) {
  const said = [];
  context.on("console", (message) => said.push(message.text()));
  context.on("weberror", (error) => said.push(String(error.error())));
  return said;
}

/**
 * Everything that the page's site has stored.
 * @param {import('playwright-core').Page} page
 * @returns {Promise<{cookies: import('playwright-core').Cookie[], thirdPartyCookies:
 *   import('playwright-core').Cookie[], localStorage: Record<string, string>, sessionStorage: Record<string,
 *   string>}>} `cookies`: of the page's host, its parent domains and every path; `thirdPartyCookies`: all
 *   others in the context
 */
export async function storageOf(page) {
  const { hostname } = new URL(page.url());
  const allCookies = await page.context().cookies();
  const isOfTheSite = (cookie) => {
    const domain = cookie.domain.replace(/^\./, "");
    const siteHost = hostname.replace(/^www\./, "");
    return hostname === domain || hostname.endsWith(`.${domain}`) || domain.endsWith(`.${siteHost}`);
  };
  const stored = await page.evaluate(() => {
    const entriesOf = (areaName) => {
      try {
        return { ...window[areaName] };
      } catch {
        return {};
      }
    };
    return { localStorage: entriesOf("localStorage"), sessionStorage: entriesOf("sessionStorage") };
  });
  return {
    cookies: allCookies.filter(isOfTheSite),
    thirdPartyCookies: allCookies.filter((cookie) => !isOfTheSite(cookie)),
    ...stored,
  };
}

/**
 * How often each stand-in and first-party script ran on the page, by name.
 * @param {import('playwright-core').Page} page
 * @returns {Promise<Record<string, number>>}
 */
export const runCounts = (page) => page.evaluate(() => ({ ...window.__ran }));

/**
 * Asks again until `condition` gives something truthy, and gives that back.
 * @template T
 * @param {() => T | Promise<T>} condition
 * @param {string} awaited the awaited state in words, for the failure
 * @param {{within?: number}} [options] milliseconds, default 10 000
 * @returns {Promise<T>}
 */
export async function until(condition, awaited, { within = 10_000 } = {}) {
  const end = performance.now() + within;
  let last;
  for (;;) {
    try {
      last = await condition();
      if (last) return last;
    } catch (error) {
      last = error;
    }
    if (performance.now() > end) {
      const found = last instanceof Error ? last.message : JSON.stringify(last);
      throw new Error(`found: ${found}, expected within ${within} ms: ${awaited}`);
    }
    await new Promise((next) => setTimeout(next, 25));
  }
}

/**
 * What `read` gives once it has not changed for a while.
 * @template T
 * @param {() => T | Promise<T>} read gives something that JSON can carry
 * @param {number} [quiet] for how many milliseconds nothing may change
 * @returns {Promise<T>}
 */
export async function settled(read, quiet = 500) {
  let last = null;
  let since = performance.now();
  await until(async () => {
    const now = JSON.stringify(await read());
    if (now != last) [last, since] = [now, performance.now()];
    return performance.now() - since > quiet;
  }, "nothing happens any more");
  return JSON.parse(last);
}

/**
 * Waits until our banner shows a layer.
 * @param {import('playwright-core').Page} page
 * @param {number} number 1 the banner, 2 the preferences, 0 neither
 */
export const layerShown = (page, number) =>
  until(
    () =>
      page.evaluate(
        (expected) =>
          document.querySelector("consentry-banner")?.getAttribute("data-layer") == String(expected),
        number,
      ),
    `layer ${number} is shown`,
  );
