// What servers learn of the choice, and do: the mirror cookie, the HttpOnly cookies that the backend expires
// on the page's own origin, and the one reload after a grant under a Content-Security-Policy. A small https
// server plays the owner's: it sets cookies, computes the policy from the cookie with `consentry csp`, and
// passes `/v1/` and `/<site>/` on to the backend.
import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import http from "node:http";
import https from "node:https";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, test } from "node:test";
import { makeCertificate } from "../../www/demo/certificate.mjs";
import { contextWith, launch, until } from "./browser.mjs";
import {
  ANALYTICS,
  NECESSARY,
  UNKNOWN,
  declaredConfig,
  wholePage,
  settled,
  answerAsVendor,
} from "./stage.mjs";
import { SMALL_SITES, program, root } from "./site.mjs";

const WWW = "https://www.shop.test";
const REVISION = 'a+b&c=;%"';
/**
 * Sites by key; `wide` is at shop.test with all below, `strict` at strict.test alone, `none` has no cookie.
 */
const SITES = {
  wide: declaredConfig({ site: "wide", revision: REVISION, cookie: { mirror: true, domain: "shop.test" } }),
  strict: declaredConfig({
    site: "strict",
    cookie: { mirror: true },
    gate: { names: "declared" },
    validity: 10,
  }),
  none: declaredConfig({ site: "none" }),
};
const HOME = {
  wide: [WWW, "https://shop.test"],
  strict: ["https://strict.test"],
  none: ["https://none.test"],
};

let owner, backend, browser, folder, port;
const loads = []; // every page that was asked for
const posts = []; // every route of the backend that was posted to

const configOf = (site) => path.join(folder, "sites", `${site}.json`);

before(async () => {
  folder = mkdtempSync(path.join(tmpdir(), "consentry-mirror-"));
  mkdirSync(path.join(folder, "sites"));
  for (const [site, config] of Object.entries(SITES))
    writeFileSync(
      configOf(site),
      JSON.stringify({ ...config, backend: { url: HOME[site][0], origins: HOME[site] } }),
    );
  const args = [
    "serve",
    "--config",
    path.join(folder, "sites"),
    "--data",
    path.join(folder, "ledger"),
    "--listen",
    "127.0.0.1:0",
    ...SMALL_SITES,
  ];
  backend = spawn(program, args, { stdio: ["ignore", "pipe", "inherit"] });
  const [line] = await new Promise((tell) =>
    backend.stdout.once("data", (data) => tell(String(data).split("\n"))),
  );
  port = new URL(line.split(" ").at(-1)).port;
  const certificate = await makeCertificate([
    "shop.test",
    "*.shop.test",
    "strict.test",
    "none.test",
    "*.net",
  ]);
  owner = https.createServer(certificate, answer);
  await new Promise((listening) => owner.listen(0, "127.0.0.1", listening));
  browser = await launch({ rules: `MAP * 127.0.0.1:${owner.address().port}`, spki: certificate.spki });
});
after(async () => {
  await browser?.close();
  owner?.closeAllConnections();
  owner?.close();
  backend?.kill();
  rmSync(folder, { recursive: true, force: true });
});

const siteAt = (host) => Object.keys(HOME).find((site) => HOME[site].includes(`https://${host}`));

/** HttpOnly cookies in every place where a browser keeps one name apart, and the site's own. */
const COOKIES = [
  "stat_host_x=1; HttpOnly; Secure; Path=/",
  "stat_domain_x=1; HttpOnly; Secure; Path=/; Domain=shop.test",
  "stat_plain_x=1; HttpOnly; Path=/",
  "stat_apart_x=1; HttpOnly; Secure; Path=/; SameSite=None; Partitioned",
  "stat_deep_x=1; HttpOnly; Path=/deep",
  "stat_stays_x=1; HttpOnly; Path=/v1",
  "_gid=1; HttpOnly; Path=/; Domain=shop.test",
  "session=1; HttpOnly; Secure; Path=/",
  "pay_id=1; HttpOnly; Path=/",
];

