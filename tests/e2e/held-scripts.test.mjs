// A script that is held in the document looks as the page wrote it, and stays held whatever the page does with it.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { until } from "./browser.mjs";
import { UNKNOWN, configuredTag, declaredConfig, settled, startStage, wholePage } from "./stage.mjs";
import { LATE_TYPES } from "./held-scripts/late-types.mjs";
import { WAYS_TO_WAKE } from "./held-scripts/ways-to-wake.mjs";

let site;
before(async () => {
  site = await startStage({ test: import.meta.url, tag: configuredTag(declaredConfig()) });
  const parsed = `<script id="parsed" src="https://${UNKNOWN}/parsed.js">// text</script>`;
  site.add("disturbed.html", wholePage(configuredTag(declaredConfig()), parsed));
});
after(() => site?.close());

const scriptsThatRan = (page) => page.evaluate(() => Object.keys(window.__ran ?? {}));

// Makes a script or takes the parsed one, does something with it, and says what has come of that.
async function wake(context, name, which) {
  const page = await site.openTab(context);
  await page.open("disturbed.html");
  const source = `https://${UNKNOWN}/${name}-${which}.js`;
  const find =
    which == "parsed"
      ? "document.getElementById('parsed')"
      : `document.body.appendChild(Object.assign(document.createElement("script"), { src: "${source}", text: "// text" }))`;
  await page.evaluate(`(${WAYS_TO_WAKE[name]})(${find})`);
  await page.waitForTimeout(300);
  const outcome = { ran: await scriptsThatRan(page), errors: page.uncaughtErrors };
  await page.close();
  return outcome;
}

const names = Object.keys(WAYS_TO_WAKE);
for (const which of ["parsed", "made"])
  test(`nothing_that_a_page_does_wakes_a_held_script_that_was_${which}`, async (t) => {
    const context = (await site.visit(t)).context();
    site.reset();
    const woken = {};
    for (let at = 0; at < names.length; at += 6)
      await Promise.all(
        names.slice(at, at + 6).map(async (name) => {
          const { ran, errors } = await wake(context, name, which);
          if (ran[0] || errors[0]) woken[name] = [...ran, ...errors];
        }),
      );
    assert.deepEqual(woken, {});
    // The preload scanner asks for what is static.
    const asked = site.requests().filter(({ host, path }) => host == UNKNOWN && /-made/.test(path));
    assert.deepEqual(asked, []);
  });

test("a_held_script_stays_held_however_the_page_changes_and_moves_it", async (t) => {
  const page = await site.visit(t);
  site.reset();
  await page.open("changed-and-moved.html");
  await until(() => page.evaluate(() => window["isDisturbed"]), "the page has done all that");
  assert.deepEqual(await settled(() => scriptsThatRan(page)), []);
  const asked = site.requests().filter(({ host, path }) => host == UNKNOWN && path != "/parsed.js");
  assert.deepEqual(asked, [], "only the preload scanner has asked, for what is static");
  assert.deepEqual(page.uncaughtErrors, []);
});

for (const delay of [0, 50])
  test(`a_script_that_gets_a_type_that_runs_is_held_when_it_would_run_after_${delay}_ms`, async (t) => {
    const page = await site.visit(t);
    site.reset();
    for (const [name, act] of Object.entries(LATE_TYPES)) {
      await page.open("disturbed.html");
      await page.evaluate(
        `new Promise((done) => {
          const place = document.body.appendChild(document.createElement("div"));
          const src = "https://${UNKNOWN}/late-${name}.js";
          const script = Object.assign(document.createElement("script"), { type: "text/x-template", text: "// text", src });
          place.append(script);
          script.removeAttribute("type");
          const act = () => done((${act})(script, place));
          if (${delay}) setTimeout(act, ${delay});
          else act();
        })`,
      );
      await page.waitForTimeout(150);
      assert.deepEqual(await scriptsThatRan(page), [], name);
    }
    assert.deepEqual(
      site.requests().filter(({ path }) => /^.late-/.test(path)),
      [],
    );
    assert.deepEqual(page.uncaughtErrors, []);
  });

const HELD = `https://${UNKNOWN}/hidden`;
// By name: what stands in the page.
const HIDING_PLACES = {
  shadow_root_that_moves: `<div id="place"></div><script>
    const host = document.createElement("div");
    place.append(host);
    host.attachShadow({ mode: "closed" }).append(Object.assign(document.createElement("script"), { src: "${HELD}.js" }));
    setTimeout(() => document.body.append(place), 100);
  </script>`,
  misnested_tags: `<b><p><script>
    const script = Object.assign(document.createElement("script"), { src: "${HELD}.js" });
    document.currentScript.before(script);
  </script>x</b>y</p>`,
  misnested_links: `<a href="#1"><div><script>
    const script = Object.assign(document.createElement("script"), { src: "${HELD}.js" });
    document.currentScript.before(script);
  </script>x<a href="#2">y</a></div></a>`,
  import_map_in_capitals: `<script type="IMPORTMAP">{ "imports": { "vendor": "${HELD}.js" } }</script>
    <script type="module">import "vendor";</script>`,
  style_of_a_script: `<style>script { display: block; width: 9px; height: 9px }</style>
    <script id="shown" type="text/x-template">x</script>
    <script>setTimeout(() => (shown.style.backgroundImage = "url(${HELD}.gif)"), 100);</script>`,
  style_of_a_held_script: `<style>script { display: block; width: 9px; height: 9px }</style><script>
    const held = document.body.appendChild(Object.assign(document.createElement("script"), { src: "${HELD}.js" }));
    setTimeout(() => (held.style.backgroundImage = "url(${HELD}.gif)"), 100);
  </script>`,
  worker_where_lists_write_themselves: `<script>
    Array.prototype.toJSON = function () { return "[" + this.map((entry) => JSON.stringify(entry)) + "]"; };
    new Worker(URL.createObjectURL(new Blob(['fetch("${HELD}.json")'])));
  </script>`,
};
for (const [name, html] of Object.entries(HIDING_PLACES))
  test(`nothing_is_asked_for_from_a_${name}`, async (t) => {
    for (const [tag, isAsked] of /** @type {[string, boolean][]} */ ([
      ["", true],
      [configuredTag(declaredConfig()), false],
    ])) {
      site.add("hidden.html", wholePage(tag, html));
      site.reset();
      const page = await site.visit(t);
      await page.open("hidden.html");
      await page.waitForTimeout(600);
      assert.equal(
        site.requests().some(({ path }) => path.startsWith("/hidden.")),
        isAsked,
        tag ? "with us" : "without us",
      );
    }
  });
