// Frameworks that take over what their server rendered, the whole document or a part, do the same with us as without.
// Before a choice: as if the vendor could not be reached. After a grant: as if it answered.
import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { text } from "node:stream/consumers";
import { isDeepStrictEqual } from "node:util";
import { after, before, describe, test } from "node:test";
import esbuild from "esbuild";
import { compile } from "svelte/compiler";
import { layerShown, until } from "./browser.mjs";
import { program, root } from "./site.mjs";
import {
  TAG,
  UNKNOWN,
  UNREACHABLE,
  answerAsVendor,
  settled,
  startStage,
  withSortedAttributes,
} from "./stage.mjs";

const folder = path.join(import.meta.dirname, "frameworks/apps");
const REACT_18 = { react: "react-18", "react-dom": "react-dom-18" };
/**
 * What each app is made of: `<app>.server.js` and `<app>.browser.js` in that folder. `rendersTwice`: how often
 * its frame loads depends on how far the first one has come.
 */
const APPS = {
  "react-18": { app: "react-18", alias: REACT_18 },
  "react-18-differs": { app: "react-18", alias: REACT_18, rendersTwice: true },
  "react-19": { app: "react-19" },
  "preact-body": { app: "preact" },
  "vue-with-unhead": { app: "vue" },
  svelte: { app: "svelte" },
  "react-helmet": { app: "helmet", alias: REACT_18 },
};
// The same pages, with and without us. A server that sends our policy marks no page for a visitor who granted all.
/** @type {(keyof typeof VARIANTS)[]} */
const COMPARED = ["nobody-answers", "vendor-answers", "with-us"];
const VARIANTS = {
  "nobody-answers": { tag: "", host: UNREACHABLE },
  "vendor-answers": { tag: "", host: UNKNOWN },
  "with-us": { tag: "/consentry.js", host: UNKNOWN },
  "with-policy": { tag: "/consentry.js", host: UNKNOWN },
  "with-policy-and-grant": { tag: "/consentry.js", host: UNKNOWN },
};

// Astro brings 187 packages for its build, of which its client router needs none: its own package is fetched alone.
const ASTRO = "7.3.5";
const astroFolder = path.join(root, "target", `astro-${ASTRO}`, "package");
function fetchAstro() {
  const folder = path.dirname(astroFolder);
  if (existsSync(astroFolder)) return;
  mkdirSync(folder, { recursive: true });
  execFileSync("npm", ["pack", `astro@${ASTRO}`, "--silent", "--pack-destination", folder]);
  execFileSync("tar", ["xzf", `astro-${ASTRO}.tgz`], { cwd: folder });
}

/** Where Astro's client router gets what Astro's build gives it. */
const ASTRO_MODULES = {
  "astro:transitions/client": 'export * from "./dist/transitions/router.js"',
  "astro/virtual-modules/prefetch.js": "export const init = () => {}",
  "virtual:astro:adapter-config/client": "export const internalFetchHeaders = {}",
};
/** @type {import("esbuild").Plugin} */
const astroPlugin = {
  name: "astro",
  setup: (build) => {
    build.onResolve({ filter: /^(virtual:)?astro[:/]/ }, ({ path: name }) => ({
      path: name,
      namespace: "astro",
    }));
    build.onLoad({ filter: /./, namespace: "astro" }, ({ path: name }) => ({
      contents: ASTRO_MODULES[name],
      resolveDir: astroFolder,
    }));
    // Of a component, the script that a browser gets.
    build.onLoad({ filter: /\.astro$/ }, ({ path: file }) => ({
      contents: readFileSync(file, "utf8").match(/<script>(.*)<\/script>/s)[1],
      loader: "ts",
      resolveDir: astroFolder,
    }));
  },
};
function routerOfAstro() {
  fetchAstro();
  return bundle(
    path.join(astroFolder, "components/ClientRouter.astro"),
    {},
    {
      format: "esm",
      plugins: [astroPlugin],
      define: {
        "import.meta.env.SSR": "false",
        "import.meta.env.DEV": "false",
        __PREFETCH_DISABLED__: "true",
      },
    },
  );
}

/** @type {(generate: "server"|"client") => import("esbuild").Plugin} */
const sveltePlugin = (generate) => ({
  name: "svelte",
  setup: (build) =>
    build.onLoad({ filter: /\.svelte$/ }, ({ path: file }) => ({
      contents: compile(readFileSync(file, "utf8"), { filename: file, generate }).js.code,
    })),
});
/** @param {import("esbuild").BuildOptions} options */
async function bundle(file, alias, options) {
  const { outputFiles } = await esbuild.build({
    entryPoints: [path.resolve(folder, file)],
    bundle: true,
    write: false,
    define: {
      "process.env.NODE_ENV": '"development"',
      __VUE_OPTIONS_API__: "true",
      __VUE_PROD_DEVTOOLS__: "false",
      __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: "true",
    },
    alias,
    logLevel: "error",
    ...options,
  });
  return outputFiles[0].text;
}
async function rendererOf({ app, alias = {} }) {
  const plugins = [sveltePlugin("server")];
  const code = await bundle(`${app}.server.js`, alias, { format: "cjs", platform: "node", plugins });
  const made = { exports: /** @type {any} */ ({}) };
  new Function("module", "exports", "require", code)(made, made.exports, createRequire(import.meta.url));
  return made.exports.render;
}
const scriptOf = ({ app, alias = {} }) =>
  bundle(`${app}.browser.js`, alias, {
    format: "iife",
    conditions: ["browser"],
    plugins: [sveltePlugin("client")],
  });

