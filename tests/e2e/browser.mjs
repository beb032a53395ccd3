// Owns how tests drive a real browser: start it against the demo's stand-ins, record requests, read what is stored.
// It holds no expectations of its own.
import { chromium } from "playwright-core";

const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/**
 * Starts Chromium (`CHROMIUM` in the environment, else /usr/bin/chromium).
 * @param {object} [options] `rules` and `spki` as given by the demo server's `start()`
 * @param {string} [options.rules] value of --host-resolver-rules
 * @param {string} [options.spki] base64 SHA-256 of the stand-ins' public key
 * @param {string[]} [options.args] further flags
 * @param {string} [options.jsFlags] V8 flags, e.g. `--jitless` for a browser without WebAssembly
 * @param {boolean} [options.headless]
 * @param {boolean} [options.restores] whether pages are kept to go back to, as browsers do and tests seldom want
 * @returns {Promise<import('playwright-core').Browser>}
 */
export function launch({ rules, spki, args = [], jsFlags, headless = true, restores } = {}) {
  return chromium.launch({
    executablePath: process.env.CHROMIUM || "/usr/bin/chromium",
    headless,
    ignoreDefaultArgs: restores ? ["--disable-back-forward-cache"] : [],
    args: [
      ...FLAGS,
      ...(rules ? [`--host-resolver-rules=${rules}`] : []),
      ...(spki ? [`--ignore-certificate-errors-spki-list=${spki}`] : []),
      ...(jsFlags ? [`--js-flags=${jsFlags}`] : []),
      ...args,
    ],
  });
}

/**
 * A fresh context (its own cookies and storage).
 * @param {import('playwright-core').Browser} browser
 * @param {import('playwright-core').BrowserContextOptions} [options] laid over the defaults: en-GB, 1280 by 800
 * @returns {Promise<import('playwright-core').BrowserContext>}
 */
export function contextWith(browser, options = {}) {
  return browser.newContext({ locale: "en-GB", viewport: { width: 1280, height: 800 }, ...options });
}

/**
 * Records every request of a context from now on, frames and workers' pages included.
 * @param {import('playwright-core').BrowserContext} context
 * @returns {{list: {url: string, host: string, method: string, type: string, failed?: string}[],
 *   external: (pageHost?: string) => object[], hosts: (pageHost?: string) => string[], clear: () => void}}
 *   `external` leaves out `pageHost`, hosts below it, and loopback names; `hosts` are its distinct host names, sorted
 */
export function record(context) {
  const list = [];
  const byRequest = new Map();
  context.on("request", (request) => {
    const { hostname: host, protocol } = new URL(request.url());
    if (!/^(https?|wss?):$/.test(protocol)) return;
    const entry = { url: request.url(), host, method: request.method(), type: request.resourceType() };
    byRequest.set(request, entry);
    list.push(entry);
  });
  context.on("requestfailed", (request) => {
    const entry = byRequest.get(request);
    if (entry) entry.failed = request.failure()?.errorText ?? "failed";
  });
  const own = (host, page) => host === page || host.endsWith(`.${page}`);
  const external = (pageHost = "localhost") =>
    list.filter(
      ({ host }) =>
        ![pageHost.replace(/^www\./, ""), "localhost", "127.0.0.1", "[::1]"].some((page) => own(host, page)),
    );
  return {
    list,
    external,
    hosts: (pageHost) => [...new Set(external(pageHost).map(({ host }) => host))].sort(),
    clear: () => void list.splice(0),
  };
}

/**
 * Everything the page's site has stored.
 * @param {import('playwright-core').Page} page
 * @returns {Promise<{cookies: {name: string, value: string, domain: string, path: string, httpOnly: boolean}[],
 *   thirdPartyCookies: object[], localStorage: Record<string, string>, sessionStorage: Record<string, string>}>}
 *   `cookies`: the page's host, its parent domains and every path; `thirdPartyCookies`: all others in the context
 */
export async function storageOf(page) {
  const { hostname } = new URL(page.url());
  const all = await page.context().cookies();
  const site = (cookie) => {
    const domain = cookie.domain.replace(/^\./, "");
    const bare = hostname.replace(/^www\./, "");
    return hostname === domain || hostname.endsWith(`.${domain}`) || domain.endsWith(`.${bare}`);
  };
  const stored = await page.evaluate(() => {
    const read = (name) => {
      try {
        return { ...window[name] };
      } catch {
        return {};
      }
    };
    return { localStorage: read("localStorage"), sessionStorage: read("sessionStorage") };
  });
  return {
    cookies: all.filter(site),
    thirdPartyCookies: all.filter((cookie) => !site(cookie)),
    ...stored,
  };
}

/** How often each stand-in and first-party script ran on the page. @param {import('playwright-core').Page} page */
export const ranOn = (page) => page.evaluate(() => ({ ...window.__ran }));

/**
 * Asks again until `condition` gives something truthy, and gives that back.
 * @template T
 * @param {() => T | Promise<T>} condition
 * @param {string} what the awaited state in words, for the failure
 * @param {{within?: number}} [options] milliseconds, default 10 000
 * @returns {Promise<T>}
 */
export async function until(condition, what, { within = 10_000 } = {}) {
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
      throw new Error(`found: ${found}, expected within ${within} ms: ${what}`);
    }
    await new Promise((next) => setTimeout(next, 25));
  }
}