function answer(request, response) {
  const host = request.headers.host;
  const { pathname } = new URL(request.url, `https://${host}`);
  const site = siteAt(host);
  const send = (type, body, headers = {}) =>
    response.writeHead(200, { "content-type": type, ...headers }).end(body);
  if (!site) {
    const { type, body } = answerAsVendor({ host, path: pathname }) || { type: "text/plain" };
    return send(type, body);
  }
  if (/^\/(v1|wide|strict|none)\//.test(pathname)) {
    if (request.method == "POST") posts.push(`${host}${pathname}`);
    const { method, url, headers } = request;
    const further = http.request({ host: "127.0.0.1", port, method, path: url, headers }, (found) => {
      response.writeHead(found.statusCode, found.headers);
      found.pipe(response);
    });
    return request.pipe(further);
  }
  if (pathname.endsWith("/cookies")) return send("text/plain", request.headers.cookie || "");
  if (pathname == "/login") return send("text/html", wholePage(""), { "set-cookie": COOKIES });
  loads.push(`${host}${pathname}`);
  const page = wholePage(`<script src="/${site}/consentry.js"></script>
    <script src="https://${ANALYTICS}/counted.js"></script>
    <script src="https://${UNKNOWN}/undeclared.js"></script>
    <script src="https://${NECESSARY}/needed.js"></script>`);
  const name = {
    "/policy": "content-security-policy",
    "/reported": "content-security-policy-report-only",
    "/never": "content-security-policy",
  }[pathname];
  return send(
    "text/html",
    page,
    name && { [name]: policy(site, pathname == "/never" ? "" : request.headers.cookie) },
  );
}

/** What the owner's server says for this visitor. */
function policy(site, cookies = "") {
  const choice = cookies
    .split("; ")
    .find((pair) => pair.startsWith("consentry="))
    ?.slice("consentry=".length);
  const granted = new URLSearchParams(choice).get("granted") || "";
  return execFileSync(program, ["csp", "--config", configOf(site), "--granted", granted], {
    encoding: "utf8",
  }).trim();
}

async function visit(t) {
  const context = await contextWith(browser);
  t.after(() => context.close());
  const page = await context.newPage();
  // The mirror cookies, and what the server says that it was sent.
  const mirrored = async () => (await context.cookies()).filter(({ name }) => name == "consentry");
  const sent = (address = "/cookies") =>
    page.evaluate((asked) => fetch(asked).then((response) => response.text()), address);
  return Object.assign(page, { mirrored, sent });
}
const mirrorValue = async (page) => (await page.mirrored())[0]?.value;
const save = (page, changes) => page.evaluate((it) => window.consentry.save(it), changes);
const DAY = 86400;
// What the cookie tells the other hosts of a site.
const TIMES = /&time=[^&;]*&expires=[^&;]*/;
const loadedCounts = (page) => page.evaluate(() => document.readyState == "complete" && { ...window.__ran });

test("a_choice_is_mirrored_in_the_form_that_servers_read_and_nothing_before_it", async (t) => {
  const page = await visit(t);
  await page.goto(`${WWW}/`);
  assert.deepEqual(await page.context().cookies(), [], "nothing before a choice");
  await save(page, { functional: true, analytics: true, "service:stats": false });
  const recorded = readFileSync(path.join(root, "tests/cases/cookie/v1-save.txt"), "utf8").trim();
  assert.equal((await page.sent()).replace(TIMES, ""), recorded);
  const [{ domain, path: place, httpOnly, secure, sameSite, expires }, ...more] = await page.mirrored();
  assert.deepEqual(
    { domain, place, httpOnly, secure, sameSite, more },
    { domain: ".shop.test", place: "/", httpOnly: false, secure: true, sameSite: "Lax", more: [] },
  );
  const left = expires - Date.now() / 1000;
  assert.ok(Math.abs(left - 185 * DAY) < 60, `${left} seconds`);
  await page.evaluate(() => window.consentry.withdraw());
  assert.match(
    (await mirrorValue(page)).replace(TIMES, ""),
    /&granted=&denied=functional%2Canalytics%2Cadvertising$/,
  );
});

test("every_decision_changes_the_cookie_and_no_rule_takes_it_away", async (t) => {
  const page = await visit(t);
  await page.goto(`${HOME.strict}/`);
  for (const [act, expected] of [
    ["rejectAll", "v=1&revision=1&granted=&denied=functional%2Canalytics%2Cadvertising"],
    ["acceptAll", "v=1&revision=1&granted=functional%2Canalytics%2Cadvertising&denied="],
    ["withdraw", "v=1&revision=1&granted=&denied=functional%2Canalytics%2Cadvertising"],
  ]) {
    await page.evaluate((it) => window.consentry[it](), act);
    assert.equal(await mirrorValue(page), expected, act);
    const [{ domain, expires }] = await page.mirrored();
    assert.equal(domain, "strict.test");
    assert.ok(Math.abs(expires - Date.now() / 1000 - 10 * DAY) < 60);
    await page.reload();
    assert.equal(await mirrorValue(page), expected, `${act}, after a reload`);
  }
});

