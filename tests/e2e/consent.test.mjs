// The visitor's choice in a real browser: what the API promises, what is stored, what the ledger gets, how a
// choice ends and how other tabs follow it.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import path from "node:path";
import { after, before, test } from "node:test";
import { layerShown, storageOf, until } from "./browser.mjs";
import {
  ANALYTICS,
  PLAIN_TAG,
  TAG,
  declaredConfig,
  wholePage,
  configuredTag,
  reallyStored,
  settled,
  startStage,
} from "./stage.mjs";

const CONFIG = declaredConfig({
  controller: { name: "Test & Sons Ltd" },
  policyUrl: "/privacy?for=shop&part=2",
  validity: 10,
});
let site;
before(async () => {
  site = await startStage({ test: import.meta.url, config: CONFIG });
  site.addPage("index.html", { tag: TAG });
  site.addPage("sv.html", { tag: TAG });
});
after(() => site?.close());

/** The notice of the first layer in a language, as the bundle bakes it in. */
const bakedNotice = (language) => {
  const script = readFileSync(path.join(site.component, "consentry.js"), "utf8");
  return JSON.parse(/"notices":(\{[^}]*\})/.exec(script)[1])[language];
};

const UUID7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const storedChoice = (page) => page.evaluate(() => JSON.parse(localStorage.getItem("consentry")));
const outboxKeys = (page) =>
  page.evaluate(() => Object.keys(localStorage).filter((key) => key.startsWith("consentry.outbox.")));
/** A page with a plain component: its configuration is inline. */
const plainPage = (config, body) => wholePage(configuredTag({ ...CONFIG, ...config }, PLAIN_TAG), body);
/** The receipt of the last decision, once the ledger has it. */
async function receiptOf(find) {
  return until(async () => (await site.ledger.receipts()).findLast(find), "the ledger has the receipt");
}
const codeOf = (page, changes) =>
  page.evaluate(
    (it) =>
      window.consentry.save(it).then(
        () => "saved",
        (error) => `${error instanceof Error} ${error.code}`,
      ),
    changes,
  );

test("the_api_is_there_right_after_the_tag", async (t) => {
  site.addPage("calls-right-after-the-tag.html", { tag: TAG });
  const page = await site.visit(t);
  await page.open("calls-right-after-the-tag.html");
  const seen = await page.evaluate(() => seen);
  for (const member of [
    "consent",
    "allowed",
    "acceptAll",
    "rejectAll",
    "save",
    "withdraw",
    "show",
    "showPreferences",
    "hide",
    "on",
    "report",
    "version",
  ])
    assert.ok(seen.members.includes(member), member);
  assert.equal(seen.consent, null);
  assert.match(seen.version, /^\d+\.\d+\.\d+/);
  assert.ok(seen.frozen);
  assert.deepEqual(seen.may, [false, true, false, true, true, false, false]);
});

test("save_keeps_what_is_not_named", async (t) => {
  const page = await site.visit(t);
  await page.open("/");
  const save = async (changes) => {
    const { granted, denied } = await page.evaluate((it) => window.consentry.save(it), changes);
    return [granted.sort(), denied.sort()];
  };
  assert.deepEqual(
    await save({ analytics: true }),
    [["analytics"], ["advertising", "functional"]],
    "denied before a first choice",
  );
  assert.deepEqual(await save({ "service:stats": false }), [
    ["analytics"],
    ["advertising", "functional", "service:stats"],
  ]);
  assert.deepEqual(
    await page.evaluate(() => ["analytics", "stats", "service:stats", "ads"].map(window.consentry.allowed)),
    [true, false, false, false],
  );
  assert.deepEqual(await save({ advertising: true }), [
    ["advertising", "analytics"],
    ["functional", "service:stats"],
  ]);
  assert.deepEqual(await save({}), [
    ["advertising", "analytics"],
    ["functional", "service:stats"],
  ]);
  assert.deepEqual(await page.evaluate(() => ["stats", "ads"].map(window.consentry.allowed)), [false, true]);
});

