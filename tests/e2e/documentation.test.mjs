// The documentation: each example does what the text around it says, and the website made of it can be read everywhere.
// The files that it shows for frameworks are run by `tests/packaging/frameworks.test.mjs`.
import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import { until } from "./browser.mjs";
import { allExamples, examplesOf, filesForFrameworks, valueOf } from "./documentation/examples.mjs";
import { program, root } from "./site.mjs";
import { settled, startStage, wholePage } from "./stage.mjs";

const AXE = readFileSync(path.join(root, "node_modules/axe-core/axe.min.js"), "utf8");
/** What no computer reads. */
const FOR_PEOPLE = "text";
/** Programs for Node, which the tests of `crates/webhooks` run. */
const FOR_NODE = "mjs";
/** What `npx consentry` runs. */
const COMMANDS = path.join(root, "pkg/cli.js");
const SITE = path.join(root, "www/site");
/** Where the examples find the script with the configuration baked in. */
const TAG = '<script src="/consentry/consentry.js"></script>';

/** The configuration of the first page of the documentation; other examples say what they add to it. */
const START = valueOf(examplesOf("start.md").find(({ language }) => language == "json").text);

let folder;
/** @type {import('./stage.mjs').Stage} */
let site;
before(async () => {
  folder = mkdtempSync(path.join(tmpdir(), "consentry-documentation-"));
  site = await startStage({ thirdParty: answerWhatNoStandInDoes });
  site.addFolder("site", SITE);
  bake("", START);
});
after(async () => {
  await site?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Plays the container, which brings the tags that it was set up with, and a script that the demo has no stand-in for. */
function answerWhatNoStandInDoes({ path: asked, dest }) {
  const brought = [
    "www.googletagmanager.com/gtag/js?id=G-0000000000",
    "connect.facebook.net/en_US/fbevents.js",
  ];
  const bring = (address) =>
    `document.head.append(Object.assign(document.createElement("script"), { src: "https://${address}" }));`;
  if (asked == "/gtm.js") return { type: "text/javascript", body: brought.map(bring).join("\n") };
  return dest == "script" && asked.endsWith("/klarna.js") ? { type: "text/javascript", body: "" } : undefined;
}

/** Runs the owner's program in a folder; gives what it printed. */
const runProgram = (words, options = {}) =>
  execFileSync(program, words, { encoding: "utf8", stdio: "pipe", ...options });

/** Bundles a configuration, which must have no error, into a folder of the site; where the configuration lies. */
function bake(name, config) {
  const out = path.join(folder, name || "start");
  const file = path.join(folder, `${name || "start"}.json`);
  writeFileSync(file, JSON.stringify(config));
  runProgram(["bundle", "--config", file, "--out", out]);
  site.addFolder(path.join(name, "consentry"), out);
  return file;
}

/** Where the examples stand that are tested with their framework. */
const OF_FRAMEWORKS = filesForFrameworks().map(({ place }) => place);

/** An example in HTML as a whole page. */
const asPage = (html) => (html.includes("<html") ? html : wholePage(TAG, html));

test("every_example_is_of_a_language_that_a_test_runs", () => {
  const known = ["json", "html", "js", "sh", FOR_NODE, FOR_PEOPLE];
  const others = allExamples().filter(
    ({ language, place }) => !known.includes(language) && !OF_FRAMEWORKS.includes(place),
  );
  assert.deepEqual(
    others.map(({ place, language }) => `${place} ${language}`),
    [],
  );
});

describe("each_configuration_has_no_error", () => {
  // What a conversion gives is compared with what the converter prints, below.
  const examples = allExamples().filter(({ language, page }) => language == "json" && page != "migrating.md");
  for (const { place, text } of examples)
    test(place, () => {
      const file = path.join(folder, "example.json");
      const { backend = START.backend, ...more } = valueOf(text);
      writeFileSync(file, JSON.stringify({ ...START, ...(backend && { backend }), ...more }));
      runProgram(["lint", file]);
    });
});

describe("each_command_works", () => {
  for (const { page, line, place, text } of allExamples().filter(({ language }) => language == "sh"))
    test(place, async (t) => {
      const cwd = mkdtempSync(path.join(tmpdir(), "consentry-commands-"));
      t.after(() => rmSync(cwd, { recursive: true, force: true }));
      const html = examplesOf("start.md").find((example) =>
        example.text.includes("/consentry/consentry.js"),
      ).text;
      writeFileSync(path.join(cwd, "consentry.json"), JSON.stringify(START));
      for (const name of ["public", "dist"]) {
        mkdirSync(path.join(cwd, name));
        writeFileSync(path.join(cwd, name, "index.html"), html);
      }
      const env = { ...process.env, PATH: `${path.dirname(program)}:${process.env.PATH}` };
      const examples = examplesOf(page);
      for (const { file, text: content } of examples.filter((example) => example.file)) {
        mkdirSync(path.dirname(path.join(cwd, file)), { recursive: true });
        writeFileSync(path.join(cwd, file), content);
      }
      const lines = text.replace(/^npx consentry/gm, `node ${COMMANDS}`).replace(/^npm install .*$/gm, "");
      // What is copied has to be there.
      if (lines.includes(" backup "))
        runProgram(["token", "add", "owner", "--scope=admin", "--data=ledger"], { cwd });
      if (lines.includes("consentry serve")) return serves(t, lines, { cwd, env });
      execFileSync("sh", ["-euc", lines], { cwd, env, stdio: "pipe" });
      if (lines.includes(" convert ")) {
        const printed = examples.find((example) => example.language == "json" && example.line > line);
        assert.deepEqual(
          JSON.parse(readFileSync(path.join(cwd, "consentry.json"), "utf8")),
          valueOf(printed.text),
        );
      }
      const pages = ["public", "dist"].map((name) =>
        readFileSync(path.join(cwd, name, "index.html"), "utf8"),
      );
      if (/\bmark\b/.test(lines)) assert.match(pages.join(""), /data-consent="auto"/);
    });
});

/** A server answers until it is ended. */
async function serves(t, line, options) {
  const server = spawn("sh", ["-euc", `exec ${line.replace("8787", "0")}`], options);
  t.after(() => server.kill());
  let printed = "";
  for (const stream of [server.stdout, server.stderr]) stream.on("data", (data) => (printed += data));
  const [address] = await until(() => printed.match(/http:\/\/127\.0\.0\.1:\d+/), "an address");
  assert.equal((await fetch(`${address}/healthz`)).status, 200);
  assert.equal((await fetch(`${address}/shop/consentry.js`)).status, 200);
}

describe("each_script_runs", () => {
  // What migrating.md shows is another manager's: it is for the converter.
  for (const { place, text } of allExamples().filter(
    ({ language, page, place }) =>
      language == "js" && page != "migrating.md" && !OF_FRAMEWORKS.includes(place),
  ))
    test(place, async (t) => {
      const page = await site.visit(t);
      site.add("script.html", wholePage(TAG));
      await page.open("script.html");
      if (text.includes("page.goto")) {
        await new AsyncFunction("page", text.replace(/^await page.goto.*$/m, ""))(page);
      } else {
        const script = text.replace(/^import .*$/m, "");
        await page.evaluate(`(async () => { ${script}\n })()`);
      }
      assert.deepEqual(page.uncaughtErrors, []);
      assert.deepEqual(
        page.consoleLines.filter((line) => /^(error|assert)/.test(line)),
        [],
      );
    });
});
const AsyncFunction = /** @type {any} */ (async () => {}).constructor;

describe("each_page_asks_nobody_without_consent", () => {
  const examples = allExamples().filter(
    ({ language, place }) => language == "html" && !place.startsWith("recipes"),
  );
  for (const { place, text } of examples)
    test(place, async (t) => {
      const file = path.join(folder, "page.html");
      writeFileSync(file, asPage(text));
      runProgram(["mark", "--config", path.join(folder, "start.json"), file]);
      site.add("page.html", readFileSync(file, "utf8"));
      site.reset();
      const page = await site.visit(t);
      await page.open("page.html");
      await settled(() => site.requests().length);
      assert.deepEqual(site.requests(), []);
      await page.evaluate(() => window.consentry.acceptAll());
      await settled(() => site.requests().length);
      // Of each other host that the page names, once all is granted.
      const named = [...text.matchAll(/src="https:\/\/([^/"]+)/g)].map(([, host]) => host);
      assert.deepEqual(
        [...new Set(site.requests().map(({ host }) => host))].sort(),
        [...new Set(named)].sort(),
      );
      assert.deepEqual(page.uncaughtErrors, []);
    });
});

