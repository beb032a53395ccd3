// The banner was wrong in each of these once: the input that showed it, and what holds since.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { layerShown, until } from "./browser.mjs";
import { PLAIN_TAG, declaredConfig, wholePage, startStage } from "./stage.mjs";

let site;
before(async () => {
  site = await startStage({ test: import.meta.url, config: declaredConfig() });
});
after(() => site?.close());
const tagWithFetched = (file) => `<script src="/plain/consentry.js" data-config="/${file}"></script>`;
const addJson = (name, config) => site.add(name, JSON.stringify(config));
/** The texts of both layers in a language. */
const textsIn = (language) => {
  const file = fileURLToPath(new URL(`../../src/ui/texts/${language}.json`, import.meta.url));
  const { banner, preferences } = JSON.parse(readFileSync(file, "utf8"));
  return { ...preferences, ...banner };
};

for (const [own, other] of [
  ["en", "sv"],
  ["sv", "en"],
])
  test(`a_fetched_configuration_without_${own}_shows_everything_in_${other}`, async (t) => {
    addJson("language.json", declaredConfig({ languages: [other] }));
    site.add("language.html", wholePage(tagWithFetched("language.json"), "", own));
    const page = await site.visit(t, { locale: own });
    await page.open("language.html");
    await layerShown(page, 1);
    await page.evaluate(() => window.consentry.showPreferences());
    await layerShown(page, 2);
    const [right, wrong] = [other, own].map(textsIn);
    assert.equal(await page.evaluate(() => document.querySelector("consentry-banner").lang), other);
    const namesByPart = {
      section: ["title", "accept-all", "reject-all", "preferences"],
      dialog: ["reject-all", "save", "preferencesIntro", "analytics", "analyticsText", "alwaysOn", "hosts"],
    };
    for (const [part, names] of Object.entries(namesByPart)) {
      const words = await page
        .locator(`consentry-banner ${part} *`)
        .evaluateAll((all) =>
          all
            .map((element) =>
              element.childElementCount ? element.firstChild.nodeValue : element.textContent,
            )
            .filter(Boolean),
        );
      assert.deepEqual(
        names.filter((name) => !words.includes(right[name])),
        [],
        `all of ${words}`,
      );
      assert.deepEqual(
        words.filter((it) => Object.keys(wrong).some((name) => it == wrong[name] && it != right[name])),
        [],
      );
      if (part == "section") assert.ok(words.some((it) => it.includes(right.analyticsPurpose)));
    }
    await page.evaluate(() => window.consentry.rejectAll());
    assert.equal(await page.locator("consentry-reopen button").textContent(), right.reopen);
  });

for (const [name, rules] of [
  ["hides_everything", "html *{display:none!important}"],
  [
    "hides_the_banner",
    `consentry-banner {
      display: none !important;
      visibility: hidden !important;
      opacity: 0 !important;
      transform: translateY(200vh) !important;
      clip-path: inset(100%) !important;
    }`,
  ],
  ["hides_plain_elements", "div,section,button,p,h2{display:none!important}"],
  ["resets_everything", "*{all:unset;color:red!important;position:static!important}"],
  [
    "moves_everything",
    `* {
      position: absolute !important;
      inset: auto auto -999px -999px !important;
      z-index: -1 !important;
      width: 0 !important;
      height: 0 !important;
      overflow: hidden !important;
    }`,
  ],
])
  test(`a_page_s_style_that_${name}_leaves_the_banner`, async (t) => {
    site.add(
      "style.html",
      wholePage(`${PLAIN_TAG}<style>${rules}</style>`, "<p>Text of the page.</p>".repeat(300)),
    );
    const page = await site.visit(t, { viewport: { width: 360, height: 640 } });
    await page.open("style.html");
    await layerShown(page, 1);
    await page.evaluate(() => scrollTo(0, 1e6));
    const reached = await page.evaluate(() =>
      [...document.querySelector("consentry-banner").shadowRoot.querySelectorAll("button")].map((button) => {
        const { left, top, right, bottom } = button.getBoundingClientRect();
        const inside =
          left >= 0 &&
          top >= 0 &&
          right <= innerWidth &&
          bottom <= innerHeight &&
          right - left >= 24 &&
          bottom - top >= 24;
        const root = /** @type {ShadowRoot} */ (button.getRootNode());
        const hit = root.elementFromPoint((left + right) / 2, (top + bottom) / 2) == button;
        return [
          button.dataset.consentry,
          inside,
          hit,
          button.checkVisibility({ opacityProperty: true, visibilityProperty: true }),
        ];
      }),
    );
    assert.deepEqual(
      reached.sort(),
      ["accept-all", "preferences", "reject-all"].map((it) => [it, true, true, true]),
    );
  });

