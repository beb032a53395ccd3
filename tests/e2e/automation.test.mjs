// Clients that decide for their users, a site's own tests, and bots: each sees the banner as anybody does and
// finds its controls by stable selectors. Refusing is no harder for them than agreeing, and what they decide is
// recorded as no human act.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { letAutoconsentAct } from "./automation/autoconsent.mjs";
import { letConsentOMaticAct } from "./automation/consent-o-matic.mjs";
import { layerShown, until } from "./browser.mjs";
import { PLAIN_TAG, TAG, configuredTag, declaredConfig, settled, startStage, wholePage } from "./stage.mjs";

const config = declaredConfig({ languages: ["en", "de"] });
const withBanner = (banner) => configuredTag({ ...config, banner }, PLAIN_TAG);
const WALL = { layout: "dialog", wall: { reason: "The players come from another company." } };

let site;
before(async () => {
  const pages = {
    "index.html": wholePage(TAG, "<h1>Own page</h1>"),
    "german.html": wholePage(TAG, "<h1>Own page</h1>", "de"),
    "wall.html": wholePage(withBanner(WALL), "<h1>Own page</h1>"),
  };
  for (const layout of ["box", "bar", "dialog"])
    pages[`${layout}.html`] = wholePage(withBanner({ layout }), "<h1>Own page</h1>");
  site = await startStage({ config, pages });
});
after(() => site?.close());

const choiceOn = (page) => page.evaluate(() => window.consentry.consent);
const storedOn = (page) => page.evaluate(() => localStorage.getItem("consentry"));
const sorted = (names) => [...names].sort();
const EVERYTHING = ["advertising", "analytics", "functional"];
const lastReceipt = (count) =>
  until(async () => {
    const receipts = await site.ledger.receipts();
    return receipts.length > count && receipts.at(-1);
  }, "the receipt arrives");

for (const name of ["index", "german", "box", "bar", "dialog", "wall"])
  test(`autoconsent_refuses_on_the_page_${name}`, async (t) => {
    const page = await site.visit(t);
    const client = await letAutoconsentAct(page, "optOut");
    await page.open(`${name}.html`);
    assert.equal((await client.said("popupFound")).cmp, "consentry");
    assert.equal((await client.said("optOutResult")).result, true);
    assert.equal((await client.selfTest()).result, true);
    await layerShown(page, 0);
    const { granted, denied, source } = await choiceOn(page);
    assert.deepEqual([granted, sorted(denied), source], [[], EVERYTHING, "api"]);
    assert.match(await storedOn(page), /analytics/, "the refusal is stored");
    await page.open(`${name}.html`);
    await settled(() => page.evaluate(() => !!document.querySelector("consentry-banner")));
    assert.equal(
      await page.evaluate(() => document.querySelector("consentry-banner")),
      null,
      "nor asked again",
    );
    assert.deepEqual(page.uncaughtErrors, []);
  });

for (const name of ["index", "german", "bar", "wall"])
  test(`autoconsent_agrees_on_the_page_${name}`, async (t) => {
    const page = await site.visit(t);
    const client = await letAutoconsentAct(page, "optIn");
    await page.open(`${name}.html`);
    assert.equal((await client.said("optInResult")).result, true);
    await layerShown(page, 0);
    const { granted, denied, source } = await choiceOn(page);
    assert.deepEqual([sorted(granted), denied, source], [EVERYTHING, [], "api"]);
    assert.deepEqual(page.uncaughtErrors, []);
  });

test("autoconsent_finds_nothing_to_do_once_a_choice_stands", async (t) => {
  const page = await site.visit(t);
  await page.open("index.html");
  await page.evaluate(() => window.consentry.acceptAll());
  const client = await letAutoconsentAct(page, "optOut");
  await page.open("index.html");
  await client.said("report");
  await settled(client.heard, 1500);
  assert.ok(!client.heard().includes("cmpDetected"));
  assert.deepEqual(sorted((await choiceOn(page)).granted), EVERYTHING);
});

test("what_a_client_decides_is_recorded_as_no_human_act", async (t) => {
  for (const [action, granted] of /** @type {const} */ ([
    ["optOut", []],
    ["optIn", EVERYTHING],
  ])) {
    const count = (await site.ledger.receipts()).length;
    const page = await site.visit(t);
    await letAutoconsentAct(page, action);
    await page.open("index.html");
    const receipt = await lastReceipt(count);
    assert.deepEqual([receipt.action, sorted(receipt.granted), receipt.layer], ["api", granted, 1]);
  }
});

for (const [name, wanted, granted] of /** @type {const} */ ([
  ["nothing", {}, []],
  ["measurement", { B: true }, ["analytics"]],
  ["all", { A: true, B: true, D: true, E: true, F: true, X: true }, EVERYTHING],
]))
  test(`consent_o_matic_decides_for_a_visitor_who_wants_${name}`, async (t) => {
    for (const file of ["index.html", "german.html", "wall.html"]) {
      const page = await site.visit(t);
      await page.open(file);
      await layerShown(page, 1);
      assert.deepEqual(await letConsentOMaticAct(page, wanted), { present: true, showing: true });
      await layerShown(page, 0);
      const choice = await choiceOn(page);
      assert.deepEqual([sorted(choice.granted), choice.source], [granted, "api"], file);
    }
  });

test("consent_o_matic_refuses_where_the_preferences_cannot_be_had", async (t) => {
  const page = await site.visit(t);
  await page.route(/consentry-(ui|preferences)/, (route) => route.abort());
  await page.open("index.html");
  await layerShown(page, 1);
  await letConsentOMaticAct(page, { B: true });
  await layerShown(page, 0);
  assert.deepEqual((await choiceOn(page)).granted, []);
});

test("a_site_s_own_test_decides_through_the_api", async (t) => {
  const page = await site.visit(t);
  await page.open("index.html");
  const choice = await page.evaluate(() => window.consentry.rejectAll());
  assert.deepEqual([choice.granted, choice.source], [[], "api"]);
  await layerShown(page, 0);
});

const BOTS = {
  crawler: "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
  searcher: "Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)",
  archive: "Mozilla/5.0 (compatible; archive.org_bot +http://archive.org/details/archive.org_bot)",
  common_crawl: "CCBot/2.0 (https://commoncrawl.org/faq/)",
  auditor:
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/148.0.0.0 Safari/537.36 Chrome-Lighthouse",
  headless: "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 HeadlessChrome/148.0.0.0 Safari/537.36",
};
for (const [name, userAgent] of Object.entries(BOTS))
  test(`the_banner_shows_to_the_bot_${name}`, async (t) => {
    const page = await site.visit(t, { userAgent });
    await page.addInitScript(() => Object.defineProperty(navigator, "webdriver", { get: () => true }));
    await page.open("index.html");
    await layerShown(page, 1);
    assert.ok(await page.locator('consentry-banner [data-consentry="reject-all"]').isVisible());
  });