// As www/docs/frameworks.md has it.
async function marked(html) {
  const mark = spawn(program, ["mark"]);
  mark.stdin.end(html);
  return text(mark.stdout);
}
const asServed = (html, variant) =>
  VARIANTS[variant].tag && variant != "with-policy-and-grant" ? marked(html) : html;
const csp = (...args) => execFileSync(program, ["csp", ...args], { encoding: "utf8" }).trim();
const POLICIES = {
  "with-policy": csp(),
  "with-policy-and-grant": csp("--granted", "functional,analytics,advertising"),
};
const headers = (asked) => {
  const policy = POLICIES[asked.split("/")[2]];
  return policy && asked.endsWith(".html") ? { "content-security-policy": policy } : undefined;
};
const thirdParty = (request) =>
  request.path.endsWith(".css") ? { type: "text/css", body: "p { color: green }" } : answerAsVendor(request);

let site;
async function addApp(name) {
  const [render, script] = await Promise.all([rendererOf(APPS[name]), scriptOf(APPS[name])]);
  for (const [variant, values] of Object.entries(VARIANTS)) {
    const html = await render(values);
    site.add(`${name}/${variant}/page.html`, await asServed(html, variant));
    site.add(`${name}/${variant}/app.js`, script);
    site.addPage("common.js", values, `${name}/${variant}/common.js`);
  }
}
async function addPagesOfAstro() {
  site.add("astro-router.js", await routerOfAstro());
  for (const [variant, { tag, host }] of Object.entries(VARIANTS)) {
    site.addPage("common.js", { tag, host }, `astro/${variant}/common.js`);
    for (const [name, other] of [
      ["page", "other"],
      ["other", "page"],
    ]) {
      const html = site.pageText("astro.html", { tag: tag && TAG, host, name, other });
      site.add(`astro/${variant}/${name}.html`, await asServed(html, variant));
    }
  }
}
before(async () => {
  site = await startStage({ test: import.meta.url, thirdParty, headers });
  site.add("favicon.ico", "");
  await addPagesOfAstro();
  await Promise.all(Object.keys(APPS).map(addApp));
});
after(() => site?.close());

/** @param {keyof typeof VARIANTS} variant */
async function open(t, name, variant) {
  const page = await site.visit(t);
  const requests = [];
  page.on("request", (request) => {
    if (new URL(request.url()).host == UNKNOWN) requests.push(request.url());
  });
  await page.open(`${name}/${variant}/page.html`);
  return Object.assign(page, { requests, variant });
}
const act = (page) => page.evaluate(() => window["act"]());
// What is seen once all is quiet, with the vendor's host replaced by `vendor`.
async function outcomeOn(page, quiet = 500) {
  const read = () => page.evaluate(() => ({ ...window["outcome"](), ran: window.__ran ?? {} }));
  const seen = JSON.stringify(await settled(read, quiet)).replaceAll(VARIANTS[page.variant].host, "vendor");
  return JSON.parse(seen, (key, value) => (typeof value == "string" ? withSortedAttributes(value) : value));
}
// What a framework was told before a grant, it does not forget.
const withoutEvents = (outcome) => ({ ...outcome, events: undefined });
const withoutFrame = ({ ran, ...outcome }) => ({ ...outcome, ran: { ...ran, frame: undefined } });
async function assertEnds(page, expected, comparable) {
  const deadline = performance.now() + 15_000;
  let seen;
  do seen = comparable(await outcomeOn(page));
  while (!isDeepStrictEqual(seen, expected) && performance.now() < deadline);
  assert.deepEqual(seen, expected);
}
// What the browser says of hints, it says when it comes to it.
const linesOf = ({ consoleLines, variant }) =>
  consoleLines
    .filter((line) => /^(error|warning): /.test(line) && !/was preloaded using link preload/.test(line))
    .map((line) => line.replaceAll(variant, "variant"));
const linesOfUs = (page, reference) => linesOf(page).filter((line) => !linesOf(reference).includes(line));

