// What the full tables and the model say in a page: why something is what it is, whom a grant of some
// categories reaches, and what the report says of them. Fetched only when it is asked for.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { after, before, test } from "node:test";
import { until } from "./browser.mjs";
import {
  ANALYTICS,
  PLAIN_TAG,
  TAG,
  UNKNOWN,
  declaredConfig,
  wholePage,
  configuredTag,
  settled,
  startStage,
  answerAsVendor,
} from "./stage.mjs";
import { program } from "./site.mjs";

// Known to the full tables alone.
const MEASURES = "script.hotjar.io",
  SELLS = "static.criteo.net",
  CHATS = "client.crisp.chat",
  PAYS = "cdn.auth0.com";
const thirdParty = (request) => answerAsVendor({ ...request, host: `${request.host}-example.net` });

let site;
let siteWithoutWebAssembly;
before(async () => {
  site = await startStage({ test: import.meta.url, thirdParty });
  siteWithoutWebAssembly = await startStage({ thirdParty, jsFlags: "--jitless" });
});
after(() => Promise.all([site?.close(), siteWithoutWebAssembly?.close()]));

/** The classifier's files that a page asks for from now on. */
const classifierRequestsOf = (page) => {
  const asked = [];
  page.on(
    "request",
    (it) => it.url().includes("consentry-classify") && asked.push(new URL(it.url()).pathname),
  );
  return asked;
};
const scriptsThatRan = (page) => page.evaluate(() => Object.keys(globalThis.__ran || {}).sort());

for (const { name, stageOf } of [
  { name: "", stageOf: () => site },
  { name: "_without_webassembly", stageOf: () => siteWithoutWebAssembly },
])
  test(`every_answer_has_its_reason${name}`, async (t) => {
    const page = await stageOf().visit(t);
    stageOf().add(
      "asks.html",
      wholePage(configuredTag(declaredConfig({ gate: { exempt: ["plausible.io"] } }), PLAIN_TAG)),
    );
    await page.open("asks.html");
    const answer = (kind, value) =>
      page.evaluate(([kind, value]) => window.consentry.classify(kind, value), [kind, value]);
    const check = async (kind, value, expected) => {
      const found = await answer(kind, value);
      assert.deepEqual(Object.keys(found), ["category", "confidence", "rule", "pattern", "vendor", "source"]);
      for (const key in expected)
        assert.equal(found[key], expected[key], `${kind} ${value}: ${JSON.stringify(found)}`);
      assert.ok(found.confidence >= 0 && found.confidence <= 1);
    };
    await check("cookie", "stat_1_x", {
      category: "analytics",
      rule: "declared",
      pattern: "stat_*_x",
      vendor: "stats",
      confidence: 1,
    });
    await check("storage", "ad_key", { category: "advertising", rule: "declared" });
    await check("url", `https://${ANALYTICS}/a.js`, {
      category: "analytics",
      rule: "declared",
      pattern: ANALYTICS,
    });
    await check("cookie", "_ga_ABC123", {
      category: "analytics",
      rule: "override",
      pattern: "_ga_*",
      vendor: "Google Analytics",
    });
    await check("cookie", "OptanonConsent", { category: "necessary", rule: "override", vendor: "OneTrust" });
    await check("storage", "mp_1_mixpanel", { category: "analytics", vendor: "Mixpanel" });
    await check("url", `https://user:secret@${MEASURES.toUpperCase()}.:443/a?b#c`, {
      category: "analytics",
      vendor: "Hotjar",
    });
    for (const alone of [MEASURES, MEASURES + ":443", MEASURES + "/collect?v=1", ` ${MEASURES}. `])
      await check("url", alone, { category: "analytics" });
    await check("url", "//" + SELLS, { category: "advertising", vendor: "Criteo" });
    await check("url", `https://${UNKNOWN}/`, {
      category: "unclassified",
      rule: "unclassified",
      confidence: 0,
    });
    await check("url", "https://plausible.io/js", {
      category: "necessary",
      rule: "declared",
      pattern: "plausible.io",
    });
    await check("url", "/own.js", { category: "necessary", rule: "declared", source: "first-party" });
    for (const nobody of ["data:,x", "javascript:1", "about:blank", "https://", " "])
      await check("url", nobody, { category: "unclassified" });
    await check("cookie", "session_tracking_visitor", { rule: "learned", source: "model" });
    await check("cookie", "", { category: "unclassified" });
    await check("cookie", "\u{1f36a}\ud800\0".repeat(9999), {});
    await check("cookie", null, {});
    const refused = await page.evaluate(() =>
      window.consentry
        .classify(/** @type {any} */ ("pixel"), "x")
        .catch((error) => [error instanceof Error, error.code, error.message]),
    );
    assert.deepEqual(refused, [
      true,
      "unknown-kind",
      'unknown-kind: found "pixel", expected cookie, storage or url',
    ]);
    assert.deepEqual(page.uncaughtErrors, []);
  });

