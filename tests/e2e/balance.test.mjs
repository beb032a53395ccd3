// Owners may brand the banner but cannot unbalance it: where a page's style or script makes refusing harder to see or to do
// than accepting, the usual look comes back, and a grant made before it did does not count.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { layerShown, until } from "./browser.mjs";
import { PLAIN_TAG, startStage, wholePage } from "./stage.mjs";

/** @type {import('./stage.mjs').Stage} */
let site;
before(async () => {
  site = await startStage();
});
after(() => site?.close());

/** Finds the two buttons; runs in the page. */
const FIND = `const root = document.querySelector("consentry-banner").shadowRoot;
  const [reject, accept] = ["reject-all", "accept-all"].map((name) => root.querySelector("[data-consentry=" + name + "]"));`;

/** What scripts do to set the buttons apart, or to hide one. */
const BY_SCRIPT = {
  a_smaller_font: "reject.style.fontSize = '9px'",
  a_lighter_weight: "reject.style.fontWeight = '300'",
  no_ground: "reject.style.background = 'none'",
  hardly_any_contrast: "reject.style.opacity = '.3'",
  no_room: "reject.style.display = 'none'",
  another_place: "accept.before(accept); reject.parentNode.prepend(accept)",
  a_style_sheet: `const sheet = new CSSStyleSheet(); sheet.replaceSync("[data-consentry=reject-all]{color:gray}");
    root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet]`,
  a_style_element:
    "root.append(Object.assign(document.createElement('style'), { textContent: '[data-consentry=accept-all]{transform:scale(1.2)}' }))",
  something_on_top: `const cover = document.createElement("div"); cover.style.cssText = "position:absolute;inset:0 50% 0 0;z-index:9";
    reject.parentNode.style.position = "relative"; reject.parentNode.append(cover)`,
  no_button: "reject.remove()",
};

/** The two buttons as a visitor has them. */
const buttons = (page) =>
  page.evaluate(() => {
    const { shadowRoot } = document.querySelector("consentry-banner");
    return [...shadowRoot.querySelectorAll(".controls button")].slice(0, 2).map((button) => {
      const { width, height, left, top } = button.getBoundingClientRect();
      const { font, color, backgroundColor, opacity, transform, display } = getComputedStyle(button);
      const atMiddle = shadowRoot.elementFromPoint(left + width / 2, top + height / 2);
      const name = /** @type {HTMLElement} */ (button).dataset.consentry;
      const looks = { width, height, font, color, backgroundColor, opacity, transform, display };
      return { name, looks, isReached: atMiddle == button };
    });
  });

async function assertBalanced(page) {
  const [reject, accept] = await buttons(page);
  assert.deepEqual([reject.name, accept.name], ["reject-all", "accept-all"]);
  assert.deepEqual(reject.looks, accept.looks);
  assert.ok(reject.isReached && accept.isReached);
}

for (const [name, change] of Object.entries(BY_SCRIPT)) {
  test(`where_a_script_gives_${name}_the_usual_look_comes_back`, async (t) => {
    site.add(
      "script.html",
      wholePage(
        `${PLAIN_TAG}<script>document.addEventListener("consentry:shown", () => { ${FIND} ${change} }, { once: true })</script>`,
        "<h1>Page</h1>",
      ),
    );
    const page = await site.visit(t);
    await page.open("script.html");
    await layerShown(page, 1);
    await until(
      () => page.consoleLines.some((line) => /refusing was harder/.test(line)),
      "the console says so",
    );
    await assertBalanced(page);
    await page.locator('consentry-banner [data-consentry="reject-all"]').click();
    await layerShown(page, 0);
    assert.deepEqual(page.uncaughtErrors, []);
  });

  test(`a_grant_with_${name}_does_not_count`, async (t) => {
    site.add("later.html", wholePage(PLAIN_TAG, "<h1>Page</h1>"));
    const page = await site.visit(t);
    await page.open("later.html");
    await layerShown(page, 1);
    await page.evaluate(
      () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))),
    );
    await page.evaluate(`{ ${FIND} ${change}; root.querySelector("[data-consentry=accept-all]").click(); }`);
    assert.equal(await page.evaluate(() => window.consentry.consent), null);
    await assertBalanced(page);
    await page.locator('consentry-banner [data-consentry="accept-all"]').click();
    await layerShown(page, 0);
    assert.equal(await page.evaluate(() => window.consentry.consent.granted.length), 3);
  });
}