test("save_refuses_what_nobody_can_decide_and_changes_nothing", async (t) => {
  const page = await site.visit(t);
  await page.open("/");
  await page.evaluate(() => window.consentry.save({ analytics: true }));
  const before = await storedChoice(page);
  for (const [changes, code] of [
    [{ nonsense: true }, "unknown-name"],
    [{ necessary: false }, "unknown-name"],
    [{ "service:pay": false }, "unknown-name"],
    [{ "service:nobody": true }, "unknown-name"],
    [{ unclassified: true }, "unknown-name"],
    [{ toString: true }, "unknown-name"],
    [{ analytics: "yes" }, "invalid-value"],
    [{ advertising: 1 }, "invalid-value"],
    [{ advertising: null }, "invalid-value"],
    [{ advertising: true, nonsense: true }, "unknown-name"],
  ])
    assert.equal(await codeOf(page, changes), `true ${code}`, JSON.stringify(changes));
  assert.deepEqual(await storedChoice(page), before);
  for (const changes of [true, "analytics", 1, null, undefined, ["analytics"]]) {
    await codeOf(page, changes);
    assert.deepEqual(
      (await storedChoice(page)).granted,
      ["analytics"],
      `save(${JSON.stringify(changes)}) grants nothing`,
    );
  }
});

test("decisions_are_stored_before_the_call_returns", async (t) => {
  const page = await site.visit(t);
  await page.open("/");
  const seen = await page.evaluate(() => {
    window.consentry.acceptAll();
    const after = [
      window.consentry.consent.granted.length,
      JSON.parse(localStorage.consentry).granted.length,
      Object.keys(localStorage).length,
      window.consentry.allowed("ads"),
    ];
    window.consentry.withdraw();
    return [
      ...after,
      window.consentry.consent.granted.length,
      JSON.parse(localStorage.consentry).granted.length,
      window.consentry.allowed("ads"),
    ];
  });
  assert.deepEqual(seen, [3, 3, 2, true, 0, 0, false]);
});

test("events_tell_what_happened", async (t) => {
  site.addPage("events.html", { tag: TAG });
  const page = await site.visit(t);
  await page.open("events.html");
  await layerShown(page, 1);
  const count = (name) =>
    page.evaluate((wanted) => window.heardEvents.filter(([event]) => event == wanted).length, name);
  assert.equal(await count("ready"), 1);
  assert.deepEqual(await page.evaluate(() => window.heardEvents.find(([name]) => name == "held")[1]), {
    state: "held",
    door: "script",
    target: `https://${ANALYTICS}/held.js`,
    category: "analytics",
    service: "stats",
    reason: "declared",
  });
  await page.evaluate(() => window.consentry.acceptAll());
  await until(
    () => page.evaluate(() => window.__ran?.held),
    "the held script ran, whatever a listener throws",
  );
  assert.deepEqual(await page.evaluate(() => window.heardEvents.filter(([name]) => name == "custom")), [
    ["custom", 3],
  ]);
  assert.equal(await count("released"), 1);
  assert.equal(await count("withdrawn"), 0);
  await page.evaluate(() => (window.off.consent(), window.consentry.withdraw()));
  assert.equal(await count("consent"), 1, "no longer subscribed");
  assert.equal(await count("withdrawn"), 1);
  assert.ok((await count("shown")) >= 1);
  await until(() => count("reported"), "receipts are reported");
  await page.evaluate(() => new Promise((done) => window.consentry.on("ready", done)));
});

test("a_refusal_keeps_no_identifier_and_a_grant_keeps_one", async (t) => {
  const page = await site.visit(t);
  await page.open("/");
  await settled(() => storageOf(page).then((it) => it.localStorage));
  assert.deepEqual(
    await reallyStored(page),
    { cookies: [], local: {}, session: {} },
    "nothing is stored before a choice",
  );
  await page.open("/");
  await page.evaluate(() => window.consentry.rejectAll());
  const refusal = await storedChoice(page);
  assert.deepEqual(Object.keys(refusal).sort(), [
    "denied",
    "expires",
    "granted",
    "id",
    "revision",
    "source",
    "time",
    "v",
  ]);
  assert.deepEqual(
    { ...refusal, time: 0, expires: 0 },
    {
      v: 1,
      id: null,
      revision: "1",
      time: 0,
      expires: 0,
      source: "api",
      granted: [],
      denied: ["functional", "analytics", "advertising"],
    },
  );
  assert.equal(Date.parse(refusal.expires) - Date.parse(refusal.time), 10 * 864e5, "validity");
  await page.evaluate(() => window.consentry.acceptAll());
  const grant = await storedChoice(page);
  assert.match(grant.secret, /^[0-9a-f]{32}$/);
  assert.match(grant.id, UUID7);
  assert.ok(Math.abs(parseInt(grant.id.replace("-", "").slice(0, 12), 16) - Date.parse(grant.time)) < 2);
  assert.deepEqual(
    await page.evaluate(() => Object.keys(window.consentry.consent).sort()),
    ["denied", "expires", "granted", "id", "revision", "source", "time"],
    "the secret is not given to the page",
  );
  await page.evaluate(() => window.consentry.withdraw());
  const withdrawal = await storedChoice(page);
  assert.equal(withdrawal.secret, grant.secret);
  assert.match(withdrawal.id, UUID7);
  assert.notEqual(withdrawal.id, grant.id);
});

