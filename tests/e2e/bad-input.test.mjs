// Whatever is wrong around us (configuration, storage, backend, the tag itself), the page goes on, nothing is
// granted by accident, and no decision or receipt is lost.
import assert from "node:assert/strict";
import http from "node:http";
import { after, before, test } from "node:test";
import { layerShown, until } from "./browser.mjs";
import {
  ADVERTISING,
  PLAIN_TAG,
  TAG,
  UNKNOWN,
  declaredConfig,
  wholePage,
  configuredTag,
  settled,
  startStage,
} from "./stage.mjs";

let site;
before(async () => {
  site = await startStage({ test: import.meta.url });
  site.add("good.json", JSON.stringify(declaredConfig()));
  site.add("garbage.json", "<!doctype html><p>Not found");
  site.add("wrong.json", "[1, 2]");
});
after(() => site?.close());

const banner = (page) => layerShown(page, 1);
const scriptsThatRan = (page) => settled(() => page.evaluate(() => Object.keys(window.__ran ?? {}).sort()));
const complaintsOf = (page) => page.consoleLines.filter((it) => /^(error|warning): consentry: /.test(it));
const choiceOf = (page) => page.evaluate(() => window.consentry.consent);

for (const [name, config] of [
  ["broken_syntax", '{ "site": '],
  ["an_empty_text", " "],
  ["a_list", "[]"],
  ["null", "null"],
  ["a_number", "7"],
  ["a_text", '"x"'],
  ["services_of_the_wrong_type", { services: { stats: 1 } }],
  ["services_without_ids", { services: [{ category: "analytics" }] }],
  ["a_service_that_is_null", { services: [null] }],
  ["an_unknown_category", { services: [{ id: "x", category: "marketing", hosts: [UNKNOWN] }] }],
  ["hosts_that_are_text", { services: [{ id: "x", category: "necessary", hosts: UNKNOWN }] }],
  ["hosts_of_the_wrong_type", { services: [{ id: "x", category: "necessary", hosts: [7] }] }],
  ["an_empty_host", { services: [{ id: "x", category: "necessary", hosts: ["", UNKNOWN] }] }],
  ["categories_of_the_wrong_type", { categories: "analytics" }],
  ["unknown_languages", { languages: ["xx"] }],
  ["languages_of_the_wrong_type", { languages: 5 }],
  ["no_validity", { validity: -1 }],
  ["a_gate_of_the_wrong_type", { gate: { exempt: 7 } }],
  ["a_broken_backend_address", { backend: { url: "http://" } }],
  [
    "a_fault_after_a_good_declaration",
    {
      services: [
        { id: "x", category: "necessary", hosts: [UNKNOWN] },
        { id: "y", category: "all" },
      ],
    },
  ],
])
  test(`a_configuration_with_${name}_gives_the_default_protection`, async (t) => {
    site.addPage("acting.html", { tag: configuredTag(config) });
    const page = await site.visit(t);
    await page.open("acting.html");
    await banner(page);
    assert.deepEqual(await scriptsThatRan(page), [], "nothing of others runs, declared or not");
    assert.ok(
      complaintsOf(page).some((it) => it.startsWith("error")),
      `a console error: ${page.consoleLines}`,
    );
    assert.deepEqual(page.uncaughtErrors, []);
    assert.ok(!(await page.context().cookies()).some((it) => it.name == "_ga"));
    await page.evaluate(() => window.consentry.acceptAll());
    await until(() => page.evaluate(() => window.__ran?.unknown && window.__ran.necessary), "a grant holds");
  });

for (const [name, file] of [
  ["404", "/nothing.json"],
  ["garbage", "/garbage.json"],
  ["wrong_json", "/wrong.json"],
  ["unreachable", "http://localhost:1/x.json"],
])
  test(`a_fetched_configuration_that_is_${name}_gives_the_default_protection`, async (t) => {
    site.addPage("acting.html", { tag: `<script src="/consentry.js" data-config="${file}"></script>` });
    const page = await site.visit(t);
    await page.open("acting.html");
    await banner(page);
    assert.deepEqual(await scriptsThatRan(page), []);
    assert.ok(complaintsOf(page).some((it) => it.startsWith("error")));
    assert.deepEqual(page.uncaughtErrors, []);
    await page.evaluate(() => window.consentry.rejectAll());
    assert.deepEqual((await choiceOf(page)).granted, []);
  });