/** Styles of a page: what sets nothing apart stays as the owner wants it. */
const BY_STYLE = {
  colours_of_the_owner: [
    "consentry-banner{--consentry-button:#0a5c36;--consentry-button-color:#fff;--consentry-radius:0}",
    true,
  ],
  both_buttons_by_their_part: [
    "consentry-banner::part(decide){letter-spacing:1px;background:#222;color:#fff}",
    true,
  ],
  buttons_that_nobody_can_read: [
    "consentry-banner{--consentry-button:#eee;--consentry-button-color:#fff}",
    false,
  ],
  buttons_without_a_ground: ["consentry-banner::part(decide){background:none;color:#1b1d22}", true],
  buttons_without_a_ground_that_nobody_can_read: [
    "consentry-banner::part(decide){background:none;color:#fff}",
    false,
  ],
  text_that_is_hardly_there: ["consentry-banner::part(decide){background:#222;color:#fff1}", false],
  both_buttons_too_pale: ["consentry-banner::part(decide){color:#999;background:#fff}", false],
};
for (const [name, [rules, stays]] of Object.entries(BY_STYLE))
  test(`${name}_${stays ? "stay" : "do_not_stay"}`, async (t) => {
    site.add("style.html", wholePage(`${PLAIN_TAG}<style>${rules}</style>`, "<h1>Page</h1>"));
    const page = await site.visit(t, { colorScheme: "light" });
    await page.open("style.html");
    await layerShown(page, 1);
    await page.evaluate(
      () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))),
    );
    const warned = page.consoleLines.some((line) => /refusing was harder/.test(line));
    assert.equal(!warned, stays, page.consoleLines.join("\n"));
    await assertBalanced(page);
    if (stays) assert.notEqual((await buttons(page))[0].looks.backgroundColor, "rgb(29, 78, 216)");
    else assert.equal((await buttons(page))[0].looks.backgroundColor, "rgb(29, 78, 216)");
  });

test("accepting_by_keyboard_counts_with_the_frame_of_the_focus_around_it", async (t) => {
  site.add("keyboard.html", wholePage(PLAIN_TAG, "<h1>Page</h1>"));
  const page = await site.visit(t);
  await page.open("keyboard.html");
  await layerShown(page, 1);
  const focused = () =>
    page.evaluate(
      () => /** @type {any} */ (document.activeElement.shadowRoot?.activeElement)?.dataset.consentry,
    );
  for (let steps = 0; steps < 9 && (await focused()) != "accept-all"; steps += 1)
    await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await layerShown(page, 0);
  assert.equal(await page.evaluate(() => window.consentry.consent.granted.length), 3);
  assert.deepEqual(page.consoleLines, []);
});

test("a_look_that_changes_later_is_put_right_as_the_visitor_comes_near", async (t) => {
  site.add("near.html", wholePage(PLAIN_TAG, "<h1>Page</h1>"));
  const page = await site.visit(t);
  await page.open("near.html");
  await layerShown(page, 1);
  await page.waitForTimeout(300);
  await page.evaluate(`{ ${FIND} reject.style.opacity = ".2"; }`);
  await page.locator("consentry-banner h2").hover();
  await until(async () => (await buttons(page))[0].looks.opacity == "1", "it can be seen again");
  await assertBalanced(page);
});

test("parts_of_a_single_button_do_not_exist", async (t) => {
  const rules = ["reject-all", "accept-all"].map((part) => `consentry-banner::part(${part}){display:none}`);
  site.add("parts.html", wholePage(`${PLAIN_TAG}<style>${rules.join("")}</style>`, "<h1>Page</h1>"));
  const page = await site.visit(t);
  await page.open("parts.html");
  await layerShown(page, 1);
  await assertBalanced(page);
});

test("an_owners_marks_of_the_pointer_and_the_focus_stay", async (t) => {
  site.add(
    "hover.html",
    wholePage(
      `${PLAIN_TAG}<style>consentry-banner::part(decide):hover{background:#0a5c36;box-shadow:0 0 0 2px #000}
        consentry-banner::part(decide):focus-visible{background:#333;text-decoration:underline}</style>`,
      "<h1>Page</h1>",
    ),
  );
  const page = await site.visit(t);
  await page.open("hover.html");
  await layerShown(page, 1);
  for (const name of ["reject-all", "accept-all"]) {
    const button = page.locator(`consentry-banner [data-consentry="${name}"]`);
    await button.hover();
    await button.focus();
  }
  await page.locator('consentry-banner [data-consentry="accept-all"]').click();
  assert.equal(await page.evaluate(() => window.consentry.consent.granted.length), 3);
  assert.deepEqual(
    page.consoleLines.filter((line) => /refusing/.test(line)),
    [],
  );
});
