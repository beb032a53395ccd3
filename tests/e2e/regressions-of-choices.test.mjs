// A choice was kept, ended or carried out wrongly in each of these once: the input that showed it, and what
// holds since.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { contextWith, layerShown, record, until } from "./browser.mjs";
import {
  PLAIN_TAG,
  declaredConfig,
  wholePage,
  configuredTag,
  reallyStored,
  settled,
  startStage,
  answerAsVendor,
} from "./stage.mjs";

const WRITING_TRACKER = readFileSync(
  new URL("regressions-of-choices/writing-tracker.js", import.meta.url),
  "utf8",
);
const answer = (request) =>
  request.path == "/writer.js" ? { type: "text/javascript", body: WRITING_TRACKER } : answerAsVendor(request);
let site;
before(async () => {
  site = await startStage({ test: import.meta.url, config: declaredConfig(), thirdParty: answer });
});
after(() => site?.close());
/** Our tag with what a site declares, inline or fetched. */
const tagWith = (more) => configuredTag(declaredConfig(more), PLAIN_TAG);
const tagWithFetched = (file) => `<script src="/plain/consentry.js" data-config="/${file}"></script>`;
const addJson = (name, config) => site.add(name, JSON.stringify(config));
const scriptsThatRan = (page) => settled(() => page.evaluate(() => Object.keys(window.__ran ?? {}).sort()));
const storedChoice = (page) => page.evaluate(() => localStorage.getItem("consentry"));
const complaintsOf = (page) => page.consoleLines.filter((it) => /^error: consentry: /.test(it));
const receiptWithId = (id) =>
  until(async () => (await site.ledger.receipts()).find((it) => it.id == id), `the ledger has ${id}`);
const requestsEndingIn = (ending) => site.requests().filter((it) => it.path.endsWith(ending)).length;
/** Answers for `pattern` only once the returned function is called. */
async function delay(page, pattern) {
  let go;
  const gone = new Promise((done) => (go = done));
  await page.route(pattern, (route) => gone.then(() => route.fallback()));
  return go;
}

for (const [name, lists] of Object.entries({
  granted: { granted: [null], denied: [] },
  denied: { granted: ["analytics"], denied: [null] },
}))
  test(`a_stored_choice_with_null_in_${name}_is_none`, async (t) => {
    site.addPage("stored-choice-with-null.html", { tag: tagWith() });
    const page = await site.visit(t);
    await page.open("blank.html");
    const [time, expires] = [0, 864e5].map((later) => new Date(Date.now() + later).toISOString());
    await page.evaluate(
      (it) => localStorage.setItem("consentry", it),
      JSON.stringify({ v: 1, id: null, revision: "1", time, expires, source: "api", ...lists }),
    );
    await page.open("stored-choice-with-null.html");
    await layerShown(page, 1);
    assert.equal(await page.evaluate(() => window.consentry.consent), null);
    assert.deepEqual(await scriptsThatRan(page), []);
    assert.deepEqual([page.uncaughtErrors, complaintsOf(page)], [[], []]);
  });

test("a_withdrawal_during_a_release_keeps_the_rest_from_running", async (t) => {
  site.addPage("scripts-that-wait-for-one-another.html", { tag: tagWith() });
  const page = await site.visit(t);
  const answer = await delay(page, "**/slow.js");
  await page.open("scripts-that-wait-for-one-another.html");
  const left = page.waitForRequest("**/slow.js");
  await page.evaluate(() => window.consentry.acceptAll());
  await left;
  site.reset();
  await page.evaluate(() => window.consentry.withdraw());
  answer();
  await until(() => page.evaluate(() => window.__ran?.slow), "what had left already arrives");
  assert.deepEqual(await scriptsThatRan(page), ["slow"]);
  assert.equal(requestsEndingIn("/second.js"), 0);
  await page.evaluate(() => window.consentry.acceptAll());
  await until(() => page.evaluate(() => window.__ran.after_second), "a later grant releases it");
  assert.deepEqual(await page.evaluate(() => window.__ran), {
    slow: 1,
    after_slow: 1,
    second: 1,
    after_second: 1,
  });
});

