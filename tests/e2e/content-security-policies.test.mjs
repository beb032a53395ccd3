// Strict pages in a real browser: Content-Security-Policy with and without 'wasm-unsafe-eval', no WebAssembly
// at all, enforced Trusted Types. On each the gate holds, the banner comes up, a choice is carried out, and
// nobody but the page is to blame for what the policy reports.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { layerShown, record, until } from "./browser.mjs";
import {
  ANALYTICS,
  NECESSARY,
  TAG as PLAIN_TAG,
  declaredConfig,
  configuredTag,
  settled,
  startStage,
} from "./stage.mjs";

const NONCE = "bm9uY2U";
const BASE = "object-src 'none'; base-uri 'none'; style-src 'self'; connect-src 'self'";
const nonces = (more = "") => `script-src 'nonce-${NONCE}' 'strict-dynamic'${more}; ${BASE}`;
const hosts = (more = "") => `script-src 'self' https://${ANALYTICS} https://${NECESSARY}${more}; ${BASE}`;
const WASM = " 'wasm-unsafe-eval'";
const trustedTypes = (names) => `; require-trusted-types-for 'script'; trusted-types ${names}`;

// `inline`: the policy lets inline scripts run. `reports`: what our own steps are reported for.
const POLICIES = {
  nonces: { csp: nonces(WASM), inline: true },
  hosts: { csp: hosts(WASM) },
  nonces_without_wasm: { csp: nonces(), inline: true, reports: ["script-src wasm-eval"] },
  hosts_without_wasm: { csp: hosts(), reports: ["script-src wasm-eval"] },
  trusted_types: { csp: nonces(WASM) + trustedTypes("consentry page"), inline: true },
  trusted_types_without_wasm: {
    csp: nonces() + trustedTypes("consentry page"),
    inline: true,
    reports: ["script-src wasm-eval"],
  },
};
const TAG = `<script nonce="${NONCE}" src="/consentry.js"></script>`;

const openSites = {}; // a site by browser
const siteFor = async (jsFlags = "") =>
  (openSites[jsFlags] ??= startStage({
    test: import.meta.url,
    jsFlags,
    headers: (path) => {
      const csp = POLICIES[/^\/(\w+)\.html/.exec(path)?.[1]]?.csp;
      return csp && { "content-security-policy": csp };
    },
  }).then((site) => {
    for (const name of ["bare", ...Object.keys(POLICIES)])
      site.add(`${name}.html`, site.pageText("strict.html", { tag: configuredTag(undefined, TAG) }));
    return site;
  }));
after(async () => {
  for (const site of Object.values(openSites)) await (await site).close();
});

async function visit(t, site) {
  const page = await site.visit(t);
  page.requests = record(page.context());
  await page.addInitScript(() => {
    window.__reports = [];
    document.addEventListener("securitypolicyviolation", (it) =>
      window.__reports.push(`${it.effectiveDirective.replace("-elem", "")} ${it.blockedURI}`),
    );
  });
  return page;
}
const reportsOf = (page) => page.evaluate(() => window.__reports);
const scriptsThatRan = (page) => settled(() => page.evaluate(() => ({ ...window.__ran })));
const pressControl = (page, name) =>
  page.locator(`consentry-banner [data-consentry="${name}"]`).first().click();
/** Requests to the tracker, but for the one that leaves before any script can act. */
const trackersAsked = (page) =>
  page.requests.list
    .filter(({ host, url }) => host == ANALYTICS && !url.endsWith("/static.js"))
    .map(({ url }) => new URL(url).pathname)
    .sort();
const cookies = async (page) => (await page.context().cookies()).map(({ name }) => name).sort();

/** @type {{file: string, name: string, inline?: boolean, reports?: string[], jsFlags?: string}[]} */
const CASES = [
  ...Object.entries(POLICIES).map(([name, policy]) => ({ file: name, name, ...policy })),
  { file: "bare", name: "no_webassembly", inline: true, jsFlags: "--jitless" },
  { file: "nonces", name: "no_webassembly_under_a_policy", inline: true, jsFlags: "--jitless" },
];