test("the_page_the_command_line_and_every_target_answer_alike", async (t) => {
  const page = await site.visit(t);
  site.add("alike.html", wholePage(TAG));
  await page.open("alike.html");
  const names = [
    "_ga",
    "PHPSESSID",
    "id",
    "uid",
    "lang",
    "_fbp",
    "cart_items",
    "visitor-9f8e7d6c5b4a",
    "ajs_user",
    "é\u{1f36a}",
    "wp-settings-1",
    "a".repeat(500),
    "_hjid",
    "xyz_optout",
    "AMCV_x",
    "theme_mode",
  ];
  const hosts = [
    "www.google-analytics.com",
    "a.b.doubleclick.net",
    "bücher.example",
    "example.com.",
    "1.2.3.4",
    "cdn.jsdelivr.net",
    "x.yahoo.com",
  ];
  const asked = [
    ...names.flatMap((it) => [
      ["cookie", it],
      ["storage", it],
    ]),
    ...hosts.map((it) => ["url", `https://${it}/x`]),
  ];
  const inPage = await page.evaluate(
    (asked) =>
      Promise.all(asked.map(([kind, name]) => window.consentry.classify(/** @type {any} */ (kind), name))),
    asked,
  );
  const csv = "kind,name\n" + asked.map(([kind, name]) => `${kind},${name}\n`).join("");
  const lines = execFileSync(program, ["classify", "--csv", "-"], { input: csv })
    .toString()
    .trim()
    .split("\n")
    .slice(1);
  const printed = lines.map((line, index) => [asked[index], ...line.split(",").slice(2)]);
  assert.deepEqual(
    inPage.map(({ category, confidence, rule, vendor }, index) => [
      asked[index],
      category,
      confidence.toFixed(2),
      rule,
      vendor,
    ]),
    printed,
  );
});

test("nothing_is_fetched_before_a_grant_leaves_a_host_undecided", async (t) => {
  site.addPage("hosts-of-the-full-tables.html", { tag: TAG });
  for (const choose of ["", "consentry.rejectAll()", "consentry.acceptAll()"]) {
    const page = await site.visit(t);
    const asked = classifierRequestsOf(page);
    await page.open("hosts-of-the-full-tables.html");
    await page.evaluate(choose);
    await settled(() => scriptsThatRan(page));
    await page.open("hosts-of-the-full-tables.html");
    await settled(() => scriptsThatRan(page));
    assert.deepEqual(asked, [], choose);
    assert.equal(await page.evaluate(() => localStorage["consentry.verdicts"]), undefined, choose);
  }
});

test("a_grant_of_some_reaches_the_hosts_that_only_the_full_tables_know", async (t) => {
  const page = await site.visit(t);
  site.addPage("hosts-of-the-full-tables.html", { tag: TAG });
  const asked = classifierRequestsOf(page);
  await page.open("hosts-of-the-full-tables.html");
  assert.deepEqual(asked, []);
  await page.evaluate(() => window.consentry.save({ analytics: true }));
  await until(async () => (await scriptsThatRan(page)).includes("measures"), "the analytics host runs");
  assert.deepEqual(await settled(() => scriptsThatRan(page)), ["measures"]);
  assert.deepEqual(asked.splice(0).sort(), ["/consentry-classify.js", "/consentry-classify.wasm"]);
  const remembered = await page.evaluate(() => JSON.parse(localStorage["consentry.verdicts"]));
  assert.equal(remembered.v, 1);
  assert.deepEqual(remembered.hosts, {
    [MEASURES]: "analytics",
    [SELLS]: "advertising",
    [CHATS]: "functional",
    [PAYS]: "necessary",
    [UNKNOWN]: "unclassified",
  });
  // The next page asks nobody; what is added later is reached too.
  await page.open("hosts-of-the-full-tables.html");
  await until(async () => (await scriptsThatRan(page)).includes("measures"), "it runs again");
  await page.evaluate(() => window.consentry.save({ functional: true }));
  await until(async () => (await scriptsThatRan(page)).length == 3, "the functional ones too");
  // What a registry calls necessary waits for the least that can be granted: only our own table lets it load
  // unasked.
  assert.deepEqual(await settled(() => scriptsThatRan(page)), ["chats", "measures", "pays"]);
  assert.deepEqual(asked, []);
  await page.evaluate(() => window.consentry.withdraw());
  await page.open("hosts-of-the-full-tables.html");
  assert.deepEqual(await settled(() => scriptsThatRan(page)), []);
  assert.deepEqual(page.uncaughtErrors, []);
});

