// The gate held too much or too little in each of these once: the input that showed it, and what holds since.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { layerShown, until } from "./browser.mjs";
import {
  ANALYTICS,
  PLAIN_TAG,
  UNKNOWN,
  declaredConfig,
  wholePage,
  configuredTag,
  reallyStored,
  settled,
  startStage,
} from "./stage.mjs";

let site;
before(async () => {
  site = await startStage({ test: import.meta.url, config: declaredConfig() });
});
after(() => site?.close());
const ADD_TRACKERS = [`https://${UNKNOWN}/unknown.js`, `https://${ANALYTICS}/analytics.js`]
  .map(
    (url) => `<script>{
      const script = document.createElement("script");
      script.src = "${url}";
      document.head.append(script);
    }</script>`,
  )
  .join("");
/** Our tag with what a site declares, inline or fetched. */
const tagWith = (more) => configuredTag(declaredConfig(more), PLAIN_TAG);
const scriptsThatRan = (page) => settled(() => page.evaluate(() => Object.keys(window.__ran ?? {}).sort()));
const requestsEndingIn = (ending) => site.requests().filter((it) => it.path.endsWith(ending)).length;
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
    site.add("named.html", wholePage("", element + tagWith() + ADD_TRACKERS));
    const page = await site.visit(t);
    await page.open("named.html");
    await layerShown(page, 1);
    assert.deepEqual(await scriptsThatRan(page), []);
    assert.match(await page.evaluate(() => window.consentry.version), /^\d/);
    assert.deepEqual(page.uncaughtErrors, []);
  });

test("a_nomodule_script_stays_not_run_and_holds_up_nothing", async (t) => {
  site.addPage("nomodule.html", { tag: tagWith() });
  const page = await site.visit(t);
  await page.open("nomodule.html");
  assert.deepEqual(await scriptsThatRan(page), []);
  await page.evaluate(() => window.consentry.acceptAll());
  await until(() => page.evaluate(() => window.__ran?.inline && window.__ran.new), "those after it run");
  assert.deepEqual(await scriptsThatRan(page), ["inline", "new"]);
});

test("a_script_that_tells_of_no_end_does_not_hold_up_a_release_for_good", async (t) => {
  site.addPage("script-without-an-end.html", { tag: tagWith() });
  const page = await site.visit(t);
  await page.open("script-without-an-end.html");
  await page.evaluate(() => window.consentry.acceptAll());
  // The gate waits 20 seconds for what never comes.
  await until(() => page.evaluate(() => window.__ran?.rest), "the rest ran", { within: 40_000 });
});

