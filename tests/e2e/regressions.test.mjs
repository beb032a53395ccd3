// Each of these was wrong once: the input that showed it, and what holds since.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { after, before, test } from "node:test";
import { contextWith, record, until } from "./browser.mjs";
import { built } from "./site.mjs";
import {
  ANALYTICS,
  PLAIN,
  UNKNOWN,
  declared,
  html,
  inline,
  reallyStored,
  settled,
  stage,
  vendor,
} from "./stage.mjs";

/** Writes a name whenever the page says so. */
const WRITER = `(window.__ran ??= {}).writer = 1; document.addEventListener('write', function (event) {
  document.cookie = event.detail + '=1; path=/; max-age=9999'; localStorage.setItem(event.detail, 1); sessionStorage[event.detail] = 1;
});`;
const played = (asked) =>
  asked.path == "/writer.js" ? { type: "text/javascript", body: WRITER } : vendor(asked);

let site;
before(async () => {
  site = await stage({ config: declared(), thirdParty: played });
});
after(() => site?.close());

const tracker = (name) => `https://${UNKNOWN}/${name}.js`;
const ADD =
  '<script>function add(url) { var s = document.createElement("script"); s.src = url; document.head.append(s); }</script>';
const TRY = `${ADD}<script>add('${tracker("unknown")}'); add('https://${ANALYTICS}/analytics.js')</script>`;
/** Our tag with what a site declares, inline or fetched. */
const given = (more) => inline(declared(more), PLAIN);
const fetched = (file) => `<script src="/plain/consentry.js" data-config="/${file}"></script>`;
const json = (name, config) => site.add(name, JSON.stringify(config));

const layer = (page, number) =>
  until(
    () => page.evaluate((it) => document.querySelector("consentry-banner")?.dataset.layer == it, number),
    `layer ${number}`,
  );
const ran = (page) => settled(() => page.evaluate(() => Object.keys(window.__ran ?? {}).sort()));
const stored = (page) => page.evaluate(() => localStorage.getItem("consentry"));
const complaints = (page) => page.said.filter((it) => /^error: consentry: /.test(it));
const receipt = (id) =>
  until(async () => (await site.ledger.receipts()).find((it) => it.id == id), `the ledger has ${id}`);
const texts = (name) => JSON.parse(readFileSync(path.join(built, name), "utf8"));
const asked = (ending) => site.requests().filter((it) => it.path.endsWith(ending)).length;
/** Answers for `pattern` only once the returned function is called. */
async function delay(page, pattern) {
  let go;
  const gone = new Promise((done) => (go = done));
  await page.route(pattern, (route) => gone.then(() => route.fallback()));
  return go;
}

for (const [name, element] of [
  ["form", '<form id="consentry"></form>'],
  ["link", '<a id="consentry" href="#x">x</a>'],
  ["pair", '<b id="consentry"></b><i id="consentry"></i>'],
  ["form_with_a_field_like_our_method", '<form id="consentry"><input name="on"></form>'],
  ["frame", `<iframe name="consentry" src="https://${ANALYTICS}/frame.html"></iframe>`],
])
  test(`a_${name}_of_our_name_does_not_keep_the_gate_from_starting`, async (t) => {
    site.add("named.html", html("", element + given() + TRY));
    const page = await site.visit(t);
    await page.open("named.html");
    await layer(page, 1);
    assert.deepEqual(await ran(page), []);
    assert.match(await page.evaluate(() => consentry.version), /^\d/);
    assert.deepEqual(page.faults, []);
  });

for (const [name, lists] of [
  ["granted", { granted: [null], denied: [] }],
  ["denied", { granted: ["analytics"], denied: [null] }],
])
  test(`a_stored_choice_with_null_in_${name}_is_none`, async (t) => {
    site.add("null.html", html(given() + TRY));
    const page = await site.visit(t);
    await page.open("blank.html");
    const [time, expires] = [0, 864e5].map((later) => new Date(Date.now() + later).toISOString());
    await page.evaluate(
      (it) => localStorage.setItem("consentry", it),
      JSON.stringify({ v: 1, id: null, revision: "1", time, expires, source: "api", ...lists }),
    );
    await page.open("null.html");
    await layer(page, 1);
    assert.equal(await page.evaluate(() => consentry.consent), null);
    assert.deepEqual(await ran(page), []);
    assert.deepEqual([page.faults, complaints(page)], [[], []]);
  });

