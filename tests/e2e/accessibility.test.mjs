// WCAG 2.2 AA of every layer: what axe-core finds, in each layout, theme, language and width, enlarged, with other spacing
// and with forced colours; and what no such tool sees: order, focus, announcements, what decides.
import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import { findings } from "./axe.mjs";
import { layerShown, until } from "./browser.mjs";
import { bundle, demoConfig, root } from "./site.mjs";
import { startStage, wholePage } from "./stage.mjs";

const LANGUAGES = readdirSync(path.join(root, "src/ui/texts")).map((name) => name.replace(".json", ""));
const LAYOUTS = ["box", "bar", "dialog"];
const WIDE = { width: 1280, height: 800 };
const NARROW = { width: 320, height: 568 };
const SETTINGS = {
  wide: {},
  narrow: { viewport: NARROW },
  dark: { colorScheme: "dark" },
  narrow_and_dark: { viewport: NARROW, colorScheme: "dark" },
  // 200 % of 1280 by 800.
  enlarged: { viewport: { width: 640, height: 400 }, deviceScaleFactor: 2 },
  with_forced_colours: { forcedColors: "active" },
  with_reduced_motion: { reducedMotion: "reduce" },
};
/** WCAG 2.2, 1.4.12. */
const SPACING =
  "*{line-height:1.5!important;letter-spacing:.12em!important;word-spacing:.16em!important}p{margin-bottom:2em!important}";