for (const [name, reach] of Object.entries({
  tab: (page) => page.keyboard.press("Tab"),
  script: (page) => page.evaluate(() => document.getElementById("link").focus()),
}))
  test(`a_link_behind_the_banner_that_gets_the_focus_by_${name}_comes_clear_of_it`, async (t) => {
    const text = "<p>Text of the page.</p>".repeat(60);
    site.add(
      "long.html",
      wholePage(PLAIN_TAG, `<a id="first" href="#a">First</a>${text}<a id="link" href="#b">Link</a>${text}`),
    );
    const page = await site.visit(t);
    await page.open("long.html");
    await layerShown(page, 1);
    // What has the focus, and whether the banner covers the link.
    const measure = () =>
      page.evaluate(() => {
        const [link, banner] = [
          document.getElementById("link"),
          document.querySelector("consentry-banner").shadowRoot.querySelector("section"),
        ].map((element) => element.getBoundingClientRect());
        const isBeside =
          link.bottom <= banner.top ||
          link.top >= banner.bottom ||
          link.right <= banner.left ||
          link.left >= banner.right;
        return [document.activeElement.id, !isBeside];
      });
    await page.evaluate(() => {
      document.getElementById("first").focus();
      scrollTo(
        0,
        document.getElementById("link").getBoundingClientRect().bottom + scrollY - innerHeight + 60,
      );
    });
    assert.deepEqual(await measure(), ["first", true], "the page shows it behind the banner");
    await reach(page);
    await until(async () => String(await measure()) == "link,false", "it is clear of the banner");
  });

// What a framework does that renders the whole document: it knows nothing of what is not its own.
const RENDERINGS = {
  takes_out_what_it_does_not_know: () => {
    for (const child of [...document.documentElement.children])
      if (!/^(HEAD|BODY)$/.test(child.tagName)) child.remove();
  },
  makes_the_whole_document_anew: () => {
    const root = document.createElement("html");
    root.innerHTML = "<head><title>New</title></head><body><main>New</main></body>";
    document.replaceChild(root, document.documentElement);
  },
};
for (const [what, render] of Object.entries(RENDERINGS))
  test(`banner_and_button_come_back_where_a_framework_${what}`, async (t) => {
    site.add("rendered.html", wholePage(PLAIN_TAG, "<main>Old</main>"));
    const page = await site.visit(t);
    await page.open("rendered.html");
    await page.locator("consentry-banner section").waitFor();
    await page.evaluate(render);
    const reject = page.locator('consentry-banner [data-consentry="reject-all"]');
    await reject.waitFor();
    assert.equal(
      await page.evaluate(() => document.querySelector("consentry-banner").nextElementSibling?.localName),
      "body",
    );
    await reject.click();
    await page.locator("consentry-reopen button").waitFor();
    assert.equal(await page.locator("consentry-banner section").count(), 0);
    await page.evaluate(render);
    await page.locator("consentry-reopen button").waitFor();
    assert.deepEqual(page.uncaughtErrors, []);
  });

