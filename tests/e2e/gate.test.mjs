// The gate in a real browser: every way to act, in every state of the visitor's choice; order; marks by hand;
// and that what needs no consent goes on as if we were not there. Each way is first shown to act on the same
// page without us.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { contextWith, until } from "./browser.mjs";
import { WAYS, callOf, countsItself, pageOfWays, urlOf } from "./gate/ways.mjs";
import {
  ADVERTISING,
  ANALYTICS,
  COUNT_FRAMES,
  NECESSARY,
  UNKNOWN,
  wholePage,
  configuredTag,
  reallyStored,
  settled,
  startStage,
  visitAfter,
} from "./stage.mjs";

// Another engine than Chromium, if the tests run in one.
const { ENGINE } = process.env;

let site;
before(async () => {
  site = await startStage({ test: import.meta.url });
  const page = await site.openTab(await contextWith(site.browser));
  for (const [way, { isOffered }] of Object.entries(WAYS))
    if (isOffered && !(await page.evaluate(isOffered))) delete WAYS[way];
  await page.context().close();
});
after(() => site?.close());

/**
 * How often each way acted: scripts and frames that ran, other requests that arrived; and which requests
 * arrived at all.
 * @param {import('./stage.mjs').Tab} page
 * @returns {Promise<{acted: (way: string) => number, arrived: (way: string) => boolean}>}
 */
async function observe(page) {
  const { ran, names } = await settled(
    async () => ({
      ran: await page.evaluate(() => ({ ...window.__ran })),
      names: site
        .requests()
        .filter(({ host }) => /-example/.test(host))
        .map((request) => request.path.slice(1).split(".")[0]),
    }),
    700,
  );
  const requestsOf = (way) => names.filter((name) => name == way).length;
  const acted = (way) => {
    if (countsItself(way)) return ran[way] || 0;
    // WebKit asks for a sound in parts.
    const mayRepeat = WAYS[way].leavesBeforeScripts || (ENGINE == "webkit" && way == "audio");
    return mayRepeat ? Math.min(1, requestsOf(way)) : requestsOf(way);
  };
  return { acted, arrived: (way) => requestsOf(way) > 0 };
}

/** A page of all ways, after `choose` was done on an earlier page. */
async function waysAfter(t, choose, host, tag = configuredTag()) {
  const page = await visitAfter(site, t, choose);
  const name = `ways-${host}-${tag ? "with" : "without"}-us.html`;
  site.add(name, pageOfWays(tag, host));
  await page.open(name);
  return page;
}

const assertHeld = (way, { acted, arrived }) => {
  const { leavesBeforeScripts } = WAYS[way];
  if (countsItself(way) || !leavesBeforeScripts) assert.equal(acted(way), 0, `${way} does not act`);
  if (!leavesBeforeScripts) assert.ok(!arrived(way), "no request");
};
const assertActedOnce = (way, { acted }) => assert.equal(acted(way), 1);

test("without_us_every_way_acts", async (t) => {
  const page = await waysAfter(t, null, UNKNOWN, "");
  const seen = await observe(page);
  for (const way in WAYS) await t.test(`${way}_acts_without_us`, () => assertActedOnce(way, seen));
});

