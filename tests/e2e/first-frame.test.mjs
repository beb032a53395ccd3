// A first visit: the banner is there in the first frame that shows anything of the page, consentry.js is the
// only request of ours until the visitor has decided, and the decision needs no other either. However the
// site is configured, and in whatever language, the banner is the same kind of banner.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, test } from "node:test";
import { contextWith, record, settled, until } from "./browser.mjs";
import { bundle } from "./site.mjs";
import { PLAIN_TAG, TAG, configuredTag, declaredConfig, startStage } from "./stage.mjs";

/**
 * Two purposes, two companies and a privacy policy, so that the default text cannot be taken for this one.
 */
const CONFIG = declaredConfig({
  controller: { name: "Shop Ltd" },
  policyUrl: "/privacy",
  categories: ["analytics", "advertising"],
});
const BUTTONS = ["accept-all", "preferences", "reject-all"];

/** What the banner must say. Languages by the visitor's tag and, after it, ours. */
const TEXTS = {
  en: {
    purposes: {
      functional: "extra features",
      analytics: "statistics",
      advertising: "advertising",
    },
    companies: "2 services of other companies would like",
    policy: "Privacy policy",
    labels: { "accept-all": "Accept all", "reject-all": "Reject all", preferences: "Choose" },
  },
  sv: {
    purposes: {
      functional: "extra funktioner",
      analytics: "statistik",
      advertising: "annonser",
    },
    companies: "2 tjänster från andra företag vill",
    policy: "Integritetspolicy",
    labels: { "accept-all": "Godkänn alla", "reject-all": "Avvisa alla", preferences: "Välj själv" },
  },
};

/** Every way to configure a site: our tag, and whether the banner must wait for a file of the site's. */
const WAYS = {
  without_a_configuration: { tag: PLAIN_TAG, configured: false, fetched: false },
  with_an_inline_configuration: { tag: configuredTag(CONFIG, PLAIN_TAG), configured: true, fetched: false },
  with_a_fetched_configuration: {
    tag: '<script src="/plain/consentry.js" data-config="/config.json"></script>',
    configured: true,
    fetched: true,
  },
  with_a_baked_configuration: {
    tag: '<script src="/baked/consentry.js"></script>',
    configured: true,
    fetched: false,
  },
};

/** @type {import('./stage.mjs').Stage} */
let site;
/** @type {import('./stage.mjs').Stage} */
let siteWithLedger;
let folder;
before(async () => {
  site = await startStage({ test: import.meta.url, thirdParty: () => undefined });
  site.add("config.json", JSON.stringify(CONFIG));
  folder = mkdtempSync(path.join(tmpdir(), "consentry-first-frame-"));
  writeFileSync(path.join(folder, "site.json"), JSON.stringify(CONFIG));
  bundle(path.join(folder, "site.json"), path.join(folder, "baked"));
  site.addFolder("baked", path.join(folder, "baked"));
  siteWithLedger = await startStage({ test: import.meta.url, config: CONFIG });
});
after(async () => {
  await site?.close();
  await siteWithLedger?.close();
  rmSync(folder, { recursive: true, force: true });
});

/**
 * Notes in `window.framesShown` what each frame of the page is about to show: a size observer is called after
 * the layout of a frame and before it is painted, so nothing can come in between.
 */
function watchFrames() {
  const seen = (window.framesShown = []);
  const isLaidOut = (element) => !!element && element.getBoundingClientRect().height > 0;
  const begin = () => {
    const probe = document.createElement("i");
    probe.style.cssText = "position: fixed; visibility: hidden; width: 1px; height: 1px";
    document.documentElement.append(probe);
    new ResizeObserver(() => {
      const banner = document.querySelector("consentry-banner");
      const button = banner?.shadowRoot?.querySelector('[data-consentry="reject-all"]');
      seen.push({
        page: isLaidOut(document.querySelector("h1")),
        banner:
          isLaidOut(button) && button.checkVisibility({ opacityProperty: true, visibilityProperty: true }),
      });
    }).observe(probe);
    const nextFrame = () => {
      probe.style.width = probe.style.width == "1px" ? "2px" : "1px";
      if (seen.length < 1000) requestAnimationFrame(nextFrame);
    };
    nextFrame();
  };
  if (document.documentElement) return begin();
  const observer = new MutationObserver(() => {
    if (!document.documentElement) return;
    observer.disconnect();
    begin();
  });
  observer.observe(document, { childList: true });
}

