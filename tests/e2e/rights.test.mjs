// A visitor's own records at the backend, which lies on another origin than the page: seen, taken away and erased by
// `window.consentry`, offline, through a restart, after a new revision, with somebody else's secret, and after an erasure
// elsewhere.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { after, before, test } from "node:test";
import { until } from "./browser.mjs";
import { ADVERTISING, ANALYTICS, TAG, declaredConfig, settled, startStage, wholePage } from "./stage.mjs";

const tracker = (host, name) => `<script src="https://${host}/${name}.js"></script>`;
const PAGE = wholePage(TAG, tracker(ANALYTICS, "counts") + tracker(ADVERTISING, "advertises"));

/** @type {import('./stage.mjs').Stage} */
let site;
before(async () => {
  site = await startStage({ config: declaredConfig(), pages: { "index.html": PAGE } });
});
after(() => site?.close());

/** A page of a fresh visitor, and what it asks the backend about the visitor. */
async function visit(t) {
  const page = await site.visit(t);
  const asked = [];
  page.on("request", (request) => {
    if (request.url().includes("/v1/subjects/") && request.method() != "OPTIONS") asked.push(request);
  });
  await page.open("index.html");
  return { page, asked };
}

const stored = (page) => page.evaluate(() => JSON.parse(localStorage.getItem("consentry")));
const nothingWaits = (page) =>
  until(
    () => page.evaluate(() => !Object.keys(localStorage).some((key) => key.includes("outbox"))),
    "every receipt is sent",
  );
const scriptsThatRan = (page) => page.evaluate(() => Object.keys(globalThis.__ran || {}).sort());

/** What a call gives, or the code of its error. */
const call = (page, name, ...given) =>
  page.evaluate(
    (/** @type {[string, any[]]} */ [name, given]) =>
      window.consentry[name](...given).catch(({ constructor, code, message }) => ({
        code,
        saysCode: constructor == Error && message.startsWith(code + ": "),
      })),
    /** @type {[string, any[]]} */ ([name, given]),
  );
const actionsOf = (receipts) => receipts.map(({ action }) => action);

/** Decides as a visitor who changes their mind. */
async function decideThreeTimes(page) {
  await page.evaluate(async () => {
    await window.consentry.acceptAll();
    await window.consentry.save({ advertising: false });
    await window.consentry.rejectAll();
  });
  await nothingWaits(page);
}

const subjectOf = (secret) =>
  createHash("sha256").update(Buffer.from(secret, "hex")).digest("hex").slice(0, 32);

/** What the ledger has of a visitor, as its owner sees it. */
const kept = async (secret) =>
  (await site.ledger.ask(`/v1/subjects/${subjectOf(secret)}/receipts?site=test`)).receipts;

test("a_visitor_sees_every_receipt_in_order_across_origins", async (t) => {
  const { page, asked } = await visit(t);
  await decideThreeTimes(page);
  const receipts = await call(page, "receipts");
  assert.deepEqual(receipts, await kept((await stored(page)).secret));
  assert.equal(receipts.length, 3);
  assert.deepEqual(
    receipts.map(({ granted }) => granted.length),
    [3, 2, 0],
  );
  assert.deepEqual([receipts[0].previous, receipts[2].previous], [null, receipts[1].id]);
  const [request] = asked;
  const { secret } = await stored(page);
  assert.notEqual(new URL(request.url()).origin, new URL(page.url()).origin);
  const headers = await request.allHeaders();
  assert.equal(headers.authorization, `Bearer ${secret}`);
  assert.equal(headers.cookie, undefined);
  assert.ok(!request.url().includes(secret), "no address holds the secret");
  assert.deepEqual(page.uncaughtErrors, []);
});

test("what_is_decided_just_before_is_among_the_receipts", async (t) => {
  const { page } = await visit(t);
  const receipts = await page.evaluate(async () => {
    await window.consentry.acceptAll();
    await new Promise((sent) => window.consentry.on("reported", sent));
    window.consentry.save({ advertising: false });
    await new Promise((sent) => window.consentry.on("reported", sent));
    return window.consentry.receipts();
  });
  assert.equal(receipts.length, 2);
});

