// Applications that a bundler or nobody builds, with the package, each used as a visitor does.
import assert from "node:assert/strict";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { after, before, test } from "node:test";
import { layerShown } from "../e2e/browser.mjs";
import { CONFIG, applications, bin, here, installed, packAndInstall, root, run } from "./installed.mjs";
import { browserWithThirdParties, serve, visit } from "./visit.mjs";

let folder;
before(() => {
  packAndInstall();
  folder = mkdtempSync(path.join(tmpdir(), "consentry-applications-"));
});
after(() => rmSync(folder, { recursive: true, force: true }));

/** How each is built into a folder. */
const BUILDS = {
  "script-tag"(out) {
    cpSync(path.join(applications, "script-tag"), out, { recursive: true });
    bundleAndMark(out, ["index.html", "second.html"]);
  },
  webpack(out) {
    mkdirSync(out);
    cpSync(path.join(applications, "webpack/index.html"), path.join(out, "index.html"));
    run("node", [path.join(here, "webpack.mjs"), path.join(applications, "webpack"), out]);
    bundleAndMark(out, ["index.html"]);
  },
  "vite-react": buildByVite,
  "vite-vue": buildByVite,
  "vite-svelte": buildByVite,
  "vite-react_of_the_oldest_versions"(out) {
    const oldest = path.join(root, "node_modules/vite-5/bin/vite.js");
    const options = ["--config", "oldest.config.js", "--outDir", out, "--logLevel", "warn"];
    run("node", [oldest, "build", ...options], { cwd: path.join(applications, "vite-react") });
  },
};

function bundleAndMark(folder, pages) {
  run(bin("consentry"), ["bundle", ...CONFIG, "--out", path.join(folder, "consentry")]);
  run(bin("consentry"), ["mark", ...CONFIG, ...pages.map((page) => path.join(folder, page))]);
}

function buildByVite(out, name) {
  run(bin("vite"), ["build", "--outDir", out, "--emptyOutDir", "--logLevel", "warn"], {
    cwd: path.join(applications, name),
  });
}

for (const [name, build] of Object.entries(BUILDS))
  test(`${name}_requests_nothing_of_third_parties_before_consent_and_follows_the_choice`, async (t) => {
    const pages = path.join(folder, name);
    build(pages, name);
    const { browser, url } = await browserWithThirdParties(t, pages);
    await visit(browser, url);
  });

test("a_lint_error_ends_the_build_and_is_printed", () => {
  const cwd = path.join(applications, "vite-wrong");
  const out = path.join(folder, "vite-wrong");
  assert.throws(
    () => run(bin("vite"), ["build", "--outDir", out], { cwd }),
    /error missing-controller controller\.name: found nothing, expected the controller's legal name/,
  );
  assert.ok(!existsSync(out));
});

test("a_page_in_which_the_script_would_stand_in_a_comment_ends_the_build", () => {
  const cwd = mkdtempSync(path.join(here, "node_modules/.comment-"));
  try {
    cpSync(path.join(applications, "vite-pages/vite.config.js"), path.join(cwd, "vite.config.js"));
    cpSync(path.join(applications, "consentry.json"), path.join(cwd, "consentry.json"));
    const config = readFileSync(path.join(cwd, "vite.config.js"), "utf8");
    writeFileSync(
      path.join(cwd, "vite.config.js"),
      config.replace("../consentry.json", "consentry.json").replace(', "deeper/index.html"', ""),
    );
    writeFileSync(
      path.join(cwd, "index.html"),
      "<!doctype html><!-- <head> --><html><head></head><body></body></html>",
    );
    assert.throws(() => run(bin("vite"), ["build"], { cwd }), /index\.html: found no place for its script/);
  } finally {
    rmSync(cwd, { recursive: true, force: true });
  }
});

for (const base of ["./", "https://cdn.example.com/shop/", "/shop/"])
  test(`with_the_base_${base}_each_page_finds_the_script_and_keeps_its_own_files`, () => {
    const out = path.join(folder, "bases", encodeURIComponent(base));
    run(bin("vite"), ["build", "--base", base, "--outDir", out], {
      cwd: path.join(applications, "vite-pages"),
    });
    for (const [page, up] of [
      ["index.html", "./"],
      ["deeper/index.html", "../"],
    ]) {
      const html = readFileSync(path.join(out, page), "utf8");
      const [first, ...others] = [...html.matchAll(/<script[^>]*>/g)].map(([tag]) => tag);
      assert.equal(first, `<script src="${base == "./" ? up : base}consentry/consentry.js">`, page);
      assert.match(others.join(), /<script type="module"[^>]* src="[^"]*assets\//);
      assert.match(others.join(), /data-consent="auto"[^>]*googletagmanager/);
      assert.ok(existsSync(path.join(out, "consentry/consentry.js")));
    }
  });

test("vites_server_serves_it_and_react_in_strict_mode_logs_nothing", async (t) => {
  const command = (port) => [bin("vite"), "--port", port, "--host", "127.0.0.1"];
  const address = await serve(t, command, { cwd: path.join(applications, "vite-react") });
  const { browser } = await browserWithThirdParties(t, folder);
  await visit(browser, address, [/^\[vite\]/, /React DevTools/]);
});

test("the_types_name_every_member_of_the_running_object_and_no_others", async (t) => {
  const pages = path.join(folder, "types");
  BUILDS["script-tag"](pages);
  const { browser, url } = await browserWithThirdParties(t, pages);
  const page = await browser.newPage();
  await page.goto(url);
  await layerShown(page, 1);
  const [object, consent, held] = await page.evaluate(async () => {
    const held = new Promise((found) => window.consentry.on("held", found));
    document.head.append(
      Object.assign(document.createElement("script"), { src: "https://www.googletagmanager.com/x.js" }),
    );
    await window.consentry.acceptAll();
    return [window.consentry, window.consentry.consent, await held].map((it) =>
      Object.getOwnPropertyNames(it).sort(),
    );
  });
  const { consentry: standIn } = await import(pathToFileURL(path.join(installed, "index.js")).href);
  assert.deepEqual(object, membersOf("Consentry"));
  assert.deepEqual(Object.getOwnPropertyNames(standIn).sort(), object, "what stands in for it");
  assert.deepEqual(held, membersOf("Note"));
  assert.deepEqual(
    consent,
    membersOf("Consent").filter((name) => name != "gpc"),
  );
});

/** The members of an interface in the package's types. */
function membersOf(name) {
  const types = readFileSync(path.join(installed, "index.d.ts"), "utf8");
  const [, body] = types.match(new RegExp(`export interface ${name} {\\n([^]*?)\\n}`));
  return [...body.matchAll(/^ {2}(?:readonly )?(\w+)[?(<:]/gm)].map(([, member]) => member).sort();
}
