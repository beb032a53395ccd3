// Whole situations as sites have them: a real library does its work on a page with us, before a choice, after a
// refusal, after a grant, and after a withdrawal, and what the page sees then is compared with what it sees without our
// tag. Where consent is missing, that is what it sees where none but its own host can be found.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { isDeepStrictEqual } from "node:util";
import { after, before, describe, test } from "node:test";
import esbuild from "esbuild";
import { contextWith, launch, until } from "./browser.mjs";
import { root } from "./site.mjs";
import { PLAIN_TAG, settled, startStage } from "./stage.mjs";
import { answerAsVendorOfSituation } from "./situations/vendors.mjs";

// Files of `node_modules`, by the names under which the pages load them.
const LIBRARIES = {
  "FileSaver.js": "file-saver/dist/FileSaver.js",
  "comlink.mjs": "comlink/dist/esm/comlink.mjs",
  "epub.js": "epubjs/dist/epub.js",
  "friendly-challenge.js": "friendly-challenge/widget.js",
  "html2canvas.js": "html2canvas/dist/html2canvas.js",
  "iframeResizer.contentWindow.js": "iframe-resizer/js/iframeResizer.contentWindow.js",
  "iframeResizer.js": "iframe-resizer/js/iframeResizer.js",
  "jquery.js": "jquery/dist/jquery.js",
  "jspdf.js": "jspdf/dist/jspdf.umd.js",
  "leaflet.js": "leaflet/dist/leaflet-src.js",
  "mermaid.js": "mermaid/dist/mermaid.min.js",
  "papaparse.js": "papaparse/papaparse.js",
  "paypal.js": "@paypal/paypal-js/dist/iife/paypal-js.js",
  "partytown/partytown-sw.js": "@builder.io/partytown/lib/partytown-sw.js",
  "partytown/partytown.js": "@builder.io/partytown/lib/partytown.js",
  "pdf.mjs": "pdfjs-dist/build/pdf.min.mjs",
  "pdf.worker.mjs": "pdfjs-dist/build/pdf.worker.min.mjs",
  "print.js": "print-js/dist/print.js",
  "purify.js": "dompurify/dist/purify.js",
  "quill.js": "quill/dist/quill.js",
  "require.js": "requirejs/require.js",
  "system.js": "systemjs/dist/system.js",
  "tinymce/icons/default/icons.min.js": "tinymce/icons/default/icons.min.js",
  "tinymce/models/dom/model.min.js": "tinymce/models/dom/model.min.js",
  "tinymce/themes/silver/theme.min.js": "tinymce/themes/silver/theme.min.js",
  "tinymce/tinymce.min.js": "tinymce/tinymce.min.js",
  "vimeo.js": "@vimeo/player/dist/player.js",
};
// Those that come as modules, each bundled with the code of a site.
const APPS = [
  "adyen",
  "captcha",
  "disqus",
  "helmet",
  "intercom",
  "maps",
  "micro",
  "recaptcha",
  "requests",
  "sentry",
  "socket",
  "storage",
  "stripe",
  "workbox",
  "youtube",
];

const folder = path.join(import.meta.dirname, "situations");
async function bundle(name) {
  const { outputFiles } = await esbuild.build({
    entryPoints: [path.join(folder, `apps/${name}.js`)],
    bundle: true,
    write: false,
    format: "iife",
    conditions: ["browser"],
    define: { "process.env.NODE_ENV": '"production"' },
  });
  return outputFiles[0].text;
}

let site;
// A browser that finds no host but the site's own.
let lonelyBrowser;
before(async () => {
  site = await startStage({ test: import.meta.url, thirdParty: answerAsVendorOfSituation });
  lonelyBrowser = await launch({ rules: "MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1" });
  for (const [name, file] of Object.entries(LIBRARIES))
    site.add(`libraries/${name}`, readFileSync(path.join(root, "node_modules", file)));
  site.addFolder("book", path.join(folder, "book"));
  site.add("minutes.pdf", readFileSync(path.join(folder, "minutes.pdf")));
  await Promise.all(APPS.map(async (name) => site.add(`apps/${name}.js`, await bundle(name))));
});
after(async () => {
  await lonelyBrowser?.close();
  await site?.close();
});

