// Other windows of the page's origin have the page's doors, and windows of other origins are left alone.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { until } from "./browser.mjs";
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
  site = await startStage({ test: import.meta.url });
});
after(() => site?.close());

const tagWith = (more) => configuredTag(declaredConfig(more), PLAIN_TAG);
const ADD_TRACKERS = ["unknown", "analytics"]
  .map(
    (name) => `<script>{
  const script = document.createElement('script');
  script.src = 'https://${name == "unknown" ? UNKNOWN : ANALYTICS}/${name}.js';
  document.head.append(script);
}</script>`,
  )
  .join("");
const scriptsThatRan = (page) => settled(() => page.evaluate(() => Object.keys(window.__ran ?? {}).sort()));
const complaintsOf = (page) => page.consoleLines.filter((it) => /^error: consentry: /.test(it));

// How a page fills a frame of its own without a file.
const FRAMES = {
  srcdoc: (frame, text) => ((frame.srcdoc = text), document.body.append(frame)),
  blob: (frame, text) => (
    (frame.src = URL.createObjectURL(new Blob([text], { type: "text/html" }))),
    document.body.append(frame)
  ),
  written: (frame, text) => (
    document.body.append(frame),
    frame.contentDocument.write(text),
    frame.contentDocument.close()
  ),
  blank: (frame, text) => {
    document.body.append(frame);
    const [tag, ...more] = [...new DOMParser().parseFromString(text, "text/html").scripts].map(
      ({ src, text }) =>
        Object.assign(frame.contentDocument.createElement("script"), src ? { src } : { text }),
    );
    tag.onload = () => frame.contentDocument.head.append(...more);
    frame.contentDocument.head.append(tag);
  },
};
for (const [name, make] of Object.entries(FRAMES))
  test(`a_${name}_frame_is_gated_and_follows_the_page`, async (t) => {
    site.add("top.html", wholePage(PLAIN_TAG));
    const page = await site.visit(t);
    await page.open("top.html");
    const text = wholePage(`<script src="${site.url}plain/consentry.js"></script>${ADD_TRACKERS}`);
    await page.evaluate(
      `(${make})(document.createElement('iframe'), ${JSON.stringify(text).replaceAll("</", "<\\/")})`,
    );
    const frame = await until(() => page.frames()[1], "the frame");
    await until(
      () => frame.evaluate(() => !!window.consentry?.version && document.readyState == "complete"),
      "the gate of the frame",
    );
    assert.deepEqual(await scriptsThatRan(frame), []);
    assert.equal(
      await frame.evaluate(() => document.querySelector("consentry-banner,consentry-reopen")),
      null,
    );
    await page.evaluate(() => window.consentry.acceptAll());
    await until(
      () => frame.evaluate(() => window.__ran?.unknown && window.__ran.analytics),
      "a grant holds there",
    );
    assert.deepEqual([page.uncaughtErrors, complaintsOf(page)], [[], []]);
  });

test("the_window_of_a_foreign_frame_is_within_reach", async (t) => {
  site.addPage("frame-of-another-origin.html", {
    tag: tagWith({ services: [], gate: { exempt: [ANALYTICS] } }),
  });
  const page = await site.visit(t);
  await page.open("frame-of-another-origin.html");
  await page.evaluate(() => document.querySelector("iframe").contentWindow.postMessage("x", "*"));
  assert.deepEqual(page.uncaughtErrors, []);
});

test("a_page_that_names_a_variable_like_an_interface_keeps_the_doors_of_its_frames", async (t) => {
  site.addPage("variables-named-like-interfaces.html", { tag: tagWith() });
  const page = await site.visit(t);
  await page.open("variables-named-like-interfaces.html");
  const frame = (url) => {
    const { contentWindow } = document.body.appendChild(document.createElement("iframe"));
    contentWindow.document.cookie = "_ga=1; path=/; max-age=999";
    contentWindow.navigator.sendBeacon(url + "?beacon");
    new contentWindow.Image().src = url + "?image";
    const asking = new contentWindow.XMLHttpRequest();
    asking.open("GET", url + "?xhr");
    asking.send();
    return contentWindow.fetch(url + "?fetch").then(
      () => "answered",
      () => "failed",
    );
  };
  assert.equal(await page.evaluate(frame, `https://${UNKNOWN}/inside.gif`), "failed");
  await settled(() => site.requests().length);
  assert.deepEqual(
    site.requests().filter(({ path }) => path.startsWith("/inside.gif")),
    [],
  );
  assert.deepEqual((await reallyStored(page)).cookies, []);
  assert.deepEqual(page.uncaughtErrors, []);
});

// A page in a frame without our tag: a viewer, an editor. Its functions are its own.
const viewerIn = async (t, tag) => {
  site.addPage("page-with-a-viewer.html", { tag });
  const page = await site.visit(t);
  await page.open("page-with-a-viewer.html");
  const viewer = await until(() => page.frames()[1], "the frame");
  await viewer.waitForFunction(() => window["ownKinds"]);
  return { page, viewer };
};
const OPENED = {
  fetched: { pages: 3 },
  requested: { pages: 3 },
  asked: 200,
  worker: "page 1 drawn",
  shown: true,
  opened: true,
};
const OWN_KINDS = {
  worker: true,
  constructor: true,
  promise: true,
  functions: true,
  names: "fetch,1,Worker,1",
  storage: true,
  element: true,
};

for (const [how, tag] of Object.entries({ as_without_us: "", before_a_choice: tagWith() }))
  test(`an_app_in_a_frame_without_the_tag_works_${how}`, async (t) => {
    const { page, viewer } = await viewerIn(t, tag);
    assert.deepEqual(await viewer.evaluate(() => window["openDocument"]()), OPENED);
    assert.deepEqual(await viewer.evaluate(() => window["ownKinds"]()), OWN_KINDS);
    assert.deepEqual(page.uncaughtErrors, []);
  });

test("a_tracker_in_a_frame_without_the_tag_is_held_by_failures_of_the_frame", async (t) => {
  const { page, viewer } = await viewerIn(t, tagWith());
  const address = `https://${UNKNOWN}/inside.json`;
  assert.deepEqual(await viewer.evaluate((url) => window["askTracker"](url), address), {
    fetch: "true,false",
    database: "false,true",
    xhr: 0,
  });
  assert.deepEqual(
    site.requests().filter(({ path }) => /frame-(fetch|xhr)/.test(path)),
    [],
  );
  assert.deepEqual((await reallyStored(page)).cookies, []);
});

test("an_address_in_a_frame_is_read_by_the_frames_own_base", async (t) => {
  const { viewer } = await viewerIn(t, tagWith());
  const outcome = await viewer.evaluate(async (base) => {
    document.head.append(Object.assign(document.createElement("base"), { href: base }));
    const failed = await fetch("by-base.json").catch((error) => error instanceof TypeError);
    document.body.append(Object.assign(new Image(), { src: "by-base.gif" }));
    return failed;
  }, `https://${UNKNOWN}/`);
  assert.equal(outcome, true);
  await settled(() => site.requests().length);
  assert.deepEqual(
    site.requests().filter(({ path }) => /by-base/.test(path)),
    [],
  );
});
