// Marked tags on the page of a visitor whose grant is stored: they run where they stand, as the parser comes
// to them, in document order with the page's own scripts, by the gate alone. Tags without a grant stay held.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { contextWith, record, settled } from "./browser.mjs";
import { ADVERTISING, ANALYTICS, configuredTag, startStage } from "./stage.mjs";

const PAGE = "marked-tags.html";
const OF_THE_PAGE = ["page 1", "page 2", "page 3", "page 4", "page 5", "DOMContentLoaded"];
const IN_DOCUMENT_ORDER = [
  "page 1",
  "first",
  "page 2",
  "inline",
  "page 3",
  "automatic",
  "service",
  "page 4",
  "writer",
  "page 5",
  "DOMContentLoaded",
];

/** @type {import('./stage.mjs').Stage} */
let site;
before(async () => {
  site = await startStage({ test: import.meta.url, tag: configuredTag() });
});
after(() => site?.close());

/** The page on a visit after `choose` was done on an earlier page, and the requests of this visit. */
async function nextVisit(t, choose) {
  const context = await contextWith(site.browser);
  t.after(() => context.close());
  const page = await site.openTab(context);
  await page.open(PAGE);
  await page.evaluate(choose);
  // What the choice released on this page is none of the next page's concern.
  await settled(() => site.requests().length);
  site.reset();
  const requests = record(context);
  await page.open(PAGE);
  await settled(() => page.evaluate(() => window.__log));
  return { page, requests };
}

const pathsAt = (host) =>
  site
    .requests()
    .filter((request) => request.host == host)
    .map((request) => request.path)
    .sort();
const grantAnalytics = () => window.consentry.save({ analytics: true });

test("granted_scripts_run_in_document_order_before_the_document_is_parsed", async (t) => {
  const { page } = await nextVisit(t, grantAnalytics);
  assert.deepEqual(await page.evaluate(() => window.__log), IN_DOCUMENT_ORDER);
  assert.deepEqual(page.uncaughtErrors, []);
});

test("a_granted_external_script_is_the_current_script_while_it_runs", async (t) => {
  const { page } = await nextVisit(t, grantAnalytics);
  assert.deepEqual(
    await page.evaluate(() => window.__current),
    Object.fromEntries(
      ["first", "automatic", "service"].map((name) => [name, `https://${ANALYTICS}/${name}.js`]),
    ),
  );
});

test("what_a_granted_script_writes_stands_in_its_place", async (t) => {
  const { page } = await nextVisit(t, grantAnalytics);
  const order = await page.evaluate(() => [...document.querySelectorAll("p")].map(({ id }) => id));
  assert.deepEqual(order, ["before", "written", "after"]);
});

test("granted_images_and_frames_load_and_denied_tags_stay_held", async (t) => {
  const { page } = await nextVisit(t, grantAnalytics);
  await settled(() => site.requests().length);
  assert.deepEqual(pathsAt(ANALYTICS), [
    "/automatic.js",
    "/first.js",
    "/frame.html",
    "/image.gif",
    "/service.js",
  ]);
  assert.deepEqual(pathsAt(ADVERTISING), []);
  const denied = page.locator('img[data-consent="advertising"], iframe[data-consent="advertising"]');
  assert.deepEqual(
    await denied.evaluateAll((elements) => elements.map((element) => element.hasAttribute("src"))),
    [false, false],
  );
});

test("granted_tags_need_no_file_but_the_gate", async (t) => {
  const { requests } = await nextVisit(t, grantAnalytics);
  const ours = requests.list.map(({ url }) => new URL(url).pathname).filter((path) => /consentry/.test(path));
  // The page before may still have been fetching the preferences.
  assert.deepEqual(
    ours.filter((path) => !/ui|preferences/.test(path)),
    ["/consentry.js"],
  );
});

test("granted_tags_run_where_no_other_file_of_ours_can_be_had", async (t) => {
  const context = await contextWith(site.browser);
  t.after(() => context.close());
  const page = await site.openTab(context);
  await page.open(PAGE);
  await page.evaluate(grantAnalytics);
  await page.route(/\/consentry-/, (route) => route.abort());
  await page.open(PAGE);
  assert.deepEqual(await settled(() => page.evaluate(() => window.__log)), IN_DOCUMENT_ORDER);
});

for (const [choice, choose] of Object.entries({
  a_refusal: () => window.consentry.rejectAll(),
  a_withdrawal: () => window.consentry.acceptAll().then(() => window.consentry.withdraw()),
  a_grant_of_another_category: () => window.consentry.save({ functional: true }),
}))
  test(`marked_tags_stay_held_on_the_page_after_${choice}`, async (t) => {
    const { page } = await nextVisit(t, choose);
    assert.deepEqual(await page.evaluate(() => window.__log), OF_THE_PAGE);
    assert.deepEqual([...pathsAt(ANALYTICS), ...pathsAt(ADVERTISING)], []);
  });

test("a_denied_service_stays_held_although_its_category_is_granted", async (t) => {
  const { page } = await nextVisit(t, () =>
    window.consentry.save({ analytics: true, "service:stats": false }),
  );
  const log = await page.evaluate(() => window.__log);
  assert.ok(!log.includes("automatic") && !log.includes("service"), log.join());
  assert.ok(
    log.some((entry) => entry.startsWith("inline")),
    "marked with the category alone",
  );
});

test("what_a_script_inserts_or_writes_while_the_page_loads_runs_once", async (t) => {
  site.add("slow.html", site.pageText("inserted-tags.html", { tag: configuredTag() }));
  const context = await contextWith(site.browser);
  t.after(() => context.close());
  const page = await site.openTab(context);
  await page.open("slow.html");
  await page.evaluate(grantAnalytics);
  await page.open("slow.html");
  const ran = await settled(() => page.evaluate(() => [...window.__log].sort()));
  assert.deepEqual(ran, ["inserted", "inserted later", "waits", "written"]);
  assert.deepEqual(page.uncaughtErrors, []);
});
