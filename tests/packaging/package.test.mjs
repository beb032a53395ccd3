// The package itself: what the tools say that look for the usual faults of packages, what Node and TypeScript make of it,
// and that its tools do what the program does.
import assert from "node:assert/strict";
import { createPackageFromTarballData, checkPackage } from "@arethetypeswrong/core";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, test } from "node:test";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import { here, packAndInstall, root, run } from "./installed.mjs";

const PROGRAM = path.join(root, "target/release/consentry");
const SITE = path.join(root, "www/demo/traxmate/site.json");

/** @type {ReturnType<typeof packAndInstall>} */
let packed;
let folder;
before(() => {
  packed = packAndInstall();
  folder = mkdtempSync(path.join(tmpdir(), "consentry-tools-"));
});
after(() => rmSync(folder, { recursive: true, force: true }));

/** What a module prints that Node runs in this folder. */
const inNode = (code) => run("node", ["--input-type=module", "--eval", code]);

test("publint_has_no_remark", async () => {
  const { messages, pkg } = await publint({
    pkgDir: path.join(here, "node_modules/consentry"),
    strict: true,
  });
  assert.deepEqual(
    messages.map((message) => formatMessage(message, pkg)),
    [],
  );
});

test("the_types_are_right_for_every_way_to_import_that_an_esm_package_has", async () => {
  const tarball = createPackageFromTarballData(new Uint8Array(packed.tarball));
  const entrypoints = [".", "./react", "./vite", "./tools", "./head.js", "./consentry.js"];
  const result = await checkPackage(tarball, { entrypoints });
  const problems = "problems" in result ? result.problems : ["there are no types"];
  // The profile "esm-only" of this tool: neither `require` nor the resolution of Node 10 is promised.
  const promised = problems.filter(
    (problem) => !["node10", "node16-cjs"].includes(/** @type {any} */ (problem).resolutionKind),
  );
  assert.deepEqual(promised, []);
});

test("it_says_whose_code_it_carries_and_under_which_licence", () => {
  const said = readFileSync(path.join(here, "node_modules/consentry/THIRD-PARTY.txt"), "utf8");
  for (const name of ["serde_json", "wasm-bindgen", "lol_html", "encoding_rs"])
    assert.match(said, new RegExp(`^${name} [\\d.]+ \\(.+\\) https://`, "m"));
  for (const license of ["Mozilla Public License", "Permission is hereby granted", "UNICODE LICENSE"])
    assert.match(said, new RegExp(license));
});

test("node_imports_it_by_name_and_gets_an_object_that_grants_nothing", () => {
  const said = inNode(`
    import { consentry, start } from "consentry";
    import { headHtml } from "consentry/head.js";
    const off = consentry.on("consent", () => {});
    off();
    const code = await consentry.acceptAll().catch(({ code }) => code);
    console.log(JSON.stringify([consentry.consent, consentry.allowed("necessary"), consentry.allowed("analytics"),
      code, typeof start, headHtml({ src: '/a"b.js' })]));`);
  assert.deepEqual(JSON.parse(said), [
    null,
    true,
    false,
    "not-started",
    "function",
    '<script src="/a&quot;b.js"></script>',
  ]);
});

test("a_worker_imports_it", () => {
  const worker = 'import { consentry } from "consentry"; postMessage(consentry.allowed("analytics"));';
  const said = inNode(`
    import { Worker } from "node:worker_threads";
    const worker = new Worker(${JSON.stringify(worker.replace("postMessage", 'import { parentPort } from "node:worker_threads"; parentPort.postMessage'))}, { eval: true, type: "module" });
    worker.on("message", (message) => { console.log(message); });`);
  assert.equal(said.trim(), "false");
});

