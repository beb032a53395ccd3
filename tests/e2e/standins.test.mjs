// Proves that the demo's stand-ins are alive: without Consentry every third party fires once and stores what
// it should.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { start } from "../../www/demo/server.mjs";
import { contextWith, launch, runCounts, record, storageOf, until } from "./browser.mjs";

let demo;
let browser;
before(async () => {
  const pages = fileURLToPath(new URL("../../www/demo/traxmate", import.meta.url));
  demo = await start({ port: 0, tlsPort: 0, backend: "http://127.0.0.1:9", pages });
  browser = await launch(demo);
});
after(async () => {
  await browser?.close();
  await demo?.close();
});

/** Opens a page in a fresh context and waits until all of `expected` ran. */
async function open(t, url, expected) {
  const context = await contextWith(browser);
  t.after(() => context.close());
  const requests = record(context);
  const page = await context.newPage();
  await page.goto(url);
  await until(
    async () => {
      const ran = await runCounts(page);
      return expected.every((name) => ran[name]);
    },
    `all of ${expected.join(", ")} ran`,
  );
  return { page, requests };
}

const onOverview = [
  "portal",
  "measure",
  "cdnjs",
  "gtag",
  "google-ads",
  "google-ads-frame",
  "meta",
  "hotjar",
  "hotjar-modules",
  "posthog",
  "mixpanel",
  "intercom",
  "youtube:traxm8te001",
];

for (const [name, address] of Object.entries({
  "on localhost": () => demo.url,
  "on a named host over HTTPS": () => `https://www.traxmate.test:${demo.tlsPort}/`,
})) {
  test(`every_third_party_fires_exactly_once ${name}`, async (t) => {
    const { page, requests } = await open(t, address(), onOverview);
    const calls = [
      "www.googletagmanager.com",
      "region1.google-analytics.com",
      "www.google-analytics.com",
      "td.doubleclick.net",
      "googleads.g.doubleclick.net",
      "www.google.com",
      "connect.facebook.net",
      "www.facebook.com",
      "static.hotjar.com",
      "content.hotjar.io",
      "us-assets.i.posthog.com",
      "us.i.posthog.com",
      "cdn.mxpnl.com",
      "api-js.mixpanel.com",
      "widget.intercom.io",
      "api-iam.intercom.io",
      "px.ads.linkedin.com",
      "api.segment.io",
      "www.youtube.com",
      "cdnjs.cloudflare.com",
    ];
    await until(
      () => calls.every((host) => requests.hosts("traxmate.test").includes(host)),
      `requests to all of ${calls.join(", ")}`,
    );
    const arrived = () => new Set(demo.requests().map(({ host }) => host));
    await until(() => calls.every((host) => arrived().has(host)), "each call reached its stand-in");

    const counts = await runCounts(page);
    assert.deepEqual(
      Object.entries(counts).filter(([, times]) => times !== 1),
      [],
    );
    assert.equal(counts.matomo, undefined, "what is marked by hand waits even without Consentry");

    const stored = await storageOf(page);
    const names = stored.cookies.map((cookie) => cookie.name);
    for (const expected of [
      "_ga",
      "_ga_TRAXM8TE01",
      "_gcl_au",
      "_fbp",
      "_hjSession_3141592",
      "_hjSessionUser_3141592",
      "intercom-id-trxm8te0",
      "ph_phc_traxmatedemo_posthog",
      "cart_visits",
    ])
      assert.ok(names.includes(expected), `${expected} among ${names}`);
    for (const expected of ["ph_phc_traxmatedemo_posthog", "_hjUserAttributesHash_3141592", "wish"]) {
      assert.ok(expected in stored.localStorage, `${expected} among ${Object.keys(stored.localStorage)}`);
    }
    assert.ok(
      Object.keys(stored.localStorage).some((key) => key.startsWith("mp_")),
      "mixpanel keeps its id",
    );
    assert.equal(stored.sessionStorage.session_hint, "/");
  });
}

