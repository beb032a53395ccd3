// The whole journey on the demo, once by pointer and once by keyboard alone: first visit, refusal, reload,
// consent, partial choice, withdrawal, reload; and what the ledger holds of it, through a kill -9.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { contextWith, launch, layerShown, runCounts, settled, storageOf, until } from "./browser.mjs";
import { startSite } from "./site.mjs";

let site;
let browser;
before(async () => {
  site = await startSite();
  browser = await launch(site);
});
after(async () => {
  await browser?.close();
  await site?.close();
});

// Static tags in the page's HTML that nobody marked: the browser asks for them before any script can act.
const STATIC = ["www.googletagmanager.com", "www.youtube.com"];
const NECESSARY = ["cdnjs.cloudflare.com"];
const FIRST_PARTY = ["portal", "measure", "cdnjs"];
const VENDORS = {
  analytics: ["gtag", "hotjar", "hotjar-modules", "posthog", "mixpanel", "matomo", "after-matomo"],
  advertising: ["google-ads", "google-ads-frame", "meta", "youtube:traxm8te001", "youtube:traxm8te002"],
  functional: ["intercom"],
};
const ALL = Object.values(VENDORS).flat();

const HARMLESS = { cookies: ["cart_visits"], localStorage: ["wish"], sessionStorage: ["session_hint"] };
async function assertNothingButHarmless(page, ours) {
  const stored = await storageOf(page);
  assert.deepEqual(
    stored.cookies.map((cookie) => cookie.name),
    HARMLESS.cookies,
  );
  assert.deepEqual(Object.keys(stored.localStorage).sort(), [...HARMLESS.localStorage, ...ours].sort());
  assert.deepEqual(Object.keys(stored.sessionStorage), HARMLESS.sessionStorage);
}
const assertNoVendorHasCookies = async (page) =>
  assert.deepEqual((await storageOf(page)).thirdPartyCookies, []);

async function assertRan(page, vendors) {
  await until(async () => {
    const ran = await runCounts(page);
    return [...FIRST_PARTY, ...vendors].every((name) => ran[name]);
  }, `ran: ${vendors}`);
  const ran = await settled(() => runCounts(page));
  assert.deepEqual(Object.keys(ran).sort(), [...FIRST_PARTY, ...vendors].sort());
  assert.deepEqual(
    Object.entries(ran).filter(([, times]) => times != 1),
    [],
    "exactly once",
  );
}

async function assertNoScriptAskedForATracker() {
  const asked = await settled(() => site.requests().map(({ host }) => host));
  assert.deepEqual(
    asked.filter((host) => ![...NECESSARY, ...STATIC].includes(host)),
    [],
  );
  assert.ok(new Set(asked).size == asked.length, "static tags left, once each");
}

// The control of ours that is to be seen, and where its middle is.
const placeOf = (page, control) =>
  page.evaluate((selector) => {
    const banner = document.querySelector("consentry-banner");
    const roots = [document, banner?.shadowRoot, document.querySelector("consentry-reopen")?.shadowRoot];
    const found = roots.flatMap((root) => [...(root?.querySelectorAll(selector) ?? [])]);
    const shown = found.find((element) => element.getClientRects()[0]);
    shown?.scrollIntoView({ block: "nearest" });
    const box = shown?.getBoundingClientRect();
    return box ? { x: box.x + box.width / 2, y: box.y + box.height / 2 } : null;
  }, control);

/** The two ways to reach a control of ours. */
const hands = {
  async pointer(page, control) {
    const { x, y } = await until(
      async () => settled(() => placeOf(page, control), 150),
      `${control} is there`,
    );
    await page.mouse.click(x, y);
  },
  async keyboard(page, control) {
    const reached = () =>
      page.evaluate((selector) => {
        let active = document.activeElement;
        while (active?.shadowRoot?.activeElement) active = active.shadowRoot.activeElement;
        return !!active?.matches(selector);
      }, control);
    for (let steps = 0; !(await reached()); steps += 1) {
      assert.ok(steps < 120, `${control} is reached with the Tab key`);
      await page.keyboard.press("Tab");
    }
    await page.keyboard.press(control.includes("input") ? " " : "Enter");
  },
};