test("the_commands_print_and_write_what_the_program_does", () => {
  const byProgram = (words) => run(PROGRAM, words, { cwd: folder });
  const byPackage = (words) => run(path.join(here, "node_modules/.bin/consentry"), words, { cwd: folder });
  for (const words of [
    ["schema"],
    ["classify", "cookie", "_ga"],
    ["classify", "url", "https://www.googletagmanager.com/gtag/js", "--config", SITE],
    ["csp", "--config", SITE, "--granted", "analytics", "--header"],
    ["declaration", "--config", SITE, "--language", "sv"],
    ["lint", SITE],
    ["lint", SITE, "--html", path.join(root, "www/demo/traxmate"), "--format", "sarif"],
    ["lint", SITE, "--html", path.join(root, "www/demo/traxmate"), "--format", "json"],
  ])
    assert.equal(byPackage(words), byProgram(words), words.join(" "));
  byProgram(["bundle", "--config", SITE, "--out", "by-program"]);
  byPackage(["bundle", "--config", SITE, "--out", "by-package"]);
  const filesIn = (name) => {
    const names = readdirSync(path.join(folder, name)).sort();
    return names.map((file) => [file, readFileSync(path.join(folder, name, file)).toString("base64")]);
  };
  assert.deepEqual(filesIn("by-package"), filesIn("by-program"));
});

/** Runs a command of the program and of the package, each in a folder of its own with these files. */
function outcomes(words, files) {
  return [PROGRAM, path.join(here, "node_modules/.bin/consentry")].map((command) => {
    const cwd = mkdtempSync(path.join(folder, "both-"));
    for (const [name, content] of Object.entries(files)) {
      mkdirSync(path.dirname(path.join(cwd, name)), { recursive: true });
      writeFileSync(path.join(cwd, name), content);
    }
    const { status, stdout, stderr } = spawnSync(command, words, { cwd, encoding: "utf8" });
    const left = readdirSync(cwd, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => path.join(entry.parentPath ?? entry.path, entry.name))
      .sort()
      .map((file) => [path.relative(cwd, file), readFileSync(file, "latin1")]);
    return { status, stdout, stderr, left };
  });
}

const GOOD = readFileSync(path.join(here, "applications/consentry.json"), "utf8");
const REPORT_ONLY = JSON.stringify({ ...JSON.parse(GOOD), gate: { reportOnly: true } });
const TAG = '<p>\u00f6</p><script src="https://www.googletagmanager.com/gtag/js"></script>\n';
const DECLARED =
  '{"services": [{"id": "later", "name": "Later", "category": "analytics", "hosts": ["later.example"]}]}';