test("trackers_set_their_cookies_on_the_widest_parent_domain", async (t) => {
  const { page } = await open(t, `https://www.traxmate.test:${demo.tlsPort}/`, onOverview);
  const { cookies } = await storageOf(page);
  const domains = Object.fromEntries(cookies.map(({ name, domain }) => [name, domain]));
  assert.equal(domains._ga, ".traxmate.test");
  assert.equal(domains._fbp, ".traxmate.test");
  assert.equal(domains.cart_visits, "www.traxmate.test");
});

test("the_hand_marked_library_and_the_script_after_it_work_when_released", async (t) => {
  const { page, requests } = await open(t, demo.url, ["portal"]);
  await page.evaluate(async () => {
    for (const held of document.querySelectorAll("script[data-consent]")) {
      const script = document.createElement("script");
      if (held.src) script.src = held.getAttribute("src");
      else script.textContent = held.textContent;
      const loaded = held.src && new Promise((done) => script.addEventListener("load", done));
      held.replaceWith(script);
      await loaded;
    }
  });
  const ran = await runCounts(page);
  assert.equal(ran.matomo, 1);
  assert.equal(ran["after-matomo"], 1);
  await until(() => requests.list.some(({ url }) => url.includes("/matomo.php")), "the page view was sent");
  const { cookies } = await storageOf(page);
  assert.ok(cookies.some(({ name }) => name === "_pk_id.1.1fff"));
});

test("the_other_pages_third_parties_answer", async (t) => {
  await open(t, `${demo.url}devices.html`, ["portal", "cdnjs", "gtag", "meta", "openstreetmap"]);
  await open(t, `${demo.url}checkout.html`, ["portal", "gtag", "meta", "klarna", "klarna-frame"]);
  await open(t, `${demo.url}privacy.html`, ["portal", "gtag", "meta"]);
});

test("any_other_host_answers_by_kind", async (t) => {
  const { page } = await open(t, demo.url, ["portal"]);
  const answers = await page.evaluate(async () => {
    const script = document.createElement("script");
    script.src = "https://nobody.example.net/a/b.js";
    const loaded = new Promise((done, fail) => Object.assign(script, { onload: done, onerror: fail }));
    document.head.append(script);
    await loaded;
    const image = new Image();
    image.src = "https://nobody.example.net/p.gif";
    await image.decode();
    return {
      image: image.naturalWidth,
      call: (await fetch("https://nobody.example.net/api", { method: "POST" })).status,
    };
  });
  assert.deepEqual(answers, { image: 1, call: 204 });
  assert.equal((await runCounts(page))["nobody.example.net"], 1);
});

test("the_server_records_time_method_host_and_path_and_nothing_more", async () => {
  assert.ok(demo.requests().length > 0);
  for (const entry of demo.requests())
    assert.deepEqual(Object.keys(entry), ["time", "method", "host", "path"]);
  assert.ok(demo.requests().every(({ path }) => !path.includes("?")));
  const asked = await (await fetch(`${demo.url}demo/requests`)).json();
  assert.deepEqual(asked, demo.requests());
  assert.equal((await fetch(`${demo.url}demo/reset`, { method: "POST" })).status, 204);
  assert.deepEqual(demo.requests(), []);
});

test("the_demo_says_so_when_the_backend_is_away", async () => {
  const answer = await (await fetch(`${demo.url}demo/receipts`)).json();
  assert.equal(answer.code, "backend");
});

test("files_outside_the_demos_folders_are_not_served", async () => {
  for (const path of [
    "..%2Fserver.mjs",
    "demo/server.mjs",
    "%2e%2e/%2e%2e/package.json",
    "demo/%2e%2e/server.mjs",
    "%E0%A4%A",
  ]) {
    const { status } = await fetch(demo.url + path);
    assert.ok(status >= 400 && status < 500, `${path}: ${status}`);
  }
});

test("start_over_leaves_nothing_of_the_visit", async (t) => {
  const { page } = await open(t, `${demo.url}devices.html`, ["portal", "gtag"]);
  await page.evaluate(() => {
    document.cookie = "deep=1; path=/";
    localStorage.setItem("left", "1");
  });
  await Promise.all([page.waitForNavigation(), page.getByRole("button", { name: "Start over" }).click()]);
  const stored = await storageOf(page);
  assert.ok(!stored.cookies.some(({ name }) => name === "deep"));
  assert.ok(!("left" in stored.localStorage));
});
