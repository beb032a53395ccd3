// The banner in a real browser: an equal choice, no grant by leaving, the keyboard's way, no layout shift,
// nobody asked.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { contextWith, layerShown, record } from "./browser.mjs";
import { TAG, reallyStored, settled, startStage } from "./stage.mjs";

let site;
before(async () => {
  site = await startStage({ test: import.meta.url });
  site.addPage("index.html", { tag: TAG });
});
after(() => site?.close());

const button = (page, name) => page.locator(`consentry-banner [data-consentry="${name}"]`).first();
const looksOf = (page, name) =>
  button(page, name).evaluate((element) => {
    const { width, height } = element.getBoundingClientRect();
    const {
      font,
      color,
      backgroundColor,
      border,
      borderRadius,
      opacity,
      textDecoration,
      boxShadow,
      padding,
    } = getComputedStyle(element);
    return {
      size: [width, height],
      style: {
        font,
        color,
        backgroundColor,
        border,
        borderRadius,
        opacity,
        textDecoration,
        boxShadow,
        padding,
      },
    };
  });
const focusedControl = (page) =>
  page.evaluate(() => {
    let active = document.activeElement;
    while (active?.shadowRoot?.activeElement) active = active.shadowRoot.activeElement;
    return {
      control: active?.dataset?.consentry ?? active?.dataset?.consentryCategory ?? active?.localName,
      inside: !!document.activeElement?.matches("consentry-banner"),
    };
  });

test("the_shadow_root_is_open", async (t) => {
  const page = await site.visit(t);
  await page.open("/");
  await layerShown(page, 1);
  assert.equal(await page.evaluate(() => document.querySelector("consentry-banner").shadowRoot.mode), "open");
});

for (const [name, settings] of [
  ["wide", {}],
  ["narrow", { viewport: { width: 320, height: 568 } }],
  ["dark", { colorScheme: "dark" }],
])
  for (const shown of [1, 2])
    test(`accepting_and_rejecting_look_the_same_on_a_${name}_screen_in_layer_${shown}`, async (t) => {
      const page = await site.visit(t, settings);
      await page.open("/");
      await layerShown(page, 1);
      if (shown == 2) {
        await button(page, "preferences").click();
        await layerShown(page, 2);
      }
      const scope = shown == 1 ? "section" : "dialog";
      const [accept, reject] = await Promise.all(
        ["accept-all", "reject-all"].map((control) =>
          page.locator(`consentry-banner ${scope} [data-consentry="${control}"]`).evaluate((element) => {
            const { width, height } = element.getBoundingClientRect();
            const style = getComputedStyle(element);
            const names = [
              "font",
              "color",
              "backgroundColor",
              "border",
              "borderRadius",
              "opacity",
              "textDecoration",
              "boxShadow",
              "padding",
            ];
            return { width, height, style: names.map((it) => style[it]) };
          }),
        ),
      );
      assert.ok(
        Math.abs(accept.width - reject.width) <= 1 && Math.abs(accept.height - reject.height) <= 1,
        JSON.stringify([accept, reject]),
      );
      assert.deepEqual(accept.style, reject.style);
      assert.ok(reject.height >= 24 && reject.width >= 24);
    });

test("rejecting_needs_no_scrolling_on_a_small_screen", async (t) => {
  const page = await site.visit(t, { viewport: { width: 320, height: 568 } });
  await page.open("/");
  await layerShown(page, 1);
  for (const name of ["accept-all", "reject-all", "preferences"]) {
    const { x, y, width, height } = await button(page, name).boundingBox();
    assert.ok(x >= 0 && y >= 0 && x + width <= 320 && y + height <= 568, `${name}: ${[x, y, width, height]}`);
    assert.ok(
      await button(page, name).evaluate((element) => {
        const { left, top, width: wide, height: high } = element.getBoundingClientRect();
        return (
          element
            .getRootNode()
            .elementFromPoint(left + wide / 2, top + high / 2)
            ?.closest("[data-consentry]") == element
        );
      }),
      `${name} is not covered`,
    );
  }
  assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= 320), "no sideways scrolling");
});

test("leaving_without_a_decision_grants_and_stores_nothing", async (t) => {
  const page = await site.visit(t);
  await page.open("/");
  await layerShown(page, 1);
  await button(page, "preferences").click();
  await layerShown(page, 2);
  await page.keyboard.press("Escape");
  await layerShown(page, 1);
  await button(page, "preferences").click();
  await layerShown(page, 2);
  await button(page, "close").click();
  await layerShown(page, 1);
  await page.evaluate(() =>
    document.querySelector("consentry-banner").shadowRoot.querySelector("[data-consentry]").focus(),
  );
  await page.keyboard.press("Escape");
  await layerShown(page, 0);
  await page.evaluate(() => window.consentry.show());
  await layerShown(page, 1);
  await page.evaluate(() => window.consentry.hide());
  await layerShown(page, 0);
  assert.equal(await page.evaluate(() => window.consentry.consent), null);
  assert.deepEqual(await reallyStored(page), { cookies: [], local: {}, session: {} });
  await page.open("/");
  await layerShown(page, 1);
});

