// A withdrawal leaves nothing of what it ends: what was kept, what is written again, what still runs.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { until } from "./browser.mjs";
import {
  ANALYTICS,
  PLAIN_TAG,
  declaredConfig,
  wholePage,
  configuredTag,
  settled,
  startStage,
} from "./stage.mjs";

let site;
before(async () => {
  site = await startStage({ test: import.meta.url, config: declaredConfig() });
});
after(() => site?.close());

const TAG = configuredTag(declaredConfig(), PLAIN_TAG);
const requestsEndingIn = (ending) => site.requests().filter((it) => it.path.endsWith(ending)).length;

test("a_withdrawal_deletes_databases_caches_and_cookies_of_other_paths", async (t) => {
  site.add("kept.html", wholePage(TAG));
  const page = await site.visit(t);
  await page.open("kept.html");
  await page.evaluate(() => window.consentry.acceptAll());
  await page.evaluate(async () => {
    await new Promise((done) => (indexedDB.open("stat_key").onsuccess = done)); // and stays open
    await new Promise((done) => {
      const opening = indexedDB.open("cart");
      opening.onsuccess = () => done(opening.result.close());
    });
    await Promise.all(["stat_key", "cart"].map((name) => caches.open(name)));
    document.cookie = "_ga=1; path=/deep/er; max-age=9999";
    document.cookie = "wish=1; path=/deep/er; max-age=9999";
  });
  const kept = async () => ({
    ...(await page.evaluate(async () => ({
      databases: (await indexedDB.databases()).map((it) => it.name).sort(),
      caches: (await caches.keys()).sort(),
    }))),
    cookies: (await page.context().cookies()).map((it) => it.name).sort(),
  });
  assert.deepEqual(await kept(), {
    databases: ["cart", "stat_key"],
    caches: ["cart", "stat_key"],
    cookies: ["_ga", "wish"],
  });
  await page.evaluate(() => window.consentry.withdraw());
  await until(async () => (await kept()).databases.length == 1, "the database is gone");
  assert.deepEqual(await kept(), { databases: ["cart"], caches: ["cart"], cookies: ["wish"] });
});

const WRITTEN_LATER =
  "what_is_written_behind_our_back_after_a_withdrawal_is_deleted_and_named_" +
  "a_second_later_and_on_the_next_page";
test(WRITTEN_LATER, async (t) => {
  site.add("again.html", wholePage(TAG));
  const page = await site.visit(t);
  await page.open("again.html");
  await page.evaluate(() => window.consentry.acceptAll());
  await page.evaluate(() => window.consentry.withdraw());
  const plant = () => page.context().addCookies([{ name: "_ga", value: "1", url: page.url() }]);
  const there = async () => (await page.context().cookies()).some((it) => it.name == "_ga");
  await plant();
  await until(async () => !(await there()), "it is gone");
  const { held, left } = await page.evaluate(() => window.consentry.report());
  assert.ok(
    held.some(({ door, target, category }) => [door, target, category].join() == "cookie,_ga,analytics"),
  );
  assert.deepEqual(left, []);
  await plant();
  await page.open("again.html");
  await until(async () => !(await there()), "and again");
});

test("a_sandboxed_frame_of_text_is_released_and_held_again", async (t) => {
  site.add("sandbox.html", wholePage(TAG));
  const page = await site.visit(t);
  await page.open("sandbox.html");
  site.reset();
  await page.evaluate((host) => {
    const text =
      `<p>kept</p><p style="background: url(https://${host}/rule.gif)">x</p>` +
      `<img src="https://${host}/image.gif"><script src="https://${host}/never.js"></scr` +
      "ipt>";
    for (const sandbox of ["", "allow-scripts"]) {
      const frame = document.body.appendChild(document.createElement("iframe"));
      frame.sandbox = sandbox;
      frame.srcdoc = sandbox ? text.replace("image", "stays") : text;
    }
  }, ANALYTICS);
  await settled(() => site.requests().length);
  assert.equal(requestsEndingIn(".gif") + requestsEndingIn(".js"), 0);
  await page.evaluate(() => window.consentry.acceptAll());
  await until(() => requestsEndingIn("/image.gif") && requestsEndingIn("/rule.gif"), "a grant releases it");
  assert.equal(await page.frames()[1].evaluate(() => document.querySelector("p").textContent), "kept");
  assert.equal(
    await settled(() => requestsEndingIn("/stays.gif")),
    0,
    "where scripts run its own gate holds",
  );
  await page.evaluate(() => window.consentry.withdraw());
  await settled(() => site.requests().length);
  site.reset();
  await page.evaluate(() => document.body.append(document.querySelector("iframe")));
  assert.equal(await settled(() => requestsEndingIn(".gif")), 0);
});

test("a_worker_made_of_text_follows_the_choice", async (t) => {
  site.add("worker.html", wholePage(TAG));
  const page = await site.visit(t);
  await page.open("worker.html");
  const ask = (name) =>
    page.evaluate(
      ([url]) =>
        new Promise((done) => {
          window.worker ??= new Worker(
            URL.createObjectURL(
              new Blob([
                `onmessage = ({ data }) =>
                  fetch(data, { mode: "no-cors" }).then(
                    () => postMessage("answered"),
                    () => postMessage("failed"),
                  )`,
              ]),
            ),
          );
          window.worker.onmessage = ({ data }) => done(data);
          window.worker.postMessage(url);
        }),
      [`https://${ANALYTICS}/${name}.json`],
    );
  assert.equal(await ask("before"), "failed");
  await page.evaluate(() => window.consentry.acceptAll());
  assert.equal(await ask("granted"), "answered");
  await page.evaluate(() => window.consentry.withdraw());
  assert.equal(await ask("withdrawn"), "failed");
  assert.deepEqual(
    ["before", "granted", "withdrawn"].map((name) => requestsEndingIn(`/${name}.json`)),
    [0, 1, 0],
  );
});
