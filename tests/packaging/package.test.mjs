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

test("the_wasm_is_in_the_tarball_once_and_every_file_is_one_that_the_package_uses", () => {
  const paths = packed.files.map((file) => file.path);
  const hasTwins = paths.filter((name) => paths.includes(`${name}2`) || /\.map$/.test(name));
  assert.deepEqual(hasTwins, []);
  assert.equal(paths.filter((name) => name.endsWith("consentry-ui.wasm")).length, 1);
  const code = ["index.js", "react.js", "vite.js", "tools.js", "head.js", "cli.js"].map((name) =>
    readFileSync(path.join(root, "pkg", name), "utf8"),
  );
  for (const name of paths.filter((it) => /^tools\//.test(it)))
    assert.ok(
      code.some((text) => text.includes(name)),
      `${name} is used`,
    );
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
    ["lint", "--fix", "good.json"],
  ]) {
    const [program, byPackage] = outcomes(words, FILES);
    assert.equal(byPackage.status, program.status, words.join(" "));
    assert.ok(byPackage.stderr && !byPackage.stdout);
  }
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
