// A visitor who only clicks: accepts, takes it back, and downloads the own receipts as JSON from the preferences.
// It must not hold expectations: what should be the case is said in the tests alone.
import { readFileSync } from "node:fs";
import { layerShown, until } from "../browser.mjs";
import { demoConfig } from "../site.mjs";
import { TAG, startStage, wholePage } from "../stage.mjs";

const BUTTON = '<button type="button" data-consentry="preferences">My choices</button>';

/**
 * The file, and the ids of the receipts in the order in which they were made.
 * @param {import('node:test').TestContext} t
 */
export async function downloadByClicks(t) {
  const config = demoConfig();
  const site = await startStage({
    config,
    pages: { "page.html": wholePage(TAG, `<main><h1>Page</h1>${BUTTON}</main>`) },
  });
  t.after(() => site.close());
  const page = await site.visit(t);
  await page.open("page.html");
  const inBanner = (selector) => page.locator(`consentry-banner ${selector}`);
  const click = (selector) => inBanner(`${selector}:visible`).first().click();
  const openPreferences = async () => {
    await page.locator("main button").click();
    await layerShown(page, 2);
  };
  await layerShown(page, 1);
  await click('[data-consentry="accept-all"]');
  await openPreferences();
  await click('.preferences [data-consentry="reject-all"]');
  const address = `${site.backend}/v1/log/${config.site}/checkpoint`;
  await until(
    async () => (await (await fetch(address)).text()).split("\n")[1] == "2",
    "both receipts are in the signed log",
  );
  await page.open("page.html"); // the note on what was withdrawn is gone
  await openPreferences();
  await click(".records summary");
  const download = page.waitForEvent("download");
  await click('[data-consentry="export"][value="json"]');
  const content = readFileSync(await (await download).path(), "utf8");
  return { content, ids: (await site.ledger.receipts()).map(({ id }) => id) };
}