test("a_frame_with_another_revision_does_not_end_the_page_s_choice", async (t) => {
  site.addPage("inside.html", { tag: tagWith({ revision: "2" }) });
  site.addPage("outside.html", { tag: tagWith() });
  site.add("alone.html", wholePage(tagWith()));
  const page = await site.visit(t);
  await page.open("alone.html");
  await page.evaluate(
    () => (window.consentry.acceptAll(), (document.cookie = "_ga=1; path=/"), (localStorage.stat_key = 1)),
  );
  const before = await reallyStored(page);
  assert.deepEqual(before.cookies, ["_ga=1"]);
  await page.open("outside.html");
  const frame = await until(() => page.frames()[1], "the frame");
  await until(() => frame.evaluate(() => !!window.add), "its scripts");
  assert.deepEqual(await scriptsThatRan(frame), []);
  assert.equal(await frame.evaluate(() => window.consentry.consent), null);
  assert.equal(await page.evaluate(() => window.consentry.allowed("analytics")), true);
  assert.deepEqual(await reallyStored(page), before);
});

for (const [name, file] of [
  ["missing", "nowhere.json"],
  ["garbage", "garbage.json"],
])
  test(`a_fetched_configuration_that_is_${name}_does_not_end_a_stored_grant`, async (t) => {
    addJson("seven.json", declaredConfig({ revision: "7" }));
    site.add("garbage.json", "<!doctype html><p>Not found");
    site.addPage(
      "scripts-of-two-hosts.html",
      { tag: tagWithFetched("seven.json") },
      "fetched-configuration.html",
    );
    site.addPage("scripts-of-two-hosts.html", { tag: tagWithFetched(file) }, "broken-configuration.html");
    const page = await site.visit(t);
    await page.open("fetched-configuration.html");
    await page.evaluate(() => window.consentry.acceptAll());
    const before = await storedChoice(page);
    assert.equal(JSON.parse(before).revision, "7");
    await page.open("broken-configuration.html");
    await layerShown(page, 1);
    assert.deepEqual(await scriptsThatRan(page), []);
    assert.ok(complaintsOf(page).length);
    assert.equal(await storedChoice(page), before);
    await page.open("fetched-configuration.html");
    assert.deepEqual(await scriptsThatRan(page), ["analytics", "unknown"], "it is in force again");
    assert.deepEqual(page.uncaughtErrors, []);
  });

test("a_stored_choice_waits_for_a_configuration_that_comes_after_the_page_and_is_asked_for_again_if_it_ended", async (t) => {
  addJson("late.json", declaredConfig({ revision: "1" }));
  site.addPage(
    "scripts-of-two-hosts.html",
    { tag: tagWithFetched("late.json") },
    "fetched-configuration.html",
  );
  const page = await site.visit(t);
  await page.open("fetched-configuration.html");
  await page.evaluate(() => window.consentry.acceptAll());
  addJson("late.json", declaredConfig({ revision: "2" }));
  const letGo = await delay(page, "**/late.json");
  await page.open("fetched-configuration.html");
  assert.deepEqual(await scriptsThatRan(page), [], "nobody knows yet whether the grant is in force");
  await letGo();
  await layerShown(page, 1);
  assert.equal(await page.evaluate(() => window.consentry.consent), null);
  assert.deepEqual(await scriptsThatRan(page), []);
  assert.deepEqual(page.uncaughtErrors, []);
});

test("without_the_site_s_configuration_no_stored_choice_is_in_force", async (t) => {
  site.add("denying.html", wholePage(tagWith({ gate: { unknown: "deny" } })));
  site.addPage("configuration-that-cannot-be-had.html", { tag: tagWithFetched("nowhere.json") });
  const page = await site.visit(t);
  await page.open("denying.html");
  await page.evaluate(() =>
    window.consentry.acceptAll().then(() => window.consentry.save({ "service:stats": false })),
  );
  await page.open("configuration-that-cannot-be-had.html");
  await until(() => complaintsOf(page).length, "a complaint");
  assert.deepEqual(await scriptsThatRan(page), [], "neither the refused service nor the unknown host");
});

test("with_a_fetched_configuration_a_returning_visitor_loads_the_gate_alone", async (t) => {
  addJson("seven.json", declaredConfig({ revision: "7" }));
  site.add("returning.html", wholePage(tagWithFetched("seven.json")));
  const context = await contextWith(site.browser);
  t.after(() => context.close());
  const page = await site.openTab(context);
  await page.open("returning.html");
  await page.evaluate(() => window.consentry.acceptAll());
  const requests = record(context);
  await page.open("returning.html");
  await page.locator('consentry-reopen [data-consentry="preferences"]').waitFor();
  const files = await settled(() => requests.list.map(({ url }) => new URL(url).pathname));
  assert.deepEqual(files, ["/returning.html", "/plain/consentry.js", "/seven.json"]);
});

