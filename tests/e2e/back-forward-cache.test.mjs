// A page that the browser brings back whole, from its back/forward cache, follows what was decided meanwhile.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { contextWith, launch, until } from "./browser.mjs";
import { ANALYTICS, PLAIN_TAG, declaredConfig, wholePage, configuredTag, startStage } from "./stage.mjs";

const HEAD = configuredTag(declaredConfig(), PLAIN_TAG);
let site, browser;
before(async () => {
  // A page that may not be stored is not brought back either.
  site = await startStage({ test: import.meta.url, headers: () => ({ "cache-control": "no-cache" }) });
  browser = await launch({ ...site, restoresPages: true });
  const notesThatItIsRestored =
    '<script>addEventListener("pageshow", ({ persisted }) => { window.restored = persisted })</script>';
  site.add(
    "first.html",
    wholePage(`${HEAD}<script src="https://${ANALYTICS}/waits.js"></script>${notesThatItIsRestored}`),
  );
  site.add("second.html", wholePage(HEAD));
});
after(() => Promise.all([browser?.close(), site?.close()]));

const requestsEndingIn = (name) => site.requests().filter(({ path }) => path.endsWith(name)).length;

/** `first` on one page, `then` on the next, and back. */
async function andBack(t, first, then) {
  const context = await contextWith(browser);
  t.after(() => context.close());
  const page = await context.newPage();
  for (const [name, choose] of [
    ["first", first],
    ["second", then],
  ]) {
    await page.goto(`${site.url}${name}.html`);
    await page.evaluate(choose);
  }
  site.reset();
  await page.evaluate(() => {
    setTimeout(() => history.back(), 0);
  });
  await until(() => page.evaluate(() => window.restored).catch(() => {}), "the page is brought back whole");
  return page;
}

test("a_page_that_is_brought_back_follows_a_grant", async (t) => {
  const page = await andBack(
    t,
    () => window.consentry.rejectAll(),
    () => window.consentry.acceptAll(),
  );
  await until(() => requestsEndingIn("/waits.js"), "what was held is released");
  assert.equal(requestsEndingIn("/waits.js"), 1);
  assert.equal(await page.evaluate(() => window.consentry.allowed("analytics")), true);
});

test("a_page_that_is_brought_back_follows_a_withdrawal", async (t) => {
  const page = await andBack(
    t,
    async () => {
      await window.consentry.acceptAll();
      document.cookie = "_ga=1; path=/; max-age=999";
    },
    () => window.consentry.withdraw(),
  );
  const call = (url) =>
    fetch(url, { mode: "no-cors" }).then(
      () => "answered",
      () => "failed",
    );
  assert.equal(await page.evaluate(call, `https://${ANALYTICS}/call.json`), "failed");
  await page.evaluate(() => {
    document.cookie = "_ga=2; path=/";
  });
  assert.deepEqual([requestsEndingIn("/call.json"), (await page.context().cookies()).length], [0, 0]);
  assert.equal(await page.evaluate(() => window.consentry.allowed("analytics")), false);
});
