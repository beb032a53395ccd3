// Applications of frameworks that write their HTML themselves, set up by the files that www/docs/frameworks.md shows. Each is
// built, marked as it says there, and used as a visitor does.
import assert from "node:assert/strict";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { after, before, test } from "node:test";
import { filesForFrameworks } from "../e2e/documentation/examples.mjs";
import { CONFIG, applications, bin, here, packAndInstall, run } from "./installed.mjs";
import { browserWithThirdParties, serve, visit } from "./visit.mjs";

/** Which of the documented files each application takes. */
const DOCUMENTED = {
  "react-server": ["page.jsx", "marked.js", "answer.jsx"],
  next: ["app/layout.jsx"],
  nuxt: ["nuxt.config.js"],
  sveltekit: ["src/app.html", "marked.js", "src/hooks.server.js"],
  astro: ["src/layouts/Layout.astro"],
};

const env = {
  ...process.env,
  PATH: `${path.join(here, "node_modules/.bin")}:${process.env.PATH}`,
  ASTRO_TELEMETRY_DISABLED: "1",
  NEXT_TELEMETRY_DISABLED: "1",
  NUXT_TELEMETRY_DISABLED: "1",
};

let folder;
before(() => {
  packAndInstall();
  // Here, so that the installed packages are found from there.
  folder = mkdtempSync(path.join(applications, ".built-"));
});
after(() => rmSync(folder, { recursive: true, force: true }));

/**
 * An application with its documented files and the bundle.
 * @param {keyof typeof DOCUMENTED} name
 * @param {string} bundle where in it the files of the bundle go
 */
function setUp(name, bundle) {
  const cwd = path.join(folder, name);
  cpSync(path.join(applications, name), cwd, { recursive: true });
  cpSync(path.join(applications, "consentry.json"), path.join(cwd, "consentry.json"));
  for (const { file, text } of filesForFrameworks()) {
    if (!DOCUMENTED[name].includes(file)) continue;
    mkdirSync(path.dirname(path.join(cwd, file)), { recursive: true });
    writeFileSync(path.join(cwd, file), text);
  }
  run(bin("consentry"), ["bundle", ...CONFIG, "--out", path.join(cwd, bundle)]);
  return cwd;
}

test("every_file_that_the_documentation_shows_for_a_framework_is_in_an_application", () =>
  assert.deepEqual(
    filesForFrameworks()
      .map(({ file }) => file)
      .sort(),
    [...new Set(Object.values(DOCUMENTED).flat())].sort(),
  ));

/** Fails where another script stands before ours. */
function assertIsFirst(html) {
  assert.match(html.match(/<script[^>]*>/)[0], /^<script src="\/consentry\.js">$/);
}

test("react_on_a_server_of_its_own_hydrates_marked_html", async (t) => {
  const cwd = setUp("react-server", "public");
  for (const more of [[], ["--ssr", "server.js"]])
    run(bin("vite"), ["build", "--logLevel", "warn", ...more], { cwd, env });
  const address = await serve(t, (port) => ["dist/server/server.js", port], { cwd, env });
  assert.match(await (await fetch(address)).text(), /data-consent="auto"[^>]* data-consent-src=/);
  const { browser } = await browserWithThirdParties(t, cwd);
  await visit(browser, address);
});

// What is built says nothing of what was rendered otherwise than on the server: the server of developers does.
for (const [command, isBuilt] of /** @type {[string, boolean][]} */ ([
  ["start", true],
  ["dev", false],
]))
  test(`next_${command}_renders_on_the_server_and_hydrates_without_a_word`, async (t) => {
    const cwd = setUp("next", "public/consentry");
    if (isBuilt) run(bin("next"), ["build"], { cwd, env });
    const words = (port) => [bin("next"), command, "--port", port, "--hostname", "127.0.0.1"];
    const address = await serve(t, words, { cwd, env });
    const { browser } = await browserWithThirdParties(t, cwd);
    const usual = isBuilt ? [] : [/React DevTools/, /^\[HMR\]/, /^\[Fast Refresh\]/];
    await visit(browser, address, usual);
    await visit(browser, `${address}rendered`, usual);
  });

test("sveltekit_s_hook_marks_what_its_server_renders", async (t) => {
  const cwd = setUp("sveltekit", "static");
  run(bin("vite"), ["build", "--logLevel", "warn"], { cwd, env });
  const words = (port) => [bin("vite"), "preview", "--port", port, "--host", "127.0.0.1"];
  const address = await serve(t, words, { cwd, env });
  const page = await fetch(address);
  assert.equal(page.headers.get("etag"), null, "it is of what was there before it was marked");
  assertIsFirst(await page.text());
  const { browser } = await browserWithThirdParties(t, cwd);
  await visit(browser, address);
});

for (const [name, words, out] of /** @type {[keyof typeof DOCUMENTED, string[], string][]} */ ([
  ["nuxt", ["generate"], ".output/public"],
  ["astro", ["build"], "dist"],
]))
  test(`${name}_writes_pages_that_are_marked_afterwards`, async (t) => {
    const cwd = setUp(name, "public");
    run(bin(name), words, { cwd, env });
    run("sh", ["-euc", `find ${out} -name '*.html' -exec consentry mark --config consentry.json {} +`], {
      cwd,
      env,
    });
    assertIsFirst(readFileSync(path.join(cwd, out, "index.html"), "utf8"));
    const { browser, url } = await browserWithThirdParties(t, path.join(cwd, out));
    await visit(browser, url);
  });
