// The part of the preferences in which visitors see, take away and erase what is recorded of their choices: by pointer, by
// keyboard, in every language, at every width.
import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import { findings } from "./axe.mjs";
import { layerShown, until } from "./browser.mjs";
import { root, siteConfig } from "./site.mjs";
import { TAG, startStage, wholePage } from "./stage.mjs";

const LANGUAGES = readdirSync(path.join(root, "src/ui/texts")).map((name) => name.replace(".json", ""));
const textsIn = (language) =>
  JSON.parse(readFileSync(path.join(root, `src/ui/texts/${language}.json`), "utf8")).preferences;
const TEXTS = textsIn("en");
const WIDE = { width: 1280, height: 800 };
const NARROW = { width: 320, height: 568 };

// The owner's texts are the same in every language here.
const inEnglish = (value) =>
  Array.isArray(value)
    ? value.map(inEnglish)
    : value?.en && value?.sv
      ? value.en
      : value && typeof value == "object"
        ? Object.fromEntries(Object.entries(value).map(([key, it]) => [key, inEnglish(it)]))
        : value;

/** @type {import('./stage.mjs').Stage} */
let site;
before(async () => {
  const config = siteConfig("traxmate");
  const services = inEnglish(config.services);
  site = await startStage({ config: { ...config, services, banner: {}, languages: LANGUAGES } });
  for (const language of LANGUAGES)
    site.add(
      `${language}.html`,
      wholePage(
        `${TAG}<meta name="viewport" content="width=device-width">`,
        "<main><h1>Page</h1></main>",
        language,
      ),
    );
});
after(() => site?.close());

/** A page of a visitor who has accepted all, and then taken advertising back. */
async function visitAfterTwoDecisions(t, language = "en", settings = {}) {
  const page = await site.visit(t, settings);
  await page.open(`${language}.html`);
  await page.evaluate(async () => {
    await window.consentry.acceptAll();
    await window.consentry.save({ advertising: false });
  });
  await until(
    () => page.evaluate(() => !Object.keys(localStorage).some((key) => key.includes("outbox"))),
    "every receipt is sent",
  );
  return page;
}

const inBanner = (page, selector) => page.locator(`consentry-banner ${selector}`);
const control = (page, name) => inBanner(page, `[data-consentry="${name}"]`).last();
const status = (page) => inBanner(page, ".records [role=status]").textContent();
const note = (page) => inBanner(page, ".banner").textContent();
const stored = (page) => page.evaluate(() => JSON.parse(localStorage.getItem("consentry")));

async function openRecords(page) {
  await page.evaluate(() => window.consentry.showPreferences());
  await layerShown(page, 2);
  await inBanner(page, ".records summary").click();
}

const isLoaded = (page, texts = TEXTS) =>
  until(async () => (await status(page)) == texts.allRecords.replace("{number}", "2"), "both are told");

test("it_is_there_only_for_who_has_records", async (t) => {
  const page = await site.visit(t);
  await page.open("en.html");
  const isThere = async () => {
    await page.evaluate(() => window.consentry.showPreferences());
    await layerShown(page, 2);
    const number = await inBanner(page, ".records").count();
    await page.evaluate(() => window.consentry.hide());
    return number == 1;
  };
  assert.equal(await isThere(), false, "before a choice");
  await page.evaluate(() => window.consentry.rejectAll());
  assert.equal(await isThere(), false, "after a refusal");
  await page.evaluate(() => window.consentry.save({ analytics: true }));
  assert.equal(await isThere(), true, "after a grant");
  await page.evaluate(() => window.consentry.withdraw());
  assert.equal(await isThere(), true, "after a withdrawal");
  await page.evaluate(() => {
    const choice = JSON.parse(localStorage.getItem("consentry"));
    localStorage.setItem("consentry", JSON.stringify({ ...choice, expires: "2020-01-01T00:00:00.000Z" }));
  });
  await page.open("en.html");
  assert.equal(await isThere(), true, "after the choice has run out");
});

test("a_first_visit_asks_for_nothing_of_it", async (t) => {
  const page = await site.visit(t);
  const asked = [];
  page.on("request", (request) => asked.push(new URL(request.url()).pathname));
  await page.open("en.html");
  await layerShown(page, 1);
  await page.evaluate(() => window.consentry.showPreferences());
  await layerShown(page, 2);
  assert.deepEqual(
    asked.filter((name) => name.includes("/v1/")),
    [],
  );
});

test("it_lists_the_newest_first_with_times_in_the_visitors_language", async (t) => {
  for (const [language, allowed, denied] of [
    ["en", /^Allowed: .*Statistics/, /^Not allowed: .*Advertising/],
    ["sv", /^Tillåtet: .*Statistik/, /^Inte tillåtet: .*(Reklam|Annons)/],
  ]) {
    const page = await visitAfterTwoDecisions(t, /** @type {string} */ (language));
    await openRecords(page);
    await isLoaded(page, textsIn(language));
    const items = inBanner(page, ".records li");
    assert.equal(await items.count(), 2);
    const newest = await items.first().locator("p").allTextContents();
    assert.equal(newest.length, 2);
    assert.match(newest[0], /** @type {RegExp} */ (allowed));
    assert.match(newest[1], /** @type {RegExp} */ (denied));
    assert.equal((await items.last().locator("p").allTextContents()).length, 1, "all was allowed");
    const [said, time] = await items
      .first()
      .locator("time")
      .evaluate((it) => [it.textContent, it.getAttribute("datetime")]);
    const written = new Intl.DateTimeFormat(language == "en" ? "en" : "sv", { month: "long" });
    assert.ok(said.includes(written.format(new Date(time))), said);
  }
});

