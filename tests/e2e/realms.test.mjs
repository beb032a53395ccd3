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
} from "./small-pages.mjs";

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