test("scrolling_and_clicking_the_page_decide_nothing", async (t) => {
  const page = await site.visit(t);
  await page.open("/");
  await layerShown(page, 1);
  await page.locator("#own").click();
  await page.mouse.wheel(0, 2000);
  await layerShown(page, 1);
  assert.equal(await page.evaluate(() => window.consentry.consent), null);
});

test("the_keyboard_enters_the_preferences_stays_there_and_returns", async (t) => {
  const page = await site.visit(t);
  await page.open("/");
  await layerShown(page, 1);
  await button(page, "preferences").focus();
  await page.keyboard.press("Enter");
  await layerShown(page, 2);
  assert.ok((await focusedControl(page)).inside, "the focus is in the preferences");
  const reached = new Set();
  let outside = 0;
  for (let steps = 0; steps < 60; steps += 1) {
    await page.keyboard.press("Tab");
    const { control, inside } = await focusedControl(page);
    reached.add(control);
    // A modal dialog lets the browser's own controls in between; never the page's.
    if (!inside) outside += Number(control != "body");
  }
  assert.equal(outside, 0, "the page behind is not reached");
  for (const control of ["accept-all", "reject-all", "save", "close"])
    assert.ok(reached.has(control), `${control} of ${[...reached]}`);
  await page.keyboard.press("Escape");
  await layerShown(page, 1);
  assert.equal((await focusedControl(page)).control, "preferences", "the focus returns");
});

test("switches_are_off_before_a_choice_and_tell_it_afterwards", async (t) => {
  const page = await site.visit(t);
  await page.open("/");
  await layerShown(page, 1);
  await button(page, "preferences").click();
  await layerShown(page, 2);
  const state = () =>
    page
      .locator("consentry-banner input[data-consentry-category]")
      .evaluateAll((all) => Object.fromEntries(all.map((it) => [it.dataset.consentryCategory, it.checked])));
  const off = { functional: false, analytics: false, advertising: false };
  assert.deepEqual(
    Object.fromEntries(Object.entries(await state()).filter(([name]) => name != "necessary")),
    off,
  );
  await page.locator('consentry-banner input[data-consentry-category="analytics"]').check();
  await button(page, "save").click();
  await layerShown(page, 0);
  assert.deepEqual(await page.evaluate(() => window.consentry.consent.granted), ["analytics"]);
  await page.locator('consentry-reopen [data-consentry="preferences"]').click();
  await layerShown(page, 2);
  assert.equal((await state()).analytics, true);
  await page.locator('consentry-banner dialog [data-consentry="withdraw"]').click();
  await layerShown(page, 0);
  assert.deepEqual(await page.evaluate(() => window.consentry.consent.granted), []);
  await page.open("/");
  await settled(() => page.evaluate(() => !!document.querySelector("consentry-banner")));
  assert.equal(
    await page.evaluate(() => document.querySelector("consentry-banner")),
    null,
    "the banner does not return",
  );
});

test("it_moves_nothing_on_the_page_and_asks_no_other_host", async (t) => {
  const context = await contextWith(site.browser);
  t.after(() => context.close());
  const requests = record(context);
  const page = await site.openTab(context);
  await page.addInitScript(() => {
    window.shifts = [];
    new PerformanceObserver((list) =>
      window.shifts.push(...list.getEntries().map((entry) => /** @type {any} */ (entry).value)),
    ).observe({
      type: "layout-shift",
      buffered: true,
    });
  });
  await page.open("/");
  await layerShown(page, 1);
  const height = await page.evaluate(() => document.querySelector("main").getBoundingClientRect().top);
  await page.evaluate(() => window.consentry.showPreferences());
  await layerShown(page, 2);
  await page.keyboard.press("Escape");
  await button(page, "reject-all").click();
  await layerShown(page, 0);
  await settled(() => page.evaluate(() => window.shifts));
  assert.deepEqual(await page.evaluate(() => window.shifts), []);
  assert.equal(await page.evaluate(() => document.querySelector("main").getBoundingClientRect().top), height);
  assert.deepEqual(requests.external(), []);
  assert.ok(requests.list.every(({ url }) => new URL(url).origin == new URL(site.url).origin));
  assert.deepEqual(
    [page.uncaughtErrors, page.consoleLines.filter((it) => /^(error|warning)/.test(it))],
    [[], []],
  );
});

test("a_page_s_style_does_not_reach_the_banner", async (t) => {
  site.addPage("loud-style.html", { tag: TAG });
  const page = await site.visit(t);
  await page.open("loud-style.html");
  await layerShown(page, 1);
  assert.ok(await button(page, "reject-all").isVisible());
  assert.notEqual((await looksOf(page, "reject-all")).style.color, "rgb(255, 0, 0)");
});