test("a_withdrawal_during_a_release_keeps_the_rest_from_running", async (t) => {
  const waiting = (
    name,
  ) => `<script type="text/plain" data-consent="analytics" data-consent-src="${tracker(name)}"></script>
    <script type="text/plain" data-consent="analytics">(window.__ran ??= {}).after_${name} = (__ran.after_${name} || 0) + 1</script>`;
  site.add("during.html", html(given() + waiting("slow") + waiting("second")));
  const page = await site.visit(t);
  const answer = await delay(page, "**/slow.js");
  await page.open("during.html");
  const left = page.waitForRequest("**/slow.js");
  await page.evaluate(() => consentry.acceptAll());
  await left;
  site.reset();
  await page.evaluate(() => consentry.withdraw());
  answer();
  await until(() => page.evaluate(() => window.__ran?.slow), "what had left already arrives");
  assert.deepEqual(await ran(page), ["slow"]);
  assert.equal(asked("/second.js"), 0);
  await page.evaluate(() => consentry.acceptAll());
  await until(() => page.evaluate(() => __ran.after_second), "a later grant releases it");
  assert.deepEqual(await page.evaluate(() => __ran), { slow: 1, after_slow: 1, second: 1, after_second: 1 });
});

test("a_frame_with_another_revision_does_not_end_the_page_s_choice", async (t) => {
  site.add("inside.html", html(given({ revision: "2" }) + TRY));
  site.add("outside.html", html(given(), '<iframe src="/inside.html"></iframe>'));
  site.add("alone.html", html(given()));
  const page = await site.visit(t);
  await page.open("alone.html");
  await page.evaluate(
    () => (consentry.acceptAll(), (document.cookie = "_ga=1; path=/"), (localStorage.stat_key = 1)),
  );
  const before = await reallyStored(page);
  assert.deepEqual(before.cookies, ["_ga=1"]);
  await page.open("outside.html");
  const frame = await until(() => page.frames()[1], "the frame");
  await until(() => frame.evaluate(() => !!window.add), "its scripts");
  assert.deepEqual(await ran(frame), []);
  assert.equal(await frame.evaluate(() => consentry.consent), null);
  assert.equal(await page.evaluate(() => consentry.allowed("analytics")), true);
  assert.deepEqual(await reallyStored(page), before);
});

for (const [name, file] of [
  ["missing", "nowhere.json"],
  ["garbage", "garbage.json"],
])
  test(`a_fetched_configuration_that_is_${name}_does_not_end_a_stored_grant`, async (t) => {
    json("seven.json", declared({ revision: "7" }));
    site.add("garbage.json", "<!doctype html><p>Not found");
    site.add("good.html", html(fetched("seven.json") + TRY));
    site.add("bad.html", html(fetched(file) + TRY));
    const page = await site.visit(t);
    await page.open("good.html");
    await page.evaluate(() => consentry.acceptAll());
    const before = await stored(page);
    assert.equal(JSON.parse(before).revision, "7");
    await page.open("bad.html");
    await layer(page, 1);
    assert.deepEqual(await ran(page), []);
    assert.ok(complaints(page).length);
    assert.equal(await stored(page), before);
    await page.open("good.html");
    assert.deepEqual(await ran(page), ["analytics", "unknown"], "it is in force again");
    assert.deepEqual(page.faults, []);
  });

test("without_the_site_s_configuration_no_stored_choice_is_in_force", async (t) => {
  site.add("denying.html", html(given({ gate: { unknown: "deny" } })));
  site.add("ungiven.html", html(fetched("nowhere.json") + TRY));
  const page = await site.visit(t);
  await page.open("denying.html");
  await page.evaluate(() => consentry.acceptAll().then(() => consentry.save({ "service:stats": false })));
  await page.open("ungiven.html");
  await until(() => complaints(page).length, "a complaint");
  assert.deepEqual(await ran(page), [], "neither the refused service nor the unknown host");
});