const receiptIds = [];
for (const [name, use] of Object.entries(hands)) {
  test(`the_whole_journey_by_${name}`, { timeout: 120_000 }, async (t) => {
    // Narrow, so that the demo's panel stays closed: it asks for reports, which fetches what makes them.
    const context = await contextWith(browser, { viewport: { width: 900, height: 800 } });
    t.after(() => context.close());
    const page = await context.newPage();
    const faults = [];
    page.on("pageerror", (error) => faults.push(error.message));
    const choose = (control) => use(page, `[data-consentry="${control}"]`);
    const shown = (layer) => layerShown(page, layer);
    const reported = (action) =>
      until(async () => {
        const all = (await site.ledger.receipts()).filter(({ id }) => !receiptIds.includes(id));
        return all.at(-1)?.action == action && all.at(-1);
      }, `the ledger has a receipt of ${action}`);

    // First visit.
    site.reset();
    await page.goto(site.url);
    await shown(1);
    await assertNoScriptAskedForATracker();
    await assertRan(page, []);
    await assertNothingButHarmless(page, []);
    await assertNoVendorHasCookies(page);
    assert.equal(await page.evaluate(() => window.consentry.consent), null);

    // Refusal.
    await choose("reject-all");
    await shown(0);
    const refusal = await reported("reject-all");
    assert.deepEqual(refusal.granted, []);
    assert.equal(refusal.previous, null);
    await until(
      async () => !Object.keys((await storageOf(page)).localStorage).some((key) => key.includes("outbox")),
      "nothing waits",
    );
    await assertNothingButHarmless(page, ["consentry"]);
    await assertNoVendorHasCookies(page);
    const kept = await page.evaluate(() => JSON.parse(localStorage.consentry));
    assert.equal(kept.id, null, "who only refuses keeps no identifier");
    assert.equal(kept.secret, undefined);
    assert.ok(!JSON.stringify(kept).includes(refusal.id) && !JSON.stringify(kept).includes(refusal.subject));

    // The next page: the gate alone, from local storage. What stands in held frames comes once the page is idle.
    site.reset();
    await page.reload();
    await assertNoScriptAskedForATracker();
    await assertRan(page, []);
    const asked = await page.evaluate(() => {
      const [{ loadEventEnd }] = /** @type {any[]} */ (performance.getEntriesByType("navigation"));
      const entries = performance.getEntriesByType("resource");
      return entries.filter(({ startTime }) => startTime <= loadEventEnd).map(({ name }) => name);
    });
    assert.deepEqual(
      asked.filter((url) => /\/consentry/.test(url)).map((url) => new URL(url).pathname),
      ["/consentry.js"],
    );

    // Consent: everything that waited runs, once, without a reload.
    await choose("preferences");
    await shown(2);
    await choose("accept-all");
    await assertRan(page, ALL);
    const consent = await reported("accept-all");
    assert.deepEqual(consent.denied, []);
    assert.equal(consent.layer, 2);
    assert.match(consent.notice, /^sha256:[0-9a-f]{64}$/);
    assert.equal(await page.evaluate(() => window.consentry.consent.id), consent.id);

    // Partial choice: what it denies is gone at once, and does not run on the next page.
    await choose("preferences");
    await shown(2);
    for (const category of ["functional", "advertising"])
      await use(page, `input[data-consentry-category="${category}"]`);
    await choose("save");
    await shown(0);
    const partial = await reported("save");
    assert.deepEqual([partial.granted, partial.denied], [["analytics"], ["functional", "advertising"]]);
    assert.equal(partial.previous, consent.id);
    assert.equal(partial.subject, consent.subject);
    const left = (await storageOf(page)).cookies.map((cookie) => cookie.name);
    assert.ok(left.includes("_ga"), "what is still granted stays");
    assert.deepEqual(
      left.filter((it) => /^(_fbp|_gcl|intercom)/.test(it)),
      [],
    );
    await page.reload();
    await assertRan(page, VENDORS.analytics);

    // Withdrawal, and nothing is left of it on the next page either, but for the cookies of the vendors' own hosts,
    // where the browser keeps such: no script of the site sees them.
    await choose("preferences");
    await shown(2);
    await choose("withdraw");
    await shown(0);
    const withdrawal = await reported("withdraw");
    assert.deepEqual(withdrawal.granted, []);
    assert.equal(withdrawal.previous, partial.id);
    assert.deepEqual(await page.evaluate(async () => (await window.consentry.report()).left), []);
    site.reset();
    await page.reload();
    await assertNoScriptAskedForATracker();
    await assertRan(page, []);
    await assertNothingButHarmless(page, ["consentry"]);

    // The ledger holds exactly these, killed and started again too.
    const expected = [refusal, consent, partial, withdrawal];
    receiptIds.push(...expected.map(({ id }) => id));
    await site.ledger.kill();
    await site.ledger.start();
    const ids = (await site.ledger.receipts()).map(({ id }) => id);
    assert.deepEqual(ids, receiptIds);
    assert.deepEqual(faults, [], "no error on the page");
  });
}