test("a_lost_cookie_comes_back_and_one_without_a_choice_goes", async (t) => {
  const page = await visit(t);
  await page.goto(`${HOME.strict}/`);
  await page.evaluate(() => window.consentry.acceptAll());
  const whole = await mirrorValue(page);
  await page.context().clearCookies();
  await page.reload();
  await until(async () => (await mirrorValue(page)) == whole, "a browser may drop what a script wrote");
  await page.evaluate(() => Object.keys(localStorage).forEach((key) => localStorage.removeItem(key)));
  await page.reload();
  await until(
    async () => (await mirrorValue(page)) == undefined,
    "a server must not believe what is not in force",
  );
});

// What the first script of a page finds, on each host of the site.
const SHOP = "https://shop.test";
const foundAtFirst = async (page, address) => {
  await page.addInitScript(() => {
    document.addEventListener("DOMContentLoaded", () => {
      window["foundAtFirst"] ??= window.consentry?.consent;
    });
  });
  await page.goto(address);
  const { granted, denied, time, id } = (await page.evaluate(() => window["foundAtFirst"])) ?? {};
  return { granted, denied, time, id };
};

test("a_choice_of_one_host_is_in_force_on_the_others_and_the_newest_wins", async (t) => {
  const page = await visit(t);
  await page.goto(`${WWW}/`);
  const { time } = await page.evaluate(() => window.consentry.save({ analytics: true }));
  const expected = { granted: ["analytics"], denied: ["functional", "advertising"], time, id: null };
  assert.deepEqual(await foundAtFirst(page, `${SHOP}/`), expected);
  // A refusal there reaches the first host, which has a stored grant that is older.
  const refused = await page.evaluate(() => window.consentry.withdraw());
  assert.deepEqual(await foundAtFirst(page, `${WWW}/`), {
    granted: [],
    denied: ["functional", "analytics", "advertising"],
    time: refused.time,
    id: null,
  });
  // Of several copies the newest counts, whatever stands first.
  const [{ value }] = await page.mirrored();
  const older = value.replace(/time=\d+/, "time=2001").replace("granted=&", "granted=analytics&");
  await page
    .context()
    .addCookies([{ name: "consentry", value: older, domain: "shop.test", path: "/", secure: true }]);
  assert.deepEqual((await foundAtFirst(page, `${SHOP}/`)).granted, []);
});

test("a_shared_choice_that_cannot_be_read_or_is_over_is_none", async (t) => {
  const page = await visit(t);
  await page.goto(`${WWW}/`);
  await page.evaluate(() => window.consentry.acceptAll());
  const [cookie] = await page.mirrored();
  for (const damage of [
    (value) => value.replace(/time=\d+/, "time=2001"),
    (value) => value.replace(/time=\d+/, "time=3001"),
    (value) => value.replace(/&time=[^&]*/, ""),
    (value) => value.replace(/expires=\d+/, "expires=2001"),
    (value) => value.replace(/revision=[^&]*/, "revision=old"),
    () => "v=1",
    () => "%",
  ]) {
    await page.context().addCookies([{ ...cookie, value: damage(cookie.value) }]);
    assert.deepEqual((await foundAtFirst(page, `${SHOP}/`)).granted, undefined, `${damage}`);
  }
  assert.deepEqual(page["uncaughtErrors"] ?? [], []);
});

test("a_choice_that_ended_by_age_takes_the_cookie_with_it", async (t) => {
  const page = await visit(t);
  await page.goto(`${HOME.strict}/`);
  await page.evaluate(() => window.consentry.acceptAll());
  await page.evaluate(
    (ago) => {
      const record = JSON.parse(localStorage.getItem("consentry"));
      localStorage.setItem(
        "consentry",
        JSON.stringify({ ...record, time: new Date(Date.now() - ago).toISOString() }),
      );
    },
    186 * DAY * 1000,
  );
  await page.reload();
  assert.equal(await page.evaluate(() => window.consentry.consent), null);
  // The file that writes it is on its way.
  await until(async () => (await mirrorValue(page)) === undefined, "the cookie is gone");
});

test("a_cookie_too_long_for_a_browser_leaves_no_older_choice", async (t) => {
  const page = await visit(t);
  await page.goto(`${WWW}/`);
  await page.evaluate(() => window.consentry.acceptAll());
  await page.evaluate(() => {
    const native = URLSearchParams.prototype.toString;
    URLSearchParams.prototype.toString = function () {
      return native.call(this) + "x".repeat(5000);
    };
  });
  await page.evaluate(() => window.consentry.withdraw());
  assert.equal(await mirrorValue(page), undefined);
});