const FILES = {
  "good.json": GOOD,
  "report-only.json": REPORT_ONLY,
  "bad.json": '{"services": [{"id": "a", "category": "analitics"}], "sits": 1}',
  "no-text.json": Buffer.from([0x7b, 0xff, 0x7d]),
  "poor.json": '{"site": "poor"}',
  "pages/a/index.html": TAG,
  "pages/a-b.html": TAG.replace("gtag/js", "gtag/js?b"),
  "pages/none.html": "<p>Nothing</p>",
  "one.html": TAG,
  "latin.html": Buffer.from(`<meta charset="iso-8859-1">${TAG}`, "latin1"),
  "klaro.json": JSON.stringify({
    cookieExpiresAfterDays: 500,
    acceptAll: false,
    services: [
      {
        name: "counter",
        title: { sv: "R\u00e4knare" },
        purposes: ["analytics"],
        cookies: ["/^_c_\\d+$/", "*"],
      },
      { name: "odd", purposes: ["weather"], callback: "[function]" },
    ],
  }),
  "cookieconsent.json": JSON.stringify({
    categories: { necessary: { readOnly: true }, ads: { autoClear: { cookies: [{ name: "/^_fb/" }] } } },
    language: { default: "en", translations: { en: "./en.json" } },
    revision: 2,
  }),
};
for (const [words, more = {}] of /** @type {[string[], Record<string, string>?][]} */ ([
  [["lint", "bad.json"]],
  [["lint", "bad.json", "--html", "pages", "--format", "sarif"]],
  [["lint", "good.json", "--html", "pages"]],
  [["lint", "good.json", "--html", "pages/", "--format", "json"]],
  [["lint", "--html", "pages"]],
  [["lint", "--html", "one.html"]],
  [["lint", "good.json", "--html", "pages", "--fix"]],
  [["lint", "report-only.json", "--html", "pages", "--fix"]],
  [["lint", "good.json"], { "shop.declared.json": DECLARED }],
  [["lint", "good.json"], { "shop.declared.json": '{"servces": []}' }],
  [["lint", "poor.json", "--allow", "missing-controller,missing-authority=a test"]],
  [["bundle", "--config", "bad.json", "--out", "out"]],
  [["bundle", "--config", "no-text.json", "--out", "out"]],
  [["bundle", "--config", "poor.json", "--out", "out"]],
  [
    [
      "bundle",
      "--config",
      "poor.json",
      "--out",
      "out",
      "--allow",
      "missing-controller,missing-authority,missing-policy-url=a test",
    ],
  ],
  [["bundle", "--config", "good.json", "--out", "out"], { "shop.declared.json": DECLARED }],
  [["mark", "--config", "good.json", "one.html", "pages/none.html", "latin.html"]],
  [["mark", "--charset", "utf-8", "latin.html"]],
  [["csp", "--config", "good.json", "--granted", "analitics"]],
  [["csp", "--host", "shop.example"]],
  [["declaration", "--config", "good.json", "--language", "xx"]],
  [["convert", "klaro.json"]],
  [["convert", "cookieconsent.json"]],
  [["convert", "good.json"]],
  [["convert", "one.html"]],
  [["convert", "no-text.json"]],
]))
  test(`${words.join("_")}${more["shop.declared.json"] ? "_with_what_was_declared" : ""}_does_what_the_program_does`, () => {
    const [program, byPackage] = outcomes(words, { ...FILES, ...more });
    assert.deepEqual(byPackage, program);
  });

test("what_one_file_is_refused_for_keeps_no_other_from_being_marked", () => {
  const [program, byPackage] = outcomes(["mark", "one.html", "gone.html", "latin.html"], FILES);
  assert.deepEqual([byPackage.status, byPackage.stdout, byPackage.left], [1, program.stdout, program.left]);
  assert.match(byPackage.stderr, /^error: gone\.html: expected a readable file, found: /);
});

test("a_command_that_is_none_ends_with_the_programs_status", () => {
  for (const words of [
    [],
    ["frob"],
    ["lint"],
    ["lint", "--frob"],
    ["schema", "more"],
    ["bundle"],
    ["convert"],
    ["convert", "klaro.json", "more"],
    ["lint", "--fix", "good.json"],
  ]) {
    const [program, byPackage] = outcomes(words, FILES);
    assert.equal(byPackage.status, program.status, words.join(" "));
    assert.ok(byPackage.stderr && !byPackage.stdout);
  }
});

const KLARO = "{ services: [{ name: 'counter', purposes: ['analytics'], cookies: [/^_c/], callback() {} }] }";
const COOKIECONSENT =
  "{ categories: { counter: { services: { counter: {} } } }, cookie: { domain: location.hostname }, " +
  "onConsent: ({ cookie }) => send(cookie), language: { default: 'en', translations: { en: {} } } }";