test("each_format_is_downloaded_under_its_name", async (t) => {
  const page = await visitAfterTwoDecisions(t);
  await openRecords(page);
  await isLoaded(page);
  for (const format of ["json", "csv", "xlsx"]) {
    const download = page.waitForEvent("download");
    await inBanner(page, `[data-consentry="export"][value="${format}"]`).click();
    const file = await download;
    assert.equal(file.suggestedFilename(), `consent-traxmate.${format}`);
    const bytes = readFileSync(await file.path());
    if (format == "xlsx") assert.equal(bytes.subarray(0, 2).toString(), "PK");
    else assert.ok(bytes.includes((await stored(page)).id));
  }
  assert.equal(await page.evaluate(() => location.pathname), "/en.html");
});

test("by_keyboard_erasing_is_asked_once_and_can_be_left", async (t) => {
  const page = await visitAfterTwoDecisions(t);
  await page.evaluate(() => window.consentry.showPreferences());
  await layerShown(page, 2);
  const focused = () =>
    page.evaluate(() => {
      const { activeElement } = document.querySelector("consentry-banner").shadowRoot;
      return activeElement?.dataset.consentry ?? activeElement?.localName;
    });
  const reach = async (wanted) => {
    for (let steps = 0; (await focused()) != wanted; steps += 1) {
      assert.ok(steps < 80, `${wanted} is reached`);
      await page.keyboard.press("Tab");
    }
  };
  await inBanner(page, ".records summary").focus();
  await page.keyboard.press("Enter");
  await isLoaded(page);
  await reach("ask-erase");
  await page.keyboard.press("Enter");
  assert.equal(await focused(), "keep", "the careful answer has the focus");
  assert.ok((await inBanner(page, ".records").textContent()).includes(TEXTS.eraseAsk));
  await page.keyboard.press("Enter");
  assert.equal(await focused(), "ask-erase", "the focus returns");
  assert.equal((await page.evaluate(() => window.consentry.receipts())).length, 2, "nothing is erased");
  await page.keyboard.press("Enter");
  await page.keyboard.press("Shift+Tab");
  assert.equal(await focused(), "erase");
  await page.keyboard.press("Enter");
  await until(async () => /Records erased: \d/.test(await note(page)), "it says what was done");
  assert.equal((await stored(page)).secret, undefined);
  assert.deepEqual(page.uncaughtErrors, []);
});

test("by_pointer_an_erasure_withdraws_and_says_what_was_done", async (t) => {
  const page = await visitAfterTwoDecisions(t);
  const before = await stored(page);
  await openRecords(page);
  await control(page, "ask-erase").click();
  await control(page, "erase").click();
  await until(async () => /Records erased: [23]\./.test(await note(page)), "it says what was done");
  assert.ok((await note(page)).includes(TEXTS.withdrawn));
  assert.equal(await page.evaluate(() => window.consentry.allowed("analytics")), false);
  const { secret, id, granted, source } = await stored(page);
  assert.deepEqual([secret, id, granted, source], [undefined, null, [], "banner"]);
  const entries = (await site.ledger.receipts()).map((it) => it.id);
  assert.ok(!entries.includes(before.id));
  await control(page, "understood").click();
  await layerShown(page, 0);
  await page.evaluate(() => window.consentry.showPreferences());
  await layerShown(page, 2);
  assert.equal(await inBanner(page, ".records").count(), 0, "nothing is left to ask for");
});

test("it_says_when_the_backend_cannot_be_reached_and_can_be_tried_again", async (t) => {
  const page = await visitAfterTwoDecisions(t);
  await page.route("**/v1/subjects/**", (route) => route.abort());
  await openRecords(page);
  await until(async () => (await status(page)) == TEXTS.unreachable, "the list says it");
  await control(page, "ask-erase").click();
  await control(page, "erase").click();
  await until(async () => (await note(page)).includes(TEXTS.unreachable), "the erasure says it");
  assert.equal(await page.evaluate(() => window.consentry.allowed("analytics")), false, "it is withdrawn");
  await page.unroute("**/v1/subjects/**");
  await control(page, "preferences").click();
  await layerShown(page, 2);
  await inBanner(page, ".records summary").click();
  await until(async () => /Records: [23]/.test(await status(page)), "they are there again");
  await control(page, "ask-erase").click();
  await control(page, "erase").click();
  await until(async () => /Records erased: [23]\./.test(await note(page)), "it says what was done");
});

describe("every language", { concurrency: 2 }, () => {
  for (const language of LANGUAGES)
    test(`axe_finds_nothing_and_nothing_is_cut_off_in_${language}`, async (t) => {
      const page = await visitAfterTwoDecisions(t, language);
      await openRecords(page);
      await until(async () => (await inBanner(page, ".records li").count()) == 2, "both are listed");
      for (const asked of [false, true]) {
        if (asked) await control(page, "ask-erase").click();
        for (const viewport of [WIDE, NARROW])
          for (const colorScheme of /** @type {const} */ (["light", "dark"])) {
            await page.setViewportSize(viewport);
            await page.emulateMedia({ colorScheme });
            assert.deepEqual(
              await findings(page),
              [],
              `${viewport.width} px, ${colorScheme}, asked: ${asked}`,
            );
          }
        const cut = await inBanner(page, ".records *").evaluateAll((all) =>
          all
            .filter((it) => it.getClientRects()[0] && getComputedStyle(it).display != "inline")
            .filter((it) => it.scrollWidth > it.clientWidth + 1)
            .map((it) => it.outerHTML),
        );
        assert.deepEqual(cut, []);
      }
    });
});