test("who_only_ever_refused_has_nothing_to_ask_for_and_asks_nobody", async (t) => {
  const { page, asked } = await visit(t);
  assert.deepEqual(await call(page, "receipts"), [], "before a choice");
  assert.equal(await call(page, "erase"), 0);
  assert.equal(await stored(page), null, "nothing is stored before a choice");
  await page.evaluate(() => window.consentry.rejectAll());
  await nothingWaits(page);
  const before = await stored(page);
  assert.deepEqual(await call(page, "receipts"), []);
  assert.deepEqual(await call(page, "exportData"), { code: "no-records", saysCode: true });
  assert.equal(await call(page, "erase"), 0);
  assert.deepEqual(await stored(page), before);
  assert.deepEqual(asked, []);
});

test("a_secret_that_cannot_be_read_is_none", async (t) => {
  const { page, asked } = await visit(t);
  await page.evaluate(() => window.consentry.acceptAll());
  await nothingWaits(page);
  for (const secret of ["", "00", "G".repeat(32), "0".repeat(33), 7, ["0".repeat(32)], { a: 1 }]) {
    await page.evaluate((secret) => {
      const choice = JSON.parse(localStorage.getItem("consentry"));
      localStorage.setItem("consentry", JSON.stringify({ ...choice, secret }));
    }, secret);
    assert.deepEqual(await call(page, "receipts"), [], JSON.stringify(secret));
  }
  assert.deepEqual(asked, []);
});

test("a_year_of_decisions_and_an_older_revision_are_all_told", async (t) => {
  const { page, asked } = await visit(t);
  await page.evaluate(() => window.consentry.acceptAll());
  await nothingWaits(page);
  const number = await page.evaluate(async () => {
    const choice = JSON.parse(localStorage.getItem("consentry"));
    const [first] = await window.consentry.receipts();
    const receipt = { ...first };
    for (const added of ["received", "clock", "noticeKnown"]) delete receipt[added];
    const address = performance
      .getEntriesByType("resource")
      .find(({ name }) => name.endsWith("/v1/receipts"));
    const earlier = Array.from({ length: 450 }, (_, at) => ({
      ...receipt,
      id: receipt.id.slice(0, -4) + (0x1000 + at).toString(16),
      revision: `of-year-${at % 12}`,
      previous: null,
    }));
    for (let at = 0; at < earlier.length; at += 10) {
      const body = JSON.stringify(earlier.slice(at, at + 10));
      const answer = await fetch(address.name, { method: "POST", body });
      if (!answer.ok) throw Error(await answer.text());
    }
    // The choice has run out since, of a revision that is gone: the banner asks again.
    const old = { ...choice, revision: "of-year-0", expires: "2020-01-01T00:00:00.000Z" };
    localStorage.setItem("consentry", JSON.stringify(old));
    return earlier.length + 2; // the first, and the end of the choice
  });
  await page.open("index.html");
  assert.equal(await page.evaluate(() => window.consentry.consent), null);
  const before = asked.length;
  const receipts = await call(page, "receipts");
  assert.equal(new Set(receipts.map(({ id }) => id)).size, number);
  assert.equal(new Set(receipts.map(({ revision }) => revision)).size, 13);
  assert.equal(asked.length - before, 3, "in pages");
});

test("somebody_elses_secret_shows_and_erases_nothing_of_this_visitor", async (t) => {
  const { page } = await visit(t);
  await decideThreeTimes(page);
  const { secret } = await stored(page);
  const stranger = await visit(t);
  await stranger.page.evaluate(() => window.consentry.acceptAll());
  await nothingWaits(stranger.page);
  const other = (await stored(stranger.page)).secret;
  const tried = await stranger.page.evaluate(
    async ([backend, subject, secret]) => {
      const headers = { Authorization: `Bearer ${secret}` };
      const addresses = [`${backend}/v1/subjects/${subject}`, `${backend}/v1/subjects/${"0".repeat(32)}`];
      const ask = async (address, method) => {
        const answer = await fetch(address + "?site=test", { headers, method });
        return [answer.status, await answer.text()];
      };
      return Promise.all([
        ...addresses.map((address) => ask(address + "/receipts", "GET")),
        ...addresses.map((address) => ask(address + "/export", "GET")),
        ...addresses.map((address) => ask(address, "DELETE")),
      ]);
    },
    [site.backend, subjectOf(secret), other],
  );
  assert.deepEqual(
    tried.map(([status]) => status),
    Array(6).fill(401),
  );
  for (const at of [0, 2, 4])
    assert.deepEqual(tried[at], tried[at + 1], "known or not, the answer is the same");
  await stranger.page.evaluate(() => {
    const choice = JSON.parse(localStorage.getItem("consentry"));
    localStorage.setItem("consentry", JSON.stringify({ ...choice, secret: "f".repeat(32) }));
  });
  assert.deepEqual(await call(stranger.page, "receipts"), [], "of a secret that nobody has");
  assert.equal(await call(stranger.page, "erase"), 0);
  assert.equal((await kept(secret)).length, 3);
});

