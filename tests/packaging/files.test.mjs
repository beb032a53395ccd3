// What `npm pack` puts into the package: each file is used by somebody. Code imports it, or a bundle is made of it, or a browser
// fetches it, or the README's table names it for readers.
import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, test } from "node:test";
import { contextWith, launch, layerShown, until } from "../e2e/browser.mjs";
import { start } from "../../www/demo/server.mjs";
import { applications, bin, installed, packAndInstall, run } from "./installed.mjs";

/** What npm packs of itself. */
const ALWAYS = ["LICENSE", "README.md", "package.json"];
/** What no code asks for. */
const FOR_READERS = [
  "THIRD-PARTY.txt",
  "dist/consentry-notices.txt",
  "rules/autoconsent.json",
  "rules/consent-o-matic.json",
];

/** @type {string[]} */
let packed;
let folder;
before(() => {
  packed = packAndInstall().files.map((file) => file.path);
  folder = mkdtempSync(path.join(tmpdir(), "consentry-files-"));
});
after(() => rmSync(folder, { recursive: true, force: true }));

const textOf = (file) => readFileSync(path.join(installed, file), "utf8");

/** Every text in a JSON value. */
const textsIn = (value) =>
  typeof value == "string" ? [value] : Object.values(value ?? {}).flatMap((inner) => textsIn(inner));

/** What package.json exports, and the code, types and files that those name in turn. */
function namedByCode() {
  const { exports, bin } = JSON.parse(textOf("package.json"));
  const named = new Set(textsIn({ exports, bin }).map((place) => path.normalize(place)));
  for (const file of named) {
    // What is built names no other file so: a browser or a bundle finds what lies beside it.
    if (!/\.js$|\.d\.ts$/.test(file) || /^(dist|tools)\//.test(file)) continue;
    for (const [, place] of textOf(file).matchAll(/["'](\.{1,2}\/[\w./-]+)["']/g)) {
      const other = path.join(path.dirname(file), place);
      // Types name the code that they are of.
      const types = other.replace(/\.js$/, ".d.ts");
      named.add(file.endsWith(".d.ts") && existsSync(path.join(installed, types)) ? types : other);
    }
  }
  return named;
}

/** A configuration in every language. */
const CONFIG = JSON.parse(readFileSync(path.join(applications, "consentry.json"), "utf8"));
delete CONFIG.languages;

/** The files that bundles are made of, with each layout. */
function readByBundles() {
  const code = `
    import fs from "node:fs";
    import { syncBuiltinESMExports } from "node:module";
    const { readFileSync } = fs;
    const read = [];
    fs.readFileSync = (file, ...more) => { read.push(String(file)); return readFileSync(file, ...more); };
    syncBuiltinESMExports();
    const { Site, configSchema } = await import("consentry/tools");
    const allow = { "missing-language-text": "the names are the same in every language" };
    for (const layout of configSchema().properties.banner.properties.layout.enum)
      new Site({ ...${JSON.stringify(CONFIG)}, banner: { layout } }).bundle({ allow });
    console.log(JSON.stringify(read));`;
  const read = JSON.parse(run("node", ["--input-type=module", "--eval", code]));
  return read
    .map((file) => path.relative(installed, file.replace(/^file:\/\//, "")))
    .filter((file) => file.startsWith("dist/"));
}

/** Names of files that a page asks for, in a browser with or without WebAssembly. */
async function fetchedBy(t, jsFlags) {
  const site = await start({ port: 0, tlsPort: 0, pages: folder });
  t.after(() => site.close());
  const browser = await launch({ ...site, jsFlags });
  t.after(() => browser.close());
  const context = await contextWith(browser, { locale: "fr-FR" });
  const fetched = new Set();
  context.on("request", (request) => {
    const { pathname } = new URL(request.url());
    if (pathname.startsWith("/consentry/")) fetched.add(path.basename(pathname));
  });
  const page = await context.newPage();
  await page.goto(site.url);
  await layerShown(page, 1);
  await page.evaluate(() => window.consentry.showPreferences());
  await layerShown(page, 2);
  await page.evaluate(() => window.consentry.acceptAll());
  await page.evaluate(() => window.consentry.classify("cookie", "_ga"));
  await until(() => fetched.has("consentry-after.js"), "what follows a grant is fetched");
  return fetched;
}

/** A name without its language: one language stands for all that a bundle has. */
const form = (name) => name.replace(/\.[a-z]{2}\.(txt|json)$/, ".*.$1");

test("every_file_is_used", async (t) => {
  writeFileSync(path.join(folder, "consentry.json"), JSON.stringify(CONFIG));
  const allow = ["--allow", "missing-language-text=the names are the same in every language"];
  const out = path.join(folder, "consentry");
  run(bin("consentry"), ["bundle", "--config", "consentry.json", "--out", out, ...allow], { cwd: folder });
  writeFileSync(
    path.join(folder, "index.html"),
    '<!doctype html><meta charset="utf-8"><script src="/consentry/consentry.js"></script><body></body>',
  );
  const fetched = new Set();
  for (const flags of [undefined, "--jitless"])
    for (const name of await fetchedBy(t, flags)) fetched.add(form(name));
  const inBundle = readdirSync(out);
  // What a bundle is made of is part of another file, or lies in the bundle to be fetched.
  const ofBundles = readByBundles().filter((file) => {
    const name = path.basename(file);
    return !inBundle.includes(name) || fetched.has(form(name));
  });
  const used = new Set([...ALWAYS, ...FOR_READERS, ...namedByCode(), ...ofBundles]);
  assert.deepEqual(
    packed.filter((file) => !used.has(file)),
    [],
    "packed, but not used",
  );
  assert.deepEqual(
    [...used].filter((file) => !packed.includes(file)),
    [],
    "used, but not packed",
  );
});

test("the_table_of_the_readme_names_what_is_for_readers", () => {
  const table = [...textOf("README.md").matchAll(/^\| `([^|]*) \|/gm)].map(([, cell]) => cell).join();
  for (const file of FOR_READERS)
    assert.ok(
      [file, `${path.dirname(file)}/`].some((name) => table.includes(`${name}\``)),
      file,
    );
});

test("the_wasm_that_visitors_fetch_is_there_once", () => {
  assert.equal(packed.filter((name) => name.endsWith("consentry-ui.wasm")).length, 1);
});