for (const [name, script] of Object.entries({
  a_global: `var klaroConfig = ${KLARO};`,
  a_property_of_window: `window.klaroConfig = ${KLARO};`,
  a_global_unless_it_is_set: `var klaroConfig = window.klaroConfig || ${KLARO};`,
  a_property_unless_it_is_set: `window.klaroConfig ??= ${KLARO};`,
  a_function_that_returns_it: `export default async () => (${KLARO});`,
  a_module_in_one_line: `import{run}from"klaro";import t from"./t.json"assert{type:"json"};const a=${KLARO};export{a as default}`,
  a_constant: `const klaroConfig = ${KLARO};`,
  a_call_in_a_function: `(function () { 'use strict'; const config = ${KLARO}; klaro.setup(config); })();`,
  common_js: `const klaro = require('klaro'); module.exports = ${KLARO};`,
  a_default_export: `import * as Klaro from 'klaro/dist/klaro-no-css';\nexport default ${KLARO};`,
  a_named_export: `export const config = ${KLARO};\nexport { config as other };`,
  a_call: `import 'vanilla-cookieconsent/dist/cookieconsent.css';
    import {
      run,
    } from 'vanilla-cookieconsent';
    const im = iframemanager();
    im.run({ services: { youtube: { embedUrl: 'https://www.youtube-nocookie.com/embed/{data-id}' } } });
    for (const language of navigator.languages) console.log(language);
    CookieConsent.run(${COOKIECONSENT});`,
  an_object_that_is_returned: `const cc = initCookieConsent(); if (cc.x) cc.run(${COOKIECONSENT});`,
  a_listener: `document.addEventListener('DOMContentLoaded', async () => {
    const { texts } = await import('./texts.js'), more = await (await fetch('/more.json')).json();
    CookieConsent.run({ ...more, ...${COOKIECONSENT}, revision: 1 });
  });`,
  a_component: `import { useEffect } from 'react';
    export default function Consent() { useEffect(() => { CookieConsent.run(${COOKIECONSENT}); }, []); return null; }`,
  a_frameworks_configuration: `export default defineConfig({ modules: [], consent: { options: ${COOKIECONSENT} } });`,
  what_ends_in_an_error: `klaro.setup(${KLARO}); null.x;`,
}))
  test(`convert_finds_the_configuration_in_${name}`, () => {
    const [, byPackage] = outcomes(["convert", "consent.js"], { "consent.js": script });
    assert.equal(byPackage.status, 0, byPackage.stderr);
    const { services } = JSON.parse(byPackage.stdout);
    assert.equal(services[0].id, "counter");
    assert.deepEqual(services[0].cookies, script.includes(KLARO) ? ["_c*"] : undefined);
    assert.match(byPackage.stderr, /^remark .*: found a function; /m);
    assert.doesNotMatch(byPackage.stderr, /only a browser/);
  });

test("convert_says_why_it_finds_nothing_in_a_script", () => {
  for (const [script, found] of /** @type {[string, RegExp][]} */ ([
    [
      "let a = {b: 1}; f(a);",
      /^error: consent\.js: found no configuration of Klaro or vanilla-cookieconsent; save/,
    ],
    ["f(;", /^error: consent\.js: expected a script that can be run, found: Unexpected token/],
    ["(async () => { for (;;) await 0; })();", /^error: .* can be run, found: it timed out/],
    ["while (true);", /^error: consent\.js: expected a script that can be run, found: .*timed out/],
  ])) {
    const [program, byPackage] = outcomes(["convert", "consent.js"], { "consent.js": script });
    assert.deepEqual([byPackage.status, byPackage.stdout], [1, ""]);
    assert.match(byPackage.stderr, found);
    assert.match(
      program.stderr,
      /^error: consent\.js: found a script, .* npx consentry convert consent\.js runs it/,
    );
  }
});

test("convert_says_what_else_a_script_holds_and_what_it_failed_with", () => {
  const script = `klaro.setup(${KLARO}); klaro.setup({ services: [{ name: "b", purposes: [] }] }); null.x;`;
  const [, { status, stdout, stderr }] = outcomes(["convert", "consent.js"], { "consent.js": script });
  assert.deepEqual([status, JSON.parse(stdout).services.length], [0, 1]);
  assert.match(stderr, /^remark consent\.js: found Cannot read properties of null .*; what the script does/m);
  assert.match(stderr, /^remark consent\.js: found 1 more configuration; of each, save its object as JSON/m);
});

test("convert_reads_typescript_where_node_can", () => {
  const script = `import type { Config } from 'klaro';\nconst config: Config = ${KLARO};\nexport default config;`;
  const [, { status, stderr }] = outcomes(["convert", "consent.ts"], { "consent.ts": script });
  const message = /cannot read TypeScript, expected 22\.13 or later; or save its object as JSON/;
  if (status) assert.match(stderr, message);
  else assert.match(stderr, /^remark services\[0\]\.callback: found a function; /m);
});

