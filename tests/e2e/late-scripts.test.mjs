// A script that a grant lets run after the page is ready meets the events that it missed, each once, and nobody
// else hears them again.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { until } from "./browser.mjs";
import { ANALYTICS, answerAsVendor, configuredTag, settled, startStage } from "./stage.mjs";

// What the vendor's scripts do, by file name.
const SCRIPTS = {
  "ready.js": `
    document.addEventListener("DOMContentLoaded", (event) =>
      heard.push(["ready", event.type, event.target == document, event.currentTarget == document,
        typeof window.setByLoadScript].join(" ")));
    document.addEventListener("DOMContentLoaded", { handleEvent() { heard.push("ready object") } });
    window.addEventListener("pageshow", ({ persisted }) => heard.push("ready pageshow " + persisted));
    document.addEventListener("readystatechange", () => heard.push("ready " + document.readyState));`,
  "load.js": `
    window.setByLoadScript = 1;
    window.addEventListener("load", function (event) {
      heard.push("load " + event.type + (this == window));
    });
    addEventListener("load", () => { throw new Error("vendor's own") });`,
  "onload.js": `
    const earlier = window.onload;
    window.onload = () => { if (earlier) earlier(); heard.push("onload") };`,
  "module.js": `window.addEventListener("load", () => heard.push("module load")); window.moduleRan = 1;`,
};
const thirdParty = (request) => {
  const body = request.host == ANALYTICS && SCRIPTS[request.path.slice(1)];
  return body
    ? { type: "text/javascript", body, headers: { "access-control-allow-origin": "*" } }
    : answerAsVendor(request);
};

let site;
before(async () => {
  site = await startStage({ test: import.meta.url, thirdParty });
});
after(() => site?.close());

const PAGES_OWN = [
  "page interactive",
  "page DOMContentLoaded",
  "page complete",
  "page load",
  "page's property: load",
  "page pageshow",
];
const MISSED = [
  "ready DOMContentLoaded true true number",
  "ready object",
  "ready complete",
  "load loadtrue",
  "onload",
  "ready pageshow false",
];

test("what_is_released_late_hears_each_event_that_it_missed_once", async (t) => {
  site.addPage("listeners.html", { tag: configuredTag(), vendor: ANALYTICS });
  const page = await site.visit(t);
  await page.open("listeners.html");
  await settled(() => page.evaluate(() => window["heard"].length));
  assert.deepEqual(await page.evaluate(() => window["heard"]), PAGES_OWN);
  await page.evaluate(() => window.consentry.acceptAll());
  await until(() => page.evaluate(() => window["moduleRan"]), "the module runs");
  const heard = await settled(() => page.evaluate(() => window["heard"]));
  assert.deepEqual(heard.slice(0, PAGES_OWN.length), PAGES_OWN);
  const late = heard.slice(PAGES_OWN.length);
  assert.deepEqual(
    late.filter((line) => !/^module/.test(line)),
    MISSED,
  );
  assert.deepEqual(
    late.filter((line) => /^module/.test(line)),
    ["module load"],
  );
  assert.deepEqual(page.uncaughtErrors, ["vendor's own"]);
});