const VARIANTS = {
  "vendors-answer": { tag: "" },
  "nobody-answers": { tag: "" },
  "with-us": { tag: PLAIN_TAG },
};
async function open(t, name, variant) {
  site.addPage(`${name}.html`, VARIANTS[variant], `${variant}/${name}.html`);
  let page;
  if (variant == "nobody-answers") {
    const context = await contextWith(lonelyBrowser);
    t.after(() => context.close());
    page = await site.openTab(context);
  } else page = await site.visit(t);
  await page.open(`${variant}/${name}.html`);
  return page;
}

// What the page does by itself, until it has an answer to all that it asked, and then the visitor on it.
async function act(page, visitor = undefined) {
  await page.waitForFunction(() => window["outcome"]);
  await page.evaluate(async () => {
    await Promise.race([window["act"]?.(), new Promise((resolve) => setTimeout(resolve, 10_000))]);
  });
  await visitor?.(page);
}
// A page tells what it has `now`, and what it has `heard` in all, which a grant that comes later does not change.
async function outcomeOn(page) {
  const { now = null, heard = null } = await page.evaluate(() => {
    const late = new Promise((resolve) => setTimeout(resolve, 5000, { now: "it never told" }));
    return Promise.race([window["outcome"](), late]);
  });
  const addresses = page
    .frames()
    .slice(1)
    .map((frame) => frame.url().slice(0, 50));
  const outer = addresses.filter((address) => /^(https?|data):/.test(address));
  // The browser shows a PDF in a frame of its own within.
  return { now, heard, frames: [...new Set(outer)] };
}
const settledOutcome = (page) => settled(() => outcomeOn(page), 400);

// Without us, where every vendor answers. What is null now is still to come.
async function wholeOutcome(page) {
  const isDone = async () => !Object.values((await outcomeOn(page)).now ?? {}).includes(null);
  await until(isDone, "the page is done without us");
  return settledOutcome(page);
}

// `part` is one of the outcome's, if not all of it.
async function assertComesTo(expected, page, when, part) {
  const read = async () => {
    const outcome = await outcomeOn(page);
    return part ? outcome[part] : outcome;
  };
  const isReached = async () => isDeepStrictEqual(await read(), expected);
  await until(isReached, when, { within: 5000 }).catch(() => {});
  assert.deepEqual(await read(), expected, when);
}

function assertQuiet(page, ...references) {
  const known = references.flatMap((reference) => reference.uncaughtErrors);
  assert.deepEqual(
    page.uncaughtErrors.filter((error) => !known.includes(error)),
    [],
  );
  assert.deepEqual(
    page.consoleLines.filter((line) => /consentry/i.test(line) && !/ counts as /.test(line)),
    [],
  );
}

// Works as without us, whatever the visitor chooses.
async function playUnharmed(t, name, visitor) {
  const reference = await open(t, name, "vendors-answer");
  await act(reference, visitor);
  const expected = await wholeOutcome(reference);
  const page = await open(t, name, "with-us");
  await act(page, visitor);
  await assertComesTo(expected, page, "before a choice");
  await page.evaluate(() => window.consentry.rejectAll());
  await page.reload();
  await act(page, visitor);
  await assertComesTo(expected, page, "after a refusal");
  await page.evaluate(() => window.consentry.acceptAll());
  await page.reload();
  await act(page, visitor);
  await assertComesTo(expected, page, "after a grant");
  assertQuiet(page, reference);
}

