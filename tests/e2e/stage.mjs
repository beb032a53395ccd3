// Owns tiny pages for tests of one behaviour each: written to a temporary folder, served beside the built component,
// with vendors of made-up names that answer every path. It holds no expectations of its own.
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { start } from "../../www/demo/server.mjs";
import { contextWith, launch, until } from "./browser.mjs";
import { built, startSite } from "./site.mjs";

export const UNKNOWN = "cdn.tracker-example.net";
export const ANALYTICS = "stats.analytics-example.net";
export const ADVERTISING = "ads.advertising-example.net";
export const NECESSARY = "pay.necessary-example.net";

/** A configuration that declares the three hosts above, cookies and keys. */
export const declared = (more = {}) => ({
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

export const TAG = '<script src="/consentry.js"></script>';
/** Our tag with an inline configuration. */
export const inline = (config = declared(), tag = TAG) =>
  `<script type="application/json" id="consentry-config">${typeof config == "string" ? config : JSON.stringify(config)}</script>${tag}`;
export const PLAIN = '<script src="/plain/consentry.js"></script>';

/** A whole page; `head` begins with our tag, or does not. */
export const html = (head, body = "", lang = "en") =>
  `<!doctype html><html lang="${lang}"><head><meta charset="utf-8"><link rel="icon" href="data:,"><title>Test</title>${head}</head><body>${body}</body></html>`;

const GIF = Buffer.from("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7", "base64");

/** What every vendor answers: `/name.js` counts in `__ran` and logs, `/name.html` tells its parent, `/name.gif` is a pixel. */
export function vendor({ host, path: asked }) {
  if (!/-example\.(net|com)$/.test(host)) return undefined;
  const name = JSON.stringify(asked.slice(1).replace(/\.\w+$/, ""));
  if (asked.endsWith(".js"))
    return {
      type: "text/javascript",
      body: `(window.__ran ??= {})[${name}] = (__ran[${name}] || 0) + 1; (window.__log ??= []).push(${name});
        (window.__current ??= {})[${name}] = document.currentScript && document.currentScript.src;`,
    };
  if (asked.endsWith(".html"))
    return { type: "text/html", body: `<script>parent.postMessage({ ran: ${name} }, '*')</script>` };
  if (asked.endsWith(".gif")) return { type: "image/gif", body: GIF };
  return { type: "application/json", body: "{}" };
}

/** Counts frames that told the page that they ran. */
export const COUNT_FRAMES = `<script>addEventListener('message', ({ data }) => {
  if (data.ran) (window.__ran ??= {})[data.ran] = (__ran[data.ran] || 0) + 1;
});</script>`;

/**
 * A browser and a site of tiny pages. The component without a baked configuration is always at `/plain/` too.
 * @param {{pages?: Record<string, string>, config?: object, jsFlags?: string}} [options] pages by file name; with a `config` the site has
 *   a bundle and a ledger (see site.mjs), else the component is the default one; `jsFlags` are the browser's
 */
export async function stage({ pages = {}, config, thirdParty = vendor, jsFlags, ...options } = {}) {
  const folder = mkdtempSync(path.join(tmpdir(), "consentry-pages-"));
  const add = (name, text) => {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), text);
  };
  cpSync(built, path.join(folder, "plain"), { recursive: true });
  add("blank.html", html(""));
  for (const [name, text] of Object.entries(pages)) add(name, text);
  const site = config
    ? await startSite({ config, pages: folder, thirdParty })
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
  /** A page in a fresh context; `faults` are its uncaught errors, `said` its console. */
  const visit = async (t, settings) => {
    const context = await contextWith(browser, settings);
    t.after(() => context.close());
    return tab(context);
  };
  const tab = async (context) => {
    const page = await context.newPage();
    page.faults = [];
    page.said = [];
    page.on("pageerror", (error) => page.faults.push(error.message));
    page.on("console", (message) => page.said.push(`${message.type()}: ${message.text()}`));
    page.open = (name, origin = site.url) => page.goto(new URL(name, origin).href);
    return page;
  };
  return { ...site, browser, add, close, visit, tab };
}

/** What `read` gives once it has not changed for `quiet` milliseconds. */
export async function settled(read, quiet = 500) {
  let [last, since] = [null, performance.now()];
  await until(async () => {
    const now = JSON.stringify(await read());
    if (now != last) [last, since] = [now, performance.now()];
    return performance.now() - since > quiet;
  }, "nothing happens any more");
  return JSON.parse(last);
}

/** A new tab, once `choose` was done on a page of the site. */
export async function visitAfter(site, t, choose) {
  const page = await site.visit(t);
  if (choose) {
    site.add("choose.html", html(inline()));
    await page.open("choose.html");
    await page.evaluate(choose);
  }
  site.reset();
  return page;
}

/** What the tab's origin really stores, read on a page without us. */
export async function reallyStored(page) {
  await page.goto(new URL("/blank.html", page.url()).href);
  return page.evaluate(() => ({
    cookies: document.cookie.split("; ").filter(Boolean).sort(),
    local: { ...localStorage },
    session: { ...sessionStorage },
  }));
}