test("a_fetched_configuration_holds_everything_until_it_is_there_and_is_applied_then", async (t) => {
  site.addPage("acting.html", { tag: '<script src="/consentry.js" data-config="/good.json"></script>' });
  const page = await site.visit(t);
  let answer;
  const asked = new Promise((done) =>
    page.route("**/good.json", (route) => {
      answer = () => route.fallback();
      done(null);
    }),
  );
  await page.open("acting.html");
  await asked;
  assert.deepEqual(await scriptsThatRan(page), [], "even what is necessary waits");
  assert.equal(
    await page.evaluate(() => document.querySelector("consentry-banner")),
    null,
    "no banner before the configuration",
  );
  await answer();
  await until(() => page.evaluate(() => window.__ran?.necessary), "the necessary host is released");
  assert.deepEqual(await scriptsThatRan(page), ["necessary"]);
  await banner(page);
  await page.evaluate(() => window.consentry.save({ "service:stats": true }));
  assert.deepEqual(await scriptsThatRan(page), ["analytics", "necessary"]);
  assert.deepEqual(complaintsOf(page), []);
  await page.unroute("**/good.json");
  await page.open("acting.html");
  assert.deepEqual(
    await scriptsThatRan(page),
    ["analytics", "necessary"],
    "the stored choice is found by what the configuration says",
  );
});

const STORAGE_FAULTS = {
  refused: () => {
    for (const name of ["localStorage", "sessionStorage"])
      Object.defineProperty(window, name, {
        configurable: true,
        get() {
          throw new DOMException("refused", "SecurityError");
        },
      });
  },
  missing: () => {
    for (const name of ["localStorage", "sessionStorage"])
      Object.defineProperty(window, name, { configurable: true, get: () => null });
  },
  full: () => {
    Storage.prototype.setItem = () => {
      throw new DOMException("full", "QuotaExceededError");
    };
  },
};
for (const [name, breakStorage] of Object.entries(STORAGE_FAULTS))
  test(`storage_that_is_${name}_holds_the_choice_for_the_page`, async (t) => {
    site.add("own.js", "(window.__ran ??= {}).own = 1");
    site.addPage("acting.html", {
      tag: configuredTag(declaredConfig({ backend: { url: "http://localhost:1" } })),
    });
    const page = await site.visit(t);
    await page.addInitScript(breakStorage);
    await page.open("acting.html");
    await banner(page);
    assert.deepEqual(await scriptsThatRan(page), ["necessary", "own"]);
    await page.locator('[data-consentry="accept-all"]').click();
    await until(
      () => page.evaluate(() => window.__ran?.unknown == 1 && window.__ran.analytics == 1),
      "the grant holds here",
    );
    assert.deepEqual((await choiceOf(page)).granted.length, 3);
    await page.evaluate(() => window.consentry.withdraw());
    assert.deepEqual((await choiceOf(page)).granted, []);
    await page.evaluate(() => window.add("https://stats.analytics-example.net/later.js"));
    assert.ok(!(await scriptsThatRan(page)).includes("later"));
    assert.deepEqual(page.uncaughtErrors, []);
  });

test("a_sandboxed_frame_without_an_origin_is_gated_and_not_broken", async (t) => {
  site.add("own.js", "(window.__ran ??= {}).own = 1");
  site.add("inside.html", site.pageText("acting.html", { tag: configuredTag() }));
  site.addPage("sandbox.html");
  const page = await site.visit(t);
  await page.open("sandbox.html");
  const frame = await until(() => page.frames().find((it) => it.url().endsWith("inside.html")), "the frame");
  const inside = await settled(() =>
    frame.evaluate(() => [
      Object.keys(window.__ran ?? {}).sort(),
      window.consentry.consent,
      window.held.length,
    ]),
  );
  assert.deepEqual(inside.slice(0, 2), [["necessary", "own"], null]);
  assert.ok(inside[2] >= 3);
  assert.deepEqual(
    page.uncaughtErrors.filter((it) => !/cookie/.test(it)),
    [],
  ); // the page's own cookie writes are refused natively
});