const decisions = {
  none: null,
  reject: () => window.consentry.rejectAll(),
  accept: () => window.consentry.acceptAll(),
  analytics: () => window.consentry.save({ analytics: true }),
  advertising: () => window.consentry.save({ advertising: true }),
  all_but_one_service: () =>
    window.consentry.acceptAll().then(() => window.consentry.save({ "service:stats": false })),
  withdraw: () => window.consentry.acceptAll().then(() => window.consentry.withdraw()),
};
/** @type {{state: string, choose: keyof typeof decisions, host: string, assertWay: typeof assertHeld}[]} */
const STATES = [
  { state: "before_a_choice", choose: "none", host: UNKNOWN, assertWay: assertHeld },
  { state: "before_a_choice_declared", choose: "none", host: ANALYTICS, assertWay: assertHeld },
  { state: "after_reject", choose: "reject", host: UNKNOWN, assertWay: assertHeld },
  { state: "after_withdraw", choose: "withdraw", host: UNKNOWN, assertWay: assertHeld },
  { state: "after_accept", choose: "accept", host: UNKNOWN, assertWay: assertActedOnce },
  {
    state: "after_analytics_for_an_analytics_host",
    choose: "analytics",
    host: ANALYTICS,
    assertWay: assertActedOnce,
  },
  {
    state: "after_analytics_for_an_advertising_host",
    choose: "analytics",
    host: ADVERTISING,
    assertWay: assertHeld,
  },
  { state: "after_analytics_for_an_unknown_host", choose: "analytics", host: UNKNOWN, assertWay: assertHeld },
  {
    state: "after_all_but_its_service",
    choose: "all_but_one_service",
    host: ANALYTICS,
    assertWay: assertHeld,
  },
  { state: "as_necessary_before_a_choice", choose: "none", host: NECESSARY, assertWay: assertActedOnce },
];
for (const { state, choose, host, assertWay } of STATES)
  test(`ways_${state}`, async (t) => {
    const page = await waysAfter(t, decisions[choose], host);
    const seen = await observe(page);
    for (const way in WAYS) await t.test(`${way}_${state}`, () => assertWay(way, seen));
    assert.deepEqual(page.uncaughtErrors, []);
  });

test("accepting_releases_on_the_page_once_through_withdraw_and_accept_again", async (t) => {
  const page = await waysAfter(t, null, UNKNOWN);
  const before = await observe(page);
  for (const way in WAYS) assertHeld(way, before);
  await page.evaluate(() => window.consentry.acceptAll());
  const seen = await observe(page);
  for (const way in WAYS)
    await t.test(`${way}_on_accept`, () =>
      WAYS[way].notReplayed ? assert.equal(seen.acted(way), 0, "not replayed") : assertActedOnce(way, seen),
    );
  await page.evaluate(() => window.consentry.withdraw());
  await page.evaluate(() => window.consentry.acceptAll());
  const seenAgain = await observe(page);
  for (const way in WAYS)
    if (!WAYS[way].notReplayed && !/frame/.test(way))
      await t.test(`${way}_not_twice`, () => assertActedOnce(way, seenAgain));
});

// Those that only a parser can perform, and that name their own script, cannot come later.
const ONLY_WHILE_PARSING = /write|written|snippet|template|currentScript|dynamic_import/;
test("what_comes_after_a_withdrawal_on_the_same_page_is_held", async (t) => {
  site.add("late.html", wholePage(configuredTag() + COUNT_FRAMES));
  const page = await site.visit(t);
  await page.open("late.html");
  await page.evaluate(() => window.consentry.acceptAll());
  await page.evaluate(() => window.consentry.withdraw());
  site.reset();
  const later = Object.keys(WAYS).filter(
    (way) => WAYS[way].act && !ONLY_WHILE_PARSING.test(way + WAYS[way].act),
  );
  // Later than the visitor's step that an evaluation counts as, and than any act of theirs.
  const calls = later.map((way) => callOf(way, urlOf(way, UNKNOWN)));
  await page.evaluate(
    (codes) => codes.forEach((code, at) => setTimeout(() => (0, eval)(code), 6000 + 5 * at)),
    calls,
  );
  await page.waitForTimeout(6000 + 5 * calls.length);
  const seen = await observe(page);
  for (const way of later) assertHeld(way, seen);
});

