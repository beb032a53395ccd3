// Real libraries of the npm registry on a page with us: nothing that they bring acts before a grant, each vendor runs
// once after it, and they do what they do without us.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { after, before, beforeEach, test } from "node:test";
import { until } from "./browser.mjs";
import { root } from "./site.mjs";
import { ANALYTICS, configuredTag, settled, startStage } from "./stage.mjs";

const LIBRARIES = {
  "htmx.js": "htmx.org/dist/htmx.min.js",
  "idiomorph.js": "idiomorph/dist/idiomorph.min.js",
  "jquery.js": "jquery/dist/jquery.min.js",
  "loadjs.js": "loadjs/dist/loadjs.min.js",
  "morphdom.js": "morphdom/dist/morphdom-umd.min.js",
  "turbo.js": "@hotwired/turbo/dist/turbo.es2017-umd.js",
};

let site;
before(async () => {
  site = await startStage({ test: import.meta.url });
  for (const [name, file] of Object.entries(LIBRARIES))
    site.add(`libraries/${name}`, readFileSync(path.join(root, "node_modules", file), "utf8"));
});
beforeEach(() => site.reset());
after(() => site?.close());

const values = { tag: configuredTag(), vendor: ANALYTICS };
async function visit(t, name, more = []) {
  for (const file of [name, ...more]) site.addPage(file, values);
  const page = await site.visit(t);
  await page.open(name);
  return page;
}
const scriptsThatRan = (page) => settled(() => page.evaluate(() => ({ ...window.__ran })));
const accept = (page) => page.evaluate(() => window.consentry.acceptAll());
const withoutMarks = (page) =>
  page.evaluate(() => !/data-consent|text\/plain/.test(document.documentElement.outerHTML));

test("turbo_meets_each_vendor_once_however_the_visitor_walks", async (t) => {
  const more = `<script src="https://${ANALYTICS}/in-body.js"></script>`;
  site.addPage("turbo.html", { ...values, title: "One", other: "two", more: "" }, "turbo-one.html");
  site.addPage("turbo.html", { ...values, title: "Two", other: "one", more }, "turbo-two.html");
  const page = await site.visit(t);
  await page.open("turbo-one.html");
  const walk = async (...links) => {
    for (const link of links) {
      await page.evaluate((text) => {
        [...document.querySelectorAll("a")].find((anchor) => anchor.textContent == text).click();
      }, link);
      const isThere = (text) => document.querySelector("h1").textContent.toLowerCase() == text;
      await until(() => page.evaluate(isThere, link), `page ${link}`);
    }
  };
  const born = await page.evaluate(() => performance.timeOrigin);
  await walk("two", "one", "two");
  assert.deepEqual(await scriptsThatRan(page), {});
  assert.equal(await withoutMarks(page), true);
  await accept(page);
  await until(() => page.evaluate(() => window.__ran?.["in-head"]), "the vendor in the head runs");
  assert.deepEqual(await scriptsThatRan(page), { "in-head": 1, "in-body": 1 });
  await walk("one", "two");
  const ran = await scriptsThatRan(page);
  assert.equal(ran["in-head"], 1, "what is in every head runs once");
  assert.equal(await page.evaluate(() => performance.timeOrigin), born, "the page was never loaded anew");
  // Turbo leaves it uncaught, without us too, when it gives up what it was fetching.
  assert.deepEqual(
    page.uncaughtErrors.filter((error) => !/signal is aborted|user aborted a request/.test(error)),
    [],
  );
});

test("what_jquery_brings_as_html_is_held_and_runs_once_when_granted", async (t) => {
  const page = await visit(t, "jquery.html", ["jquery-part.txt"]);
  await until(() => page.evaluate(() => window["partLoaded"]), "the part has come");
  assert.deepEqual(await scriptsThatRan(page), {});
  assert.deepEqual(
    site.requests().filter(({ host }) => host == ANALYTICS),
    [],
  );
  assert.deepEqual(await page.evaluate(() => window["failed"]), ["got"], "a held script fails");
  await accept(page);
  await until(() => page.evaluate(() => window.__ran?.["in-part"]), "the part's script runs");
  assert.deepEqual(await scriptsThatRan(page), { "in-html": 1, appended: 1, "in-part": 1, got: 1 });
  assert.deepEqual(page.uncaughtErrors, []);
});

test("an_app_behind_a_loader_starts_without_what_is_held", async (t) => {
  const page = await visit(t, "loadjs.html");
  const shown = () => page.evaluate(() => document.getElementById("app").textContent);
  await until(async () => (await shown()) != "starting", "the loader hears of it");
  assert.equal(await shown(), "started without 1");
  assert.deepEqual(await scriptsThatRan(page), {});
  // The loader has tried twice: of its tries one runs.
  await accept(page);
  await until(() => page.evaluate(() => window.__ran?.statistics), "the script runs");
  assert.deepEqual(await scriptsThatRan(page), { statistics: 1 });
});

const MORPHS = {
  morphdom: () => window["morphdom"](document.getElementById("app"), window["sent"]),
  idiomorph: () => window["Idiomorph"].morph(document.getElementById("app"), window["sent"]),
};
for (const [library, morph] of Object.entries(MORPHS))
  test(`${library}_neither_loses_nor_doubles_a_held_script`, async (t) => {
    const page = await visit(t, "morphing.html");
    await page.evaluate(morph);
    assert.equal(await page.evaluate(() => document.querySelector("p").textContent), "Second");
    assert.equal(await page.evaluate(() => document.querySelectorAll("#vendor").length), 1);
    assert.deepEqual(await scriptsThatRan(page), {});
    await accept(page);
    await until(() => page.evaluate(() => window.__ran?.["in-app"]), "the vendor runs");
    await page.evaluate(morph);
    assert.deepEqual(await scriptsThatRan(page), { "in-app": 1 });
    assert.deepEqual(page.uncaughtErrors, []);
  });

test("what_htmx_swaps_in_is_held_and_runs_once_when_granted", async (t) => {
  const page = await visit(t, "htmx.html", ["htmx-part.txt"]);
  await page.click("button");
  await page.locator("#arrived").waitFor();
  assert.deepEqual(await scriptsThatRan(page), {});
  await accept(page);
  await until(() => page.evaluate(() => window.__ran?.["swapped-in"]), "the script runs");
  assert.deepEqual(await scriptsThatRan(page), { "swapped-in": 1 });
  assert.deepEqual(page.uncaughtErrors, []);
});