test("a_page_that_takes_the_banner_out_again_and_again_has_its_way", async (t) => {
  site.add("unwanted.html", wholePage(PLAIN_TAG));
  const page = await site.visit(t);
  await page.open("unwanted.html");
  await page.locator("consentry-banner section").waitFor();
  const isGone = await page.evaluate(async () => {
    for (let times = 0; times < 20; times += 1) {
      document.querySelector("consentry-banner")?.remove();
      await new Promise((resume) => setTimeout(resume, 5));
    }
    return !document.querySelector("consentry-banner");
  });
  assert.equal(isGone, true);
});

/** What the preferences look like. */
const lookOfPreferences = (page) =>
  page.evaluate(() => {
    const dialog = document.querySelector("consentry-banner").shadowRoot.querySelector("dialog");
    const { width, height } = dialog.getBoundingClientRect();
    const { padding, backgroundColor, display } = getComputedStyle(dialog);
    return [width, height, padding, backgroundColor, display].join();
  });

test("preferences_that_are_asked_for_twice_keep_their_look", async (t) => {
  site.add("twice.html", wholePage(PLAIN_TAG));
  const page = await site.visit(t, { reducedMotion: "reduce" });
  await page.open("twice.html");
  await layerShown(page, 1);
  const looks = [];
  for (let times = 0; times < 3; times += 1) {
    await page.evaluate(() => window.consentry.showPreferences());
    await layerShown(page, 2);
    looks.push(await lookOfPreferences(page));
  }
  assert.deepEqual(looks, [looks[0], looks[0], looks[0]]);
  const sheets = () =>
    page.evaluate(() => document.querySelector("consentry-banner").shadowRoot.adoptedStyleSheets.length);
  assert.equal(await sheets(), 2, "each style once");
});

test("the_focus_returns_from_the_preferences_to_the_small_button", async (t) => {
  site.add("focus.html", wholePage(PLAIN_TAG, "<h1>Page</h1>"));
  const page = await site.visit(t);
  await page.open("focus.html");
  await page.evaluate(() => window.consentry.rejectAll());
  const reopen = page.locator("consentry-reopen button");
  await reopen.focus();
  await page.keyboard.press("Enter");
  await layerShown(page, 2);
  await page.keyboard.press("Escape");
  await layerShown(page, 0);
  assert.equal(
    await reopen.evaluate((it) => /** @type {ShadowRoot} */ (it.getRootNode()).activeElement == it),
    true,
  );
});

test("a_page_s_control_that_goes_or_cannot_be_seen_leaves_the_small_button", async (t) => {
  site.add(
    "control.html",
    wholePage(
      PLAIN_TAG,
      '<h1>Page</h1><footer><button data-consentry="preferences">Choices</button></footer>',
    ),
  );
  const page = await site.visit(t);
  await page.open("control.html");
  await page.evaluate(() => window.consentry.rejectAll());
  const reopen = page.locator("consentry-reopen button");
  await page.waitForTimeout(300);
  assert.equal(await reopen.isVisible(), false);
  await page.evaluate(() => document.querySelector("footer").remove());
  await until(() => reopen.isVisible(), "the way back is there");
});

test("a_layout_whose_style_is_lost_gives_the_usual_one", async (t) => {
  addJson("popup.json", declaredConfig({ banner: { layout: "popup" } }));
  site.add("popup.html", wholePage(tagWithFetched("popup.json"), "<h1>Page</h1>"));
  const page = await site.visit(t);
  await page.open("popup.html");
  await layerShown(page, 1);
  await page.locator('consentry-banner [data-consentry="reject-all"]').click();
  await layerShown(page, 0);
});

test("a_choice_made_while_a_layout_comes_is_not_asked_for_again", async (t) => {
  addJson("bar.json", declaredConfig({ banner: { layout: "bar" } }));
  site.add(
    "bar.html",
    wholePage(`${tagWithFetched("bar.json")}<script>window.consentry.rejectAll()</script>`, "<h1>Page</h1>"),
  );
  const page = await site.visit(t);
  await page.open("bar.html");
  await until(() => page.evaluate(() => !!window.consentry.consent), "it is decided");
  await page.waitForTimeout(1000);
  assert.equal(await page.locator("consentry-banner .banner").count(), 0);
});
