// Small pages for tests of one behaviour each, served beside the built component, with vendors of made-up
// names that answer every path. Pages that are files lie in a folder named for the test: `gate/*.html`
// belongs to `gate.test.mjs`. It must not hold expectations: what should be the case is said in the
// tests alone.
/// <reference path="./page-globals.d.ts" />
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { start } from "../../www/demo/server.mjs";
import { contextWith, launch, settled } from "./browser.mjs";
import { built, startSite } from "./site.mjs";

export { settled };

/** A host that nobody declared and no table knows. */
export const UNKNOWN = "cdn.tracker-example.net";
/** Nobody listens there. */
export const UNREACHABLE = "127.0.0.1:65535";
/** Hosts that `declaredConfig()` declares in these categories. */
export const ANALYTICS = "stats.analytics-example.net";
export const ADVERTISING = "ads.advertising-example.net";
export const NECESSARY = "pay.necessary-example.net";

/**
 * A configuration that declares the three hosts above, with a cookie and a storage key for each.
 * @param {Record<string, any>} [more] further keys, or others in place of these
 * @returns {Record<string, any>}
 */
export const declaredConfig = (more = {}) => ({
  site: "test",
  revision: "1",
  services: [
    {
      id: "stats",
      category: "analytics",
      hosts: [ANALYTICS],
      cookies: ["stat_id", "stat_*_x"],
      storage: ["stat_key"],
    },
    {
      id: "ads",
      category: "advertising",
      hosts: [ADVERTISING],
      cookies: ["ad_id", "ad_*_x"],
      storage: ["ad_key"],
    },
    { id: "pay", category: "necessary", hosts: [NECESSARY], cookies: ["pay_id"], storage: ["pay_key"] },
  ],
  ...more,
});

/** Our tag: the site's bundle, or the component without a configuration where the site has none. */
export const TAG = '<script src="/consentry.js"></script>';
/** Our tag without a baked configuration, on every site. */
export const PLAIN_TAG = '<script src="/plain/consentry.js"></script>';

/**
 * Our tag with an inline configuration before it.
 * @param {unknown} [config] text is put there as it is
 * @param {string} [tag]
 */
export const configuredTag = (config = declaredConfig(), tag = TAG) => {
  const text = typeof config == "string" ? config : JSON.stringify(config);
  return `<script type="application/json" id="consentry-config">${text}</script>${tag}`;
};

/**
 * A whole page.
 * @param {string} head begins with our tag, or does not
 * @param {string} [body]
 * @param {string} [language]
 */
export const wholePage = (head, body = "", language = "en") =>
  `<!doctype html><html lang="${language}"><head><meta charset="utf-8"><link rel="icon" href="data:,">` +
  `<title>Test</title>${head}</head><body>${body}</body></html>`;

/**
 * HTML with the attributes of each tag sorted: one that was held comes after the others.
 * @param {string} html
 */