// Tab leads from the page's beginning to the banner.
async function acceptByKeyboard(page) {
  const focused = () =>
    page.evaluate(() => {
      const { activeElement } = document.querySelector("consentry-banner").shadowRoot;
      return /** @type {HTMLElement} */ (activeElement)?.dataset.consentry;
    });
  for (let times = 0; times < 9 && (await focused()) != "accept-all"; times += 1)
    await page.keyboard.press("Tab");
  assert.equal(await focused(), "accept-all");
  await page.keyboard.press("Enter");
}

async function compare(t, name) {
  const [unreachable, reachable, page] = await Promise.all(COMPARED.map((variant) => open(t, name, variant)));
  const first = await Promise.all([unreachable, reachable, page].map((tab) => outcomeOn(tab)));
  await t.test("is_taken_over_as_if_nobody_answered", () => assert.deepEqual(first[2], first[0]));
  await Promise.all([unreachable, reachable, page].map(act));
  // Frames that load take longer.
  const second = await Promise.all([outcomeOn(unreachable), outcomeOn(reachable, 1500), outcomeOn(page)]);
  const comparable = (outcome) => withoutEvents(APPS[name].rendersTwice ? withoutFrame(outcome) : outcome);
  const expected = second[1];
  const assertEndsAs = (outcome, tab) => assertEnds(tab, comparable(outcome), comparable);
  await t.test("renders_anew_as_if_nobody_answered", () => assert.deepEqual(second[2], second[0]));
  await t.test("nothing_leaves_before_a_choice", () => assert.deepEqual(page.requests, []));
  await t.test("the_banner_is_there_for_the_mouse_and_a_grant_lets_go", async () => {
    await layerShown(page, 1);
    await page.locator('consentry-banner [data-consentry="accept-all"]').click();
    await layerShown(page, 0);
    await assertEndsAs(expected, page);
  });

  const other = await open(t, name, "with-us");
  await t.test("the_banner_is_there_for_the_keyboard_and_nothing_runs_twice", async () => {
    await outcomeOn(other);
    await acceptByKeyboard(other);
    await outcomeOn(other);
    await act(other);
    await assertEndsAs(expected, other);
  });
  await t.test("the_button_is_there_on_the_next_page", async () => {
    await other.open(`${name}/with-us/page.html`);
    await assertEndsAs(first[1], other);
    await other.locator("consentry-reopen button").waitFor();
  });
  await t.test("our_policy_changes_nothing", async () => {
    const strict = await open(t, name, "with-policy");
    assert.deepEqual(await outcomeOn(strict), first[0]);
    assert.deepEqual(linesOfUs(strict, unreachable), []);
    await strict.evaluate(() => window.consentry.acceptAll());
    await strict.open(`${name}/with-policy-and-grant/page.html`);
    await assertEndsAs(first[1], strict);
  });
  await t.test("the_console_says_nothing_more", () => {
    assert.deepEqual(linesOfUs(page, unreachable), []);
    assert.deepEqual(linesOfUs(other, unreachable), []);
    assert.deepEqual(page.uncaughtErrors, unreachable.uncaughtErrors);
  });
}
describe("what_a_server_rendered", { concurrency: 3 }, () => {
  for (const name in APPS) test(name, (t) => compare(t, name));
});

test("astro_s_router_meets_each_vendor_once_however_the_visitor_walks", async (t) => {
  const tabs = await Promise.all(COMPARED.map((variant) => open(t, "astro", variant)));
  const [unreachable, reachable, page] = tabs;
  const walk = async (tab, ...names) => {
    for (const name of names) {
      await tab.locator("a").click();
      await tab.locator("h1", { hasText: name }).waitFor();
      await outcomeOn(tab);
    }
  };
  const born = await page.evaluate(() => performance.timeOrigin);
  await Promise.all(tabs.map((tab) => walk(tab, "other", "page", "other")));
  assert.deepEqual(await outcomeOn(page), await outcomeOn(unreachable));
  assert.deepEqual(page.requests, []);
  await layerShown(page, 1);
  await page.locator('consentry-banner [data-consentry="accept-all"]').click();
  const ranOn = async (tab) => (await outcomeOn(tab)).ran;
  const isThere = { "in-head": 1, other: 1, "each-time": 1, "other-frame": 1 };
  await until(async () => isDeepStrictEqual(await ranOn(page), isThere), "what is on this page runs once");
  await Promise.all([reachable, page].map((tab) => walk(tab, "page", "other")));
  const seen = { "in-head": 1, other: 1, page: 1, "each-time": 3, "other-frame": 2, "page-frame": 1 };
  await until(
    async () => isDeepStrictEqual(await ranOn(page), seen),
    "once for each time that the page asks",
  );
  assert.equal((await outcomeOn(page)).shown, (await outcomeOn(reachable)).shown);
  await page.locator("consentry-reopen button").waitFor();
  assert.equal(await page.evaluate(() => performance.timeOrigin), born, "the page was never loaded anew");
  assert.deepEqual(linesOfUs(page, unreachable), []);
  assert.deepEqual(page.uncaughtErrors, unreachable.uncaughtErrors);
});