const good = (more) => ({
  v: 1,
  id: null,
  revision: "1",
  time: new Date().toISOString(),
  expires: new Date(Date.now() + 864e5).toISOString(),
  source: "api",
  granted: ["analytics", "advertising", "functional"],
  denied: [],
  ...more,
});
const inDays = (days) => new Date(Date.now() + days * 864e5).toISOString();
for (const [name, value] of [
  ["corrupt_json", '{"v":1,'],
  ["an_empty_text", ""],
  ["a_text", '"granted"'],
  ["null", "null"],
  ["a_list", "[]"],
  ["a_number", "1"],
  ["grants_that_are_text", good({ granted: "analytics" })],
  ["grants_that_are_numbers", good({ granted: [1, 2] })],
  ["grants_that_are_missing", good({ granted: undefined })],
  ["denials_that_are_an_object", good({ denied: {} })],
  ["a_newer_version", good({ v: 2 })],
  ["no_version", good({ v: undefined })],
  ["a_version_in_text", good({ v: "1" })],
  ["an_end_in_the_past", good({ expires: inDays(-1) })],
  ["a_time_in_the_future", good({ time: inDays(3), expires: inDays(9) })],
  ["no_time", good({ time: undefined })],
  ["a_time_that_is_none", good({ time: "yesterday" })],
  ["no_end", good({ expires: null })],
  ["a_time_that_is_an_object", good({ time: {} })],
  ["another_revision", good({ revision: "0" })],
])
  test(`a_stored_choice_with_${name}_is_none`, async (t) => {
    site.add("own.js", "(window.__ran ??= {}).own = 1");
    site.addPage("acting.html", { tag: configuredTag() });
    const page = await site.visit(t);
    await page.open("blank.html");
    await page.evaluate(
      (it) => localStorage.setItem("consentry", it),
      typeof value == "string" ? value : JSON.stringify(value),
    );
    await page.open("acting.html");
    await banner(page);
    assert.equal(await choiceOf(page), null);
    assert.deepEqual(await scriptsThatRan(page), ["necessary", "own"]);
    await page.locator('[data-consentry="reject-all"]').click();
    await page.open("acting.html");
    assert.deepEqual((await choiceOf(page)).granted, []);
    assert.deepEqual(page.uncaughtErrors, []);
  });

test("a_good_stored_choice_is_taken", async (t) => {
  site.add("own.js", "(window.__ran ??= {}).own = 1");
  site.addPage("acting.html", { tag: configuredTag() });
  const page = await site.visit(t);
  await page.open("blank.html");
  await page.evaluate(
    (it) => localStorage.setItem("consentry", it),
    JSON.stringify(good({ note: "from a later version", granted: [...good().granted, "service:gone"] })),
  );
  await page.open("acting.html");
  assert.deepEqual(await scriptsThatRan(page), ["analytics", "necessary", "own", "unknown"].sort());
});

/** How a backend may be: well, or wrong in one way. */
const FAULTS = ["down", "broken", "garbage", "empty", "hanging"];

/**
 * A backend whose `fault` a test sets; `stored` are the ids of the receipts that it took.
 * @param {import('node:test').TestContext} t
 */
async function startFaultyBackend(t) {
  const state = { fault: null, stored: [] };
  const unanswered = [];
  const server = http.createServer((request, response) => {
    const headers = { "access-control-allow-origin": "*" };
    let body = "";
    request
      .on("data", (piece) => (body += piece))
      .on("end", () => {
        if (state.fault == "hanging") return void unanswered.push(response);
        if (state.fault == "broken") return void response.writeHead(500, headers).end("no");
        if (state.fault == "garbage")
          return void response.writeHead(200, { ...headers, "content-type": "text/html" }).end("<p>Welcome");
        if (state.fault == "empty") return void response.writeHead(200, headers).end('{"stored":[]}');
        const receipts = [JSON.parse(body)].flat();
        state.stored.push(...receipts.map(({ id }) => id));
        response.writeHead(200, headers).end(JSON.stringify({ stored: receipts.map(({ id }) => ({ id })) }));
      });
  });
  const listen = (port) => new Promise((done) => server.listen(port, "127.0.0.1", () => done(null)));
  const stop = () =>
    new Promise((done) => {
      server.close(done);
      server.closeAllConnections();
    });
  await listen(0);
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return Object.assign(state, { port, stop, startAgain: () => listen(port) });
}