test("a_frame_stops_when_its_grant_is_withdrawn", async (t) => {
  if (ENGINE == "webkit") return t.skip("its driver tells of no frames");
  site.add(
    "framed.html",
    wholePage(
      configuredTag() + COUNT_FRAMES,
      `<p><iframe src="https://${ANALYTICS}/frame.html" title="x"></iframe><b>after</b></p>`,
    ),
  );
  const page = await site.visit(t);
  await page.open("framed.html");
  await page.evaluate(() => window.consentry.acceptAll());
  await until(() => page.evaluate(() => window.__ran?.frame == 1), "the frame runs");
  await page.evaluate(() => window.consentry.withdraw());
  await until(() => page.frames().every((frame) => !frame.url().includes(ANALYTICS)), "no frame of theirs");
  assert.equal(
    await page.evaluate(() => document.querySelector("p").children[0].localName),
    "iframe",
    "it keeps its place",
  );
  await page.evaluate(() => window.consentry.acceptAll());
  await until(() => page.evaluate(() => window.__ran.frame == 2), "the frame is back");
});

/** Cookies and storage keys of trackers by category, and what a page of the site may call its own. */
const COOKIES = {
  analytics: ["_ga", "_ga_ABC1", "stat_id", "stat_1_x"],
  advertising: ["_fbp", "_gcl_au", "ad_id", "ad_2_x"],
};
const KEYS = { analytics: ["ph_k_posthog", "stat_key"], advertising: ["_gcl_ls", "ad_key"] };
const ANALYTICS_KEY_IN_BOTH_AREAS = "_hjid";
const firstPartyKey = (key) => `p_${key}`;

/** Writes all of them, in the page, in every way that a script can. */
const writeNames = ({ cookies, keys, hotjar }) => {
  for (const name of cookies) document.cookie = `${name}=v.1=2; path=/; max-age=86400`;
  for (const key of keys) {
    localStorage.setItem(key, "v");
    sessionStorage[key] = "v";
    localStorage["p_" + key] = "first party";
  }
  localStorage[hotjar] = "v";
  sessionStorage.setItem(hotjar, "v");
};
const NAMES_TO_WRITE = {
  cookies: Object.values(COOKIES).flat(),
  keys: Object.values(KEYS).flat(),
  hotjar: ANALYTICS_KEY_IN_BOTH_AREAS,
};
/** What the page reads back. */
const readNames = () => ({
  cookies: document.cookie.split("; ").filter(Boolean).sort(),
  local: Object.keys(localStorage)
    .filter((key) => key != "consentry")
    .sort(),
  session: Object.keys(sessionStorage).sort(),
});
const asWritten = (name) => `${name}=v.1=2`;
const FIRST_PARTY_KEYS = NAMES_TO_WRITE.keys.map(firstPartyKey);
const ALL_NAMES = {
  cookies: NAMES_TO_WRITE.cookies.map(asWritten).sort(),
  local: [...NAMES_TO_WRITE.keys, ANALYTICS_KEY_IN_BOTH_AREAS, ...FIRST_PARTY_KEYS].sort(),
  session: [...NAMES_TO_WRITE.keys, ANALYTICS_KEY_IN_BOTH_AREAS].sort(),
};
const FIRST_PARTY_NAMES = { cookies: [], local: [...FIRST_PARTY_KEYS].sort(), session: [] };
/** What is kept where one category is granted. */
const namesOf = (category) => {
  const keys = [...KEYS[category], ...(category == "analytics" ? [ANALYTICS_KEY_IN_BOTH_AREAS] : [])];
  return {
    cookies: COOKIES[category].map(asWritten).sort(),
    local: [...keys, ...FIRST_PARTY_KEYS].sort(),
    session: [...keys].sort(),
  };
};
/** What is really stored but for our own key. */
const keptNames = async (page) => {
  const { cookies, local, session } = await reallyStored(page);
  const localKeys = Object.keys(local).filter((key) => key != "consentry");
  return { cookies, local: localKeys.sort(), session: Object.keys(session).sort() };
};