describe("recipes", () => {
  const examples = examplesOf("recipes.md");
  const recipes = examples.filter(({ language }) => language == "json");
  for (const { section, text } of recipes)
    describe(section.replaceAll(" ", "_"), () => {
      const { services } = valueOf(text);
      const name = section.toLowerCase().replaceAll(" ", "-");
      const { text: html } = examples.find((other) => other.section == section && other.language == "html");
      before(() => {
        const config = bake(name, { ...START, services });
        const file = path.join(folder, `${name}.html`);
        writeFileSync(file, wholePage(`<script src="/${name}/consentry/consentry.js"></script>`, html));
        runProgram(["mark", "--config", config, file]);
        site.add(`${name}.html`, readFileSync(file, "utf8"));
      });

      const consenting = services.filter(({ category }) => category != "necessary");
      const ids = (those) => those.map(({ id }) => id).sort();
      const necessary = ids(services.filter(({ category }) => category == "necessary"));

      /** The services whose hosts or scripts a visitor's pages asked, in a fresh browser. */
      async function asked(t, ...steps) {
        site.reset();
        const page = await site.visit(t);
        await page.open(`${name}.html`);
        for (const step of steps) {
          await settled(() => site.requests().length);
          await page.evaluate(step);
        }
        const services = await askedSoFar();
        assert.deepEqual(page.uncaughtErrors, []);
        return { page, services };
      }

      async function askedByNextPage(page) {
        site.reset();
        await page.reload();
        return askedSoFar();
      }

      async function askedSoFar() {
        await settled(() => site.requests().length);
        return [...new Set(site.requests().map((request) => serviceOf(request, services)))].sort();
      }

      test("before_a_choice_what_is_necessary_is_asked_alone", async (t) =>
        assert.deepEqual((await asked(t)).services, necessary));

      test("after_a_refusal_too", async (t) => {
        const { page } = await asked(t, "consentry.rejectAll()");
        assert.deepEqual(await askedByNextPage(page), necessary);
      });

      test("all_of_it_with_a_grant_and_none_after_a_withdrawal", async (t) => {
        const { page, services: reached } = await asked(t, "consentry.acceptAll()");
        assert.deepEqual(reached, ids(services));
        await page.evaluate(() => window.consentry.withdraw());
        const names = (await page.context().cookies(site.url)).map((cookie) => cookie.name);
        assert.deepEqual(
          names.filter((cookie) => declares(consenting, cookie)),
          [],
        );
        assert.deepEqual(await askedByNextPage(page), necessary);
      });

      for (const { id } of consenting)
        test(`a_grant_of_${id}_brings_no_other`, async (t) => {
          const { services: reached } = await asked(t, `consentry.save({ "service:${id}": true })`);
          assert.deepEqual(
            reached.filter((other) => other != id && !necessary.includes(other)),
            [],
          );
        });

      for (const [, host] of html.matchAll(/<a [^>]*href="https:\/\/([^/"]+)/g))
        test(`a_link_to_${host}_is_followed_without_a_choice`, async (t) => {
          const { page } = await asked(t);
          site.reset();
          await page.click(`a[href*="${host}"]`);
          await until(() => site.requests().some((request) => request.host == host), "the visitor's step");
        });
    });
});

