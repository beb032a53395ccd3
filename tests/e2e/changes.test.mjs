// What changes over time: a new revision asks again only about what changed and says what it is; what is asked by itself is
// granted by itself; Global Privacy Control ends grants of advertising.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { layerShown, settled, until } from "./browser.mjs";
import { ADVERTISING, ANALYTICS, TAG, declaredConfig, startStage, wholePage } from "./stage.mjs";

const CHANGES = [
  { revision: "b", previous: "a", summary: "We changed our address." },
  {
    revision: "c",
    previous: "b",
    summary: { en: "A new service measures visits." },
    asks: ["service:stats"],
  },
];
const withRevision = (revision, more = {}) =>
  declaredConfig({
    languages: ["en"],
    controller: { name: "Shop Ltd" },
    revision,
    changes: CHANGES.slice(0, { a: 0, b: 1, c: 2 }[revision]),
    ...more,
  });

/** @type {Record<string, import('./stage.mjs').Stage>} */
const sites = {};
const PAGE = wholePage(
  TAG,
  `<script src="https://${ANALYTICS}/stats.js"></script><script src="https://${ADVERTISING}/ads.js"></script>`,
);
before(async () => {
  for (const [name, config] of Object.entries({
    a: withRevision("a"),
    b: withRevision("b"),
    c: withRevision("c"),
    separate: declaredConfig({
      languages: ["en"],
      services: declaredConfig().services.map((it) => (it.id == "ads" ? { ...it, separate: true } : it)),
    }),
    gpcOff: declaredConfig({ languages: ["en"], signals: { gpc: false } }),
  }))
    sites[name] = await startStage({ config, pages: { "index.html": PAGE } });
});
after(async () => {
  for (const site of Object.values(sites)) await site.close();
});

const stored = (page) => page.evaluate(() => JSON.parse(localStorage.getItem("consentry")));
const ran = (page) => page.evaluate(() => Object.keys(window.__ran ?? {}).sort());
const button = (page, name) => page.locator(`consentry-banner section [data-consentry="${name}"]`);

/** A visitor of revision `to` with a choice made under revision `from`. */
async function comeBack(t, from, to, choose) {
  const first = await sites[from].visit(t);
  await first.open("/");
  await first.evaluate(choose);
  const choice = await first.evaluate(() => localStorage.getItem("consentry"));
  const page = await sites[to].visit(t);
  await page.addInitScript((text) => {
    if (!sessionStorage.seen) localStorage.setItem("consentry", text);
    sessionStorage.seen = 1;
  }, choice);
  await page.open("/");
  return page;
}

test("what_only_has_to_be_told_is_told_once_and_every_grant_stays", async (t) => {
  const page = await comeBack(t, "a", "b", () => window.consentry.acceptAll());
  await until(async () => (await ran(page)).length == 2, "what was granted runs");
  await until(() => button(page, "understood").isVisible(), "the news is shown");
  // As it is seen: the text takes room on the screen.
  const text = await page.locator("consentry-banner section").innerText();
  assert.match(text, /We changed our address\./);
  assert.match(text, /need not do anything/);
  const { height } = await page.locator("consentry-banner section .text").boundingBox();
  assert.ok(height > 40, `${height} px of text`);
  await button(page, "understood").click();
  await layerShown(page, 0);
  assert.equal((await stored(page)).revision, "b");
  await page.open("/");
  await until(async () => (await ran(page)).length == 2, "it still runs");
  await settled(() => page.evaluate(() => !!document.querySelector("consentry-banner")));
  assert.equal(await page.evaluate(() => document.querySelector("consentry-banner")), null);
});

for (const [answer, granted] of /** @type {const} */ ([
  ["accept-all", true],
  ["reject-all", false],
]))
  test(`only_what_is_new_is_asked_and_${answer}_answers_that_alone`, async (t) => {
    const page = await comeBack(t, "a", "c", () =>
      window.consentry.save({ analytics: true, advertising: true }),
    );
    await until(async () => (await ran(page)).includes("ads"), "what did not change runs");
    await until(() => button(page, answer).isVisible(), "the question is there");
    assert.deepEqual(await ran(page), ["ads"], "what is asked does not run");
    const text = await page.locator("consentry-banner section").textContent();
    assert.match(text, /We changed our address\./);
    assert.match(text, /A new service measures visits\./);
    assert.match(text, /only ask about: stats/);
    await button(page, answer).click();
    await until(async () => (await stored(page)).revision == "c", "the answer is kept");
    const choice = await stored(page);
    assert.equal(choice.granted.includes("service:stats"), granted);
    assert.ok(choice.granted.includes("advertising") && choice.denied.includes("functional"));
    await page.open("/");
    await until(async () => (await ran(page)).includes("ads"), "the rest still runs");
    assert.equal((await settled(() => ran(page))).includes("stats"), granted);
  });

test("a_refusal_is_remembered_as_long_as_a_grant_and_asks_nothing_for_what_is_only_told", async (t) => {
  const page = await comeBack(t, "a", "b", () => window.consentry.rejectAll());
  await until(() => button(page, "understood").isVisible(), "the news is shown");
  await button(page, "understood").click();
  const { granted, id, expires, time } = await stored(page);
  assert.deepEqual([granted, id], [[], null]);
  assert.equal((Date.parse(expires) - Date.parse(time)) / 864e5, 185);
});