test("broken_or_old_memories_are_forgotten", async (t) => {
  const page = await site.visit(t);
  site.addPage("hosts-of-the-full-tables.html", { tag: TAG });
  await page.open("hosts-of-the-full-tables.html");
  await page.evaluate(() => window.consentry.save({ analytics: true }));
  for (const broken of [
    "",
    "null",
    "[]",
    '{"v":2,"hosts":{}}',
    `{"v":1,"tables":"old","hosts":{"${MEASURES}":"necessary"}}`,
    `{"v":1,"hosts":5}`,
  ]) {
    await page.evaluate((broken) => (localStorage["consentry.verdicts"] = broken), broken);
    await page.open("hosts-of-the-full-tables.html");
    await until(async () => (await scriptsThatRan(page)).includes("measures"), broken);
    assert.deepEqual(await settled(() => scriptsThatRan(page)), ["measures"], broken);
  }
  assert.deepEqual(page.uncaughtErrors, []);
});

test("the_owners_word_changes_what_is_held_on_the_next_page", async (t) => {
  const page = await site.visit(t);
  site.addPage("hosts-of-the-full-tables.html", { tag: TAG }, "declared-by-nobody.html");
  const service = { id: "own", category: "advertising", hosts: [MEASURES] };
  site.addPage(
    "hosts-of-the-full-tables.html",
    {
      tag: configuredTag({ services: [service, { id: "chat", category: "analytics", hosts: [CHATS] }] }),
    },
    "declared-by-the-owner.html",
  );
  await page.open("declared-by-nobody.html");
  await page.evaluate(() => window.consentry.save({ analytics: true }));
  await until(async () => (await scriptsThatRan(page)).includes("measures"), "it runs");
  await page.open("declared-by-the-owner.html");
  await until(async () => (await scriptsThatRan(page)).includes("chats"), "the chat runs");
  assert.deepEqual(await settled(() => scriptsThatRan(page)), ["chats"]);
});

test("a_lookup_that_fails_is_tried_again", async (t) => {
  const page = await site.visit(t);
  site.addPage("hosts-of-the-full-tables.html", { tag: TAG }, "declared-by-nobody.html");
  await page.route("**/consentry-classify*", (route) => route.abort());
  await page.open("declared-by-nobody.html");
  await page.evaluate(() => window.consentry.save({ analytics: true }));
  assert.deepEqual(await settled(() => scriptsThatRan(page)), []);
  await page.unroute("**/consentry-classify*");
  await page.evaluate(() => window.consentry.save({ functional: true }));
  // The pauses between the tries grow.
  await until(async () => (await scriptsThatRan(page)).includes("measures"), "it runs", { within: 40_000 });
  assert.deepEqual(page.uncaughtErrors, []);
});

test("a_learned_guess_holds_no_name_of_the_site", async (t) => {
  const page = await site.visit(t);
  site.add("names.html", wholePage(TAG));
  await page.open("names.html");
  const kept = await page.evaluate(async () => {
    const answer = await window.consentry.classify("cookie", "visitor_tracking_campaign");
    document.cookie = "visitor_tracking_campaign=1";
    localStorage.visitor_tracking_campaign = 1;
    return [answer.rule, answer.category, document.cookie, Object.keys(localStorage)];
  });
  assert.equal(kept[0], "learned");
  assert.notEqual(kept[1], "necessary");
  assert.deepEqual(kept.slice(2), ["visitor_tracking_campaign=1", ["visitor_tracking_campaign"]]);
});

test("the_report_describes_what_the_site_does_not", async (t) => {
  const page = await site.visit(t);
  site.addPage("hosts-of-the-full-tables.html", { tag: TAG });
  await page.open("hosts-of-the-full-tables.html");
  const { unknown } = await page.evaluate(() => window.consentry.report());
  site.addPage("undeclared-cookie.html", { tag: configuredTag({ gate: { names: "declared" } }) });
  const strict = await site.visit(t);
  await strict.open("undeclared-cookie.html");
  const [cookie] = (await strict.evaluate(() => window.consentry.report())).unknown;
  assert.deepEqual([cookie.door, cookie.target], ["cookie", "zz_undeclared"]);
  assert.notEqual(cookie.answer.rule, "declared");
  const by = Object.fromEntries(unknown.map((it) => [new URL(it.target).hostname, it.answer.category]));
  assert.deepEqual(by, {
    [MEASURES]: "analytics",
    [SELLS]: "advertising",
    [CHATS]: "functional",
    [PAYS]: "necessary",
    [UNKNOWN]: "unclassified",
  });
});
