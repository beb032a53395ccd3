// Browsers of the last six years: every built script is read by their parsers, since a syntax error would
// mean that there is no gate at all; and a page on which the library calls newer than 2020 are deleted is
// protected like any other.
import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import path from "node:path";
import { after, before, test } from "node:test";
import { parse } from "acorn";
import { settled, until } from "./browser.mjs";
import { built } from "./site.mjs";
import { ADVERTISING, ANALYTICS, configuredTag, declaredConfig, startStage } from "./stage.mjs";

const CLASSIC_SCRIPTS = ["consentry.js"];

/**
 * Whether browsers of 2020 can read the text, as a module or as a classic script; the error where they
 * cannot.
 */
function syntaxErrorOf(text, sourceType) {
  try {
    parse(text, { ecmaVersion: 2020, sourceType });
    return null;
  } catch (error) {
    return /** @type {Error} */ (error).message;
  }
}

for (const file of readdirSync(built).filter((name) => name.endsWith(".js")))
  test(`${file}_has_only_syntax_of_2020`, () => {
    const text = readFileSync(path.join(built, file), "utf8");
    const sourceTypes = CLASSIC_SCRIPTS.includes(file) ? ["script"] : ["module", "script"];
    const errors = sourceTypes.map((sourceType) => syntaxErrorOf(text, sourceType));
    // A file that is no module may be a script of a worker.
    assert.ok(errors.includes(null), errors.join("; "));
  });

test("the_parser_of_2020_refuses_what_came_later", () => {
  for (const later of ["a ||= b", "class A { #b = 1 }", "1_000", "class A { static {} }", "x?.y ??= 1"])
    assert.notEqual(syntaxErrorOf(later, "script"), null, later);
});

/** @type {import('./stage.mjs').Stage} */
let site;
/** @type {import('./stage.mjs').Stage} */
let siteWithoutWebAssembly;
before(async () => {
  const options = { test: import.meta.url, tag: configuredTag(declaredConfig()) };
  site = await startStage(options);
  siteWithoutWebAssembly = await startStage({ ...options, jsFlags: "--jitless" });
});
after(async () => {
  await site?.close();
  await siteWithoutWebAssembly?.close();
});

/** Calls that every run must have deleted, or the pages below show nothing. */
const MUST_BE_DELETED = [
  "at",
  "hasOwn",
  "replaceAll",
  "WeakRef",
  "timeout",
  "structuredClone",
  "replaceChildren",
  "adoptedStyleSheets",
  "showModal",
  "findLast",
];
const trackersAsked = (stage) =>
  stage
    .requests()
    .filter(({ host, path: asked }) => [ANALYTICS, ADVERTISING].includes(host) && asked != "/frame.html")
    .map((request) => request.path)
    .sort();
const scriptsThatRan = (page) => settled(() => page.evaluate(() => Object.keys(window.__ran ?? {}).sort()));
const cookieNames = async (page) => (await page.context().cookies()).map(({ name }) => name).sort();
const control = (page, name) =>
  page.locator(`consentry-banner [data-consentry="${name}"]`).filter({ visible: true }).first();

/** The page in a fresh context, once its banner is shown. */
async function visit(t, stage) {
  const page = await stage.visit(t);
  stage.reset();
  await page.open("page.html");
  const deleted = await page.evaluate(() => window.deleted);
  for (const name of MUST_BE_DELETED) assert.ok(deleted.includes(name), `${name} was there to delete`);
  await until(() => control(page, "reject-all").isVisible(), "the banner is shown").catch((error) => {
    throw new Error([error.message, ...page.uncaughtErrors, ...page.consoleLines].join("\n"));
  });
  return page;
}

for (const [browser, stageOf] of /** @type {[string, () => import('./stage.mjs').Stage][]} */ ([
  ["a_browser_of_2020", () => site],
  ["a_browser_of_2020_without_webassembly", () => siteWithoutWebAssembly],
])) {
  test(`${browser}_holds_before_a_choice_and_after_a_refusal`, async (t) => {
    const stage = stageOf();
    const page = await visit(t, stage);
    const assertNothingOfTrackers = async () => {
      assert.deepEqual(
        await scriptsThatRan(page),
        ["payment"],
        "what needs no consent runs, and nothing else",
      );
      assert.equal(await page.evaluate(() => window.call), "failed");
      assert.deepEqual(trackersAsked(stage), []);
      assert.deepEqual(await cookieNames(page), []);
      assert.equal(await page.locator("#box b").textContent(), "beside it");
      assert.deepEqual(await page.evaluate(() => Object.keys({ ...localStorage }).includes("basket")), true);
    };
    await assertNothingOfTrackers();
    await control(page, "reject-all").click();
    assert.deepEqual(await page.evaluate(() => window.consentry.consent.granted), []);
    await until(async () => !(await control(page, "reject-all").isVisible()), "the banner is gone");
    await page.open("page.html");
    await assertNothingOfTrackers();
    assert.deepEqual(page.uncaughtErrors, []);
  });

  test(`${browser}_grants_and_releases`, async (t) => {
    const stage = stageOf();
    const page = await visit(t, stage);
    await control(page, "accept-all").click();
    assert.equal(await page.evaluate(() => window.consentry.allowed("analytics")), true);
    await until(() => page.evaluate(() => window.__ran?.counter == 1), "the held script runs");
    await until(() => trackersAsked(stage).includes("/pixel.gif"), "the held image loads");
    await until(async () => (await cookieNames(page)).includes("stat_id"), "the held cookie is written");
    await page.open("page.html");
    assert.deepEqual(await scriptsThatRan(page), ["counter", "payment"], "the next page");
    // Without WebAssembly the rules may come a little later than the first calls of a page, which fail until then.
    const outcomes = stage == site ? ["answered"] : ["answered", "failed"];
    const outcome = await until(() => page.evaluate(() => window.call), "the call ends");
    assert.ok(outcomes.includes(outcome), outcome);
    assert.deepEqual(page.uncaughtErrors, []);
  });

  test(`${browser}_grants_one_category_in_the_preferences_and_withdraws`, async (t) => {
    const stage = stageOf();
    const page = await visit(t, stage);
    await control(page, "preferences").click();
    const analytics = page
      .locator('consentry-banner input[data-consentry-category="analytics"]')
      .filter({ visible: true });
    await until(() => analytics.isVisible(), "the preferences are shown");
    await analytics.check();
    await control(page, "save").click();
    assert.deepEqual(await page.evaluate(() => window.consentry.consent.granted), ["analytics"]);
    await until(() => page.evaluate(() => window.__ran?.counter == 1), "the held script runs");
    await page.evaluate(() => window.consentry.withdraw());
    await until(async () => !(await cookieNames(page)).includes("stat_id"), "the cookie is deleted");
    await page.open("page.html");
    assert.deepEqual(await scriptsThatRan(page), ["payment"], "the next page");
    assert.deepEqual(page.uncaughtErrors, []);
  });
}