test("a_revision_that_no_change_leads_to_is_asked_whole", async (t) => {
  const page = await comeBack(t, "c", "a", () => window.consentry.acceptAll());
  await layerShown(page, 1);
  assert.ok(await button(page, "reject-all").isVisible());
  assert.equal(await page.evaluate(() => window.consentry.consent), null);
  assert.deepEqual(await ran(page), []);
});

test("what_is_asked_by_itself_is_not_granted_by_accepting_everything", async (t) => {
  const page = await sites.separate.visit(t);
  await page.open("/");
  await layerShown(page, 1);
  await button(page, "accept-all").click();
  await until(async () => (await ran(page)).includes("stats"), "the rest runs");
  assert.deepEqual(await settled(() => ran(page)), ["stats"]);
  assert.ok((await stored(page)).denied.includes("service:ads"));
  await page.evaluate(() => window.consentry.save({ functional: false }));
  assert.ok((await stored(page)).denied.includes("service:ads"), "nor by another choice");
  await page.evaluate(() => window.consentry.showPreferences());
  await layerShown(page, 2);
  await page.locator('consentry-banner dialog [data-consentry="accept-all"]').click();
  assert.ok((await stored(page)).denied.includes("service:ads"), "nor in the preferences");
  await page.evaluate(() => window.consentry.save({ "service:ads": true }));
  await until(async () => (await ran(page)).includes("ads"), "by its own name it is");
  await page.evaluate(() => window.consentry.acceptAll());
  assert.ok((await stored(page)).granted.includes("service:ads"), "and then it stays");
});

test("the_switch_of_a_category_leaves_what_is_asked_by_itself_off", async (t) => {
  const page = await sites.separate.visit(t);
  await page.open("/");
  await layerShown(page, 1);
  await page.locator('consentry-banner [data-consentry="preferences"]').click();
  await layerShown(page, 2);
  await page
    .locator("consentry-banner dialog details")
    .evaluateAll((all) => all.forEach((it) => it.setAttribute("open", "")));
  await page.locator('consentry-banner input[data-consentry-category="advertising"]').check();
  assert.equal(await page.locator('consentry-banner input[data-consentry-service="ads"]').isChecked(), false);
  assert.match(
    await page.locator("consentry-banner dialog").textContent(),
    /Asked for by itself: “Accept all” does not/,
  );
});

const withSignal = () => Object.defineProperty(navigator, "globalPrivacyControl", { value: true });

test("global_privacy_control_ends_earlier_grants_of_advertising_visibly_and_turns_nothing_on", async (t) => {
  const page = await sites.a.visit(t);
  await page.open("/");
  await page.evaluate(() => window.consentry.acceptAll());
  const granted = await stored(page);
  await page.addInitScript(withSignal);
  await page.open("/");
  await until(async () => (await ran(page)).includes("stats"), "what is no advertising runs");
  assert.deepEqual(await settled(() => ran(page)), ["stats"]);
  const choice = await stored(page);
  assert.deepEqual(
    [choice.granted.sort(), choice.denied, choice.source],
    [["analytics", "functional"], ["advertising"], "gpc"],
  );
  assert.equal(choice.expires, granted.expires, "what was granted is not granted anew");
  const receipts = await until(async () => {
    const all = await sites.a.ledger.receipts();
    return all.some(({ action }) => action == "gpc") && all;
  }, "the ledger has it");
  assert.deepEqual(receipts.find(({ action }) => action == "gpc").denied, ["advertising"]);
  await page.evaluate(() => window.consentry.showPreferences());
  await layerShown(page, 2);
  assert.match(await page.locator("consentry-banner dialog").textContent(), /Global Privacy Control/);
});

test("an_explicit_grant_made_while_the_signal_is_on_stands", async (t) => {
  const page = await sites.a.visit(t);
  await page.addInitScript(withSignal);
  await page.open("/");
  await layerShown(page, 1);
  assert.equal(await page.evaluate(() => window.consentry.consent), null, "the visitor is still asked");
  await button(page, "accept-all").click();
  await until(async () => (await ran(page)).length == 2, "all runs");
  await page.open("/");
  await until(async () => (await ran(page)).length == 2, "all runs on the next page");
  assert.ok((await stored(page)).granted.includes("advertising"));
});

test("a_site_may_leave_the_signal_alone", async (t) => {
  const page = await sites.gpcOff.visit(t);
  await page.open("/");
  await page.evaluate(() => window.consentry.acceptAll());
  await page.addInitScript(withSignal);
  await page.open("/");
  await until(async () => (await ran(page)).length == 2, "all runs");
});

test("a_signal_does_not_answer_for_what_is_new", async (t) => {
  const page = await comeBack(t, "a", "c", () => window.consentry.acceptAll());
  await page.addInitScript(withSignal);
  await page.open("/");
  await until(() => button(page, "accept-all").isVisible(), "the question is there");
  assert.equal((await stored(page)).revision, "a");
  assert.deepEqual(await ran(page), []);
});

test("hiding_a_note_takes_it_away", async (t) => {
  const page = await comeBack(t, "a", "b", () => window.consentry.acceptAll());
  await until(() => button(page, "understood").isVisible(), "the news is shown");
  await page.evaluate(() => window.consentry.hide());
  await page.evaluate(() => window.consentry.show());
  await layerShown(page, 1);
  assert.equal(await page.locator("consentry-banner .banner").count(), 1);
});
