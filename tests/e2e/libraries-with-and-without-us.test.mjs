// Real libraries and frameworks of the npm registry do the same with us as without. Before a choice: as if the vendor
// could not be reached. After a grant: as if it answered, whether the grant or the next render comes first, and on the next page.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { isDeepStrictEqual } from "node:util";
import { after, before, describe, test } from "node:test";
import esbuild from "esbuild";
import { compile } from "svelte/compiler";
import { program, root } from "./site.mjs";
import {
  UNKNOWN,
  UNREACHABLE,
  answerAsVendor,
  configuredTag,
  settled,
  startStage,
  withSortedAttributes,
} from "./stage.mjs";

const PLAYERS = ["www.youtube.com", "www.youtube-nocookie.com", "i.ytimg.com"];

const LIBRARIES = {
  "alpine.js": "alpinejs/dist/cdn.js",
  "alpine-morph.js": "@alpinejs/morph/dist/cdn.js",
  "barba.js": "@barba/core/dist/barba.umd.js",
  "fitvids.js": "fitvids/dist/fitvids.js",
  "fontfaceobserver.js": "fontfaceobserver/fontfaceobserver.standalone.js",
  "lazyload.js": "vanilla-lazyload/dist/lazyload.js",
  "lazysizes.js": "lazysizes/lazysizes.js",
  "lite-yt-embed.js": "lite-youtube-embed/src/lite-yt-embed.js",
  "lozad.js": "lozad/dist/lozad.js",
  "plyr.js": "plyr/dist/plyr.js",
  "postscribe.js": "postscribe/dist/postscribe.js",
  "script.js": "scriptjs/dist/script.js",
  "stimulus.js": "@hotwired/stimulus/dist/stimulus.umd.js",
  "swup.js": "swup/dist/Swup.umd.js",
  "swup-head.js": "@swup/head-plugin/dist/index.umd.js",
  "trix.js": "trix/dist/trix.umd.js",
  "unpoly.js": "unpoly/unpoly.js",
  "webfontloader.js": "webfontloader/webfontloader.js",
  "zone.js": "zone.js/bundles/zone.umd.js",
};
const APPS = ["react", "react-hydrates", "preact", "vue", "lit", "svelte"];
const PAGES = [
  "alpinejs",
  "alpinejs-morph",
  "barba",
  "fitvids",
  "fontfaceobserver",
  "lazysizes",
  "lite-youtube-embed",
  "lozad",
  "plyr",
  "postscribe",
  "scriptjs",
  "stimulus",
  "swup",
  "swup-head",
  "trix",
  "unpoly",
  "vanilla-lazyload",
  "webfontloader",
  "zone",
];

const folder = path.join(import.meta.dirname, "libraries-with-and-without-us");
const REACT_18 = { react: "react-18", "react-dom": "react-dom-18" };

const sveltePlugin = {
  name: "svelte",
  setup: (build) =>
    build.onLoad({ filter: /\.svelte$/ }, ({ path: file }) => ({
      contents: compile(readFileSync(file, "utf8"), { filename: file }).js.code,
    })),
};
async function bundle(name) {
  const { outputFiles } = await esbuild.build({
    entryPoints: [path.join(folder, `apps/${name}.js`)],
    bundle: true,
    write: false,
    format: "iife",
    conditions: ["browser"],
    define: {
      "process.env.NODE_ENV": '"development"',
      __VUE_OPTIONS_API__: "true",
      __VUE_PROD_DEVTOOLS__: "false",
      __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: "true",
    },
    alias: name == "react-hydrates" ? REACT_18 : {},
    plugins: [sveltePlugin],
  });
  return outputFiles[0].text;
}

// The server's HTML of the tree that React 18 takes over.
async function renderOnServer(host) {
  const { outputFiles } = await esbuild.build({
    stdin: {
      contents: `import { createElement } from "react";
        import { renderToString } from "react-dom/server.browser";
        import { Tree } from "./react-tree.js";
        module.exports = (vendor) => renderToString(createElement(Tree, { vendor }));`,
      resolveDir: path.join(folder, "apps"),
    },
    bundle: true,
    write: false,
    format: "cjs",
    platform: "node",
    alias: REACT_18,
  });
  const made = { exports: null };
  new Function("module", "require", outputFiles[0].text)(made, createRequire(import.meta.url));
  return made.exports((file) => `https://${host}/${file}`);
}

const thirdParty = (request) =>
  PLAYERS.includes(request.host)
    ? { type: "text/html", body: `<script>parent.postMessage({ ran: "player" }, "*")</script>` }
    : answerAsVendor(request);

// The same pages three times, in folders of these names.
const VARIANTS = {
  "nobody-answers": { tag: "", host: UNREACHABLE },
  "vendor-answers": { tag: "", host: UNKNOWN },
  "with-us": { tag: configuredTag(), host: UNKNOWN },
};
// Static elements load before a script can act: with us they are marked, as gate.md says.
const marked = (html) => execFileSync(program, ["mark"], { input: html, encoding: "utf8" });

