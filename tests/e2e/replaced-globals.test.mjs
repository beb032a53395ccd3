// A page may make other things of globals that we need later, as old libraries do: what is held fails all the same, and
// the visitor's choice is made, stored, proven and carried out as on any page.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { after, before, test } from "node:test";
import { layerShown, until } from "./browser.mjs";
import { root } from "./site.mjs";
import { ANALYTICS, answerAsVendor, declaredConfig, settled, startStage } from "./stage.mjs";

// The vendor's script waits for the page's events, and says which it has heard.
const SCRIPT = `window.runs = (window.runs || 0) + 1;
  for (const type of ["DOMContentLoaded", "load"])
    addEventListener(type, () => window.heard.push("script at " + type));`;

let site;
before(async () => {
  site = await startStage({
    test: import.meta.url,
    config: declaredConfig(),
    thirdParty: (request) =>
      request.path == "/script.js" ? { type: "text/javascript", body: SCRIPT } : answerAsVendor(request),
  });
  site.add("mootools.js", readFileSync(path.join(root, "node_modules/scriptjs/vendor/mootools.js"), "utf8"));
});
after(() => site?.close());

/** By name: what a page does right after our tag. */
const CHANGES = {
  // All of MooTools, which replaces Event, Request, Element, Window and Array.from.
  mootools: '<script src="/mootools.js"></script>',
  events: "<script>window.Event = function (event) { this.page = event.pageX; };</script>",
  requests: "<script>window.Request = function () {};</script>",
  timers: "<script>window.setTimeout = () => 0;</script>",
  kinds_of_nodes: "<script>window.Window = window.Element = window.HTMLElement = function () {};</script>",
  // As Prototype does.
  lists:
    "<script>Array.from = (list) => [].slice.call(list);" +
    "Array.prototype.entries = function () { return this.slice(); };" +
    'Array.prototype.toJSON = function () { return "[" + this.map((it) => JSON.stringify(it)) + "]"; };</script>',
  // As datejs and MockDate do.
  dates:
    "<script>const { parse } = Date; Date.parse = (text) => (/\\.\\d+Z$|^undefined$/.test(text) ? null : parse(text));" +
    "Date.now = () => 0;</script>",
  all_objects: "<script>Object.prototype.extra = Boolean.prototype.more = function () {};</script>",
};

for (const [name, change] of Object.entries(CHANGES))
  test(`all_goes_well_with_other_${name}`, async (t) => {
    site.addPage("page.html", { change, host: ANALYTICS }, `${name}.html`);
    const page = await site.visit(t);
    const heard = () => page.evaluate(() => [...window["heard"]].sort());
    await page.open(`${name}.html`);
    const FAILURES = ["Failed to fetch", "link", "script"];
    assert.deepEqual(await settled(heard), FAILURES);
    assert.equal(await page.evaluate(() => document.cookie), "stat_id=1", "it seems to be kept");

    // The preferences open, and what is chosen there is in force at once, and proven.
    await page.click('[data-consentry="preferences"]');
    await layerShown(page, 2);
    await page.click('[data-consentry="save"]');
    await until(() => page.evaluate(() => window.consentry.consent?.denied.length), "what is shown is saved");
    await page.evaluate(() => window.consentry.acceptAll());
    const missed = name == "timers" ? [] : ["script at DOMContentLoaded", "script at load"];
    assert.deepEqual(await settled(heard), [...FAILURES, ...missed].sort());
    assert.equal(await page.evaluate(() => window["runs"]), 1);
    const { id, granted } = await page.evaluate(() => window.consentry.consent);
    assert.match(id, /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/);
    // Without timers nobody tries again to send what waits.
    if (name != "timers")
      await until(
        async () => (await site.ledger.receipts()).some((receipt) => receipt.id == id),
        "the ledger has the receipt",
      );

    // It is in force on the next page too, until the visitor withdraws it there.
    await page.open(`${name}.html`);
    await until(() => page.evaluate(() => window["runs"]), "the vendor's script runs");
    assert.deepEqual(await page.evaluate(() => window.consentry.consent?.granted), granted);
    await page.click('[data-consentry="withdraw"]');
    await until(() => page.evaluate(() => window.consentry.consent.granted.length == 0), "it is withdrawn");
    assert.deepEqual(page.uncaughtErrors, []);
    assert.deepEqual(
      page.consoleLines.filter((line) => /consentry/i.test(line) && !/ counts as /.test(line)),
      [],
    );
  });
