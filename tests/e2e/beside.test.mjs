// The files that lie beside consentry.js come by themselves where a request for them is lost, and what they were fetched
// for happens. A worker made of text needs none of them.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { until } from "./browser.mjs";
import { ANALYTICS, PLAIN, UNKNOWN, declared, html, inline, stage, vendor } from "./stage.mjs";

// Known to the full tables alone.
const MEASURES = "script.hotjar.io";
const thirdParty = (request) =>
  vendor({ ...request, host: request.host == MEASURES ? `${MEASURES}-example.net` : request.host });

let site, withoutWasm;
before(async () => {
  site = await stage({ thirdParty });
  withoutWasm = await stage({ thirdParty, jsFlags: "--jitless" });
});
after(() => Promise.all([site?.close(), withoutWasm?.close()]));

const layer = (page, number) =>
  until(
    () => page.evaluate((it) => document.querySelector("consentry-banner")?.dataset.layer == it, number),
    `layer ${number}`,
  );
const press = (page, name) => page.locator(`consentry-banner [data-consentry="${name}"]`).first().click();
const ran = (page) => page.evaluate(() => Object.keys(globalThis.__ran || {}).sort());

/** Lets `answer` take the first request for each file beside consentry.js; later ones come through. */
async function failingOnce(page, answer) {
  const failed = new Set();
  await page.route(/\/consentry-/, (route) => {
    const { pathname } = new URL(route.request().url());
    if (failed.has(pathname)) return route.continue();
    failed.add(pathname);
    return answer(route);
  });
  return failed;
}

const WITH_WASM = ["after.js", "classify.js", "classify.wasm", "preferences.en.json", "ui.en.json"].concat(
  "ui.js",
  "ui.wasm",
);
// The page learns that it has no WebAssembly from the classifier's own, which it asks for first.
const WITHOUT_WASM = ["after.js", "classify.js", "classify.wasm", "classify.wasm.js", "gate.wasm.js"].concat(
  "preferences.en.json",
  "ui.en.json",
  "ui.wasm.js",
);
const LOST = (route) => route.abort();
const REFUSED = (route) => route.fulfill({ status: 503, body: "busy" });

for (const [browser, where, files] of [
  ["", () => site, WITH_WASM],
  ["_without_webassembly", () => withoutWasm, WITHOUT_WASM],
])
  for (const [how, answer] of [
    ["lost", LOST],
    ["refused", REFUSED],
  ])
    test(`each_file_that_is_${how}_once_comes_by_itself${browser}`, async (t) => {
      const page = await where().visit(t);
      const failed = await failingOnce(page, answer);
      where().add(
        "once.html",
        html(
          inline(declared(), PLAIN),
          `<script src="https://${ANALYTICS}/static.js"></script>
          <script src="https://${MEASURES}/measures.js"></script>
          <script src="https://${UNKNOWN}/unknown.js"></script>`,
        ),
      );
      await page.open("once.html");
      await layer(page, 1);
      assert.deepEqual(await ran(page), []);
      await press(page, "preferences");
      await layer(page, 2);
      await page.evaluate(() => void consentry.save({ analytics: true }));
      await until(async () => (await ran(page)).join() == "measures,static", "what is granted runs");
      const counts = await page.evaluate(() => globalThis.__ran);
      assert.deepEqual(counts, { measures: 1, static: 1 });
      const answered = await page.evaluate((host) => consentry.classify("url", host), MEASURES);
      assert.equal(answered.category, "analytics");
      assert.deepEqual([...failed].map((path) => path.replace(/^.*consentry-/, "")).sort(), files);
      assert.deepEqual(page.faults, []);
    });

test("a_decision_is_answered_where_the_file_that_follows_it_up_cannot_be_had", async (t) => {
  const page = await site.visit(t);
  site.add(
    "decide.html",
    html(inline(declared(), PLAIN), `<script src="https://${ANALYTICS}/a.js"></script>`),
  );
  await page.route("**/consentry-after.js*", LOST);
  await page.open("decide.html");
  const consent = await page.evaluate(() => consentry.save({ analytics: true }));
  assert.deepEqual(consent.granted, ["analytics"]);
  assert.deepEqual(await ran(page), []);
  await page.unroute("**/consentry-after.js*");
  await until(async () => (await ran(page)).join() == "a", "it is released when the file has come");
});

test("a_browser_that_is_online_again_tries_at_once", async (t) => {
  const page = await site.visit(t);
  site.add("offline.html", html(inline(declared(), PLAIN)));
  await page.open("offline.html");
  await layer(page, 1);
  let tries = 0;
  const lose = (route) => (tries++, route.abort());
  await page.route("**/consentry-preferences*", lose);
  await press(page, "preferences");
  await until(() => tries > 3, "pauses have grown"); // the next one is 4 seconds long
  await page.unroute("**/consentry-preferences*", lose);
  await page.evaluate(() => dispatchEvent(new Event("online")));
  await until(
    () => page.evaluate(() => document.querySelector("consentry-banner").dataset.layer == 2),
    "the preferences are there",
    { within: 2000 },
  );
});

for (const type of ["classic", "module"])
  for (const scheme of ["blob", "data"])
    test(`a_${type}_worker_of_a_${scheme}_url_asks_for_no_file_and_hears_every_message_in_order`, async (t) => {
      const page = await site.visit(t);
      site.add("worker.html", html(inline(declared(), PLAIN)));
      const asked = [];
      page.context().on("request", (request) => asked.push(request.url()));
      await page.open("worker.html");
      const heard = await page.evaluate(
        ({ type, scheme, held }) =>
          new Promise((done, failed) => {
            const text = `const all = [];
              onmessage = async ({ data }) => {
                all.push(data);
                if (data < 9) return;
                const answer = await fetch("https://${"$"}{held}/a.json", { mode: "no-cors" }).then(() => "open", () => "held");
                postMessage([all, answer]);
              }`.replace("${held}", held);
            const url =
              scheme == "blob"
                ? URL.createObjectURL(new Blob([text], { type: "text/javascript" }))
                : "data:text/javascript," + encodeURIComponent(text);
            const worker = new Worker(url, { type });
            worker.onmessage = ({ data }) => done(data);
            worker.onerror = () => failed(new Error("the worker has failed"));
            for (let number = 0; number < 10; number++) worker.postMessage(number);
          }),
        { type, scheme, held: UNKNOWN },
      );
      assert.deepEqual(heard, [[0, 1, 2, 3, 4, 5, 6, 7, 8, 9], "held"]);
      assert.deepEqual(
        asked.filter((url) => url.includes("worker.js") || url.includes(UNKNOWN)),
        [],
      );
    });