let site;
before(async () => {
  site = await startStage({ test: import.meta.url, thirdParty });
  for (const [name, file] of Object.entries(LIBRARIES))
    site.add(`libraries/${name}`, readFileSync(path.join(root, "node_modules", file), "utf8"));
  for (const name of APPS) site.add(`apps/${name}.js`, await bundle(name));
  for (const [variant, { tag, host }] of Object.entries(VARIANTS)) {
    site.addPage("common.js", { host }, `${variant}/common.js`);
    const add = (name, file, values = {}) => {
      const html = site.pageText(file, { tag, host, ...values });
      site.add(`${variant}/${name}.html`, tag ? marked(html) : html);
    };
    for (const name of [...PAGES, "barba-part", "swup-part", "swup-head-part", "unpoly-part"])
      add(name, `${name}.html`);
    for (const name of APPS)
      add(name, "app.html", { name, rendered: name == "react-hydrates" ? await renderOnServer(host) : "" });
  }
});
after(() => site?.close());

/** @param {keyof typeof VARIANTS} variant */
async function open(t, name, variant) {
  const page = await site.visit(t);
  const requests = [];
  const onTheirWay = new Set();
  page.on("request", (request) => {
    onTheirWay.add(request);
    const { host } = new URL(request.url());
    if (host == UNKNOWN || PLAYERS.includes(host)) requests.push(request.url());
  });
  for (const end of /** @type {const} */ (["requestfinished", "requestfailed"]))
    page.on(end, (request) => onTheirWay.delete(request));
  if (variant == "nobody-answers")
    for (const player of PLAYERS) await page.route(`https://${player}/**`, (route) => route.abort());
  await page.open(`${variant}/${name}.html`);
  return Object.assign(page, { requests, onTheirWay, variant });
}
const act = (page) => page.evaluate(() => window["act"]?.());
// What is seen once all is quiet, with the vendor's host replaced by `vendor`.
async function outcomeOn(page, quiet = 500) {
  const read = () => page.evaluate(() => ({ ...window["outcome"](), ran: window.__ran ?? {} }));
  const end = performance.now() + 10_000;
  let outcome;
  do outcome = await settled(read, quiet);
  while (page.onTheirWay.size && performance.now() < end);
  const text = JSON.stringify(outcome).replaceAll(VARIANTS[page.variant].host, "vendor");
  return JSON.parse(text, (key, value) => (typeof value == "string" ? withSortedAttributes(value) : value));
}
async function outcomeAfterRender(page) {
  await outcomeOn(page);
  await act(page);
  // Frames that load take longer.
  return outcomeOn(page, page.variant == "vendor-answers" ? 1500 : 500);
}
// A library does not forget the events that it heard before a grant.
const withoutEvents = (outcome) => ({ ...outcome, events: undefined });
// A frame that a library has taken out before the grant never runs.
const withRunsOf = (seen, { ran, ...expected }) => ({
  ...expected,
  ran: Object.fromEntries(Object.keys(seen.ran).map((name) => [name, ran[name]])),
});

async function assertEndsAs(expectedOf, page) {
  const deadline = performance.now() + 3000;
  let seen;
  do seen = withoutEvents(await outcomeOn(page));
  while (!isDeepStrictEqual(seen, expectedOf(seen)) && performance.now() < deadline);
  assert.deepEqual(seen, expectedOf(seen));
}
const accept = (page) => page.evaluate(() => window.consentry.acceptAll());

async function compare(t, name) {
  const unreachable = await open(t, name, "nobody-answers");
  const reachable = await open(t, name, "vendor-answers");
  const page = await open(t, name, "with-us");
  const outcomes = await Promise.all([unreachable, reachable, page].map(outcomeAfterRender));
  assert.deepEqual(outcomes[2], outcomes[0], "before a choice");
  assert.deepEqual(page.requests, []);
  const expected = withoutEvents(outcomes[1]);
  await accept(page);
  await assertEndsAs((seen) => withRunsOf(seen, expected), page);

  const grantedFirst = await open(t, name, "with-us");
  await accept(grantedFirst);
  await outcomeAfterRender(grantedFirst);
  await assertEndsAs(() => expected, grantedFirst);
  // On the next page the grant is there from the start.
  await grantedFirst.open(`with-us/${name}.html`);
  await outcomeAfterRender(grantedFirst);
  await assertEndsAs(() => expected, grantedFirst);
  for (const tab of [page, grantedFirst]) {
    assert.deepEqual(tab.uncaughtErrors, unreachable.uncaughtErrors);
    const ofUs = tab.consoleLines.filter(
      (line) => /^(error|warning): /.test(line) && !reachable.consoleLines.includes(line),
    );
    assert.deepEqual(ofUs, []);
  }
}

describe("libraries_do_the_same_with_us", { concurrency: 3 }, () => {
  for (const name of [...PAGES, ...APPS]) test(name, (t) => compare(t, name));
});