// Waits for consent as for a host that cannot be found.
async function playHeld(t, name, isWithdrawn) {
  const references = [await open(t, name, "vendors-answer"), await open(t, name, "nobody-answers")];
  for (const reference of references) await act(reference);
  const [expected, failing] = [await wholeOutcome(references[0]), await settledOutcome(references[1])];
  assert.notDeepEqual(failing, expected, "the page notices whether the vendor answers");
  const page = await open(t, name, "with-us");
  await act(page);
  assert.deepEqual(await settledOutcome(page), failing, "before a choice");
  await page.evaluate(() => window.consentry.rejectAll());
  assert.deepEqual(await settledOutcome(page), failing, "after a refusal");
  // What is waited for is what the page comes to, not the promise.
  await page.evaluate(() => void window.consentry.acceptAll());
  await assertComesTo(expected.now, page, "after a grant", "now");
  await page.reload();
  await act(page);
  await assertComesTo(expected, page, "with a grant stored");
  if (isWithdrawn) {
    await page.evaluate(() => window.consentry.withdraw());
    await page.reload();
    await act(page);
    assert.deepEqual(await settledOutcome(page), failing, "after a withdrawal");
  }
  assertQuiet(page, ...references);
}

// What is the site's own, what the visitor does, payment and protection from robots; and what a page reads of its own
// where the vendor's answer makes no difference.
const UNHARMED = {
  "adyen-challenge": null,
  backgrounds: null,
  "bank-form-written": null,
  "button-in-a-payment-frame": (page) => page.frameLocator("#button").locator("button").click(),
  "friendly-captcha": null,
  hcaptcha: null,
  html2canvas: null,
  "iframe-resizer": null,
  "jspdf-preview": null,
  "kept-by-the-site": null,
  "live-preview": null,
  "mermaid-sandbox": null,
  papaparse: null,
  "paypal-window": null,
  "pdf-viewer": null,
  "print-js": null,
  "scripts-that-cannot-run": null,
  sentry: null,
  sockets: null,
  "stripe-challenge": null,
  workbox: null,
};
const HELD = [
  "disqus",
  "dompurify",
  "epub-reader",
  "helmet",
  "intercom",
  "jquery-jsonp",
  "leaflet",
  "maps-loader",
  "micro-frontend",
  "partytown",
  "quill",
  "recaptcha",
  "requests",
  "requirejs",
  "sounds",
  "systemjs",
  "tinymce",
  "umd-before-a-loader",
  "vimeo",
  "worker-of-text",
  "youtube-player",
];

// One of each kind: a script, a frame, pictures, calls, a worker.
const WITHDRAWN = ["intercom", "leaflet", "requests", "vimeo", "worker-of-text"];

describe("situations", { concurrency: 4 }, () => {
  for (const [name, visitor] of Object.entries(UNHARMED))
    test(`${name}_works_as_without_us`, (t) => playUnharmed(t, name, visitor));
  for (const name of HELD)
    test(`${name}_waits_for_consent_as_for_a_host_that_cannot_be_found`, (t) =>
      playHeld(t, name, WITHDRAWN.includes(name)));

  test("downloads_begin_whoever_offers_the_file", async (t) => {
    for (const variant of ["vendors-answer", "with-us"]) {
      const page = await open(t, "downloads", variant);
      for (const name of ["table", "manual"]) {
        const began = page.waitForEvent("download");
        await page.click("#" + name);
        assert.match((await began).suggestedFilename(), new RegExp(name), variant);
      }
    }
  });

  test("a_named_module_that_is_released_is_found_by_the_page_s_own_loader", async (t) => {
    const page = await open(t, "named-module", "with-us");
    assert.equal(await page.evaluate(() => window["jquery"]), undefined);
    await page.evaluate(() => window.consentry.acceptAll());
    await until(() => page.evaluate(() => window["jquery"] == "3"), "the module has come");
    assert.deepEqual(page.uncaughtErrors, []);
  });

  test("a_loader_that_is_released_is_found_by_what_follows_it", async (t) => {
    const page = await open(t, "released-loader", "with-us");
    await page.evaluate(() => window.consentry.acceptAll());
    await until(() => page.evaluate(() => window["jquery"] == "3"), "the module has come");
    assert.deepEqual(page.uncaughtErrors, []);
  });

  test("nothing_is_in_the_window_but_consentry", async (t) => {
    const namesOn = async (variant) => {
      const page = await open(t, "scripts-that-cannot-run", variant);
      return page.evaluate(() => Object.getOwnPropertyNames(window).sort());
    };
    const without = await namesOn("vendors-answer");
    const added = (await namesOn("with-us")).filter((name) => !without.includes(name));
    assert.deepEqual(added, ["consentry"]);
  });
});