test("without_a_backend_there_is_no_secret_and_nothing_to_send", async (t) => {
  site.add("alone.html", plainPage({}));
  const page = await site.visit(t);
  await page.open("alone.html");
  await page.evaluate(() => window.consentry.acceptAll());
  assert.equal((await storedChoice(page)).secret, undefined);
  assert.deepEqual(Object.keys((await reallyStored(page)).local), ["consentry"]);
});

for (const { name, origin } of [
  { name: "localhost", origin: () => site.url },
  { name: "plain_http", origin: () => `http://www.traxmate.test:${site.port}/` },
])
  test(`receipts_on_${name}_name_the_subject_by_the_hash_of_its_secret_and_the_notice_shown`, async (t) => {
    const page = await site.visit(t);
    await page.open("/", origin());
    assert.equal(await page.evaluate(() => !!crypto.subtle), name == "localhost");
    await page.locator('[data-consentry="accept-all"]').click();
    const { id, secret, time } = await storedChoice(page);
    const receipt = await receiptOf((it) => it.id == id);
    assert.equal(
      receipt.subject,
      createHash("sha256").update(Buffer.from(secret, "hex")).digest("hex").slice(0, 32),
    );
    const notice = bakedNotice("en");
    assert.match(notice, /^sha256:[0-9a-f]{64}$/);
    assert.deepEqual(
      [
        receipt.action,
        receipt.layer,
        receipt.language,
        receipt.notice,
        receipt.time,
        receipt.previous,
        receipt.revision,
      ],
      ["accept-all", 1, "en", notice, time, null, "1"],
    );
    await until(async () => !(await outboxKeys(page)).length, "nothing waits");
    // By script, nothing was shown.
    await page.evaluate(() => window.consentry.rejectAll());
    const by = await receiptOf((it) => it.previous == id);
    assert.deepEqual(
      [by.action, by.notice, by.layer, by.language, by.subject],
      ["api", null, 0, "und", receipt.subject],
    );
  });

test("a_page_without_a_bundle_names_the_notice_that_a_bundle_of_the_same_site_does", async (t) => {
  const config = { ...CONFIG, backend: { url: site.backend } };
  for (const language of ["en", "sv"]) {
    site.add("no-bundle.html", wholePage(configuredTag(config, PLAIN_TAG), "", language));
    const page = await site.visit(t);
    await page.open("no-bundle.html");
    await page.locator('[data-consentry="accept-all"]').click();
    const { id } = await storedChoice(page);
    const receipt = await receiptOf((it) => it.id == id);
    assert.deepEqual([receipt.language, receipt.notice], [language, bakedNotice(language)]);
  }
});

test("a_refusal_by_pointer_has_a_fresh_subject_each_time", async (t) => {
  const page = await site.visit(t);
  await page.open("/");
  const known = new Set((await site.ledger.receipts()).map(({ id }) => id));
  const fresh = async (count) =>
    until(async () => {
      const all = (await site.ledger.receipts()).filter(({ id }) => !known.has(id));
      return all.length == count && all;
    }, `${count} receipts`);
  await page.locator('[data-consentry="reject-all"]').click();
  await fresh(1);
  await page.evaluate(() => window.consentry.rejectAll());
  const [one, two] = await fresh(2);
  assert.deepEqual([one.action, two.action, two.previous], ["reject-all", "api", null]);
  assert.notEqual(one.subject, two.subject);
});

test("only_a_trusted_event_proves_an_act", async (t) => {
  site.addPage("controls-of-the-page.html", { tag: TAG });
  const page = await site.visit(t);
  await page.open("controls-of-the-page.html");
  await layerShown(page, 1);
  await page.evaluate(() =>
    document
      .querySelector("consentry-banner")
      .shadowRoot.querySelector('[data-consentry="accept-all"]')
      .click(),
  );
  const { id, source } = await storedChoice(page);
  assert.equal(source, "api");
  assert.equal((await receiptOf((it) => it.id == id)).action, "api");
  await page.locator("#end b").click();
  const ended = await storedChoice(page);
  assert.deepEqual([ended.granted, ended.source], [[], "banner"]);
  assert.equal((await receiptOf((it) => it.id == ended.id)).action, "withdraw");
  assert.ok(!page.url().endsWith("#x"), "the control does nothing else");
  await page.evaluate(() => (window.consentry.acceptAll(), document.getElementById("end").click()));
  assert.equal((await storedChoice(page)).source, "api");
  await page.locator("#open").click();
  await layerShown(page, 2);
  assert.deepEqual(page.uncaughtErrors, []);
});