test("convert_takes_an_object_as_it_is_given_to_the_other_manager_or_its_text", () => {
  const said = inNode(`
    import { convert, validate } from "consentry/tools";
    const config = ${KLARO};
    config.services[0].self = config;
    const { config: ours, remarks } = convert(config);
    const text = convert('{"services": [{"name": "counter", "purposes": ["analytics"], "cookies": ["/^_c/"]}]}').config;
    const codes = [{}, [], null, undefined, "{", "[]", ours, () => {}].map((wrong) => {
      try { convert(wrong); } catch ({ code, name }) { return name + " " + code; }
    });
    console.log(JSON.stringify({ ours, text, faults: validate(ours), remarks, codes }));`);
  const { ours, text, faults, remarks, codes } = JSON.parse(said);
  assert.deepEqual(ours, { services: [{ id: "counter", category: "analytics", cookies: ["_c*"] }] });
  assert.deepEqual([text, faults], [ours, []]);
  assert.equal(remarks[0].path, "services[0].callback");
  assert.deepEqual(new Set(codes), new Set(["ConsentryError bad-value"]));
});

test("validate_names_every_fault_of_an_object_or_a_text", () => {
  const said = inNode(`
    import { validate, configSchema } from "consentry/tools";
    const config = { site: "shop", services: [{ id: "a", category: "analitics" }], sits: 1 };
    console.log(JSON.stringify([validate(config), validate(JSON.stringify(config)), validate({}), configSchema().type]));`);
  const [object, text, none, type] = JSON.parse(said);
  assert.deepEqual(object, text);
  assert.deepEqual(object.map((fault) => `${fault.code} ${fault.path}`).sort(), [
    "bad-value services[0].category",
    "unknown-key sits",
  ]);
  assert.deepEqual([none, type], [[], "object"]);
});

test("the_schema_says_of_a_configuration_what_validate_says", () => {
  const said = inNode(`
    import { readFileSync } from "node:fs";
    import { validate, configSchema } from "consentry/tools";
    import Ajv from "ajv/dist/2020.js";
    const isValid = new Ajv.default().compile(configSchema());
    const whole = JSON.parse(readFileSync(${JSON.stringify(path.join(root, "tests/cases/config/good/whole.json"))}, "utf8"));
    // Each value of it in turn, with another in its place.
    const differ = [];
    let count = 0;
    const compare = (what) => {
      count += 1;
      const faults = validate(whole);
      const certain = faults.filter(({ code }) => ["unknown-key", "missing", "wrong-type"].includes(code));
      const valid = isValid(whole);
      if (valid ? certain.length : !faults.length) differ.push(what);
    };
    const walk = (parent, place) => {
      for (const key of Object.keys(parent)) {
        const value = parent[key];
        for (const other of [null, true, -1, "", "~ ~", [], [[]], {}, { a: 1 }]) {
          parent[key] = other;
          compare(place + "." + key + " = " + JSON.stringify(other));
        }
        delete parent[key];
        if (!Array.isArray(parent)) compare(place + " without " + key);
        parent[key] = value;
        if (value && typeof value == "object") walk(value, place + "." + key);
      }
    };
    compare("the whole");
    walk(whole, "");
    console.log(JSON.stringify({ count, differ }));`);
  const { count, differ } = JSON.parse(said);
  assert.deepEqual(differ, []);
  assert.ok(count > 500, `${count} configurations`);
});

for (const [resolution, module] of [
  ["bundler", "esnext"],
  ["nodenext", "nodenext"],
])
  test(`typescript_in_strict_mode_takes_what_is_documented_and_refuses_mistakes_with_${resolution}`, () => {
    const options = ["--module", module, "--moduleResolution", resolution];
    run("node", [
      "node_modules/typescript/bin/tsc",
      ...["--strict", "--noEmit", "--jsx", "react-jsx", "--target", "es2022", "--skipLibCheck", "false"],
      ...options,
      "types/uses.tsx",
    ]);
  });