/** @type {import('./stage.mjs').Stage} */
let site;
let folder;
before(async () => {
  site = await startStage();
  folder = mkdtempSync(path.join(tmpdir(), "consentry-accessibility-"));
  for (const layout of LAYOUTS) bake(layout, ["en"], { layout });
  bake("wall", ["en"], { layout: "dialog", wall: { reason: "A test of walls" } });
  for (const palette of ["ink", "forest", "ocean", "berry", "sand"]) bake(palette, ["en"], { palette });
  for (const language of LANGUAGES)
    for (const layout of LAYOUTS) bake(`${layout}-in-${language}`, [language], { layout });
});
after(async () => {
  await site?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Bakes a site and two pages of it: a plain one, and one (`….whole.html`) with a held film and the declaration. */
function bake(name, languages, banner) {
  const { services, ...config } = /** @type {Record<string, any>} */ (inOneLanguage(demoConfig()));
  delete config.backend;
  writeFileSync(
    path.join(folder, `${name}.json`),
    JSON.stringify({ ...config, services, languages, banner }),
  );
  bundle(path.join(folder, `${name}.json`), path.join(folder, name));
  site.addFolder(name, path.join(folder, name));
  const pageWith = (more) =>
    wholePage(
      `<script src="/${name}/consentry.js"></script><meta name="viewport" content="width=device-width">`,
      `<main><h1>Page</h1><a href="#first">First</a>${"<p>Text of the page.</p>".repeat(40)}${more}
        <a id="last" href="#last">Last</a></main>`,
      languages[0],
    );
  site.add(`${name}.html`, pageWith(""));
  site.add(
    `${name}.whole.html`,
    pageWith(`<consentry-declaration></consentry-declaration>
      <iframe src="https://www.youtube.com/embed/a" width="560" height="315" style="max-width: 100%" title="A film"></iframe>`),
  );
}

// The owner's texts are the same in every language here.
const inOneLanguage = (value) =>
  Array.isArray(value)
    ? value.map(inOneLanguage)
    : value?.en && value?.sv
      ? value.en
      : value && typeof value == "object"
        ? Object.fromEntries(Object.entries(value).map(([key, it]) => [key, inOneLanguage(it)]))
        : value;

const openLayer = async (page, layer) => {
  await layerShown(page, 1);
  await page.evaluate(() =>
    Promise.all(
      document
        .querySelector("consentry-banner")
        .shadowRoot.getAnimations?.()
        .map((it) => it.finished) ?? [],
    ),
  );
  if (layer == 1) return;
  await page.locator('consentry-banner [data-consentry="preferences"]').click();
  await layerShown(page, 2);
};

for (const [name, settings] of Object.entries(SETTINGS))
  for (const layout of [...LAYOUTS, "wall"])
    test(`axe_finds_nothing_in_the_${layout}_${name}`, async (t) => {
      const page = await site.visit(t, /** @type {any} */ (settings));
      await page.open(`${layout}.html`);
      await openLayer(page, 1);
      assert.deepEqual(await findings(page), []);
      assert.ok(
        await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth),
        "no sideways scrolling",
      );
    });

for (const [name, settings] of Object.entries(SETTINGS))
  test(`axe_finds_nothing_in_the_preferences_${name}`, async (t) => {
    const page = await site.visit(t, /** @type {any} */ (settings));
    await page.open("box.html");
    await openLayer(page, 2);
    assert.deepEqual(await findings(page), []);
    await page
      .locator("consentry-banner dialog details")
      .evaluateAll((all) => all.forEach((it) => it.setAttribute("open", "")));
    assert.deepEqual(await findings(page), [], "with all services open");
  });

for (const [name, settings] of Object.entries(SETTINGS))
  test(`axe_finds_nothing_after_a_refusal_${name}`, async (t) => {
    const page = await site.visit(t, /** @type {any} */ (settings));
    await page.open("box.whole.html");
    await refuse(page);
    assert.deepEqual(await findings(page), []);
  });

/** Refuses all, and waits for the placeholder and the declaration. */
async function refuse(page) {
  await layerShown(page, 1);
  await page.locator('consentry-banner [data-consentry="reject-all"]').click();
  await until(
    () =>
      page.evaluate(
        () =>
          !!document.querySelector("iframe").contentDocument?.querySelector("consentry-placeholder") &&
          !!document.querySelector("consentry-declaration").shadowRoot?.querySelector("table"),
      ),
    "the placeholder and the declaration are there",
  );
}

for (const palette of ["ink", "forest", "ocean", "berry", "sand"])
  for (const colorScheme of /** @type {const} */ (["light", "dark"]))
    test(`axe_finds_nothing_in_the_palette_${palette}_on_${colorScheme}`, async (t) => {
      const page = await site.visit(t, { colorScheme });
      await page.open(`${palette}.html`);
      for (const layer of [1, 2]) {
        await openLayer(page, layer);
        assert.deepEqual(await findings(page), [], `layer ${layer}`);
      }
    });

// Every language in every layout; each width has a theme, as all of them together have above in English.
// Two at a time, as they take the longest.
describe("every language", { concurrency: 2 }, () => {
  for (const language of LANGUAGES)
    test(`axe_finds_nothing_in_${language}`, async (t) => {
      const page = await site.visit(t, { viewport: WIDE });
      const assertNothingFound = async (what) => {
        for (const viewport of [WIDE, NARROW]) {
          await page.setViewportSize(viewport);
          await page.emulateMedia({ colorScheme: viewport == WIDE ? "light" : "dark" });
          assert.deepEqual(await findings(page), [], `${what}, ${viewport.width} px`);
        }
      };
      for (const layout of LAYOUTS) {
        await page.open(`${layout}-in-${language}.html`);
        await openLayer(page, 1);
        await assertNothingFound(layout);
      }
      await openLayer(page, 2);
      await assertNothingFound("preferences");
      const said = await page.evaluate(() => {
        const { lang, dir } = /** @type {HTMLElement} */ (document.querySelector("consentry-banner"));
        return [lang, dir];
      });
      assert.deepEqual(said, [language, ["ar", "he"].includes(language) ? "rtl" : "ltr"]);
      await page.open(`box-in-${language}.whole.html`);
      await refuse(page);
      await assertNothingFound("placeholder and declaration");
    });
});

for (const layer of [1, 2])
  test(`nothing_is_cut_off_with_other_spacing_in_layer_${layer}`, async (t) => {
    const page = await site.visit(t, SETTINGS.narrow);
    await page.open("box.html");
    await openLayer(page, layer);
    const cut = await page.evaluate((spacing) => {
      const { shadowRoot } = document.querySelector("consentry-banner");
      shadowRoot.appendChild(document.createElement("style")).textContent = spacing;
      const shown = shadowRoot.querySelector("dialog") ?? shadowRoot;
      return [...shown.querySelectorAll("button, h2, h3, p, summary, label, dt, dd")]
        .filter((it) => it.getClientRects()[0] && !it.matches("[role=status]"))
        .filter((it) => it.scrollWidth > it.clientWidth + 1 && getComputedStyle(it).display != "inline")
        .map((it) => it.outerHTML);
    }, SPACING);
    assert.deepEqual(cut, []);
  });

/** What has the focus: the page's element, or ours by its control. */
const focused = (page) =>
  page.evaluate(() => {
    let element = /** @type {any} */ (document.activeElement);
    while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
    return (
      element.dataset?.consentry ??
      element.getAttribute("data-consentry-category") ??
      (element.id || element.localName)
    );
  });

test("a_banner_that_is_not_modal_is_first_in_reading_order_and_traps_nothing", async (t) => {
  const page = await site.visit(t);
  await page.open("box.html");
  await layerShown(page, 1);
  const reached = [];
  for (let steps = 0; steps < 8; steps += 1) {
    await page.keyboard.press("Tab");
    reached.push(await focused(page));
  }
  const ours = reached.filter((it) => ["reject-all", "accept-all", "preferences"].includes(it));
  assert.deepEqual(ours.slice(0, 3), ["reject-all", "accept-all", "preferences"]);
  assert.ok(reached.indexOf("preferences") < 6 && reached.includes("a"), String(reached));
  const tree = await page.evaluate(() => {
    const banner = document.querySelector("consentry-banner");
    return !!(
      banner.compareDocumentPosition(document.querySelector("main")) & Node.DOCUMENT_POSITION_FOLLOWING
    );
  });
  assert.ok(tree, "it comes before the page's content");
});

test("no_element_of_the_page_is_covered_while_it_has_the_focus", async (t) => {
  for (const layout of ["box", "bar", "dialog"])
    for (const settings of [SETTINGS.wide, SETTINGS.narrow]) {
      const page = await site.visit(t, settings);
      await page.open(`${layout}.html`);
      await layerShown(page, 1);
      for (const element of ["last", "first"]) {
        await page.evaluate((it) => {
          const links = document.querySelectorAll("a");
          (it == "last" ? links[links.length - 1] : links[0]).focus();
        }, element);
        await until(
          () =>
            page.evaluate(() => {
              const { left, top, width, height } = document.activeElement.getBoundingClientRect();
              const hit = document.elementFromPoint(left + width / 2, top + height / 2);
              return hit == document.activeElement || hit?.localName != "consentry-banner";
            }),
          `${element} is seen beside the ${layout}`,
        );
      }
    }
});

test("the_focus_begins_at_the_title_of_the_preferences_without_a_frame_around_the_text", async (t) => {
  const page = await site.visit(t);
  await page.open("box.html");
  await layerShown(page, 1);
  await page.locator('consentry-banner [data-consentry="preferences"]').focus();
  await page.keyboard.press("Enter");
  await layerShown(page, 2);
  assert.equal(await focused(page), "t2");
  const outlined = await page.evaluate(() => {
    const dialog = document.querySelector("consentry-banner").shadowRoot.querySelector("dialog");
    return [...dialog.querySelectorAll("*")].filter((it) => getComputedStyle(it).outlineStyle != "none")
      .length;
  });
  assert.equal(outlined, 0);
  await page.keyboard.press("Tab");
  assert.equal(await focused(page), "close");
  await page.keyboard.press("Escape");
  await layerShown(page, 1);
  assert.equal(await focused(page), "preferences", "the focus returns");
  assert.equal(await page.evaluate(() => window.consentry.consent), null);
});

test("nothing_but_enter_and_space_on_a_button_decides", async (t) => {
  const page = await site.visit(t);
  await page.open("box.html");
  await layerShown(page, 1);
  await page.locator('consentry-banner [data-consentry="accept-all"]').focus();
  for (const key of ["y", "a", "ArrowDown", "ArrowRight", "Tab", "Shift+Tab", "Home", "Delete", "F2"]) {
    await page.keyboard.press(key);
    assert.equal(await page.evaluate(() => window.consentry.consent), null, key);
  }
  // A key that was pressed elsewhere and is let go here decides nothing.
  await page.evaluate(() => /** @type {HTMLElement} */ (document.querySelector("main a")).focus());
  await page.keyboard.down(" ");
  await page.locator('consentry-banner [data-consentry="accept-all"]').focus();
  await page.keyboard.up(" ");
  assert.equal(await page.evaluate(() => window.consentry.consent), null, "a key let go");
  await page.locator('consentry-banner [data-consentry="accept-all"]').focus();
  await page.keyboard.press("Space");
  await layerShown(page, 0);
  assert.equal(await page.evaluate(() => window.consentry.consent.granted.length), 3);
});

test("a_decision_is_announced", async (t) => {
  const page = await site.visit(t);
  await page.open("box.html");
  await layerShown(page, 1);
  await page.locator('consentry-banner [data-consentry="reject-all"]').click();
  const announced = () =>
    page.evaluate(
      () =>
        document.querySelector("consentry-reopen")?.shadowRoot.querySelector("[role=status]")?.textContent,
    );
  await until(async () => (await announced()) == "Your choice is saved.", "a screen reader is told");
});

test("many_services_can_be_searched_and_what_is_hidden_keeps_its_switch", async (t) => {
  const page = await site.visit(t);
  await page.open("box.html");
  await openLayer(page, 2);
  await page.locator('consentry-banner input[data-consentry-category="advertising"]').check();
  await page.locator("consentry-banner [type=search]").fill("matomo");
  const shown = () =>
    page.evaluate(() =>
      [...document.querySelector("consentry-banner").shadowRoot.querySelectorAll(".service")]
        .filter((it) => it.getClientRects()[0])
        .map((it) => it.querySelector("span, h4").textContent),
    );
  await until(async () => String(await shown()) == "Matomo", "one service is shown");
  assert.equal(await page.locator("consentry-banner .search [role=status]").textContent(), "1 service found");
  await page.locator('consentry-banner input[data-consentry-service="matomo"]').check();
  await page.locator('consentry-banner [data-consentry="save"]').click();
  await layerShown(page, 0);
  const { granted, denied } = await page.evaluate(() => window.consentry.consent);
  assert.deepEqual(
    [[...granted].sort(), [...denied].sort()],
    [
      ["advertising", "service:matomo"],
      ["analytics", "functional"],
    ],
  );
});