test("with_a_configuration_in_the_page_the_notice_is_hashed_there", async (t) => {
  site.add("noticed.html", plainPage({ backend: { url: site.backend } }));
  const page = await site.visit(t);
  await page.open("noticed.html");
  await page.locator('[data-consentry="accept-all"]').click();
  const { id } = await storedChoice(page);
  const receipt = await receiptOf((it) => it.id == id);
  assert.match(receipt.notice, /^sha256:[0-9a-f]{64}$/);
  assert.equal(receipt.artefact, undefined);
});

test("the_page_s_language_is_shown_and_recorded", async (t) => {
  const page = await site.visit(t);
  await page.open("sv.html");
  await layerShown(page, 1);
  assert.equal(await page.evaluate(() => document.querySelector("consentry-banner").lang), "sv");
  await page.locator('[data-consentry="reject-all"]').click();
  const receipt = await receiptOf((it) => it.language == "sv");
  assert.equal(receipt.notice, bakedNotice("sv"));
  const foreign = await site.visit(t, { locale: "sv-SE" });
  site.add("ja.html", wholePage(TAG, "", "ja"));
  await foreign.open("ja.html");
  await layerShown(foreign, 1);
  assert.equal(
    await foreign.evaluate(() => document.querySelector("consentry-banner").lang),
    "sv",
    "the visitor's where the page's is not there",
  );
});

const inDays = (days) => new Date(Date.now() + days * 864e5).toISOString();
for (const [name, aged] of Object.entries({
  its_time_is_over: (choice) => ({ ...choice, expires: inDays(-0.001) }),
  the_site_s_validity_is_over: (choice) => ({ ...choice, time: inDays(-11) }),
  the_revision_is_another: (choice) => ({ ...choice, revision: "0" }),
}))
  test(`a_grant_ends_once_when_${name}`, async (t) => {
    const page = await site.visit(t);
    await page.open("/");
    await page.evaluate(() => window.consentry.acceptAll());
    await page.evaluate(
      () => (
        (document.cookie = "_ga=1; path=/; max-age=9999"),
        (localStorage.stat_key = "x"),
        (localStorage.wish = "y")
      ),
    );
    const grant = await storedChoice(page);
    await until(async () => !(await outboxKeys(page)).length, "the grant is reported");
    await page.evaluate((it) => localStorage.setItem("consentry", it), JSON.stringify(aged(grant)));
    await page.open("/");
    await layerShown(page, 1);
    assert.equal(await page.evaluate(() => window.consentry.consent), null);
    const receipt = await receiptOf((it) => it.previous == grant.id);
    assert.deepEqual([receipt.action, receipt.granted], ["expire", []]);
    await page.open("/");
    await layerShown(page, 1);
    await settled(() => outboxKeys(page));
    assert.equal(
      (await site.ledger.receipts()).filter((it) => it.action == "expire" && it.subject == receipt.subject)
        .length,
      1,
      "once",
    );
    const left = await reallyStored(page);
    assert.deepEqual([left.cookies, Object.keys(left.local).sort()], [[], ["consentry", "wish"]]);
  });

test("a_refusal_that_is_too_old_is_asked_again_without_a_receipt", async (t) => {
  const page = await site.visit(t);
  await page.open("/");
  await page.evaluate(() => window.consentry.rejectAll());
  await until(async () => !(await outboxKeys(page)).length, "the refusal is reported");
  const count = (await site.ledger.receipts()).length;
  await page.evaluate(() =>
    localStorage.setItem(
      "consentry",
      JSON.stringify({ ...JSON.parse(localStorage.consentry), revision: "0" }),
    ),
  );
  await page.open("/");
  await layerShown(page, 1);
  await settled(() => outboxKeys(page));
  assert.equal((await site.ledger.receipts()).length, count);
});