test("a_decision_by_script_waits_for_the_fetched_configuration", async (t) => {
  addJson("early.json", declaredConfig({ revision: "early", backend: { url: site.backend } }));
  site.addPage("decision-before-the-configuration.html", { tag: tagWithFetched("early.json") });
  const page = await site.visit(t);
  await page.addInitScript(() => {
    window.written = [];
    const native = Storage.prototype.setItem;
    Storage.prototype.setItem = function (key, value) {
      written.push([key, JSON.parse(value)]);
      return native.call(this, key, value);
    };
  });
  const answer = await delay(page, "**/early.json");
  await page.open("decision-before-the-configuration.html");
  assert.deepEqual(
    await page.evaluate(() => [window.consentry.consent, written]),
    [null, []],
    "nobody knows yet what to decide",
  );
  answer();
  const { id } = await until(() => page.evaluate(() => window.consentry.consent), "the decision is in force");
  const found = await receiptWithId(id);
  assert.deepEqual([found.site, found.revision, found.action], ["test", "early", "api"]);
  const written = await page.evaluate(() => written);
  assert.deepEqual([...new Set(written.map(([, it]) => it.revision))], ["early"]);
  assert.equal(new Set(written.map(([key]) => key)).size, 2, "one choice, one receipt");
  assert.equal((await site.ledger.receipts()).filter((it) => it.revision == "early").length, 1);
});

test("where_storage_is_refused_two_visitors_share_no_subject", async (t) => {
  site.add("refused.html", wholePage(tagWith({ backend: { url: site.backend } })));
  const subjects = [];
  for (let visitor = 1; visitor <= 2; visitor += 1) {
    const page = await site.visit(t);
    await page.addInitScript(() => {
      for (const name of ["localStorage", "sessionStorage"])
        Object.defineProperty(window, name, {
          configurable: true,
          get() {
            throw new DOMException("refused", "SecurityError");
          },
        });
    });
    await page.open("refused.html");
    const { id } = await page.evaluate(() => window.consentry.acceptAll());
    subjects.push((await receiptWithId(id)).subject);
    assert.deepEqual(page.uncaughtErrors, []);
  }
  for (const subject of subjects) assert.match(subject, /^[0-9a-f]{32}$/);
  assert.notEqual(subjects[0], subjects[1]);
});

test("a_receipt_that_the_backend_refuses_holds_up_no_later_one", async (t) => {
  site.add("sending.html", wholePage(tagWith({ backend: { url: site.backend } })));
  const page = await site.visit(t);
  const answers = [];
  page.on("response", (it) => it.url().endsWith("/v1/receipts") && answers.push(it.status()));
  await page.open("blank.html");
  await page.evaluate(() =>
    localStorage.setItem(
      "consentry.outbox.00000000-0000-7000-8000-000000000000",
      '{"v":1,"id":"00000000-0000-7000-8000-000000000000","junk":true}',
    ),
  );
  await page.open("sending.html");
  await until(() => answers[0] >= 400 && answers[0] < 500, "the broken one is refused");
  for (const decision of ["acceptAll", "withdraw"]) {
    const { id } = await page.evaluate((it) => window.consentry[it](), decision);
    await receiptWithId(id);
  }
});

test("a_backend_that_takes_no_more_is_left_in_peace_and_gets_every_receipt_later", async (t) => {
  site.add("limited.html", wholePage(tagWith({ backend: { url: site.backend } })));
  const page = await site.visit(t);
  let asked = 0;
  await page.route("**/v1/receipts", (route) => {
    asked += 1;
    const headers = { "access-control-allow-origin": "*", "retry-after": "60" };
    return route.fulfill({ status: 429, headers, json: { error: { code: "too-many" } } });
  });
  await page.open("limited.html");
  const ids = [];
  for (const decision of ["acceptAll", "withdraw", "acceptAll"])
    ids.push((await page.evaluate((it) => window.consentry[it](), decision)).id);
  asked = 0;
  await page.open("limited.html");
  await until(() => asked, "it is asked");
  await page.waitForTimeout(700); // the next time is a second later at the earliest
  assert.equal(asked, 1, "for three receipts that wait");
  await page.unroute("**/v1/receipts");
  for (const id of ids) await receiptWithId(id);
});

test("what_a_tracker_writes_after_a_withdrawal_is_not_kept", async (t) => {
  site.addPage("tracker-that-writes.html", { tag: tagWith() });
  const page = await site.visit(t);
  await page.open("tracker-that-writes.html");
  await page.evaluate(() => window.consentry.acceptAll());
  await until(() => page.evaluate(() => window.__ran?.writer), "the tracker runs");
  const seen = await page.evaluate(() => {
    const write = (detail) => document.dispatchEvent(new CustomEvent("write", { detail }));
    write("granted_zq");
    window.consentry.withdraw();
    write("theirs_zq");
    window.writeAsThePage("ours_zq");
    return [
      document.cookie.includes("theirs_zq"),
      localStorage.theirs_zq,
      sessionStorage.getItem("theirs_zq"),
    ];
  });
  assert.deepEqual(seen, [true, "1", "1"], "it reads back what it wrote");
  const { cookies, local, session } = await reallyStored(page);
  assert.ok(!/theirs_zq/.test(JSON.stringify([cookies, local, session])));
  assert.ok(cookies.includes("ours_zq=1") && local.ours_zq && session.ours_zq, "the page itself goes on");
});