test("with_a_fetched_configuration_a_returning_visitor_loads_the_gate_alone", async (t) => {
  json("seven.json", declared({ revision: "7" }));
  site.add("returning.html", html(fetched("seven.json")));
  const context = await contextWith(site.browser);
  t.after(() => context.close());
  const page = await site.tab(context);
  await page.open("returning.html");
  await page.evaluate(() => consentry.acceptAll());
  const requests = record(context);
  await page.open("returning.html");
  await page.locator('consentry-reopen [data-consentry="preferences"]').waitFor();
  const files = await settled(() => requests.list.map(({ url }) => new URL(url).pathname));
  assert.deepEqual(files, ["/returning.html", "/plain/consentry.js", "/seven.json"]);
});

test("a_decision_by_script_waits_for_the_fetched_configuration", async (t) => {
  json("early.json", declared({ revision: "early", backend: { url: site.backend } }));
  site.add("early.html", html(`${fetched("early.json")}<script>consentry.acceptAll()</script>`));
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
  await page.open("early.html");
  assert.deepEqual(
    await page.evaluate(() => [consentry.consent, written]),
    [null, []],
    "nobody knows yet what to decide",
  );
  answer();
  const { id } = await until(() => page.evaluate(() => consentry.consent), "the decision is in force");
  const found = await receipt(id);
  assert.deepEqual([found.site, found.revision, found.action], ["test", "early", "api"]);
  const written = await page.evaluate(() => written);
  assert.deepEqual([...new Set(written.map(([, it]) => it.revision))], ["early"]);
  assert.equal(new Set(written.map(([key]) => key)).size, 2, "one choice, one receipt");
  assert.equal((await site.ledger.receipts()).filter((it) => it.revision == "early").length, 1);
});

for (const [own, other] of [
  ["en", "sv"],
  ["sv", "en"],
])
  test(`a_fetched_configuration_without_${own}_shows_everything_in_${other}`, async (t) => {
    json("language.json", declared({ languages: [other] }));
    site.add("language.html", html(fetched("language.json"), "", own));
    const page = await site.visit(t, { locale: own });
    await page.open("language.html");
    await layer(page, 1);
    await page.evaluate(() => consentry.showPreferences());
    await layer(page, 2);
    const [right, wrong] = [other, own].map((it) => ({
      ...texts(`consentry-preferences.${it}.json`),
      ...texts(`consentry-ui.${it}.json`),
    }));
    assert.equal(await page.evaluate(() => document.querySelector("consentry-banner").lang), other);
    for (const [part, names] of [
      ["section", ["title", "accept-all", "reject-all", "preferences"]],
      [
        "dialog",
        [
          "reject-all",
          "save",
          "preferencesIntro",
          "analytics",
          "analyticsText",
          "always",
          "details",
          "hosts",
        ],
      ],
    ]) {
      const words = await page
        .locator(`consentry-banner ${part} *`)
        .evaluateAll((all) =>
          all.map((it) => (it.childElementCount ? it.firstChild.data : it.textContent)).filter(Boolean),
        );
      assert.deepEqual(
        names.filter((name) => !words.includes(right[name])),
        [],
        `all of ${words}`,
      );
      assert.deepEqual(
        words.filter((it) => Object.keys(wrong).some((name) => it == wrong[name] && it != right[name])),
        [],
      );
      if (part == "section") assert.ok(words.some((it) => it.includes(right.analyticsPurpose)));
    }
    await page.evaluate(() => consentry.rejectAll());
    assert.equal(await page.locator("consentry-reopen button").textContent(), right.reopen);
  });

test("where_storage_is_refused_two_visitors_share_no_subject", async (t) => {
  site.add("refused.html", html(given({ backend: { url: site.backend } })));
  const subjects = [];
  for (const _ of [1, 2]) {
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
    const { id } = await page.evaluate(() => consentry.acceptAll());
    subjects.push((await receipt(id)).subject);
    assert.deepEqual(page.faults, []);
  }
  for (const subject of subjects) assert.match(subject, /^[0-9a-f]{32}$/);
  assert.notEqual(subjects[0], subjects[1]);
});