for (const { file, name, inline: inlineRuns, reports: expected = [], jsFlags } of CASES)
  test(`under_${name}_a_choice_is_asked_for_and_carried_out`, async (t) => {
    const site = await siteFor(jsFlags);
    const page = await visit(t, site);
    await page.open(`${file}.html`);
    await layerShown(page, 1);
    assert.deepEqual(await scriptsThatRan(page), { own: 1, needed: 1 }, "before a choice");
    assert.deepEqual(trackersAsked(page), []);
    await page.evaluate(
      (host) => window.fill(`<p>before</p><img src="https://${host}/pixel.gif"><p>after</p>`),
      ANALYTICS,
    );
    assert.equal(await page.locator("#box p").count(), 2);
    await settled(() => trackersAsked(page));
    assert.deepEqual(trackersAsked(page), []);
    assert.deepEqual(await cookies(page), ["cart"], "what needs no consent is kept");
    assert.equal(await page.evaluate(() => localStorage.basket), "1");

    await pressControl(page, "accept-all");
    const all = { own: 1, needed: 1, static: 1, marked: 1, made: 1, ...(inlineRuns && { inline: 1 }) };
    assert.deepEqual(await scriptsThatRan(page), all, "accepted");
    assert.deepEqual(trackersAsked(page), ["/made.js", "/marked.js", "/pixel.gif"]);
    if (inlineRuns) assert.equal(await page.evaluate(() => window.__nonce), NONCE);
    assert.deepEqual(await cookies(page), ["cart", "stat_id"]);
    const before = await reportsOf(page);

    page.requests.clear();
    await page.reload();
    assert.deepEqual(await scriptsThatRan(page), all, "the next page");
    assert.deepEqual(
      page.requests.list.filter(({ url }) => /consentry-ui/.test(url)),
      [],
      "no banner is fetched",
    );

    await page.evaluate(() => window.consentry.withdraw());
    await page.evaluate(() => window.insert("afterwards"));
    assert.deepEqual((await scriptsThatRan(page)).afterwards, undefined, "withdrawn");
    assert.deepEqual(await cookies(page), ["cart"]);
    await page.reload();
    assert.deepEqual(await scriptsThatRan(page), { own: 1, needed: 1 }, "the next page");

    assert.deepEqual(page.uncaughtErrors, []);
    const refused = inlineRuns ? [] : ["script-src inline"]; // the page's own inline script
    assert.deepEqual(before, [...expected, ...refused]);
    assert.deepEqual(await reportsOf(page), expected);
  });

test("where_the_rules_cannot_be_had_everything_stays_held_and_the_page_goes_on", async (t) => {
  const page = await visit(t, await siteFor("--jitless"));
  await page.route("**/consentry-gate.wasm.js*", (route) => route.fulfill({ status: 404 }));
  await page.open("bare.html");
  const allowed = { own: 1, needed: 1 }; // the owner says by hand that one is needed
  assert.deepEqual(await scriptsThatRan(page), allowed);
  await page.evaluate(() => window.consentry.acceptAll());
  assert.deepEqual(await scriptsThatRan(page), allowed, "without rules nothing is granted");
  assert.deepEqual(trackersAsked(page), []);
  assert.deepEqual(await cookies(page), []);
  assert.deepEqual(page.uncaughtErrors, []);
});

test("where_the_rules_come_late_the_banner_comes_with_them", async (t) => {
  const page = await visit(t, await siteFor("--jitless"));
  let lost = 3;
  await page.route("**/consentry-gate.wasm.js*", (route) => (lost-- > 0 ? route.abort() : route.continue()));
  await page.open("bare.html");
  await layerShown(page, 1);
  await pressControl(page, "reject-all");
  assert.deepEqual(await page.evaluate(() => window.consentry.consent.granted), []);
  assert.deepEqual(trackersAsked(page), []);
  assert.deepEqual(page.uncaughtErrors, []);
});

test("a_frame_of_the_page_and_the_page_wait_for_their_rules_without_holding_each_other_up", async (t) => {
  const site = await siteFor("--jitless");
  site.addPage("outer.html", { tag: configuredTag() });
  site.addPage("inner.html", { tag: configuredTag() });
  const page = await visit(t, site);
  await page.open("outer.html");
  await layerShown(page, 1);
  const inside = () => settled(() => page.frames()[1].evaluate(() => ({ ...window.__ran })));
  assert.deepEqual(await inside(), { needed: 1, declared: 1 });
  await pressControl(page, "accept-all");
  assert.deepEqual(await inside(), { needed: 1, declared: 1, static: 1 });
  await page.evaluate(() => window.consentry.withdraw());
  await page.reload();
  assert.deepEqual(await inside(), { needed: 1, declared: 1 });
  assert.deepEqual(
    page.consoleLines.filter((it) => it.includes("consentry")),
    [],
  );
});

test("a_bundle_carries_what_such_browsers_need_and_their_choice_reaches_the_ledger", async (t) => {
  const site = await startStage({
    test: import.meta.url,
    jsFlags: "--jitless",
    config: declaredConfig({ controller: { name: "Test Ltd" } }),
  });
  t.after(() => site.close());
  site.addPage("index.html", { tag: PLAIN_TAG });
  const page = await site.visit(t);
  await page.open("/");
  await layerShown(page, 1);
  assert.deepEqual(await scriptsThatRan(page), {});
  await pressControl(page, "preferences");
  await layerShown(page, 2);
  await page.locator('consentry-banner dialog [data-consentry-category="analytics"]').check();
  await pressControl(page, "save");
  assert.deepEqual(await scriptsThatRan(page), { static: 1 });
  const [receipt] = await until(
    async () => (await site.ledger.receipts()).length && site.ledger.receipts(),
    "the receipt",
  );
  assert.deepEqual([receipt.granted, receipt.layer], [["analytics"], 2]);
  assert.match(receipt.notice, /^sha256:[0-9a-f]{64}$/);
});