for (const fault of FAULTS)
  test(`a_backend_that_is_${fault}_delays_receipts_and_nothing_else`, async (t) => {
    const backend = await startFaultyBackend(t);
    if (fault == "down") await backend.stop();
    backend.fault = fault;
    site.add("own.js", "(window.__ran ??= {}).own = 1");
    site.addPage("acting.html", {
      tag: configuredTag(declaredConfig({ backend: { url: `http://127.0.0.1:${backend.port}` } })),
    });
    const page = await site.visit(t);
    await page.open("acting.html");
    await page.locator('[data-consentry="accept-all"]').click();
    await until(() => page.evaluate(() => window.__ran?.unknown && window.__ran.analytics), "a grant holds");
    assert.deepEqual(await scriptsThatRan(page), ["analytics", "necessary", "own", "unknown"].sort());
    const waiting = () =>
      page.evaluate(() => Object.keys(localStorage).filter((key) => key.startsWith("consentry.outbox.")));
    const { id } = await choiceOf(page);
    assert.deepEqual(await waiting(), [`consentry.outbox.${id}`]);
    await page.evaluate(() => window.consentry.withdraw());
    assert.deepEqual((await choiceOf(page)).granted, []);
    const last = (await choiceOf(page)).id;
    assert.equal((await waiting()).length, 2);
    assert.deepEqual(backend.stored, []);
    backend.fault = null;
    if (fault == "down") await backend.startAgain();
    await page.open("acting.html");
    await until(async () => !(await waiting()).length, "all are delivered", { within: 20_000 });
    const times = (one) => backend.stored.filter((stored) => stored == one).length;
    // A beacon at the end of the first page may deliver too: the backend prevents storing twice, by id.
    assert.ok(times(id) >= 1 && times(last) >= 1);
    assert.deepEqual([...new Set(backend.stored)].sort(), [id, last].sort());
    const count = backend.stored.length;
    await page.open("acting.html");
    await settled(waiting);
    assert.equal(backend.stored.length, count, "nothing is sent again");
    assert.deepEqual(page.uncaughtErrors, []);
  });

test("a_broken_receipt_in_the_outbox_holds_up_no_other", async (t) => {
  const backend = await startFaultyBackend(t);
  site.add(
    "sending.html",
    wholePage(configuredTag(declaredConfig({ backend: { url: `http://127.0.0.1:${backend.port}` } }))),
  );
  const page = await site.visit(t);
  await page.open("blank.html");
  await page.evaluate(() => {
    localStorage.setItem("consentry.outbox.0", "{");
    localStorage.setItem("consentry.outbox.1", "null");
    localStorage.setItem("consentry.outbox.2", '"x"');
  });
  await page.open("sending.html");
  await page.evaluate(() => window.consentry.acceptAll());
  await until(() => backend.stored.length, "delivered");
  await until(
    () => page.evaluate(() => !Object.keys(localStorage).some((key) => key.includes("outbox"))),
    "nothing waits",
  );
});

test("a_second_tag_does_nothing", async (t) => {
  site.add("own.js", "(window.__ran ??= {}).own = 1");
  site.add(
    "twice.html",
    site.pageText("acting.html", {
      tag: `${configuredTag()}<script>window.first = consentry</script>${PLAIN_TAG}${TAG}`,
    }),
  );
  const page = await site.visit(t);
  await page.open("twice.html");
  await banner(page);
  assert.ok(await page.evaluate(() => window.first === window.consentry));
  assert.equal(await page.evaluate(() => document.querySelectorAll("consentry-banner").length), 1);
  await page.evaluate(() => window.consentry.acceptAll());
  await scriptsThatRan(page);
  assert.deepEqual(await page.evaluate(() => [...new Set(Object.values(window.__ran))]), [1]);
  assert.deepEqual(page.uncaughtErrors, []);
});