test("a_receipt_that_the_backend_refuses_holds_up_no_later_one", async (t) => {
  site.add("sending.html", html(given({ backend: { url: site.backend } })));
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
    const { id } = await page.evaluate((it) => consentry[it](), decision);
    await receipt(id);
  }
});

test("a_nomodule_script_stays_not_run_and_holds_up_nothing", async (t) => {
  site.add(
    "nomodule.html",
    html(`${given()}<script nomodule src="${tracker("old")}"></script>
    <script type="text/plain" data-consent="analytics">(window.__ran ??= {}).inline = 1</script>
    <script src="${tracker("new")}"></script>`),
  );
  const page = await site.visit(t);
  await page.open("nomodule.html");
  assert.deepEqual(await ran(page), []);
  await page.evaluate(() => consentry.acceptAll());
  await until(() => page.evaluate(() => window.__ran?.inline && __ran.new), "those after it run");
  assert.deepEqual(await ran(page), ["inline", "new"]);
});

test("a_script_that_tells_of_no_end_does_not_hold_up_a_release_for_good", async (t) => {
  site.add(
    "mute.html",
    html(
      given() +
        `<script type="text/plain" data-consent="analytics" data-consent-type="text/x-template" src="https://${ANALYTICS}/mute.js"></script>
    <script type="text/plain" data-consent="analytics">(window.__ran ??= {}).rest = 1</script>`,
    ),
  );
  const page = await site.visit(t);
  await page.open("mute.html");
  await page.evaluate(() => consentry.acceptAll());
  await until(() => page.evaluate(() => window.__ran?.rest), "the rest ran", { within: 40_000 }); // it waits 20 s for what never comes
});

test("what_only_looks_like_a_deletion_keeps_no_tracker_s_cookie", async (t) => {
  site.add("lifetimes.html", html(given()));
  const page = await site.visit(t);
  await page.open("lifetimes.html");
  const past = new Date(0).toUTCString();
  await page.evaluate(
    (ends) => ends.forEach((end, at) => (document.cookie = `_ga_${at}=1; path=/; ${end}`)),
    [
      `expires=${past}; max-age=9999`,
      "max-age=0; max-age=999",
      "expires=0",
      `max-age=-1; expires=${past}; max-age=5000`,
      `EXPIRES = ${past} ; Max-Age = 7000`,
    ],
  );
  assert.deepEqual((await reallyStored(page)).cookies, []);
});