test("another_tab_follows_a_grant_and_a_withdrawal_at_once", async (t) => {
  site.addPage("script-in-each-tab.html", { tag: TAG });
  const one = await site.visit(t);
  await one.open("script-in-each-tab.html");
  const two = await site.openTab(one.context());
  await two.open("script-in-each-tab.html");
  await layerShown(two, 1);
  await two.evaluate(() => {
    window.heardEvents = [];
    for (const event of /** @type {const} */ (["consent", "withdrawn"]))
      window.consentry.on(event, () => window.heardEvents.push(event));
  });
  await one.evaluate(() => window.consentry.acceptAll());
  await until(
    () => two.evaluate(() => window.__ran?.tab == 1 && window.consentry.consent?.granted.length == 3),
    "the second tab releases",
  );
  await layerShown(two, 0);
  assert.deepEqual(
    await two.evaluate(() => window.consentry.consent),
    await one.evaluate(() => window.consentry.consent),
  );
  await two.evaluate(() => (sessionStorage.setItem("_hjid", "x"), 0));
  await one.evaluate(() => window.consentry.withdraw());
  await until(
    () =>
      two.evaluate(() => !window.consentry.allowed("analytics") && sessionStorage.getItem("_hjid") === null),
    "the second tab holds and erases",
  );
  assert.deepEqual(await two.evaluate(() => window.heardEvents), ["consent", "withdrawn", "consent"]);
  const count = (await site.ledger.receipts()).length;
  await settled(() => outboxKeys(one));
  assert.ok(count <= (await site.ledger.receipts()).length);
});

test("withdrawing_deletes_trackers_cookies_on_every_domain_and_path", async (t) => {
  site.add("sub/deep/page.html", wholePage(TAG));
  const page = await site.visit(t);
  const origin = `http://www.traxmate.test:${site.port}/`;
  await page.open("sub/deep/page.html", origin);
  await page.evaluate(() => window.consentry.acceptAll());
  const cookie = (name, domain, path) => ({
    name,
    value: "1",
    domain,
    path,
    expires: Date.now() / 1000 + 9999,
  });
  const context = page.context();
  await context.addCookies([
    cookie("_ga", ".traxmate.test", "/"),
    cookie("_gid", "www.traxmate.test", "/"),
    cookie("_fbp", ".www.traxmate.test", "/sub"),
    cookie("stat_id", "www.traxmate.test", "/sub/deep"),
    cookie("ad_1_x", ".traxmate.test", "/sub/deep/page.html"),
    cookie("_hjid", "www.traxmate.test", "/sub/"),
    cookie("cart_visits", ".traxmate.test", "/"),
    cookie("pay_id", "www.traxmate.test", "/"),
  ]);
  // A renderer hears of cookies that others set a moment later.
  await until(
    () => page.evaluate(() => document.cookie.split("; ").length == 8),
    "the page sees the cookies",
  );
  await page.evaluate(() => ((localStorage._hjid = 1), (localStorage.wish = 1), (sessionStorage.ad_key = 1)));
  await page.evaluate(() => window.consentry.withdraw());
  const names = async () =>
    (await context.cookies())
      .map((it) => it.name)
      .sort()
      .join();
  await until(async () => (await names()) == "cart_visits,pay_id", "only what is nobody's tracker is left");
  assert.deepEqual(await page.evaluate(async () => (await window.consentry.report()).left), []);
  const left = await reallyStored(page);
  assert.deepEqual(
    [
      Object.keys(left.local)
        .filter((it) => !it.includes("outbox"))
        .sort(),
      left.session,
    ],
    [["consentry", "wish"], {}],
  );
});

test("report_tells_what_was_held_released_left_and_leaked", async (t) => {
  site.addPage("much-to-report.html", { tag: TAG });
  const page = await site.visit(t);
  await page.context().addCookies([
    { name: "_fbp", value: "1", domain: "localhost", path: "/elsewhere" },
    { name: "_gid", value: "1", domain: "localhost", path: "/" },
  ]);
  await page.open("much-to-report.html");
  await layerShown(page, 1);
  const first = await page.evaluate(() => window.consentry.report());
  assert.deepEqual(Object.keys(first).sort(), ["held", "leaked", "left", "released", "unknown"]);
  const targets = (list) =>
    list.map((it) => `${it.door} ${it.target.replace(/^.*\//, "")} ${it.category}`).sort();
  assert.deepEqual(targets(first.held), [
    "cookie _ga analytics",
    "fetch call.json unclassified",
    "script static.js analytics",
  ]);
  assert.deepEqual(targets(first.unknown), ["fetch call.json unclassified"]);
  assert.ok(targets(first.leaked).includes("script before.js unclassified"), "what left before us");
  assert.deepEqual(first.released, []);
  assert.ok(
    await page.evaluate(() => document.scripts[0].src.endsWith("/before.js")),
    "what has run is left alone",
  );
  assert.deepEqual(targets(first.left), ["cookie _gid analytics"], "what is there without a grant");
  await page.evaluate(() => window.consentry.acceptAll());
  const second = await page.evaluate(() => window.consentry.report());
  assert.ok(targets(second.released).includes("script static.js analytics"));
  assert.deepEqual(second.left, []);
});