/** Which service's host or script a request was for; the host where it is nobody's. */
function serviceOf({ host, path: asked }, services) {
  const script = `https://${host}${asked}`;
  const fits = (pattern) =>
    pattern.endsWith("/*") ? script.startsWith(pattern.slice(0, -1)) : script == pattern;
  const below = (parent) => host == parent || host.endsWith(`.${parent}`);
  const owner =
    services.find(({ scripts = [] }) => scripts.some(fits)) ??
    services.find(({ hosts = [] }) => hosts.some(below));
  return owner?.id ?? host;
}

/** Whether a service declares a cookie. */
const declares = (services, cookie) =>
  services
    .flatMap(({ cookies = [] }) => cookies)
    .some(({ name }) => (name.endsWith("*") ? cookie.startsWith(name.slice(0, -1)) : cookie == name));

describe("the_website", () => {
  for (const name of readdirSync(SITE).filter((file) => file.endsWith(".html")))
    test(`${name}_can_be_read_on_a_phone_and_in_the_dark`, async (t) => {
      site.reset();
      const page = await site.visit(t, { viewport: { width: 320, height: 568 }, colorScheme: "dark" });
      await page.open(`site/${name}`);
      const wider = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      assert.ok(wider <= 0, `${wider} pixels wider than a phone`);
      await page.addScriptTag({ content: AXE });
      const { violations } = await page.evaluate(() => /** @type {any} */ (window).axe.run());
      assert.deepEqual(
        violations.map(({ id, nodes }) => `${id}: ${nodes[0].html}`),
        [],
      );
      assert.deepEqual(page.consoleLines, []);
      assert.deepEqual(site.requests(), [], "no other host is asked");
    });

  test("the_reference_names_every_member_and_event", () => {
    const types = readFileSync(path.join(root, "pkg/index.d.ts"), "utf8");
    const markdown = readFileSync(path.join(root, "www/docs/api.md"), "utf8");
    const code = [...markdown.matchAll(/`([^`\n]+)`/g)].map(([, span]) => span).join("\n");
    const missing = ["Consentry", "Consent", "Note", "Report", "ConsentryEvents"].flatMap((name) => {
      const [, body] = types.match(new RegExp(`export interface ${name} {\\n([^]*?)\\n}`));
      const members = [...body.matchAll(/^ {2}(?:readonly )?(\w+)[?(<:]/gm)].map(([, member]) => member);
      return members.filter((member) => !new RegExp(`\\b${member}\\b`).test(code));
    });
    assert.deepEqual(missing, []);
  });
});
