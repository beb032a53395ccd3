// What is held fails as what an unreachable host has: by the same events, as often, and later than it was asked for.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { until } from "./browser.mjs";
import { UNKNOWN, UNREACHABLE, configuredTag, declaredConfig, settled, startStage } from "./stage.mjs";

let site;
before(async () => {
  site = await startStage({ test: import.meta.url });
});
after(() => site?.close());

// What a page is told of everything that it asks a host for.
async function toldOn(page, values) {
  site.addPage("everything.html", values);
  await page.open("everything.html");
  await page.waitForTimeout(1500);
  const told = await settled(() => page.evaluate(() => window["told"]));
  return { ...told, sheets: await settled(() => page.evaluate(sheetsInForce)) };
}

// The style sheets of the page, each with whether its element has it too.
function sheetsInForce() {
  const fetched = [...document.styleSheets].filter(({ href }) => href);
  return fetched.map(({ href, ownerNode }) => {
    const link = /** @type {HTMLLinkElement} */ (ownerNode);
    return `${new URL(href).pathname} ${link.sheet.href == href}`;
  });
}

// A source of events tries an unreachable host again and again, and a held one not: once is enough.
const withoutRepeats = ({ events, ...told }) => {
  const compared = { ...told, events: events?.[0] };
  // In other engines a frame says nothing of its own error page, where it tells of our empty one; and a style sheet that
  // is held while it loads fails twice.
  if (process.env.ENGINE)
    for (const name of ["frame with a late address", "parsed sheet"]) delete compared[name];
  return compared;
};

for (const [when, choose] of [
  ["before_a_choice", null],
  ["after_a_refusal", () => window.consentry.rejectAll()],
])
  test(`what_is_held_fails_as_an_unreachable_host_does_${when}`, async (t) => {
    const page = await site.visit(t);
    const expected = await toldOn(page, { tag: "", host: UNREACHABLE });
    const tag = configuredTag(declaredConfig());
    if (choose) {
      await toldOn(page, { tag, host: UNKNOWN });
      await page.evaluate(choose);
    }
    site.reset();
    const told = await toldOn(page, { tag, host: UNKNOWN });
    assert.deepEqual(withoutRepeats(told), withoutRepeats(expected));
    assert.deepEqual(page.uncaughtErrors, []);
  });

test("what_failed_and_is_still_in_the_page_loads_on_a_grant", async (t) => {
  const page = await site.visit(t);
  await toldOn(page, { tag: configuredTag(declaredConfig()), host: UNKNOWN });
  await page.evaluate(() => (window["told"] = {}));
  await page.evaluate(() => window.consentry.acceptAll());
  await until(() => page.evaluate(() => window.__ran?.made && window.__ran.parsed), "the scripts run");
  const told = await settled(() => page.evaluate(() => window["told"]));
  const loaded = Object.keys(told).filter((name) => told[name].join() == "load");
  for (const name of [
    "parsed script",
    "async script",
    "script",
    "script with a late address",
    "image",
    "parsed image",
  ])
    assert.ok(loaded.includes(name), `${name}: ${told[name]}`);
});
