// Where blockers take something of ours away: a filter list hides the banner, or our script never comes. The
// page scrolls and answers the visitor all the same, and what `consentry mark` marked stays held. And no layer
// ever locks the page's scrolling, so that nothing has to be unlocked.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, test } from "node:test";
import { chromium } from "playwright-core";
import { layerShown, record, until } from "./browser.mjs";
import { program } from "./site.mjs";
import {
  ANALYTICS,
  COUNT_FRAMES,
  PLAIN_TAG,
  TAG,
  UNKNOWN,
  configuredTag,
  declaredConfig,
  settled,
  startStage,
  wholePage,
} from "./stage.mjs";

// Longer than a window, with something to click: a page that is usable scrolls and answers.
const LONG = `<main style="height: 5000px"><button id="own" onclick="document.title = 'clicked'">Own</button>
  <p style="margin-top: 300px"><a href="#" id="settings" data-consentry="preferences">Cookies</a></p></main>`;
const BANNERS = {
  box: { layout: "box" },
  bar: { layout: "bar" },
  dialog: { layout: "dialog" },
  wall: { layout: "dialog", wall: { reason: "The players come from another company." } },
};

let site;
let folder;
before(async () => {
  folder = mkdtempSync(path.join(tmpdir(), "consentry-blockers-"));
  writeFileSync(path.join(folder, "site.json"), JSON.stringify(declaredConfig()));
  site = await startStage();
  for (const [name, banner] of Object.entries(BANNERS))
    site.add(`${name}.html`, wholePage(configuredTag(declaredConfig({ banner }), PLAIN_TAG), LONG));
});
after(async () => {
  await site?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** What of the page could keep it from scrolling, and where it stands. */
const scrolling = (page) =>
  page.evaluate(() => ({
    overflow: [document.documentElement, document.body].map((element) => getComputedStyle(element).overflow),
    styles: [document.documentElement, document.body].map((element) => element.getAttribute("style")),
    classes: [document.documentElement, document.body].map((element) => element.className),
    sheets: document.styleSheets.length + document.adoptedStyleSheets.length,
    top: scrollY,
  }));
const FREE = { overflow: ["visible", "visible"], styles: [null, null], classes: ["", ""], sheets: 0 };
const scrollTo = (page, top) => page.evaluate((to) => window.scrollTo(0, to), top);
for (const name in BANNERS)
  test(`no_layer_locks_the_page_${name}`, async (t) => {
    const page = await site.visit(t);
    await page.open(`${name}.html`);
    await layerShown(page, 1);
    const isModal = await page.evaluate(
      () => !!document.querySelector("consentry-banner").shadowRoot.querySelector("dialog:modal"),
    );
    assert.equal(isModal, name == "wall", "the page waits only behind a visible dialog");
    await scrollTo(page, 400);
    assert.deepEqual(await scrolling(page), { ...FREE, top: 400 }, "in the first layer");
    await page.evaluate(() => window.consentry.showPreferences());
    await layerShown(page, 2);
    assert.deepEqual(await scrolling(page), { ...FREE, top: 400 }, "in the preferences");
    await scrollTo(page, 700);
    assert.equal((await scrolling(page)).top, 700, "it scrolls behind the preferences");
    await page.evaluate(() => window.consentry.rejectAll());
    await layerShown(page, 0);
    assert.deepEqual(await scrolling(page), { ...FREE, top: 700 }, "after a choice");
  });

/** The visitor scrolls with the wheel and clicks the page's button. */
async function useThePage(page) {
  await page.mouse.move(640, 100);
  await page.mouse.wheel(0, 600);
  await until(() => page.evaluate(() => scrollY > 300), "the page scrolls");
  await scrollTo(page, 0);
  await page.locator("#own").click({ timeout: 3000 });
  assert.equal(await page.title(), "clicked");
}
const hasBox = (page) =>
  page.evaluate(() => document.querySelector("consentry-banner").getClientRects().length > 0);

// A browser whose filter list hides the banner.
async function visitWithFilterList(t) {
  const extension = path.join(import.meta.dirname, "blockers/filter-list");
  const context = await chromium.launchPersistentContext(mkdtempSync(path.join(folder, "profile-")), {
    executablePath: process.env.CHROMIUM || "/usr/bin/chromium",
    ignoreDefaultArgs: ["--disable-extensions"],
    args: ["--no-sandbox", "--disable-gpu", `--load-extension=${extension}`],
  });
  t.after(() => context.close());
  if (!context.serviceWorkers().length) await context.waitForEvent("serviceworker");
  return site.openTab(context);
}

for (const name in BANNERS)
  test(`a_page_whose_banner_a_filter_list_hides_is_usable_${name}`, async (t) => {
    const page = await visitWithFilterList(t);
    await page.open(`${name}.html`);
    // A wall that nobody sees goes at once.
    await layerShown(page, name == "wall" ? 0 : 1);
    await until(async () => !(await hasBox(page)), "the banner is hidden");
    await useThePage(page);
    assert.equal(await page.evaluate(() => window.consentry.consent), null, "to hide it decides nothing");
    assert.deepEqual(page.uncaughtErrors, []);
  });

test("a_page_is_usable_after_its_visitor_asked_for_hidden_preferences", async (t) => {
  const page = await visitWithFilterList(t);
  await page.open("box.html");
  await layerShown(page, 1);
  await page.locator("#settings").click();
  await settled(() =>
    page.evaluate(() => document.querySelector("consentry-banner").getAttribute("data-layer")),
  );
  await useThePage(page);
});

test("a_style_of_the_page_s_own_does_not_hide_the_banner_and_locks_nothing", async (t) => {
  const page = await site.visit(t);
  await page.open("box.html");
  await layerShown(page, 1);
  await page.addStyleTag({ content: "consentry-banner { display: none !important }" });
  assert.ok(await hasBox(page));
  await useThePage(page);
});

test("a_marked_page_works_without_our_script_and_holds_what_was_marked", async (t) => {
  const vendor = (host) => `<script src="https://${host}/in-page.js"></script>
    <script async src="https://${host}/async.js"></script>
    <img src="https://${host}/pixel.gif" alt=""><iframe src="https://${host}/frame.html"></iframe>
    <link rel="stylesheet" href="https://${host}/look.css">
    <noscript><img src="https://${host}/no-script.gif" alt=""></noscript>`;
  const own = `<script src="/own.js"></script><script>window.inline = 1;</script>
    <script type="module">window.module = 1;</script>`;
  const html = wholePage(TAG + COUNT_FRAMES, LONG + vendor(ANALYTICS) + vendor(UNKNOWN) + own);
  const args = ["mark", "--config", path.join(folder, "site.json"), "--host", "localhost"];
  site.add("marked.html", execFileSync(program, args, { input: html, encoding: "utf8" }));
  site.add("own.js", "window.file = 1;");
  const page = await site.visit(t);
  const requests = record(page.context());
  await page.route(/consentry\.js/, (route) => route.abort("blockedbyclient"));
  await page.open("marked.html");
  await settled(() => requests.list.length);
  assert.equal(await page.evaluate(() => typeof window.consentry), "undefined", "our script is gone");
  assert.deepEqual(await page.evaluate(() => [window.file, window.inline, window.module]), [1, 1, 1]);
  assert.deepEqual(requests.external(), []);
  assert.equal(await page.evaluate(() => window.__ran), undefined);
  await useThePage(page);
  await page.locator("#settings").click();
  assert.deepEqual(requests.external(), []);
  assert.deepEqual(page.uncaughtErrors, []);
});