for (const [name, head] of [
  ["late", `<script>window.before = 1</script>${configuredTag()}`],
  ["async", `${configuredTag().replace("<script src", "<script async src")}`],
  ["deferred", `${configuredTag().replace("<script src", "<script defer src")}`],
])
  test(`a_tag_that_is_${name}_warns_and_holds_what_comes_later`, async (t) => {
    site.add("late.html", name == "late" ? site.pageText("acting.html", { tag: head }) : wholePage(head));
    const page = await site.visit(t);
    await page.open("late.html");
    await banner(page);
    assert.ok(
      complaintsOf(page).some((it) => it.startsWith("warning") && it.includes("first")),
      page.consoleLines.join(),
    );
    await page.evaluate((url) => {
      const script = document.createElement("script");
      script.src = url;
      document.head.append(script);
    }, `https://${ADVERTISING}/later.js`);
    assert.deepEqual(
      (await scriptsThatRan(page)).filter((it) => it == "later"),
      [],
    );
    assert.deepEqual(page.uncaughtErrors, []);
  });

test("the_first_tag_of_a_page_says_nothing", async (t) => {
  site.addPage("data-before-the-tag.html", { tag: configuredTag() });
  const page = await site.visit(t);
  await page.open("data-before-the-tag.html");
  await banner(page);
  assert.deepEqual(complaintsOf(page), []);
});

for (const file of ["consentry-ui.js", "consentry-ui.wasm", "consentry-preferences.en.json"])
  for (const [name, answer] of [
    ["missing", { status: 404, body: "" }],
    ["garbage", { status: 200, contentType: "text/html", body: "<p>Hi" }],
  ])
    test(`a_${name}_${file}_leaves_everything_denied`, async (t) => {
      site.add("own.js", "(window.__ran ??= {}).own = 1");
      site.addPage("acting.html", { tag: configuredTag() });
      const page = await site.visit(t);
      await page.route(`**/${file}*`, (route) => route.fulfill(answer));
      await page.open("acting.html");
      assert.deepEqual(await scriptsThatRan(page), ["necessary", "own"]);
      assert.equal(await choiceOf(page), null);
      assert.deepEqual(page.uncaughtErrors, []);
      // The first layer needs no other file. The preferences come once theirs can be had.
      await banner(page);
      assert.equal(
        await page.evaluate(() =>
          window.consentry.showPreferences().then(
            () => "shown",
            () => "refused",
          ),
        ),
        "refused",
      );
      await page.evaluate(() => window.consentry.acceptAll());
      await until(() => page.evaluate(() => window.__ran?.unknown), "a decision by script holds");
      assert.deepEqual(page.uncaughtErrors, []);
    });

test("inside_a_frame_it_gates_shows_nothing_and_follows_the_page", async (t) => {
  site.add("own.js", "(window.__ran ??= {}).own = 1");
  site.add("inside.html", site.pageText("acting.html", { tag: configuredTag() }));
  site.addPage("outside.html", { tag: configuredTag() });
  const page = await site.visit(t);
  await page.open("outside.html");
  await banner(page);
  const frame = page.frames().find((it) => it.url().endsWith("inside.html"));
  const inside = () => settled(() => frame.evaluate(() => Object.keys(window.__ran ?? {}).sort()));
  assert.deepEqual(await inside(), ["necessary", "own"]);
  assert.equal(await frame.evaluate(() => document.querySelector("consentry-banner,consentry-reopen")), null);
  await page.evaluate(() => window.consentry.acceptAll());
  assert.deepEqual(await inside(), ["analytics", "necessary", "own", "unknown"]);
  await page.evaluate(() => window.consentry.withdraw());
  await until(
    () => frame.evaluate(() => !window.consentry.allowed("analytics")),
    "the frame follows the withdrawal",
  );
  assert.equal(await frame.evaluate(() => document.querySelector("consentry-banner,consentry-reopen")), null);
  assert.deepEqual(page.uncaughtErrors, []);
});