/**
 * A first visit to the page.
 * @param {import('node:test').TestContext} t
 * @param {{stage?: import('./stage.mjs').Stage, tag: string, language?: string, locale?: string, savesData?: boolean}} settings
 */
async function firstVisit(t, settings) {
  const { stage = site, tag, language = "en", locale = "en-GB", savesData } = settings;
  stage.addPage("page.html", { tag, language });
  const context = await contextWith(stage.browser, { locale });
  t.after(() => context.close());
  const requests = record(context);
  const page = await stage.openTab(context);
  await page.addInitScript(watchFrames);
  if (savesData)
    await page.addInitScript(() =>
      Object.defineProperty(navigator, "connection", { value: { saveData: true } }),
    );
  // The page is painted while the parser waits for this script.
  await page.route("**/slow.js", async (route) => {
    await new Promise((done) => setTimeout(done, 400));
    await route.fulfill({ contentType: "text/javascript", body: "" });
  });
  await page.open("page.html");
  await until(() => button(page, "reject-all").isVisible(), "the banner can be used");
  const oursAsked = () =>
    requests.list
      .map(({ url }) => new URL(url).pathname.split("/").pop())
      .filter((name) => /^consentry/.test(name));
  return { page, requests, oursAsked };
}

const button = (page, control) =>
  page.locator(`consentry-banner [data-consentry="${control}"]`).filter({ visible: true }).first();

/** What the first layer says: its language, its whole text, and its visible controls with their labels. */
const bannerOf = (page) =>
  page.evaluate(() => {
    const banner = /** @type {HTMLElement} */ (document.querySelector("consentry-banner"));
    const controls = /** @type {HTMLElement[]} */ ([
      ...banner.shadowRoot.querySelectorAll("section [data-consentry]"),
    ]);
    return {
      language: banner.lang,
      text: banner.shadowRoot.querySelector("section").textContent.replace(/\s+/g, " "),
      labels: Object.fromEntries(
        controls.map((control) => [control.dataset.consentry, control.textContent.trim()]),
      ),
      link: banner.shadowRoot.querySelector("section a[href]")?.getAttribute("href") ?? null,
    };
  });

/** The banner says whose it is, what for, and how many take part; in this language and in no other. */
function assertBannerSays(banner, language, configured) {
  const texts = TEXTS[language];
  assert.equal(banner.language, language);
  assert.deepEqual(Object.keys(banner.labels).sort(), BUTTONS);
  assert.deepEqual(banner.labels, texts.labels);
  assert.ok(banner.text.includes(configured ? "Shop Ltd" : "localhost"), banner.text);
  for (const [category, purpose] of Object.entries(texts.purposes)) {
    const isAskedFor = !configured || CONFIG.categories.includes(category);
    assert.equal(banner.text.includes(purpose), isAskedFor, `${category} in: ${banner.text}`);
  }
  assert.equal(banner.text.includes(texts.companies), configured, banner.text);
  assert.equal(banner.link, configured ? "/privacy" : null);
  if (configured) assert.ok(banner.text.includes(texts.policy), banner.text);
}