for (const validity of [0, -3, "x", 100000])
  test(`a_validity_of_${validity}_gives_the_default_protection`, async (t) => {
    site.addPage(
      "scripts-of-two-hosts.html",
      { tag: configuredTag(declaredConfig({ validity }), PLAIN_TAG) },
      "odd-validity.html",
    );
    const page = await site.visit(t);
    await page.open("odd-validity.html");
    await layerShown(page, 1);
    assert.deepEqual(await scriptsThatRan(page), []);
    assert.ok(complaintsOf(page).length);
    const { time, expires } = await page.evaluate(() => window.consentry.acceptAll());
    assert.equal(Date.parse(expires) - Date.parse(time), 185 * 864e5);
    assert.deepEqual(page.uncaughtErrors, []);
  });

test("clear_keeps_the_choice_and_waiting_receipts_and_nothing_else", async (t) => {
  site.add("clear.html", wholePage(tagWith({ backend: { url: "http://localhost:1" } })));
  const page = await site.visit(t);
  await page.open("clear.html");
  const { before, after } = await page.evaluate(() => {
    window.consentry.acceptAll();
    window.consentry.withdraw();
    // The last two are in memory only.
    for (const key of ["wish", "consentry_like", "stat_key", "_hjid"]) localStorage[key] = 1;
    sessionStorage.stat_key = 1;
    const before = Object.keys(localStorage).sort();
    localStorage.clear();
    return {
      before,
      after: [
        Object.keys(localStorage).sort(),
        localStorage.length,
        localStorage.getItem("stat_key"),
        localStorage._hjid ?? null,
        sessionStorage.stat_key,
      ],
    };
  });
  const ours = before.filter((key) => /^consentry(\.outbox\.|$)/.test(key));
  assert.deepEqual([before.length, ours.length], [7, 3]);
  assert.deepEqual(after, [ours, 3, null, null, "1"]);
  assert.deepEqual(Object.keys((await reallyStored(page)).local).sort(), ours);
});

test("a_refusal_outlives_full_storage", async (t) => {
  site.addPage("scripts-of-two-hosts.html", { tag: tagWith() }, "full-storage.html");
  const page = await site.visit(t);
  await page.open("full-storage.html");
  await page.evaluate(() => window.consentry.acceptAll());
  await page.evaluate(() => {
    for (let size = 1 << 20; size >= 1; size /= 2)
      try {
        for (let at = 0; ; at++) localStorage.setItem(`full${size}.${at}`, "x".repeat(size));
      } catch {
        // This size no longer fits.
      }
  });
  await page.evaluate(() => window.consentry.save({ "service:stats": false }));
  await page.open("full-storage.html");
  assert.equal(await page.evaluate(() => window.consentry.allowed("stats")), false);
});

test("what_a_tracker_keeps_under_names_of_its_own_goes_with_its_grant", async (t) => {
  site.addPage("tracker-with-names-of-its-own.html", { tag: tagWith() });
  const page = await site.visit(t);
  await page.open("tracker-with-names-of-its-own.html");
  await page.evaluate(() => window.consentry.acceptAll());
  await until(() => page.evaluate(() => window.__ran?.writer), "it runs");
  await page.evaluate(() =>
    setTimeout(() => document.dispatchEvent(new CustomEvent("write", { detail: "zz_own" }))),
  );
  await until(() => page.evaluate(() => document.cookie.includes("zz_own")), "it wrote");
  await page.evaluate(() => window.consentry.withdraw());
  const { cookies, local, session } = await reallyStored(page);
  assert.deepEqual(
    [cookies, Object.keys(local).filter((key) => !key.startsWith("consentry")), session],
    [[], ["cart"], {}],
  );
});

test("what_a_released_script_withdraws_is_not_released_after_it", async (t) => {
  site.addPage("withdrawal-between-two-scripts.html", { tag: tagWith() });
  const page = await site.visit(t);
  await page.open("withdrawal-between-two-scripts.html");
  site.reset();
  await page.evaluate(() => window.consentry.acceptAll());
  assert.deepEqual(await scriptsThatRan(page), []);
  assert.equal(requestsEndingIn("/after.js") + requestsEndingIn("/after.gif"), 0);
});