test("without_the_key_there_is_no_cookie", async (t) => {
  const page = await visit(t);
  await page.goto(`${HOME.none}/`);
  await page.evaluate(() => window.consentry.acceptAll());
  await page.reload();
  assert.deepEqual(await page.mirrored(), []);
});

test("a_withdrawal_expires_httponly_cookies_and_says_what_is_out_of_reach", async (t) => {
  const page = await visit(t);
  posts.length = 0;
  await page.goto(`${WWW}/login`);
  await page.goto(`${WWW}/`);
  await page.evaluate(() => window.consentry.acceptAll());
  await settled(() => posts.length);
  assert.ok(!posts.includes("www.shop.test/v1/expire"), "a grant expires nothing");
  const names = async (address) =>
    (await page.sent(address))
      .split("; ")
      .map((pair) => pair.split("=")[0])
      .filter((name) => name != "consentry")
      .sort();
  assert.deepEqual(await names(), [
    "_gid",
    "pay_id",
    "session",
    "stat_apart_x",
    "stat_domain_x",
    "stat_host_x",
    "stat_plain_x",
  ]);
  await page.evaluate(() => window.consentry.withdraw());
  await until(async () => (await names()).join() == "pay_id,session", "the trackers' cookies are gone");
  assert.deepEqual(await names("/deep/cookies"), ["pay_id", "session", "stat_deep_x"]);
  const { left } = await until(async () => {
    const report = await page.evaluate(() => window.consentry.report());
    return report.left.some(({ reason }) => reason == "stays") && report;
  }, "the backend has answered");
  const entry = (target, reason, category = null, service = null) => ({
    state: "left",
    door: "cookie",
    target,
    category,
    service,
    reason,
  });
  assert.deepEqual(left, [
    entry("stat_stays_x", "stays"),
    entry("any path but /", "other-path"),
    entry(ANALYTICS, "other-host", "analytics", "stats"),
    entry("ads.advertising-example.net", "other-host", "advertising", "ads"),
  ]);
  await page.evaluate(() => window.consentry.acceptAll());
  await until(
    async () => !(await page.evaluate(() => window.consentry.report())).left.length,
    "nothing is denied any more",
  );
});

test("a_backend_on_another_origin_is_not_asked", async (t) => {
  const page = await visit(t);
  await page.goto("https://shop.test/login");
  await page.goto("https://shop.test/");
  posts.length = 0;
  await page.evaluate(() => window.consentry.rejectAll());
  await until(() => posts.includes("www.shop.test/v1/receipts"), "the receipt was sent");
  await settled(() => posts.length);
  assert.ok(!posts.some((post) => post.endsWith("/expire")), posts.join());
  assert.match(await page.sent(), /stat_host_x/);
  assert.deepEqual((await page.evaluate(() => window.consentry.report())).left, []);
});

test("under_a_policy_a_grant_loads_the_page_again_once", async (t) => {
  const page = await visit(t);
  loads.length = 0;
  await page.goto(`${WWW}/policy`);
  assert.deepEqual(await loadedCounts(page), { needed: 1 });
  await page.evaluate(() => void window.consentry.save({ analytics: true }));
  await until(
    async () => (await loadedCounts(page)).counted,
    "the granted script runs on the page that came again",
  );
  assert.deepEqual(await settled(() => loads), ["www.shop.test/policy", "www.shop.test/policy"]);
  assert.deepEqual(await loadedCounts(page), { counted: 1, needed: 1 });
  await page.evaluate(() => void window.consentry.acceptAll());
  await until(async () => (await loadedCounts(page)).undeclared, "a further grant widens further");
  await page.evaluate(() => window.consentry.withdraw());
  assert.equal((await settled(() => loads)).length, 3, "a withdrawal loads nothing again");
});

test("what_no_reload_can_change_is_not_tried_again", async (t) => {
  /** @type {[string, string, number][]} */
  const cases = [
    [WWW, "never", 2], // a policy that stays as it is: once for the grant, and no more
    [WWW, "reported", 1], // nothing is blocked
    [HOME.none[0], "never", 1], // no server learns the choice
  ];
  for (const [origin, name, expected] of cases) {
    const page = await visit(t);
    loads.length = 0;
    await page.goto(`${origin}/${name}`);
    await page.evaluate(() => void window.consentry.acceptAll());
    assert.equal((await settled(() => loads, 1500)).length, expected, `${origin}/${name}`);
    await page.reload();
    assert.equal(
      (await settled(() => loads, 1000)).length,
      expected + 1,
      `${origin}/${name}, opened again with a choice`,
    );
  }
});