test("an_export_is_a_file_with_a_name_in_each_format", async (t) => {
  const { page } = await visit(t);
  await decideThreeTimes(page);
  const read = (format) =>
    page.evaluate(async (format) => {
      const file = await window.consentry.exportData(format);
      const bytes = new Uint8Array(await file.arrayBuffer());
      return {
        isFile: file instanceof File && file instanceof Blob,
        name: file.name,
        type: file.type.split(";")[0],
        text: new TextDecoder().decode(bytes),
        begins: [...bytes.slice(0, 2)],
      };
    }, format);
  const ids = (await call(page, "receipts")).map(({ id }) => id);
  for (const format of [undefined, "json"]) {
    const json = await read(format);
    assert.deepEqual([json.isFile, json.name, json.type], [true, "consent-test.json", "application/json"]);
    for (const id of ids) assert.ok(json.text.includes(id));
    JSON.parse(json.text);
  }
  const csv = await read("csv");
  assert.deepEqual([csv.name, csv.type], ["consent-test.csv", "text/csv"]);
  for (const id of ids) assert.ok(csv.text.includes(id));
  const xlsx = await read("xlsx");
  assert.deepEqual(
    [xlsx.name, xlsx.type, xlsx.begins],
    ["consent-test.xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", [0x50, 0x4b]],
  );
  for (const format of ["pdf", "", null, 3, "__proto__", "toString"])
    assert.deepEqual(await call(page, "exportData", format), { code: "invalid-value", saysCode: true });
});

test("an_erasure_takes_the_records_and_all_that_leads_to_them_and_nothing_runs_any_more", async (t) => {
  const { page } = await visit(t);
  const other = await site.openTab(page.context());
  await page.evaluate(() => window.consentry.acceptAll());
  await nothingWaits(page);
  await until(async () => (await scriptsThatRan(page)).length == 2, "the granted scripts run");
  await other.open("index.html");
  await until(async () => (await scriptsThatRan(other)).length == 2, "they run there too");
  const { secret } = await stored(page);
  assert.equal((await kept(secret)).length, 1);
  const erased = await call(page, "erase");
  assert.ok(erased >= 1, `the acceptance and perhaps its withdrawal: ${erased}`);
  assert.deepEqual(await kept(secret), []);
  const left = await page.evaluate(() => ({ ...localStorage }));
  assert.deepEqual(Object.keys(left), ["consentry"]);
  const { id, granted, ...refusal } = JSON.parse(left.consentry);
  assert.deepEqual([id, granted, refusal.secret], [null, [], undefined]);
  assert.ok(!left.consentry.includes(secret));
  const consent = await page.evaluate(() => window.consentry.consent);
  assert.deepEqual([consent.id, consent.granted], [null, []]);
  await until(
    () =>
      other.evaluate(() => window.consentry.consent.id === null && !window.consentry.allowed("analytics")),
    "the other tab follows",
  );
  const total = (await site.ledger.receipts()).length;
  site.reset();
  await page.open("index.html");
  assert.deepEqual(await settled(() => scriptsThatRan(page)), []);
  assert.equal(
    await page.evaluate(() => document.querySelector("consentry-banner")),
    null,
    "it is not asked again",
  );
  assert.deepEqual(await kept(secret), []);
  assert.equal((await site.ledger.receipts()).length, total, "nothing is reported of it");
  // Who grants again is somebody new.
  await page.evaluate(() => window.consentry.acceptAll());
  await nothingWaits(page);
  assert.notEqual((await stored(page)).secret, secret);
  assert.equal((await call(page, "receipts")).length, 1);
});

