// The package's README, followed: from an empty folder to an application, by what it says and nothing else.
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, test } from "node:test";
import { brotliCompressSync } from "node:zlib";
import { consoleOf, contextWith, launch, layerShown, record, until } from "../e2e/browser.mjs";
import { start } from "../../www/demo/server.mjs";
import { bin, here, installed, packAndInstall, run } from "./installed.mjs";

const README = readFileSync(path.join(here, "../../pkg/README.md"), "utf8");

let folder;
before(() => {
  packAndInstall();
  // Beside the installed packages, so that what is imported there is found.
  folder = mkdtempSync(path.join(here, "node_modules/.readme-"));
});
after(() => rmSync(folder, { recursive: true, force: true }));

/** The example that follows a text of the README. */
function exampleAfter(text) {
  const at = README.indexOf(text);
  assert.ok(at >= 0, `the README says "${text}"`);
  const [, indent, code] = README.slice(at + text.length).match(/^( *)```\w+\n([^]*?)^ *```$/m);
  return code.replaceAll(new RegExp(`^${indent}`, "gm"), "");
}

test("it_leads_from_an_empty_folder_to_an_application_with_a_banner_a_held_film_and_typed_bindings", async (t) => {
  const empty = mkdtempSync(path.join(tmpdir(), "consentry-shop-"));
  t.after(() => rmSync(empty, { recursive: true, force: true }));
  // What `npm create vite@latest` and `npm install` do, with the packages of these tests.
  assert.match(
    README,
    /npm create vite@latest shop -- --template react-ts\ncd shop\nnpm install\nnpm install consentry\n/,
  );
  run(
    "node",
    [
      path.join(here, "node_modules/create-vite/index.js"),
      "shop",
      "--template",
      "react-ts",
      "--no-interactive",
    ],
    { cwd: empty },
  );
  const shop = path.join(empty, "shop");
  symlinkSync(path.join(here, "node_modules"), path.join(shop, "node_modules"));
  for (const file of ["consentry.json", "vite.config.ts", "src/App.tsx"])
    writeFileSync(path.join(shop, file), exampleAfter(`\`${file}\``));
  run("npm", ["run", "build"], { cwd: shop });

  const site = await start({ port: 0, tlsPort: 0, pages: path.join(shop, "dist") });
  t.after(() => site.close());
  const browser = await launch(site);
  t.after(() => browser.close());
  const context = await contextWith(browser);
  const said = consoleOf(context);
  const requests = record(context);
  const page = await context.newPage();
  await page.goto(site.url);
  await layerShown(page, 1);
  const says = (text) => page.getByText(text).waitFor();
  await says("Not chosen yet, films: no");
  await says("Nothing is measured.");
  await page.locator("consentry-declaration table").first().waitFor();
  await page.frameLocator('iframe[title="A film"]').locator("consentry-placeholder").waitFor();
  await page.locator('consentry-banner [data-consentry="reject-all"]').click();
  await says("films: no");
  assert.deepEqual(requests.hosts(), []);
  await page.locator("main > button", { hasText: "Privacy choices" }).click();
  await layerShown(page, 2);
  await page.locator('consentry-banner dialog [data-consentry="accept-all"]').click();
  await says("films: yes");
  await says("Thank you.");
  await until(() => requests.hosts().includes("www.youtube.com"), "the film is loaded");
  await page.locator("main > button", { hasText: "Withdraw" }).click();
  await says("films: no");
  assert.deepEqual(said, []);
  assert.deepEqual(requests.hosts(), ["www.youtube.com"]);
});

test("its_commands_hold_what_a_build_wrote", () => {
  const shop = path.join(folder, "shop");
  mkdirSync(path.join(shop, "dist"), { recursive: true });
  writeFileSync(path.join(shop, "consentry.json"), exampleAfter("`consentry.json`"));
  const film = '<iframe src="https://www.youtube.com/embed/a" title="A film"></iframe>';
  const [tag] = exampleAfter("npx consentry lint consentry.json").match(/<script.*<\/script>/);
  writeFileSync(
    path.join(shop, "dist/index.html"),
    `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>A</title>${tag}</head><body>${film}</body></html>`,
  );
  const commands = exampleAfter("No module can\nbe that.").replaceAll("npx consentry", bin("consentry"));
  run("sh", ["-euc", commands], { cwd: shop });
  assert.match(
    readFileSync(path.join(shop, "dist/index.html"), "utf8"),
    /data-consent="auto" data-consent-src=/,
  );
  assert.ok(readFileSync(path.join(shop, "public", tag.match(/src="(.*?)"/)[1])));
});

test("its_code_for_vue_and_svelte_follows_the_choice", () => {
  const files = {
    "vue.mjs": `${exampleAfter("**Vue**")}\nconsole.log(useAllowed("analytics").value, useAllowed("necessary").value);`,
    "svelte.mjs": `import { get } from "svelte/store";\n${exampleAfter("**Svelte**")}\nconsole.log(get(consent));`,
  };
  const printed = Object.entries(files).map(([name, code]) => {
    writeFileSync(path.join(folder, name), code);
    return run("node", [path.join(folder, name)]).trim();
  });
  assert.deepEqual(printed, ["false true", "null"]);
});

test("an_application_that_imports_it_carries_at_most_2_kilobytes_more", (t) => {
  const app = "import { createRoot } from 'react-dom/client'; import * as React from 'react';";
  const render = "createRoot(document.body).render(React.createElement(Application));";
  const withTag = `${app}
    const Application = () => React.createElement("p", null, React.useSyncExternalStore(() => () => {}, () => window.consentry.consent?.id));
    ${render}`;
  const withImport = `${app}
    import { consentry, start } from "consentry";
    import { ConsentGate, Declaration, useConsent } from "consentry/react";
    const Application = () => React.createElement(ConsentGate, { category: "analytics" },
      React.createElement(Declaration), React.useSyncExternalStore(() => () => {}, () => useConsent().consent?.id));
    consentry.on("consent", console.log);
    window.startLate = start;
    ${render}`;
  const [tag, imported] = [withTag, withImport].map((code, at) => weigh(`weight-${at}`, code));
  t.diagnostic(`${imported - tag} bytes more`);
  assert.ok(imported > tag, "it is in it");
  assert.ok(imported - tag <= 2048, `${imported - tag} bytes more`);
});

/** Bytes of what Vite makes of a module for browsers, as brotli. */
function weigh(name, code) {
  const cwd = path.join(folder, name);
  mkdirSync(cwd);
  writeFileSync(
    path.join(cwd, "index.html"),
    '<!doctype html><script type="module" src="./main.js"></script>',
  );
  writeFileSync(path.join(cwd, "main.js"), code);
  run(bin("vite"), ["build", "--logLevel", "error"], { cwd });
  const built = readFileSync(path.join(cwd, "dist/index.html"), "utf8");
  const script = built.match(/src="(\/assets\/[^"]+)"/)[1];
  return brotliCompressSync(readFileSync(path.join(cwd, "dist", script))).length;
}

test("the_table_names_every_entry_of_files_in_package_json", () => {
  const inTable = [...README.matchAll(/^\| `([^|]*) \|/gm)].flatMap(([, cell]) =>
    [...cell.matchAll(/[\w./*-]+/g)].flat(),
  );
  const files = JSON.parse(readFileSync(path.join(installed, "package.json"), "utf8")).files;
  const named = (file) =>
    inTable.some((name) => name.startsWith(file) || file.endsWith(name.replace("*", "")));
  assert.deepEqual(
    files.filter((file) => !named(file)),
    [],
  );
});
