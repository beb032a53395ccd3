// What the five systems' policies promise, by clicks alone on their demo sites: what is recorded is seen, taken away as an Excel
// file, and erased, in the preferences and on the privacy page.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { after, before, test } from "node:test";
import { contextWith, launch, layerShown, runCounts, settled, until } from "./browser.mjs";
import { startAllSites } from "./site.mjs";
import { SYSTEMS } from "./systems/systems.mjs";

let sites;
let browser;
before(async () => {
  sites = await startAllSites();
  browser = await launch(sites);
});
after(async () => {
  await browser?.close();
  await sites?.close();
});

const PRIVACY_PAGES = {
  traxmate: "privacy.html",
  trackmondo: "integritet.html",
  nordic: "privacy.html",
  worxmate: "integritet.html",
  itrace: "integritet.html",
};
/** For how many days after their end the policies keep the records of choices, and how they say it. */
const PERIODS = {
  traxmate: [730, "for two years after the choice has ended"],
  trackmondo: [730, "2 år efter att valet slutade gälla"],
  nordic: [730, "for two years after the choice has ended"],
  worxmate: [2557, "i sju år efter att valet slutade gälla"],
  itrace: [1826, "i 60 månader efter att valet slutade gälla"],
};
const addressOf = (name, page = "") => `http://www.${name}.test/${page}`;
const idsOf = async (name) =>
  (await sites.ledger.receipts()).filter(({ site }) => site === name).map(({ id }) => id);

/** A visitor of a site who has accepted all; what the ledger got of it is its only receipt. */
async function visitAndAccept(t, name) {
  const context = await contextWith(browser, {
    viewport: { width: 900, height: 800 },
    locale: { en: "en-GB", sv: "sv-SE" }[SYSTEMS[name].language],
  });
  t.after(() => context.close());
  const page = await context.newPage();
  await page.goto(addressOf(name));
  await layerShown(page, 1);
  const before = await idsOf(name);
  await page.locator('consentry-banner [data-consentry="accept-all"]').click();
  const [id] = await until(async () => {
    const more = (await idsOf(name)).filter((it) => !before.includes(it));
    return more.length == 1 && more;
  }, "the ledger has the receipt");
  return { page, id };
}

/** All the text of a workbook. */
async function textOf(download) {
  const script =
    "import sys, zipfile; book = zipfile.ZipFile(sys.argv[1]); " +
    "print(''.join(book.read(name).decode() for name in book.namelist()))";
  return execFileSync("python3", ["-c", script, await download.path()], { encoding: "utf8" });
}

const stored = (page) => page.evaluate(() => JSON.parse(localStorage.getItem("consentry")));

/** Nothing leads from the browser or the ledger to what was recorded, and the next page runs only what is necessary. */
async function assertErased(page, name, id) {
  assert.ok(!(await idsOf(name)).includes(id), "the ledger has it no more");
  const choice = await stored(page);
  assert.deepEqual([choice.id, choice.secret, choice.granted], [null, undefined, []]);
  await page.goto(addressOf(name));
  const ran = await settled(() => runCounts(page));
  assert.deepEqual(Object.keys(ran).sort(), [...SYSTEMS[name].own].sort());
}

test("records_of_choices_are_kept_as_long_as_the_policies_say_and_no_longer", async (t) => {
  const page = await browser.newPage();
  t.after(() => page.close());
  for (const [name, [days, words]] of Object.entries(PERIODS)) {
    await page.goto(addressOf(name, PRIVACY_PAGES[name]));
    assert.ok((await page.locator("main").textContent()).includes(words), name);
    // What the server works by: of the receipts whose time ended so long ago, and a day, none is left.
    assert.equal(sites.configOf(name).backend.retention.receipts, days, name);
  }
});

test("visitors_of_itrace_see_the_log_of_their_choices_from_its_privacy_page", async (t) => {
  const { page } = await visitAndAccept(t, "itrace");
  await page.goto(addressOf("itrace", PRIVACY_PAGES.itrace));
  await page.getByRole("button", { name: "Se vad som är sparat om dina val" }).click();
  await layerShown(page, 2);
  const records = page.locator("consentry-banner .preferences .records");
  await records.locator("summary").click();
  await until(async () => (await records.locator("li").count()) == 1, "the choice is listed, with its time");
});

for (const [name, privacyPage] of Object.entries(PRIVACY_PAGES)) {
  test(`visitors_of_${name}_see_take_away_and_erase_in_the_preferences`, async (t) => {
    const { page, id } = await visitAndAccept(t, name);
    await page.locator('[data-consentry="preferences"]:visible').first().click();
    await layerShown(page, 2);
    const inPreferences = (selector) => page.locator(`consentry-banner .preferences ${selector}`);
    await inPreferences(".records summary").click();
    await until(async () => (await inPreferences(".records li").count()) == 1, "the receipt is listed");
    const download = page.waitForEvent("download");
    await inPreferences('[data-consentry="export"][value="xlsx"]').click();
    assert.ok((await textOf(await download)).includes(id));
    await inPreferences('[data-consentry="ask-erase"]').click();
    await inPreferences('[data-consentry="erase"]').click();
    const note = page.locator("consentry-banner .banner");
    await until(async () => /: [12]\./.test(await note.textContent()), "it says how many were erased");
    await assertErased(page, name, id);
  });

  test(`the_privacy_page_of_${name}_takes_away_and_erases`, async (t) => {
    const { page, id } = await visitAndAccept(t, name);
    await page.goto(addressOf(name, privacyPage));
    const download = page.waitForEvent("download");
    await page.locator("#my-export").click();
    const file = await download;
    assert.match(file.suggestedFilename(), /\.xlsx$/);
    assert.ok((await textOf(file)).includes(id));
    await page.locator("#my-erase").click();
    await until(
      async () => /: [12]$/.test(await page.locator("#my-answer").textContent()),
      "it says how many were erased",
    );
    await assertErased(page, name, id);
  });
}
