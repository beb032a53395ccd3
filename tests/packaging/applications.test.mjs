// Applications of the usual frameworks with the package, each used as a visitor does: nothing is asked of third parties
// before there is consent, a grant brings all of it, a withdrawal ends it, and the console stays empty.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { after, before, test } from "node:test";
import { consoleOf, contextWith, launch, layerShown, record, until } from "../e2e/browser.mjs";
import { start } from "../../www/demo/server.mjs";
import { here, installed, packAndInstall, root, run } from "./installed.mjs";

const applications = path.join(here, "applications");
const CONFIG = ["--config", path.join(applications, "consentry.json")];
const bin = (name) => path.join(here, "node_modules/.bin", name);

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

/** A browser in which third parties' hosts lead to the demo's stand-ins, and the address at which it finds these pages. */
async function browserWithThirdParties(t, pages) {
  const site = await start({ port: 0, tlsPort: 0, pages });
  t.after(() => site.close());
  const browser = await launch(site);
  t.after(() => browser.close());
  return { browser, url: site.url };
}

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
  const port = await freePort();
  const cwd = path.join(applications, "vite-react");
  const server = spawn("node", [bin("vite"), "--port", String(port), "--host", "127.0.0.1"], {
    cwd,
    stdio: "ignore",
  });
  t.after(() => server.kill());
  const { browser } = await browserWithThirdParties(t, folder);
  const address = `http://127.0.0.1:${port}/`;
  await until(() => answers(address), "the server answers");
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

// What is built says nothing of what was rendered otherwise than on the server: the server of developers does.
for (const [command, isBuilt] of /** @type {[string, boolean][]} */ ([
  ["start", true],
  ["dev", false],
]))
  test(`next_${command}_renders_on_the_server_and_hydrates_without_a_word`, async (t) => {
    const cwd = path.join(applications, "next");
    const env = { ...process.env, NEXT_TELEMETRY_DISABLED: "1" };
    run(bin("consentry"), ["bundle", ...CONFIG, "--out", path.join(cwd, "public/consentry")]);
    if (isBuilt) run(bin("next"), ["build"], { cwd, env });
    const port = await freePort();
    const options = ["--port", String(port), "--hostname", "127.0.0.1"];
    const server = spawn("node", [bin("next"), command, ...options], { cwd, env, stdio: "ignore" });
    t.after(() => server.kill());
    const { browser } = await browserWithThirdParties(t, folder);
    const address = `http://127.0.0.1:${port}/`;
    await until(() => answers(address), "the server answers", { within: 60_000 });
    const usual = isBuilt ? [] : [/React DevTools/, /^\[HMR\]/, /^\[Fast Refresh\]/];
    await visit(browser, address, usual);
    await visit(browser, `${address}rendered`, usual);
  });

const answers = (address) =>
  fetch(address).then(
    ({ ok }) => ok,
    () => false,
  );

/** A port that nobody listens at. */
const freePort = () =>
  new Promise((done) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
      server.close(() => done(port));
    });
  });

/** Visits an application that has the elements named here, and looks at what it asks for and says beside `usual` lines. */
async function visit(browser, address, usual = []) {
  const context = await contextWith(browser);
  const said = consoleOf(context);
  const requests = record(context);
  const page = await context.newPage();
  await page.goto(address);
  await layerShown(page, 1);
  const hasState = (text) => page.locator("#state", { hasText: new RegExp(`^${text}$`) }).waitFor();
  await hasState("not measured");

  await page.locator("#to-second").click();
  await page.locator("#second table").first().waitFor();
  await page.locator("#to-first").click();
  await hasState("not measured");
  assert.deepEqual(requests.hosts(), [], "before there is consent");

  await page.locator('consentry-banner [data-consentry="reject-all"]').click();
  await layerShown(page, 0);
  await hasState("not measured");
  await page.waitForTimeout(1500);
  assert.deepEqual(requests.hosts(), [], "after a refusal");

  await page.locator("#preferences").click();
  await layerShown(page, 2);
  await page.locator('consentry-banner dialog [data-consentry="accept-all"]').click();
  await hasState("measured");
  await until(
    () => ["www.googletagmanager.com", "www.youtube.com"].every((host) => requests.hosts().includes(host)),
    "what was held is asked for after a grant",
  );
  await until(async () => (await context.cookies()).some(({ name }) => name == "_ga"), "it has its cookie");

  await page.locator("#withdraw").click();
  await hasState("not measured");
  await until(
    async () => !(await context.cookies(address)).some(({ name }) => /^_ga/.test(name)),
    "its cookies are gone",
  );
  requests.clear();
  await page.reload();
  await hasState("not measured");
  await page.waitForTimeout(1500);
  assert.deepEqual(requests.hosts(), [], "after a withdrawal");
  assert.equal(await page.evaluate(() => window.consentry.consent.granted.length), 0);
  assert.deepEqual(
    said.filter((line) => !usual.some((known) => known.test(line))),
    [],
  );
  await context.close();
}