for (const [way, { tag, configured, fetched }] of Object.entries(WAYS)) {
  if (!fetched)
    test(`the_banner_is_in_the_first_painted_frame_${way}`, async (t) => {
      const { page } = await firstVisit(t, { tag });
      const frames = (await page.evaluate(() => window.framesShown)).filter((frame) => frame.page);
      assert.ok(frames.length > 1, "the page was painted");
      const framesWithoutBanner = frames.filter((frame) => !frame.banner).length;
      assert.equal(framesWithoutBanner, 0, "frames that showed the page without the banner");
      await until(
        () => page.evaluate(() => performance.getEntriesByType("paint").length > 0),
        "the browser says that it painted",
      );
    });

  for (const [control, granted] of [
    ["reject-all", 0],
    ["accept-all", configured ? 2 : 3],
  ])
    test(`the_first_visit_asks_for_one_file_until_${control}_is_in_force_${way}`, async (t) => {
      // Otherwise the preferences are fetched a second after the load, which a slow machine reaches before the click.
      const { page, oursAsked } = await firstVisit(t, { tag, savesData: true });
      assert.deepEqual(oursAsked(), ["consentry.js"], "until the banner can be used");
      await button(page, String(control)).click();
      const inForce = await page.evaluate(() => [
        window.consentry.consent?.granted.length,
        JSON.parse(localStorage.getItem("consentry")).granted.length,
      ]);
      assert.deepEqual(inForce, [granted, granted]);
      await until(async () => !(await button(page, String(control)).isVisible()), "the banner is gone");
      await settled(oursAsked);
      assert.deepEqual(oursAsked(), ["consentry.js"], "without a backend nothing follows");
      assert.deepEqual(page.uncaughtErrors, []);
    });

  test(`the_first_layer_decides_where_no_other_file_of_ours_can_be_had_${way}`, async (t) => {
    const { page } = await firstVisit(t, { tag });
    await page.context().route(/\/consentry-/, (route) => route.abort());
    await button(page, "accept-all").click();
    await page.open("page.html");
    await until(
      () => page.evaluate(() => window.consentry.allowed("analytics")),
      "the next page finds the grant",
    );
    assert.equal(await page.evaluate(() => document.querySelector("consentry-banner")), null);
  });

  for (const [language, expected, locale] of [
    ["en", "en", "en-GB"],
    ["sv", "sv", "sv-SE"],
    ["sv-FI", "sv", "en-GB"],
    ["ja", "sv", "sv-SE"],
    ["ja", "en", "ja-JP"],
  ])
    test(`a_page_in_${language}_and_a_visitor_of_${locale}_get_the_banner_in_${expected}_${way}`, async (t) => {
      const { page, oursAsked } = await firstVisit(t, { tag, language, locale });
      assertBannerSays(await bannerOf(page), expected, configured);
      assert.deepEqual(oursAsked(), ["consentry.js"]);
      assert.deepEqual(page.uncaughtErrors, []);
    });
}

for (const control of ["reject-all", "accept-all"])
  test(`with_a_backend_the_receipt_of_${control}_follows_and_the_decision_does_not_wait_for_it`, async (t) => {
    const { page, oursAsked } = await firstVisit(t, { stage: siteWithLedger, tag: TAG });
    assert.deepEqual(oursAsked(), ["consentry.js"], "until the banner can be used");
    const known = (await siteWithLedger.ledger.receipts()).length;
    let sendNow;
    const mayBeSent = new Promise((done) => (sendNow = done));
    await page.context().route(/\/consentry-/, (route) => mayBeSent.then(() => route.fallback()));
    await button(page, control).click();
    assert.equal(
      await page.evaluate(() => JSON.parse(localStorage.getItem("consentry")).granted.length > 0),
      control == "accept-all",
    );
    assert.equal((await siteWithLedger.ledger.receipts()).length, known, "it is not sent yet");
    sendNow();
    const receipts = await until(async () => {
      const all = await siteWithLedger.ledger.receipts();
      return all.length > known && all;
    }, "the ledger has the receipt");
    assert.deepEqual([receipts.at(-1).action, receipts.at(-1).layer], [control, 1]);
  });