/** @type {{state: string, tag: string, choose?: keyof typeof decisions, expected: typeof ALL_NAMES}[]} */
const NAME_STATES = [
  { state: "without_us", tag: "", expected: ALL_NAMES },
  { state: "before_a_choice", tag: configuredTag(), expected: FIRST_PARTY_NAMES },
  { state: "after_reject", tag: configuredTag(), choose: "reject", expected: FIRST_PARTY_NAMES },
  { state: "after_accept", tag: configuredTag(), choose: "accept", expected: ALL_NAMES },
  { state: "after_analytics", tag: configuredTag(), choose: "analytics", expected: namesOf("analytics") },
  {
    state: "after_advertising",
    tag: configuredTag(),
    choose: "advertising",
    expected: namesOf("advertising"),
  },
  { state: "after_withdraw", tag: configuredTag(), choose: "withdraw", expected: FIRST_PARTY_NAMES },
];
for (const { state, tag, choose, expected } of NAME_STATES)
  test(`names_written_are_read_back_and_kept_only_by_grant_${state}`, async (t) => {
    site.add("names.html", wholePage(tag));
    const page = await site.visit(t);
    await page.open("names.html");
    if (choose) await page.evaluate(decisions[choose]);
    await page.evaluate(writeNames, NAMES_TO_WRITE);
    assert.deepEqual(await page.evaluate(readNames), ALL_NAMES, "the page reads back what it wrote");
    assert.deepEqual(
      await page.evaluate(() => [
        localStorage.getItem("_hjid"),
        localStorage._hjid,
        "_hjid" in localStorage,
        localStorage.length > 0,
      ]),
      ["v", "v", true, true],
    );
    assert.deepEqual(await keptNames(page), expected);
  });

test("a_grant_keeps_what_was_written_before_it", async (t) => {
  site.add("names.html", wholePage(configuredTag()));
  const page = await site.visit(t);
  await page.open("names.html");
  await page.evaluate(writeNames, NAMES_TO_WRITE);
  await page.evaluate(() => window.consentry.save({ analytics: true }));
  assert.deepEqual(await page.evaluate(readNames), ALL_NAMES);
  assert.deepEqual(await keptNames(page), namesOf("analytics"));
});

test("what_a_page_deletes_is_gone_from_its_view_too", async (t) => {
  site.add("names.html", wholePage(configuredTag()));
  const page = await site.visit(t);
  await page.open("names.html");
  await page.evaluate(writeNames, NAMES_TO_WRITE);
  const left = await page.evaluate(() => {
    document.cookie = "_ga=; max-age=0; path=/";
    document.cookie = "_fbp=; expires=Thu, 01 Jan 1970 00:00:00 GMT; path=/";
    localStorage.removeItem("_hjid");
    delete localStorage.stat_key;
    sessionStorage.clear();
    return [
      /_ga=|_fbp=/.test(document.cookie),
      localStorage.getItem("_hjid"),
      localStorage.stat_key ?? null,
      sessionStorage.length,
    ];
  });
  assert.deepEqual(left, [false, null, null, 0]);
});

test("a_held_call_fails_as_an_unreachable_host_does", async (t) => {
  site.add("calls.html", wholePage(configuredTag()));
  const page = await site.visit(t);
  await page.open("calls.html");
  const outcome = await page.evaluate(async (url) => {
    const events = [];
    const request = new XMLHttpRequest();
    const done = new Promise((end) => (request.onloadend = end));
    for (const type of ["loadstart", "error", "load", "loadend"])
      request.addEventListener(type, () => events.push(type));
    request.open("POST", url);
    request.setRequestHeader("x-a", "1");
    request.send("body");
    await done;
    const synchronous = new XMLHttpRequest();
    synchronous.open("GET", url, false);
    let thrown = null;
    try {
      synchronous.send();
    } catch (error) {
      thrown = /** @type {Error} */ (error).name;
    }
    const fetched = await fetch(url).catch((error) => `${error.name} ${error instanceof TypeError}`);
    const image = await new Promise((end) => {
      const element = new Image();
      element.onload = () => end("load");
      element.onerror = () => end(`error ${element.src == url}`);
      element.src = url;
    });
    const holder = document.createElement("div");
    document.body.append(holder);
    const parsed = await new Promise((end) => {
      window.__fail = () => end("error");
      holder.innerHTML = `<img src="${url}" onerror="__fail()">`;
    });
    const socket = new WebSocket(url.replace("https", "wss"));
    const closed = new Promise(
      (end) =>
        (socket.onclose = ({ code }) => end(`${code} ${socket.readyState} ${socket instanceof WebSocket}`)),
    );
    const source = new EventSource(url);
    const ended = new Promise((end) => (source.onerror = () => end(source.readyState)));
    return {
      socket: await closed,
      source: await ended,
      events,
      state: request.readyState,
      status: request.status,
      thrown,
      fetched,
      image,
      parsed,
      beacon: navigator.sendBeacon(url, "x"),
    };
  }, `https://${UNKNOWN}/call.json`);
  assert.deepEqual(outcome, {
    socket: "1006 3 true",
    source: 2,
    events: ["loadstart", "error", "loadend"],
    state: 4,
    status: 0,
    thrown: "NetworkError",
    fetched: "TypeError true",
    image: "error true",
    parsed: "error",
    beacon: true,
  });
});

