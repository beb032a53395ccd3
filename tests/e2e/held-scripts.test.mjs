// A script that is held in the document looks as the page wrote it, and stays held whatever the page does with it.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { until } from "./browser.mjs";
import { UNKNOWN, configuredTag, declaredConfig, settled, startStage, wholePage } from "./stage.mjs";
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