export const withSortedAttributes = (html) =>
  html.replace(
    /(<\w+)((?: [\w-]+="[^"]*")+)/g,
    (all, tag, attributes) =>
      tag +
      attributes
        .match(/ [\w-]+="[^"]*"/g)
        .sort()
        .join(""),
  );

/** A pixel. */
const GIF = Buffer.from("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7", "base64");

/**
 * What every vendor of a made-up name answers: `/name.js` counts itself in `__ran`, adds its name to `__log`
 * and notes its `document.currentScript` in `__current`; `/name.html` tells its parent that it ran;
 * `/name.gif` is a pixel.
 * @param {{host: string, path: string}} request
 * @returns {{type: string, body: string|Buffer}|undefined}
 */
export function answerAsVendor({ host, path: asked }) {
  if (!/-example\.(net|com)$/.test(host)) return undefined;
  const name = JSON.stringify(asked.slice(1).replace(/\.\w+$/, ""));
  if (asked.endsWith(".js"))
    return {
      type: "text/javascript",
      body: `(window.__ran ??= {})[${name}] = (__ran[${name}] || 0) + 1;
        (window.__log ??= []).push(${name});
        (window.__current ??= {})[${name}] = document.currentScript && document.currentScript.src;`,
    };
  if (asked.endsWith(".html"))
    return { type: "text/html", body: `<script>parent.postMessage({ ran: ${name} }, '*')</script>` };
  if (asked.endsWith(".gif")) return { type: "image/gif", body: GIF };
  return { type: "application/json", body: "{}" };
}

/** Counts the vendors' frames that told the page that they ran. */
export const COUNT_FRAMES = `<script>addEventListener('message', ({ data }) => {
  if (data.ran) (window.__ran ??= {})[data.ran] = (__ran[data.ran] || 0) + 1;
});</script>`;

/**
 * A page of a browser, with what tests ask of it.
 * @typedef {import('playwright-core').Page & {
 *   uncaughtErrors: string[],
 *   consoleLines: string[],
 *   open: (name: string, origin?: string) => Promise<import('playwright-core').Response>,
 * }} Tab `consoleLines` begin with their type, such as `error: `; `open` loads a page of the site by its name
 */

/**
 * @typedef {object} StageMethods
 * @property {import('playwright-core').Browser} browser
 * @property {(name: string, text: string) => void} add writes a page or another file of the site
 * @property {(name: string, values?: Record<string, string>, servedAs?: string) => void} addPage writes one of
 *   the test's page files once more, with other `values` for its `{{placeholders}}`, under its own name or another
 * @property {(name: string, values?: Record<string, string>) => string} pageText the text of a page file,
 *   filled
 * @property {(name: string, folder: string) => void} addFolder copies a folder into the site
 * @property {(t: import('node:test').TestContext, settings?: import('playwright-core').BrowserContextOptions)
 *   => Promise<Tab>} visit a page in a fresh context, which ends with the test
 * @property {(context: import('playwright-core').BrowserContext) => Promise<Tab>} openTab a page in this
 *   context
 * @property {() => Promise<void>} close
 *
 * @typedef {{requests: () => {time: string, method: string, host: string, path: string}[]} &
 *   Omit<import('./site.mjs').Demo, 'requests'> & StageMethods & {ledger?: import('./site.mjs').Ledger,
 *   component?: string, backend?: string}} Stage
 */

/**
 * A browser and a site of small pages. The component without a baked configuration is always at `/plain/`
 * too.
 * @param {object} [options] those below, and what the demo server's `start()` takes
 * @param {string} [options.test] the test's `import.meta.url`: the files in the folder of its name are the
 *   site's pages
 * @param {string} [options.tag] what stands for `{{tag}}` in them, unless a test says otherwise
 * @param {Record<string, string>} [options.pages] further pages, by file name
 * @param {object} [options.config] with one the site has a bundle and a ledger (see site.mjs), else the
 *   component is the default one
 * @param {string[]} [options.moreOrigins] further origins whose receipts that ledger takes
 * @param {(request: any) => object|undefined} [options.thirdParty] plays the third parties
 * @param {(path: string) => object|undefined} [options.headers] further response headers of the pages' own
 *   hosts
 * @param {string} [options.jsFlags] the browser's V8 flags
 * @returns {Promise<Stage>}
 */
export async function startStage({
  test,
  tag = TAG,
  pages = {},
  config,
  thirdParty = answerAsVendor,
  jsFlags,
  ...options
} = {}) {
  const folder = mkdtempSync(path.join(tmpdir(), "consentry-pages-"));
  const add = (name, text) => {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), text);
  };
  const pageFiles = test && fileURLToPath(test).replace(/\.test\.mjs$/, "");
  const pageText = (name, values) =>
    filled(readFileSync(path.join(pageFiles, name), "utf8"), { tag, ...values });
  const addPage = (name, values, servedAs = name) => add(servedAs, pageText(name, values));
  cpSync(built, path.join(folder, "plain"), { recursive: true });
  add("blank.html", wholePage(""));
  if (pageFiles && existsSync(pageFiles))
    for (const name of readdirSync(pageFiles, { recursive: true, encoding: "utf8" }))
      if (/\.(html|js|css|json|txt|svg)$/.test(name)) addPage(name);
  for (const [name, text] of Object.entries(pages)) add(name, text);
  const site = config
    ? await startSite({ config, pages: folder, thirdParty, ...options })
    : await start({
        port: 0,
        tlsPort: 0,
        component: built,
        backend: "http://127.0.0.1:9",
        pages: folder,
        thirdParty,
        ...options,
      });
  const browser = await launch({ ...site, jsFlags });
  const close = async () => {
    await browser.close();
    await site.close();
    rmSync(folder, { recursive: true, force: true });
  };
  const openTab = async (context) => {
    const page = await context.newPage();
    const tab = Object.assign(page, {
      uncaughtErrors: [],
      consoleLines: [],
      open: (name, origin = site.url) => page.goto(new URL(name, origin).href),
    });
    // Chromium 148 says now and then that it has collected the promise of a call while frames come and go. The call was made:
    // what it led to is for the test to see.
    const evaluate = page.evaluate.bind(page);
    tab.evaluate = (...args) =>
      evaluate(...args).catch((error) => {
        if (!/promise was garbage collected/i.test(error.message)) throw error;
        console.warn(`collected: the promise of ${args[0]}`);
      });
    page.on("pageerror", (error) => tab.uncaughtErrors.push(error.message));
    page.on("console", (message) => tab.consoleLines.push(`${message.type()}: ${message.text()}`));
    return tab;
  };
  const visit = async (t, settings) => {
    const context = await contextWith(browser, settings);
    t.after(() => context.close());
    return openTab(context);
  };
  const addFolder = (name, source) => cpSync(source, path.join(folder, name), { recursive: true });
  const methods = { browser, add, addPage, pageText, addFolder, close, visit, openTab };
  return /** @type {any} */ ({ ...site, ...methods });
}

/** A page file's text with its placeholders filled; those without a value stay until a test gives one. */
function filled(text, values) {
  return text.replace(/\{\{(\w+)\}\}/g, (placeholder, name) => values[name] ?? placeholder);
}

/**
 * A new tab, once `choose` was done on a page of the site.
 * @param {Stage} site
 * @param {import('node:test').TestContext} t
 * @param {(() => any)|null} [choose] runs in the page
 * @returns {Promise<Tab>}
 */
export async function visitAfter(site, t, choose) {
  const page = await site.visit(t);
  if (choose) {
    site.add("choose.html", wholePage(configuredTag()));
    await page.open("choose.html");
    await page.evaluate(choose);
  }
  site.reset();
  return page;
}

/**
 * What the tab's origin really stores, read on a page without us.
 * @param {import('playwright-core').Page} page
 * @returns {Promise<{cookies: string[], local: Record<string, string>, session: Record<string, string>}>}
 */
export async function reallyStored(page) {
  await page.goto(new URL("/blank.html", page.url()).href);
  return page.evaluate(() => ({
    cookies: document.cookie.split("; ").filter(Boolean).sort(),
    local: { ...localStorage },
    session: { ...sessionStorage },
  }));
}