// In `order.html`, `quick` is async and answered only once `second` has run: it must hold nobody up.
const IN_ORDER = ["slow", "slow loaded", "inline true", "second", "quick"];

/**
 * What happened on the page of five scripts, in order.
 * @param {import('node:test').TestContext} t
 * @param {Record<string, string>} marks our tag, and how the page's inline and external scripts are marked
 * @param {(page: import('./stage.mjs').Tab) => Promise<any>} [act]
 */
async function orderOf(t, marks, act) {
  const page = await site.visit(t);
  site.addPage("order.html", { external: "", inline: "", ...marks });
  let sayThatSecondRan;
  const secondRan = new Promise((done) => (sayThatSecondRan = done));
  await page.exposeFunction("__second", () => sayThatSecondRan());
  await page.route("**/quick.js", async (route) => {
    await Promise.race([secondRan, new Promise((done) => setTimeout(done, 3000))]);
    await route.fallback();
  });
  await page.route("**/slow.js", async (route) => {
    await new Promise((done) => setTimeout(done, 200));
    await route.fallback();
  });
  await page.open("order.html");
  await act?.(page);
  await until(() => page.evaluate(() => window.__log?.length >= 5), "all five happened");
  const log = await settled(() => page.evaluate(() => window.__log));
  return { log, page };
}

const MARKED_INLINE = 'type="text/plain" data-consent="analytics"';
test("held_scripts_run_in_document_order_once_as_without_us", async (t) => {
  if (ENGINE) return t.skip("its driver cannot delay an answer");
  const withoutUs = await orderOf(t, { tag: "" });
  assert.deepEqual(withoutUs.log, IN_ORDER, "without us");
  const withUs = await orderOf(t, { tag: configuredTag(), inline: MARKED_INLINE }, (page) =>
    page.evaluate(() => window.consentry.acceptAll()),
  );
  assert.deepEqual(withUs.log, IN_ORDER, "released");
  assert.equal(
    await withUs.page.evaluate(() => window.__current.second),
    `https://${ANALYTICS}/second.js`,
    "currentScript",
  );
});

test("with_a_stored_grant_the_next_page_runs_them_in_order", async (t) => {
  if (ENGINE) return t.skip("its driver cannot delay an answer");
  const marks = {
    tag: configuredTag(),
    inline: MARKED_INLINE,
    external: 'type="text/plain" data-consent="auto"',
  };
  const { log, page } = await orderOf(t, marks, async (tab) => {
    await tab.evaluate(() => window.consentry.acceptAll());
    await tab.reload();
  });
  assert.deepEqual(log, IN_ORDER);
  assert.deepEqual(page.uncaughtErrors, []);
});

