// The first layer in every layout and place: what it covers, that the page stays usable, that a wall is one only where the
// owner asks for it, and that it is at home on any page.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, test } from "node:test";
import { layerShown, until } from "./browser.mjs";
import { bundle, demoConfig } from "./site.mjs";
import { PLAIN_TAG, configuredTag, startStage, wholePage } from "./stage.mjs";

const PLACES = {
  box: ["bottom-left", "bottom-right", "top-left", "top-right"],
  bar: ["bottom", "top"],
  dialog: ["center", "bottom", "top"],
};
const LANGUAGES = ["en", "sv", "de", "fi", "el", "ar", "bg", "hu"];

/** @type {import('./stage.mjs').Stage} */
let site;
let folder;
before(async () => {
  site = await startStage();
  folder = mkdtempSync(path.join(tmpdir(), "consentry-layouts-"));
  for (const layout of Object.keys(PLACES)) bake(layout, { layout });
  bake("wall", { layout: "dialog", wall: { reason: "A test of walls" } });
});
after(async () => {
  await site?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Bakes the demo's many services with this banner, under a name. */
function bake(name, banner) {
  const config = /** @type {Record<string, any>} */ ({ ...demoConfig(), languages: LANGUAGES, banner });
  delete config.backend;
  writeFileSync(path.join(folder, `${name}.json`), JSON.stringify(config));
  bundle(path.join(folder, `${name}.json`), path.join(folder, name));
  site.addFolder(name, path.join(folder, name));
  for (const language of LANGUAGES)
    site.add(
      `${name}.${language}.html`,
      wholePage(
        `<script src="/${name}/consentry.js"></script><meta name="viewport" content="width=device-width">`,
        `<main><button id="own" onclick="this.textContent = 'clicked'">Own</button>${"<p>Text of the page.</p>".repeat(40)}</main>`,
        language,
      ),
    );
}

/** Where the first layer, its sentences and its buttons are, once it has come. */
const boxes = (page) =>
  page.evaluate(async () => {
    const { shadowRoot } = document.querySelector("consentry-banner");
    const moves = shadowRoot.querySelector(".banner").getAnimations();
    await Promise.all(moves.map(({ finished }) => finished));
    const boxOf = (element) => element.getBoundingClientRect().toJSON();
    return {
      layer: boxOf(shadowRoot.querySelector(".banner")),
      text: boxOf(shadowRoot.querySelector(".text")),
      sentences: [...shadowRoot.querySelectorAll(".text > p")].map(boxOf),
      buttons: [...shadowRoot.querySelectorAll(".banner button")].map(boxOf),
      width: innerWidth,
      height: innerHeight,
    };
  });

for (const layout of Object.keys(PLACES))
  for (const language of LANGUAGES)
    test(`${layout}_in_${language}_takes_at_most_half_of_a_phone_with_its_sentences_and_buttons_in_view`, async (t) => {
      const page = await site.visit(t, { viewport: { width: 320, height: 568 } });
      await page.open(`${layout}.${language}.html`);
      await layerShown(page, 1);
      const { layer, text, sentences, buttons, width, height } = await boxes(page);
      assert.ok(Math.floor(layer.height) <= height / 2, `${layer.height} of ${height}`);
      for (const { bottom } of sentences)
        assert.ok(bottom <= text.bottom + 1, `a sentence ends ${bottom - text.bottom} px below what is seen`);
      for (const { left, top, right, bottom } of buttons)
        assert.ok(
          left >= 0 && top >= layer.top && right <= width && bottom <= Math.min(height, layer.bottom),
        );
      assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
    });

for (const [layout, positions] of Object.entries(PLACES))
  for (const position of positions)
    test(`${layout}_stands_${position}_from_a_configuration_in_the_page`, async (t) => {
      site.add(
        "inline.html",
        wholePage(configuredTag({ banner: { layout, position } }, PLAIN_TAG), "<h1>Page</h1>"),
      );
      const page = await site.visit(t);
      await page.open("inline.html");
      await layerShown(page, 1);
      // It comes from where it stands.
      await until(async () => {
        const { layer, width, height } = await boxes(page);
        const [x, y] = [(layer.left + layer.right) / 2 / width, (layer.top + layer.bottom) / 2 / height];
        const isThere = (/** @type {string} */ side) =>
          ({ left: x < 0.4, right: x > 0.6, top: y < 0.45, bottom: y > 0.55 })[side] ??
          Math.abs(x - 0.5) + Math.abs(y - 0.5) < 0.1;
        return position.split("-").every(isThere);
      }, `it is at ${position}`);
    });

for (const layout of Object.keys(PLACES))
  test(`the_page_stays_usable_beside_the_${layout}`, async (t) => {
    const page = await site.visit(t);
    await page.open(`${layout}.en.html`);
    await layerShown(page, 1);
    await page.locator("#own").click();
    assert.equal(await page.locator("#own").textContent(), "clicked");
    await page.mouse.move(640, 300);
    await page.mouse.wheel(0, 300);
    await until(() => page.evaluate(() => scrollY > 0), "the page scrolls");
    await boxes(page);
    // Beside the layer nothing of ours takes a click.
    const covered = await page.evaluate(() => {
      const banner = document.querySelector("consentry-banner");
      const { left, top, right, bottom } = banner.shadowRoot.querySelector(".banner").getBoundingClientRect();
      const points = [
        [left - 2, top + 2],
        [right + 2, top + 2],
        [left + 2, top - 2],
        [left + 2, bottom + 2],
      ].filter(([x, y]) => x > 0 && y > 0 && x < innerWidth && y < innerHeight);
      return points.filter(([x, y]) => document.elementFromPoint(x, y) == banner).length;
    });
    assert.equal(covered, 0);
  });

for (const layout of Object.keys(PLACES))
  test(`the_preferences_of_the_${layout}_look_as_those_of_any_other`, async (t) => {
    const page = await site.visit(t);
    await page.open(`${layout}.en.html`);
    await layerShown(page, 1);
    await page.evaluate(() => window.consentry.showPreferences());
    await layerShown(page, 2);
    const heights = await page
      .locator("consentry-banner dialog .controls button")
      .evaluateAll((all) => all.map((button) => button.getBoundingClientRect().height));
    assert.equal(heights.length, 3);
    assert.ok(
      heights.every((height) => height >= 24 && height < 60),
      String(heights),
    );
  });

test("a_wall_lets_the_page_wait_and_esc_closes_it_without_a_grant", async (t) => {
  const page = await site.visit(t);
  await page.open("wall.en.html");
  await layerShown(page, 1);
  const isBehind = () =>
    page.evaluate(() => {
      const { left, top } = document.getElementById("own").getBoundingClientRect();
      return document.elementFromPoint(left + 2, top + 2)?.id != "own";
    });
  assert.ok(await isBehind(), "a click does not reach the page");
  for (let steps = 0; steps < 12; steps += 1) {
    await page.keyboard.press("Tab");
    const focused = await page.evaluate(() => document.activeElement.localName);
    assert.ok(["consentry-banner", "body"].includes(focused), focused);
  }
  await page.keyboard.press("Escape");
  await layerShown(page, 0);
  assert.equal(await page.evaluate(() => window.consentry.consent), null);
  assert.ok(!(await isBehind()));
  await page.open("wall.en.html");
  await layerShown(page, 1);
  await page.locator('consentry-banner [data-consentry="reject-all"]').click();
  await layerShown(page, 0);
  assert.deepEqual(await page.evaluate(() => window.consentry.consent.granted), []);
});

test("a_site_carries_its_own_layout_only", async () => {
  for (const layout of Object.keys(PLACES)) {
    const answer = await fetch(new URL(`${layout}/consentry.js`, site.url));
    const script = await answer.text();
    for (const other of Object.keys(PLACES))
      assert.equal(script.includes(`data-layout=${other}]`), other == layout, `${other} in ${layout}`);
  }
});

const colors = (page) =>
  page.evaluate(() => {
    const layer = document.querySelector("consentry-banner").shadowRoot.querySelector(".banner");
    const { backgroundColor, color, fontFamily, direction } = getComputedStyle(layer);
    return { backgroundColor, color, fontFamily, direction };
  });

test("the_theme_page_follows_the_page_s_color_scheme", async (t) => {
  const open = async (scheme) => {
    const head = configuredTag({ banner: { theme: "page" } }, PLAIN_TAG);
    site.add("theme.html", wholePage(`${head}<style>html{color-scheme:${scheme}}</style>`, "<h1>Page</h1>"));
    const page = await site.visit(t, { colorScheme: "light" });
    await page.open("theme.html");
    await layerShown(page, 1);
    return page;
  };
  const [light, dark] = [await open("light"), await open("dark")];
  const before = await colors(light);
  assert.notEqual(before.backgroundColor, (await colors(dark)).backgroundColor);
  await light.evaluate(() => (document.documentElement.style.colorScheme = "dark"));
  assert.deepEqual(await colors(light), await colors(dark), "at once, when the page changes it");
});

test("right_to_left_languages_are_set_so_with_their_controls", async (t) => {
  const page = await site.visit(t);
  await page.open("box.ar.html");
  await layerShown(page, 1);
  assert.equal((await colors(page)).direction, "rtl");
  const { buttons } = await boxes(page);
  assert.ok(buttons[0].left > buttons[1].left, "refusing comes first, from the right");
  await page.locator('consentry-banner [data-consentry="preferences"]').click();
  await layerShown(page, 2);
  const [close, title] = await page.evaluate(() => {
    const dialog = document.querySelector("consentry-banner").shadowRoot.querySelector("dialog");
    return ["[data-consentry=close]", "h2"].map((it) => {
      const range = document.createRange();
      range.selectNodeContents(dialog.querySelector(it));
      const element = dialog.querySelector(it).getBoundingClientRect();
      return { left: element.left, textRight: range.getBoundingClientRect().right };
    });
  });
  assert.ok(close.left < title.textRight, "the title begins at the right, the way out is at the left");
});
