// A visitor who granted some categories and not all: a host that only the full tables know is looked up once,
// and what they said is remembered. On the next page it is in force before the first script of the page, so
// that not even the first call is held. What is remembered never widens what the visitor granted or the owner
// said.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { settled, until } from "./browser.mjs";
import { UNKNOWN, answerAsVendor, configuredTag, startStage } from "./stage.mjs";

/** Hosts that only the full tables know. */
const MEASURING = "cdn.segment.com";
const ADVERTISING = "static.criteo.net";
const PAGE = "calls-while-loading.html";

/** @type {import('./stage.mjs').Stage} */
let site;
before(async () => {
  site = await startStage({
    test: import.meta.url,
    thirdParty: (request) => answerAsVendor({ ...request, host: `${request.host}-example.net` }),
  });
});
after(() => site?.close());

/** What came of the calls that the page made while it loaded, and whom the gate held. */
const outcome = async (page) => {
  await settled(() => page.evaluate(() => [window.heldHosts, window.__ran]));
  return page.evaluate(async () => ({
    measuring: await window.measuringCall,
    advertising: await window.advertisingCall,
    unknown: await window.unknownCall,
    scriptRuns: window.__ran?.measures ?? 0,
    heldHosts: [...new Set(window.heldHosts)].sort(),
  }));
};
const arrivedAt = (host) =>
  site
    .requests()
    .filter((request) => request.host == host)
    .map((request) => request.path)
    .sort();

/** A page whose visitor granted `grants`, once its hosts were looked up. */
async function visitorWhoGranted(t, grants) {
  const page = await site.visit(t);
  await page.open(PAGE);
  await page.evaluate((changes) => window.consentry.save(changes), grants);
  await until(
    () => page.evaluate((host) => localStorage.getItem("consentry.verdicts")?.includes(host), MEASURING),
    "the host was looked up",
  );
  // What the answer releases on this page is none of the next page's concern.
  await settled(() => site.requests().length);
  site.reset();
  return page;
}

test("a_host_that_was_looked_up_once_is_not_held_while_the_next_page_loads", async (t) => {
  const page = await visitorWhoGranted(t, { analytics: true });
  const askedOfOurs = [];
  page.on("request", (request) => /consentry-/.test(request.url()) && askedOfOurs.push(request.url()));
  await page.open(PAGE);
  assert.deepEqual(await outcome(page), {
    measuring: "answered",
    advertising: "failed",
    unknown: "failed",
    scriptRuns: 1,
    heldHosts: [UNKNOWN, ADVERTISING].sort(),
  });
  assert.deepEqual(arrivedAt(MEASURING), ["/call.json", "/measures.js", "/pixel.gif"]);
  assert.deepEqual([...arrivedAt(ADVERTISING), ...arrivedAt(UNKNOWN)], []);
  assert.deepEqual(
    askedOfOurs.filter((url) => /consentry-classify/.test(url)),
    [],
    "nothing is looked up again",
  );
  assert.deepEqual(page.uncaughtErrors, []);
});

test("what_is_remembered_widens_no_grant_of_another_category", async (t) => {
  const page = await visitorWhoGranted(t, { functional: true });
  await page.open(PAGE);
  const { measuring, scriptRuns } = await outcome(page);
  assert.deepEqual({ measuring, scriptRuns }, { measuring: "failed", scriptRuns: 0 });
  assert.deepEqual(arrivedAt(MEASURING), []);
});

test("after_a_withdrawal_the_remembered_host_is_held_from_the_first_call", async (t) => {
  const page = await visitorWhoGranted(t, { analytics: true });
  await page.evaluate(() => window.consentry.withdraw());
  await settled(() => site.requests().length);
  site.reset();
  await page.open(PAGE);
  const { measuring, scriptRuns } = await outcome(page);
  assert.deepEqual({ measuring, scriptRuns }, { measuring: "failed", scriptRuns: 0 });
  assert.deepEqual(arrivedAt(MEASURING), []);
});

test("the_owners_word_on_a_host_wins_over_what_is_remembered", async (t) => {
  const page = await visitorWhoGranted(t, { analytics: true });
  const service = { id: "segment", category: "advertising", hosts: [MEASURING] };
  site.addPage(PAGE, { tag: configuredTag({ services: [service] }) });
  t.after(() => site.addPage(PAGE));
  await page.open(PAGE);
  const { measuring, scriptRuns } = await outcome(page);
  assert.deepEqual({ measuring, scriptRuns }, { measuring: "failed", scriptRuns: 0 });
  assert.deepEqual(arrivedAt(MEASURING), []);
});

for (const [damage, text] of [
  ["cut_off", '{"v":1,"hosts":{"cdn.seg'],
  ["of_a_newer_version", `{"v":2,"hosts":{"${UNKNOWN}":"analytics"}}`],
  ["of_other_tables", `{"v":1,"tables":"other","hosts":{"${UNKNOWN}":"analytics"}}`],
  ["a_list", "[1, 2]"],
])
  test(`remembered_verdicts_that_are_${damage}_release_nobody_and_break_nothing`, async (t) => {
    const page = await visitorWhoGranted(t, { analytics: true });
    await page.evaluate((broken) => localStorage.setItem("consentry.verdicts", broken), text);
    await page.open(PAGE);
    const { unknown, advertising } = await outcome(page);
    assert.deepEqual({ unknown, advertising }, { unknown: "failed", advertising: "failed" });
    assert.deepEqual(page.uncaughtErrors, []);
  });