const MARKED = ["category", "service", "auto", "moved", "half", "half-external"];
// A module runs later. Firefox does not always look for the address of a script that had none when it was parsed.
const inOrder = (log) => log.filter((name) => name != "module" && (name != "moved" || ENGINE != "firefox"));
test("marks_by_hand_hold_and_release_in_order", async (t) => {
  site.addPage("marks.html", { tag: configuredTag() });
  const page = await site.visit(t);
  site.reset();
  await page.open("marks.html");
  const asked = () =>
    site
      .requests()
      .map((it) => it.path)
      .sort();
  await settled(asked);
  assert.deepEqual(await page.evaluate(() => window.__log), []);
  assert.deepEqual(
    asked().filter((it) => it != "/half-external.js"),
    [],
    "nothing marked is asked for",
  );
  await page.evaluate(() => window.consentry.save({ analytics: true }));
  const log = await settled(() => page.evaluate(() => window.__log));
  assert.deepEqual(inOrder(log), inOrder(MARKED));
  assert.ok(log.includes("module"));
  assert.ok(
    asked().includes("/frame.html") && asked().includes("/image.gif") && !asked().includes("/other.html"),
  );
  assert.equal(await page.evaluate(() => window.__ran.frame), 1);
  // The next page, by the stored grant.
  await page.open("marks.html");
  const next = await settled(() => page.evaluate(() => window.__log));
  assert.deepEqual(inOrder(next), inOrder(MARKED));
  assert.deepEqual(page.uncaughtErrors, []);
});

/** Calls that need no consent, as a page makes them. */
const callWithoutConsent = async (necessary) => {
  const results = [];
  const response = await fetch("/blank.html", { headers: { "x-a": "1" } });
  results.push(
    response.status,
    (await fetch(new Request("/own.js", { method: "HEAD" }))).status,
    (await fetch(new URL(`https://${necessary}/x`))).status,
  );
  results.push(
    await fetch("http://").catch((error) => error.name),
    await /** @type {any} */ (window.fetch)().catch((error) => error.message),
  );
  for (const url of ["/own.js", `https://${necessary}/y`]) {
    const request = new XMLHttpRequest();
    const events = [];
    await new Promise((end) => {
      request.onreadystatechange = () => events.push(request.readyState);
      request.onload = () => events.push("load");
      request.onloadend = end;
      request.open("GET", url);
      request.send();
    });
    results.push(events.join(), request.status);
  }
  const synchronous = new XMLHttpRequest();
  synchronous.open("GET", "/own.js", false);
  synchronous.send();
  results.push(synchronous.status, fetch.length, navigator.sendBeacon.length);
  const frame = document.createElement("iframe");
  frame.src = "/blank.html";
  await new Promise((end) => {
    frame.onload = end;
    document.body.append(frame);
  });
  results.push(frame.src.endsWith("/blank.html"), frame.contentDocument.title);
  return results;
};

test("what_needs_no_consent_is_the_same_with_and_without_us", async (t) => {
  // A script made by script runs whenever it arrives, with or without us: it has a log of its own.
  for (const name of ["own", "deferred", "made"]) {
    const list = name == "made" ? "later" : "log";
    const place = "(document.currentScript && document.currentScript.src.slice(-8))";
    site.add(`${name}.js`, `${list}.push("${name} " + ${place})`);
  }
  const outcomeWith = async (tag) => {
    site.addPage("needs-no-consent.html", { tag });
    const page = await site.visit(t);
    await page.open("needs-no-consent.html");
    const log = await settled(() =>
      page.evaluate(() => ({ log: window.log, later: window.later, failed: window.failed })),
    );
    const called = await page.evaluate(callWithoutConsent, NECESSARY);
    const { cookies, local, session } = await reallyStored(page);
    await page.context().close();
    return { log, called, cookies, local, session, errors: page.uncaughtErrors };
  };
  const plain = await outcomeWith("");
  const guarded = await outcomeWith(configuredTag());
  assert.ok(
    plain.log.log.includes("pay loaded") &&
      plain.log.later.includes('made loaded <script src="/made.js"></script>'),
    "the page does what it says",
  );
  assert.deepEqual(guarded, plain);
});