test("what_a_tracker_writes_after_a_withdrawal_is_not_kept", async (t) => {
  site.add(
    "writer.html",
    html(`${given()}${ADD}<script>add('${tracker("writer")}');
    function own(name) { document.cookie = name + '=1; path=/'; localStorage[name] = 1; sessionStorage[name] = 1; }</script>`),
  );
  const page = await site.visit(t);
  await page.open("writer.html");
  await page.evaluate(() => consentry.acceptAll());
  await until(() => page.evaluate(() => window.__ran?.writer), "the tracker runs");
  const seen = await page.evaluate(() => {
    const write = (detail) => document.dispatchEvent(new CustomEvent("write", { detail }));
    write("granted_zq");
    consentry.withdraw();
    write("theirs_zq");
    own("ours_zq");
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

for (const method of ["write", "writeln"])
  test(`a_script_in_several_arguments_of_${method}_is_held`, async (t) => {
    site.add(
      "written.html",
      html(
        `${given()}<script>document.${method}('<scr', 'ipt src="${tracker("written")}">', '</scr', 'ipt>', '<p id="after">')</script>`,
      ),
    );
    const page = await site.visit(t);
    site.reset();
    await page.open("written.html");
    assert.ok(await page.evaluate(() => !!document.getElementById("after")));
    assert.deepEqual(await ran(page), []);
    assert.equal(asked("/written.js"), 0);
    await page.evaluate(() => consentry.acceptAll());
    assert.deepEqual(await ran(page), ["written"]);
  });

test("cookie_lifetimes_are_read_as_the_browser_reads_them", async (t) => {
  const ending = [
    "max-age=0",
    "Max-Age = 0",
    "max-age=-1",
    "expires=Thu, 01 Jan 1970 00:00:00 GMT",
    "expires=Thu, 01-Jan-70 00:00:01 GMT",
  ];
  const writing = (all) => {
    for (const empty of ["max-age=", "max-age", "expires="])
      document.cookie = `wish_${empty.replace("=", "_")}=1; ${empty}; path=/`;
    document.cookie = "_gid=held; max-age=; path=/";
    for (const [at, end] of all.entries())
      for (const name of [`cart_${at}`, `_ga_${at}`]) document.cookie = `${name}=; ${end}; path=/`;
  };
  const kept = async (tag) => {
    site.add("lifetimes.html", html(tag));
    const page = await site.visit(t);
    await page.open("blank.html");
    await page.evaluate(
      (all) =>
        all.forEach(
          (_, at) => ((document.cookie = `cart_${at}=1; path=/`), (document.cookie = `_ga_${at}=1; path=/`)),
        ),
      ending,
    );
    // A refusal deletes a tracker's cookies itself: here nobody has decided, and they are from before.
    await page.open("lifetimes.html");
    await page.evaluate(writing, ending);
    return (await reallyStored(page)).cookies;
  };
  const without = await kept("");
  assert.deepEqual(without, ["_gid=held", "wish_expires_=1", "wish_max-age=1", "wish_max-age_=1"]);
  assert.deepEqual(
    await kept(given()),
    without.filter((it) => it != "_gid=held"),
  );
});

for (const [name, rules] of [
  ["hides_everything", "html *{display:none!important}"],
  [
    "hides_the_banner",
    "consentry-banner{display:none!important;visibility:hidden!important;opacity:0!important;transform:translateY(200vh)!important;clip-path:inset(100%)!important}",
  ],
  ["hides_plain_elements", "div,section,button,p,h2{display:none!important}"],
  ["resets_everything", "*{all:unset;color:red!important;position:static!important}"],
  [
    "moves_everything",
    "*{position:absolute!important;inset:auto auto -999px -999px!important;z-index:-1!important;width:0!important;height:0!important;overflow:hidden!important}",
  ],
])
  test(`a_page_s_style_that_${name}_leaves_the_banner`, async (t) => {
    site.add("style.html", html(`${PLAIN}<style>${rules}</style>`, "<p>Text of the page.</p>".repeat(300)));
    const page = await site.visit(t, { viewport: { width: 360, height: 640 } });
    await page.open("style.html");
    await layer(page, 1);
    await page.evaluate(() => scrollTo(0, 1e6));
    const reached = await page.evaluate(() =>
      [...document.querySelector("consentry-banner").shadowRoot.querySelectorAll("button")].map((button) => {
        const { left, top, right, bottom } = button.getBoundingClientRect();
        const inside =
          left >= 0 &&
          top >= 0 &&
          right <= innerWidth &&
          bottom <= innerHeight &&
          right - left >= 24 &&
          bottom - top >= 24;
        const hit = button.getRootNode().elementFromPoint((left + right) / 2, (top + bottom) / 2) == button;
        return [
          button.dataset.consentry,
          inside,
          hit,
          button.checkVisibility({ opacityProperty: true, visibilityProperty: true }),
        ];
      }),
    );
    assert.deepEqual(
      reached.sort(),
      ["accept-all", "preferences", "reject-all"].map((it) => [it, true, true, true]),
    );
  });

for (const validity of [0, -3, "x", 100000])
  test(`a_validity_of_${validity}_gives_the_default_protection`, async (t) => {
    site.add("validity.html", html(inline(declared({ validity }), PLAIN) + TRY));
    const page = await site.visit(t);
    await page.open("validity.html");
    await layer(page, 1);
    assert.deepEqual(await ran(page), []);
    assert.ok(complaints(page).length);
    const { time, expires } = await page.evaluate(() => consentry.acceptAll());
    assert.equal(Date.parse(expires) - Date.parse(time), 185 * 864e5);
    assert.deepEqual(page.faults, []);
  });

test("clear_keeps_the_choice_and_waiting_receipts_and_nothing_else", async (t) => {
  site.add("clear.html", html(given({ backend: { url: "http://localhost:1" } })));
  const page = await site.visit(t);
  await page.open("clear.html");
  const { before, after } = await page.evaluate(() => {
    consentry.acceptAll();
    consentry.withdraw();
    for (const key of ["wish", "consentry_like", "stat_key", "_hjid"]) localStorage[key] = 1; // the last two in memory only
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

test("held_images_fail_once_each_and_ask_nobody", async (t) => {
  site.add("images.html", html(given()));
  const page = await site.visit(t);
  await page.open("images.html");
  site.reset();
  await page.evaluate((url) => {
    window.told = [];
    for (let at = 0; at < 50; at++) {
      const image = new Image();
      image.onload = image.onerror = ({ type }) => told.push(`${type} ${at}`);
      image.src = `${url}?${at}`;
    }
  }, `https://${UNKNOWN}/pixel.gif`);
  const told = await settled(() => page.evaluate(() => told));
  assert.deepEqual(told.sort(), Array.from({ length: 50 }, (_, at) => `error ${at}`).sort());
  assert.equal(asked("/pixel.gif"), 0);
});

for (const [name, steps] of [
  ["before", ["insert", "grant"]],
  ["after", ["grant", "insert"]],
])
  test(`an_image_held_and_inserted_later_loads_when_inserted_${name}_a_grant`, async (t) => {
    site.add("image.html", html(given()));
    const page = await site.visit(t);
    await page.open("image.html");
    await page.evaluate((url) => {
      window.image = new Image();
      image.onerror = () => (window.failed = true);
      image.src = url;
    }, `https://${UNKNOWN}/late.gif`);
    await until(() => page.evaluate(() => window.failed), "it has failed");
    const act = { insert: () => void document.body.append(image), grant: () => void consentry.acceptAll() };
    for (const step of steps) await page.evaluate(act[step]);
    await until(() => page.evaluate(() => image.complete && image.naturalWidth == 1), "the image is loaded");
  });

test("a_very_long_data_url_loads", async (t) => {
  site.add("long.html", html(given()));
  const page = await site.visit(t);
  await page.open("long.html");
  await page.evaluate(() => {
    const url = `data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' width='7' height='7'><!--${"x".repeat(3e6)}--></svg>`;
    const parsed = document.createElement("div");
    parsed.innerHTML = `<img src="${url}">`;
    const all = [Object.assign(new Image(), { src: url }), document.createElement("img"), parsed.firstChild];
    all[1].setAttribute("src", url);
    document.body.append(...all);
  });
  await until(
    () => page.evaluate(() => [...document.images].map((it) => it.naturalWidth).join() == "7,7,7"),
    "all three are loaded",
  );
});

for (const [name, reach] of [
  ["tab", (page) => page.keyboard.press("Tab")],
  ["script", (page) => page.evaluate(() => document.getElementById("link").focus())],
])
  test(`a_link_behind_the_banner_that_gets_the_focus_by_${name}_comes_clear_of_it`, async (t) => {
    const text = "<p>Text of the page.</p>".repeat(60);
    site.add(
      "long.html",
      html(PLAIN, `<a id="first" href="#a">First</a>${text}<a id="link" href="#b">Link</a>${text}`),
    );
    const page = await site.visit(t);
    await page.open("long.html");
    await layer(page, 1);
    const measure = () =>
      page.evaluate(() => [
        document.activeElement.id,
        document.getElementById("link").getBoundingClientRect().bottom,
        document.querySelector("consentry-banner").shadowRoot.querySelector("section").getBoundingClientRect()
          .top,
      ]);
    await page.evaluate(() => {
      document.getElementById("first").focus();
      scrollTo(
        0,
        document.getElementById("link").getBoundingClientRect().bottom + scrollY - innerHeight + 60,
      );
    });
    const [, behind, top] = await measure();
    assert.ok(behind > top, "the page shows it behind the banner");
    await reach(page);
    await until(async () => {
      const [focused, bottom, edge] = await measure();
      return focused == "link" && bottom <= edge;
    }, "it is clear of the banner");
    await page.locator('consentry-banner [data-consentry="reject-all"]').click();
    await layer(page, 0);
    assert.equal(
      await page.evaluate(() => getComputedStyle(document.documentElement).scrollPaddingBottom),
      "auto",
    );
  });

test("a_refusal_outlives_full_storage", async (t) => {
  site.add("full.html", html(given() + TRY));
  const page = await site.visit(t);
  await page.open("full.html");
  await page.evaluate(() => consentry.acceptAll());
  await page.evaluate(() => {
    for (let size = 1 << 20; size >= 1; size /= 2)
      try {
        for (let at = 0; ; at++) localStorage.setItem(`full${size}.${at}`, "x".repeat(size));
      } catch {}
  });
  await page.evaluate(() => consentry.save({ "service:stats": false }));
  await page.open("full.html");
  assert.equal(await page.evaluate(() => consentry.allowed("stats")), false);
});

test("what_a_tracker_keeps_under_names_of_its_own_goes_with_its_grant", async (t) => {
  site.add(
    "names.html",
    html(
      given() +
        `<script src="https://${ANALYTICS}/writer.js"></script><script>localStorage.cart = 1</script>`,
    ),
  );
  const page = await site.visit(t);
  await page.open("names.html");
  await page.evaluate(() => consentry.acceptAll());
  await until(() => page.evaluate(() => window.__ran?.writer), "it runs");
  await page.evaluate(() =>
    setTimeout(() => document.dispatchEvent(new CustomEvent("write", { detail: "zz_own" }))),
  );
  await until(() => page.evaluate(() => document.cookie.includes("zz_own")), "it wrote");
  await page.evaluate(() => consentry.withdraw());
  const { cookies, local, session } = await reallyStored(page);
  assert.deepEqual(
    [cookies, Object.keys(local).filter((key) => !key.startsWith("consentry")), session],
    [[], ["cart"], {}],
  );
});

test("shadow_roots_are_held_released_and_withdrawn_like_the_page", async (t) => {
  const frame = `https://${ANALYTICS}/shadowed.html`;
  site.add(
    "shadow.html",
    html(
      given(),
      `<p id="made"></p><div><template shadowrootmode="open"><iframe src="${frame}"></iframe></template></div>
    <script>made.attachShadow({ mode: 'closed' }).innerHTML = '<iframe src="${frame}"></iframe>'</script>`,
    ),
  );
  const page = await site.visit(t);
  await page.open("shadow.html");
  const frames = () => page.frames().filter((it) => it.url() == frame).length;
  assert.equal(await settled(frames), 0);
  await page.evaluate(() => consentry.acceptAll());
  await until(() => frames() == 2, "both are released");
  await page.evaluate(() => consentry.withdraw());
  await until(() => frames() == 0, "both are held again");
});

test("one_slow_script_holds_up_no_frame_and_no_async_script", async (t) => {
  site.add(
    "slow.html",
    html(
      given(),
      `<script src="https://${ANALYTICS}/slow.js"></script><script type="text/plain" data-consent="analytics">1</script>
    <iframe src="https://${ANALYTICS}/beside.html"></iframe><script async src="https://${ANALYTICS}/beside.js"></script>`,
    ),
  );
  const page = await site.visit(t);
  await page.open("slow.html");
  const go = await delay(page, "**/slow.js");
  await page.evaluate(() => consentry.acceptAll());
  await until(() => page.evaluate(() => window.__ran?.beside), "the async script runs");
  await until(() => page.frames().some((it) => it.url().endsWith("/beside.html")), "the frame is there");
  go();
});

test("a_page_that_reads_and_changes_the_url_of_a_held_frame_loses_nothing", async (t) => {
  site.add(
    "reads.html",
    html(
      given(),
      `<iframe src="https://${UNKNOWN}/film.html"></iframe>
    <script>var f = document.querySelector('iframe'); f.setAttribute('src', f.getAttribute('src') + '?wmode=transparent')</script>`,
    ),
  );
  const page = await site.visit(t);
  await page.open("reads.html");
  assert.deepEqual(page.faults, []);
  await page.evaluate(() => consentry.acceptAll());
  await until(
    () => page.frames().some((it) => it.url() == `https://${UNKNOWN}/film.html?wmode=transparent`),
    "the film plays",
  );
});

test("text_with_noscript_in_it_is_given_to_the_browser_as_it_is", async (t) => {
  site.add("noscript.html", html(given()));
  const page = await site.visit(t);
  await page.open("noscript.html");
  const text = `<noscript><style></noscript><p title='</style></noscript>&#39;<b></b><img src=x onerror=pwned=1>'>x</p><img src="https://${UNKNOWN}/x.gif">`;
  await page.evaluate(
    (it) => (document.body.appendChild(document.createElement("div")).innerHTML = it),
    text,
  );
  assert.equal(await settled(() => page.evaluate(() => typeof pwned)), "undefined");
});

test("what_a_released_script_withdraws_is_not_released_after_it", async (t) => {
  site.add(
    "between.html",
    html(
      given(),
      `<script async type="text/plain" data-consent="analytics">consentry.withdraw()</script>
    <script async type="text/plain" data-consent="analytics" src="https://${ANALYTICS}/after.js"></script>
    <img alt="" data-consent="analytics" data-consent-src="https://${ANALYTICS}/after.gif">`,
    ),
  );
  const page = await site.visit(t);
  await page.open("between.html");
  site.reset();
  await page.evaluate(() => consentry.acceptAll());
  assert.deepEqual(await ran(page), []);
  assert.equal(asked("/after.js") + asked("/after.gif"), 0);
});

test("report_only_holds_and_erases_nothing_and_lists_what_it_would_have_held", async (t) => {
  const act = `add('${tracker("unknown")}'); document.cookie = '_ga=1; path=/; max-age=999'; localStorage._hjid = 1`;
  site.add("only.html", html(`${given({ gate: { reportOnly: true } })}${ADD}<script>${act}</script>`));
  const page = await site.visit(t);
  await page.open("only.html");
  await page.evaluate(() => consentry.rejectAll());
  assert.deepEqual(await ran(page), ["unknown"]);
  const { held } = await page.evaluate(() => consentry.report());
  assert.deepEqual(
    held.map(({ door, reason }) => [door, reason]),
    [
      ["script", "unknown"],
      ["cookie", "table"],
      ["localStorage", "table"],
    ],
  );
  const kept = await reallyStored(page);
  assert.deepEqual([kept.cookies, kept.local._hjid], [["_ga=1"], "1"]);
});

for (const expires of ["0", "Date.now() - 1"])
  test(`the_cookie_store_deletes_a_tracker_s_cookie_that_ends_at_${expires.split(/\W/)[0]}`, async (t) => {
    site.add("ends.html", html(given({})));
    const page = await site.visit(t);
    await page.open("ends.html");
    await page.context().addCookies([{ name: "_ga", value: "1", url: page.url() }]);
    await page.evaluate(`cookieStore.set({ name: '_ga', value: '', expires: ${expires} })`);
    assert.deepEqual((await reallyStored(page)).cookies, []);
  });

test("a_worker_of_text_is_held_from_an_address_without_a_name", async (t) => {
  const denied = { id: "plain", name: "Plain", category: "analytics", purpose: "x", hosts: ["127.0.0.1"] };
  site.add("numbers.html", html(given({ services: [denied] })));
  const page = await site.visit(t);
  await page.open("numbers.html");
  const hosts = await page.evaluate(
    () =>
      new Promise((done) => {
        const worker = new Worker(URL.createObjectURL(new Blob(["postMessage(self.consentry)"])));
        worker.onmessage = ({ data }) => done(data);
      }),
  );
  assert.deepEqual(
    hosts.find(([end]) => end == ".127.0.0.1"),
    [".127.0.0.1", false],
  );
});