test("what_was_erased_elsewhere_is_gone_here_and_erasing_again_does_no_harm", async (t) => {
  const { page } = await visit(t);
  await decideThreeTimes(page);
  const { secret } = await stored(page);
  const answer = await fetch(`${site.backend}/v1/subjects/${subjectOf(secret)}?site=test`, {
    method: "DELETE",
    headers: { Authorization: `Bearer ${site.ledger.token}` },
  });
  assert.equal(answer.status, 200);
  assert.deepEqual(await call(page, "receipts"), []);
  assert.equal(await call(page, "erase"), 0);
  assert.equal((await stored(page)).secret, undefined);
  assert.equal(await call(page, "erase"), 0);
});

test("offline_an_erasure_withdraws_at_once_and_can_be_asked_for_again_after_a_restart", async (t) => {
  const { page } = await visit(t);
  await page.evaluate(() => window.consentry.acceptAll());
  await nothingWaits(page);
  const { secret } = await stored(page);
  await site.ledger.kill();
  let isRunning = false;
  t.after(() => isRunning || site.ledger.start());
  for (const name of ["receipts", "exportData", "erase"])
    assert.deepEqual(await call(page, name), { code: "offline", saysCode: true }, name);
  const consent = await page.evaluate(() => window.consentry.consent);
  assert.deepEqual(consent.granted, [], "what was granted is withdrawn all the same");
  assert.equal((await stored(page)).secret, secret, "it can be asked for again");
  await page.open("index.html");
  assert.deepEqual(await settled(() => scriptsThatRan(page)), []);
  await site.ledger.start();
  isRunning = true;
  await until(async () => (await kept(secret)).length == 2, "the withdrawal is reported", { within: 30_000 });
  assert.deepEqual(actionsOf(await call(page, "receipts")), ["api", "api"]);
  assert.equal(await call(page, "erase"), 2);
  assert.deepEqual(await kept(secret), []);
});

test("a_receipt_that_was_not_sent_goes_with_the_others", async (t) => {
  const { page } = await visit(t);
  await page.evaluate(() => window.consentry.acceptAll());
  await nothingWaits(page);
  const { secret } = await stored(page);
  await page.route("**/v1/receipts", (route) => route.abort());
  await page.evaluate(() => window.consentry.save({ advertising: false }));
  assert.equal(await call(page, "erase"), 1);
  await page.unroute("**/v1/receipts");
  await page.open("index.html");
  assert.deepEqual(await settled(() => kept(secret), 3000), []);
  assert.deepEqual(await page.evaluate(() => Object.keys(localStorage)), ["consentry"]);
});

test("a_receipt_on_its_way_does_not_come_back_after_the_erasure", async (t) => {
  const { page } = await visit(t);
  await page.evaluate(() => window.consentry.acceptAll());
  await nothingWaits(page);
  const { secret } = await stored(page);
  await page.route("**/v1/receipts", async (route) => {
    await new Promise((resume) => setTimeout(resume, 700));
    await route.continue();
  });
  await page.evaluate(() => window.consentry.save({ advertising: false }));
  assert.ok((await call(page, "erase")) >= 2);
  assert.deepEqual(await settled(() => kept(secret), 2000), []);
});

test("a_backend_that_refuses_or_has_too_much_to_do_says_so", async (t) => {
  const { page } = await visit(t);
  await page.evaluate(() => window.consentry.acceptAll());
  await nothingWaits(page);
  const headers = { "Access-Control-Allow-Origin": new URL(page.url()).origin };
  for (const [status, code] of /** @type {[number, string][]} */ ([
    [409, "refused"],
    [401, "refused"],
    [429, "try-later"],
    [503, "try-later"],
  ])) {
    await page.route("**/v1/subjects/**", (route) =>
      route.request().method() == "OPTIONS"
        ? route.fallback()
        : route.fulfill({ status, headers, body: "{}" }),
    );
    for (const name of ["receipts", "exportData", "erase"])
      assert.deepEqual(await call(page, name), { code, saysCode: true }, `${name} ${status}`);
    await page.unroute("**/v1/subjects/**");
  }
  assert.equal(typeof (await stored(page)).secret, "string");
});

test("without_a_backend_nothing_is_recorded", async (t) => {
  const page = await site.visit(t);
  site.add("without.html", wholePage('<script src="/plain/consentry.js"></script>'));
  await page.open("without.html");
  await page.evaluate(() => window.consentry.acceptAll());
  assert.deepEqual(await call(page, "receipts"), []);
  assert.deepEqual(await call(page, "exportData", "csv"), { code: "no-records", saysCode: true });
  assert.equal(await call(page, "erase"), 0);
});
