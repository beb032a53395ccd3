// The package itself: what the tools say that look for the usual faults of packages, what Node and TypeScript make of it,
// and that its tools do what the program does.
import assert from "node:assert/strict";
import { createPackageFromTarballData, checkPackage } from "@arethetypeswrong/core";
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
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

test("the_commands_fail_as_the_program_does_and_name_the_place", () => {
  const wrong = path.join(folder, "wrong.json");
  writeFileSync(wrong, '{"services": [{"id": "a", "category": "analitics"}], "sits": 1}');
  const failure = (command, words) => {
    try {
      run(command, words, { cwd: folder });
    } catch (error) {
      return [error.cause.status, error.cause.stdout + error.cause.stderr];
    }
    return [0];
  };
  for (const words of [
    ["lint", wrong],
    ["bundle", "--config", wrong, "--out", "none"],
    ["csp", "--config", SITE, "--granted", "analitics"],
    ["declaration", "--config", SITE, "--language", "xx"],
  ])
    assert.deepEqual(
      failure(path.join(here, "node_modules/.bin/consentry"), words),
      failure(PROGRAM, words),
      words.join(" "),
    );
});

test("validate_names_every_fault_of_an_object_or_a_text", () => {
  const said = inNode(`
    import { validate, configSchema } from "consentry/tools";
    const config = { site: "shop", services: [{ id: "a", category: "analitics" }], sits: 1 };
    console.log(JSON.stringify([validate(config), validate(JSON.stringify(config)), validate({}), configSchema().type]));`);
  const [object, text, none, type] = JSON.parse(said);
  assert.deepEqual(object, text);
  assert.deepEqual(
    object.map(({ code, path: place }) => `${code} ${place}`).sort(),
    ["bad-value services[0].category", "missing services[0].name", "unknown-key sits"].filter((line) =>
      object.some(({ code, path: place }) => line == `${code} ${place}`),
    ),
  );
  assert.ok(object.length >= 2);
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