test("what_only_looks_like_a_deletion_keeps_no_tracker_s_cookie", async (t) => {
  site.add("lifetimes.html", wholePage(tagWith()));
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

for (const method of ["write", "writeln"])
  test(`a_script_in_several_arguments_of_${method}_is_held`, async (t) => {
    site.addPage("script-in-several-arguments.html", { tag: tagWith(), method });
    const page = await site.visit(t);
    site.reset();
    await page.open("script-in-several-arguments.html");
    assert.ok(await page.evaluate(() => !!document.getElementById("after")));
    assert.deepEqual(await scriptsThatRan(page), []);
    assert.equal(requestsEndingIn("/written.js"), 0);
    await page.evaluate(() => window.consentry.acceptAll());
    assert.deepEqual(await scriptsThatRan(page), ["written"]);
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
    site.add("lifetimes.html", wholePage(tag));
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
    await kept(tagWith()),
    without.filter((it) => it != "_gid=held"),
  );
});

test("held_images_fail_once_each_and_ask_nobody", async (t) => {
  site.add("images.html", wholePage(tagWith()));
  const page = await site.visit(t);
  await page.open("images.html");
  site.reset();
  await page.evaluate((url) => {
    window.imageEvents = [];
    for (let number = 0; number < 50; number += 1) {
      const image = new Image();
      for (const type of ["load", "error"])
        image.addEventListener(type, () => window.imageEvents.push(`${type} ${number}`));
      image.src = `${url}?${number}`;
    }
  }, `https://${UNKNOWN}/pixel.gif`);
  const events = await settled(() => page.evaluate(() => window.imageEvents));
  assert.deepEqual(events.sort(), Array.from({ length: 50 }, (_, number) => `error ${number}`).sort());
  assert.equal(requestsEndingIn("/pixel.gif"), 0);
});

for (const [name, steps] of [
  ["before", ["insert", "grant"]],
  ["after", ["grant", "insert"]],
])
  test(`an_image_held_and_inserted_later_loads_when_inserted_${name}_a_grant`, async (t) => {
    site.add("image.html", wholePage(tagWith()));
    const page = await site.visit(t);
    await page.open("image.html");
    await page.evaluate((url) => {
      window.image = new Image();
      window.image.onerror = () => (window.failed = true);
      window.image.src = url;
    }, `https://${UNKNOWN}/late.gif`);
    await until(() => page.evaluate(() => window.failed), "it has failed");
    const act = {
      insert: () => void document.body.append(window.image),
      grant: () => void window.consentry.acceptAll(),
    };
    for (const step of steps) await page.evaluate(act[step]);
    await until(
      () => page.evaluate(() => window.image.complete && window.image.naturalWidth == 1),
      "the image is loaded",
    );
  });

test("a_very_long_data_url_loads", async (t) => {
  site.add("long.html", wholePage(tagWith()));
  const page = await site.visit(t);
  await page.open("long.html");
  await page.evaluate(() => {
    const size = "width='7' height='7'";
    const comment = `<!--${"x".repeat(3e6)}-->`;
    const url = `data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' ${size}>${comment}</svg>`;
    const parsed = document.createElement("div");
    parsed.innerHTML = `<img src="${url}">`;
    const byProperty = Object.assign(new Image(), { src: url });
    const byAttribute = document.createElement("img");
    byAttribute.setAttribute("src", url);
    document.body.append(byProperty, byAttribute, parsed.firstChild);
  });
  await until(
    () => page.evaluate(() => [...document.images].map((it) => it.naturalWidth).join() == "7,7,7"),
    "all three are loaded",
  );
});

test("shadow_roots_are_held_released_and_withdrawn_like_the_page", async (t) => {
  const frame = `https://${ANALYTICS}/shadowed.html`;
  site.add(
    "shadow.html",
    wholePage(
      tagWith(),
      `<p id="made"></p><div><template shadowrootmode="open"><iframe src="${frame}"></iframe></template></div>
    <script>made.attachShadow({ mode: 'closed' }).innerHTML = '<iframe src="${frame}"></iframe>'</script>`,
    ),
  );
  const page = await site.visit(t);
  await page.open("shadow.html");
  const frames = () => page.frames().filter((it) => it.url() == frame).length;
  assert.equal(await settled(frames), 0);
  await page.evaluate(() => window.consentry.acceptAll());
  await until(() => frames() == 2, "both are released");
  await page.evaluate(() => window.consentry.withdraw());
  await until(() => frames() == 0, "both are held again");
});

test("one_slow_script_holds_up_no_frame_and_no_async_script", async (t) => {
  site.addPage("slow-script.html", { tag: tagWith() });
  const page = await site.visit(t);
  await page.open("slow-script.html");
  const go = await delay(page, "**/slow.js");
  await page.evaluate(() => window.consentry.acceptAll());
  await until(() => page.evaluate(() => window.__ran?.beside), "the async script runs");
  await until(() => page.frames().some((it) => it.url().endsWith("/beside.html")), "the frame is there");
  go();
});

test("a_page_that_reads_and_changes_the_url_of_a_held_frame_loses_nothing", async (t) => {
  site.addPage("frame-whose-url-is-changed.html", { tag: tagWith() });
  const page = await site.visit(t);
  await page.open("frame-whose-url-is-changed.html");
  assert.deepEqual(page.uncaughtErrors, []);
  await page.evaluate(() => window.consentry.acceptAll());
  await until(
    () => page.frames().some((it) => it.url() == `https://${UNKNOWN}/film.html?wmode=transparent`),
    "the film plays",
  );
});

test("text_with_noscript_in_it_is_given_to_the_browser_as_it_is", async (t) => {
  site.add("noscript.html", wholePage(tagWith()));
  const page = await site.visit(t);
  await page.open("noscript.html");
  const text =
    "<noscript><style></noscript>" +
    "<p title='</style></noscript>&#39;<b></b><img src=x onerror=pwned=1>'>x</p>" +
    `<img src="https://${UNKNOWN}/x.gif">`;
  await page.evaluate(
    (it) => (document.body.appendChild(document.createElement("div")).innerHTML = it),
    text,
  );
  assert.equal(await settled(() => page.evaluate(() => typeof window.pwned)), "undefined");
});

test("report_only_holds_and_erases_nothing_and_lists_what_it_would_have_held", async (t) => {
  site.addPage("report-only.html", { tag: tagWith({ gate: { reportOnly: true } }) });
  const page = await site.visit(t);
  await page.open("report-only.html");
  await page.evaluate(() => window.consentry.rejectAll());
  assert.deepEqual(await scriptsThatRan(page), ["unknown"]);
  const { held } = await page.evaluate(() => window.consentry.report());
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
    site.add("ends.html", wholePage(tagWith({})));
    const page = await site.visit(t);
    await page.open("ends.html");
    await page.context().addCookies([{ name: "_ga", value: "1", url: page.url() }]);
    await page.evaluate(`cookieStore.set({ name: '_ga', value: '', expires: ${expires} })`);
    assert.deepEqual((await reallyStored(page)).cookies, []);
  });

test("a_worker_of_text_is_held_from_an_address_without_a_name", async (t) => {
  const denied = { id: "plain", name: "Plain", category: "analytics", purpose: "x", hosts: ["127.0.0.1"] };
  site.add("numbers.html", wholePage(tagWith({ services: [denied] })));
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

test("what_brings_a_window_and_is_the_root_of_another_document_is_held_without_an_error", async (t) => {
  site.add("roots.html", wholePage(tagWith()));
  const page = await site.visit(t);
  await page.open("roots.html");
  site.reset();
  const inserted = await page.evaluate(
    (url) =>
      ["iframe", "object", "embed"].map((name) => {
        const text = `<${name} xmlns="http://www.w3.org/1999/xhtml" src="${url}" data="${url}"/>`;
        const { documentElement } = new DOMParser().parseFromString(text, "application/xml");
        document.body.append(documentElement);
        return documentElement.isConnected;
      }),
    `https://${UNKNOWN}/root.html`,
  );
  assert.deepEqual(inserted, [true, true, true]);
  assert.equal(await settled(() => requestsEndingIn("/root.html")), 0);
});

test("an_object_is_judged_by_the_text_that_the_browser_takes_it_for", async (t) => {
  site.add("objects.html", wholePage(tagWith()));
  const page = await site.visit(t);
  await page.open("objects.html");
  site.reset();
  const cookies = await page.evaluate((host) => {
    const like = (text) => ({ toString: () => text, valueOf: () => "/own.txt" });
    const url = (name) => like(`https://${host}/${name}`);
    document.body.append(
      Object.assign(document.createElement("img"), { src: /** @type {any} */ (url("image.gif")) }),
    );
    const frame = document.createElement("iframe");
    frame.setAttribute("src", /** @type {any} */ (url("frame.html")));
    document.body.append(frame);
    fetch(/** @type {any} */ (url("call.json"))).catch(() => {});
    document.body.insertAdjacentHTML(
      "beforeend",
      /** @type {any} */ (like(`<img src="https://${host}/html.gif">`)),
    );
    document.write(/** @type {any} */ (like(`<img src="https://${host}/written.gif">`)));
    document.cookie = /** @type {any} */ (like("_ga=1"));
    localStorage.setItem(/** @type {any} */ (like("_ga")), "1");
    const rule = /** @type {any} */ (like(`body { background: url(https://${host}/rule.gif) }`));
    const sheet = document.head.appendChild(document.createElement("style")).sheet;
    /** @type {CSSStyleSheet} */ (sheet).insertRule(rule);
    return document.cookie;
  }, UNKNOWN);
  assert.equal(cookies, "_ga=1");
  const requests = await settled(() => site.requests().map(({ host }) => host));
  assert.ok(!requests.includes(UNKNOWN), String(requests));
  const stored = await reallyStored(page);
  assert.deepEqual(stored.cookies, []);
  assert.equal(stored.local._ga, undefined);
});

test("a_symbol_is_no_attribute_s_name", async (t) => {
  site.add("symbols.html", wholePage(tagWith()));
  const page = await site.visit(t);
  await page.open("symbols.html");
  const isDeleted = await page.evaluate((host) => {
    const script = document.createElement("script");
    script.src = `https://${host}/held.js`;
    document.head.append(script);
    return Reflect.deleteProperty(script.dataset, Symbol("x"));
  }, UNKNOWN);
  assert.equal(isDeleted, true);
});

// Ways to give a style in the document a text, each with an address of its own.
const STYLE_TEXTS = {
  html: (style, text) => (style.innerHTML = text),
  adjacent: (style, text) => style.insertAdjacentHTML("beforeend", text),
  unsafe: (style, text) => style.setHTMLUnsafe(text),
  fragment: (style, text) => {
    const range = document.createRange();
    range.selectNodeContents(style);
    style.append(range.createContextualFragment(text));
  },
  appended: (style, text) => style.append(text),
  pieces: (style, text) => {
    style.append(text.slice(0, 4));
    style.append(text.slice(4));
  },
  range: (style, text) => {
    const range = document.createRange();
    range.selectNodeContents(style);
    range.insertNode(document.createTextNode(text));
  },
  data: (style, text) => {
    style.append("/**/");
    style.firstChild.appendData(text);
  },
  set: (style, text) => {
    style.append("/**/");
    style.firstChild.data = text;
  },
  split: (style, text) => {
    style.textContent = "/*" + text;
    style.firstChild.deleteData(0, 2);
  },
  node: (style, text) => style.appendChild(document.createTextNode(text)),
};
for (const [name, give] of Object.entries(STYLE_TEXTS))
  test(`a_style_that_gets_its_text_by_${name}_asks_nobody`, async (t) => {
    site.add("style-texts.html", wholePage(tagWith(), "<style id=style></style>"));
    const page = await site.visit(t);
    await page.open("style-texts.html");
    site.reset();
    await page.evaluate(
      ([give, url]) => {
        const style = document.getElementById("style");
        new Function("style", "text", `(${give})(style, text)`)(style, `@import url(${url});`);
      },
      [String(give), `https://${UNKNOWN}/imported.css`],
    );
    const asked = await settled(() => site.requests().map(({ host }) => host));
    assert.ok(!asked.includes(UNKNOWN), String(asked));
  });

test("a_script_that_the_page_has_parsed_runs_once_as_a_copy_and_not_before_a_grant", async (t) => {
  site.add("parsed.html", wholePage(tagWith()));
  const page = await site.visit(t);
  const insertParsed = () =>
    page.evaluate(
      ([analytics, unknown]) => {
        const parse = (html) => new DOMParser().parseFromString(html, "text/html").scripts[0];
        // As it was parsed no browser runs it; with another type it would run.
        const revived = parse(`<script type="text/x" src="https://${unknown}/unknown.js"></scr` + "ipt>");
        revived.type = "text/javascript";
        document.head.append(revived);
        // Marked, as servers send it; libraries put a copy in its place.
        const marked = parse(
          `<script type="text/plain" data-consent="auto" data-consent-src="https://${analytics}/analytics.js"></scr` +
            "ipt>",
        );
        document.head.append(marked);
        const copy = document.createElement("script");
        for (const { name, value } of marked.attributes) copy.setAttribute(name, value);
        marked.replaceWith(copy);
      },
      [ANALYTICS, UNKNOWN],
    );
  await page.open("parsed.html");
  await insertParsed();
  assert.deepEqual(await scriptsThatRan(page), []);
  await page.evaluate(() => window.consentry.save({ analytics: true }));
  const assertRanOnce = async (when) => {
    await until(async () => (await scriptsThatRan(page)).includes("analytics"), when);
    assert.deepEqual(await settled(() => page.evaluate(() => window.__ran)), { analytics: 1 }, when);
  };
  await assertRanOnce("when it is granted");
  await page.open("parsed.html");
  await insertParsed();
  await assertRanOnce("on the next page");
});

test("a_host_that_a_style_s_comment_speaks_of_is_not_told_as_held_and_what_follows_the_comment_is", async (t) => {
  const page = await site.visit(t);
  site.add("comment.html", wholePage(PLAIN_TAG, "<p>Text</p>"));
  await page.open("comment.html");
  const report = (css) =>
    page.evaluate(async (text) => {
      const style = document.createElement("style");
      style.textContent = text;
      document.head.append(style);
      await new Promise((done) => setTimeout(done, 100));
      const { held } = await window.consentry.report();
      return [held.map(({ target }) => target), getComputedStyle(document.querySelector("p")).color];
    }, css);
  const comment = "/*! Library (https://library.example/) \n * (https://code.example/LICENSE) */";
  assert.deepEqual(await report(`${comment} p { color: rgb(1, 2, 3) }`), [[], "rgb(1, 2, 3)"]);
  const pixel = `https://${UNKNOWN}/a.gif`;
  assert.deepEqual(await report(`${comment} p { background: url(${pixel}) }`), [[pixel], "rgb(1, 2, 3)"]);
  // A comment's beginning in a string is none: what follows is asked for all the same, so it is held all the same.
  await report(`p::before { content: "/*" } p { background: url(https://${UNKNOWN}/b.gif) }`);
  await settled(() => site.requests().length);
  assert.equal(requestsEndingIn(".gif"), 0);
});
