#!/usr/bin/env node
// `npx consentry`: the owner's commands that need no server, as the program `consentry` has them. Reads arguments and files,
// and prints; what the commands mean is said in Rust (tools.js).
import { mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { ConsentryError, Site, configSchema, tablesNotices } from "./tools.js";

const HELP = `consentry <command>
  lint CONFIG [--html DIR] [--fix] [--format text|json|sarif] [--allow RULE=REASON]
                        say what is wrong with a site, and mend its pages with --fix
  bundle --config FILE --out DIR [--allow RULE=REASON]
                        check a configuration and write the files that a site needs
  mark [--config FILE] [--charset LABEL] FILE...
                        hold the static tags of other hosts in HTML; without files, standard input
  csp [--config FILE] [--granted NAMES] [--denied NAMES] [--header]
                        print the Content-Security-Policy for a visitor with these grants
  declaration --config FILE [--language TAG]
                        print the declaration as HTML
  classify KIND NAME [--config FILE] [--domain HOST] | --notices
                        say what a cookie, a storage key or a url is for
  schema                print the JSON Schema of a configuration
--host HOST names a host that serves the site. The server, the ledger and what looks at a running page are in the program
consentry, which is built from the sources.`;

const OPTIONS = /** @type {const} */ ({
  allow: { type: "string", multiple: true, default: [] },
  charset: { type: "string" },
  config: { type: "string" },
  denied: { type: "string", default: "" },
  domain: { type: "string" },
  fix: { type: "boolean" },
  format: { type: "string", default: "text" },
  granted: { type: "string", default: "" },
  header: { type: "boolean" },
  help: { type: "boolean", short: "h" },
  host: { type: "string", multiple: true, default: [] },
  html: { type: "string" },
  language: { type: "string" },
  notices: { type: "boolean" },
  out: { type: "string" },
  version: { type: "boolean", short: "V" },
});

/** What is wrong with the command itself. */
const wrong = (sentence) => new ConsentryError("usage", [sentence]);

const COMMANDS = {
  lint({ values, names: [config] }) {
    if (!config && !values.html) throw wrong("lint: found nothing to look at, expected CONFIG or --html DIR");
    const site = siteOf(config, values);
    for (const file of values.html ? pagesIn(values.html) : []) {
      if (site.addPage(file, readFile(file)) && values.fix) {
        const { html, held } = site.mark(readFile(file));
        writeFileSync(file, html);
        console.error(`fixed: ${String(held).padStart(5)} ${file}`);
        site.addPage(file, html);
      }
    }
    const result = site.lint({ allow: allowed(values) });
    print(values.format, result);
    return result.fails ? 1 : 0;
  },

  bundle({ values }) {
    if (!values.config || !values.out) throw wrong("bundle: expected --config FILE and --out DIR");
    const files = siteOf(values.config, values).bundle({ allow: allowed(values) });
    mkdirSync(values.out, { recursive: true });
    // The reasons of an earlier bundle no longer hold.
    rmSync(path.join(values.out, "consentry-allowed.json"), { force: true });
    for (const [name, content] of files) {
      const file = path.join(values.out, name);
      writeFileSync(file, content);
      console.log(`${String(content.length).padStart(8)} ${file}`);
    }
  },

  mark({ values, names }) {
    const site = siteOf(values.config, values);
    const marked = (html) => site.mark(html, { charset: values.charset });
    if (!names[0]) return void process.stdout.write(marked(readFileSync(0)).html);
    for (const file of names) {
      const before = readFile(file);
      const { html, held } = marked(before);
      if (!before.equals(html)) writeFileSync(file, html);
      console.log(`${String(held).padStart(8)} ${file}`);
    }
  },

  csp({ values }) {
    const list = (names) => (names ? names.split(",") : []);
    const policy = siteOf(values.config, values).csp({
      granted: list(values.granted),
      denied: list(values.denied),
    });
    console.log(values.header ? `Content-Security-Policy: ${policy}` : policy);
  },

  declaration({ values }) {
    if (!values.config) throw wrong("declaration: expected --config FILE");
    console.log(siteOf(values.config, values).declaration(values.language));
  },

  classify({ values, names: [kind, name] }) {
    if (values.notices) return void process.stdout.write(tablesNotices());
    if (!kind || !name) throw wrong("classify: expected KIND (cookie, storage or url) and NAME");
    const answer = siteOf(values.config, values).classify(kind, name, values);
    for (const [title, value] of Object.entries(answer)) {
      const text = title == "confidence" ? value.toFixed(2) : value || "-";
      console.log(title.padEnd(11) + text);
    }
  },

  schema() {
    console.log(JSON.stringify(configSchema(), null, 2));
  },
};

/** The site of a configuration; without one the built-in rules apply. */
const siteOf = (file, { host }) => (file ? Site.read(file, { hosts: host }) : new Site({}, { hosts: host }));

function allowed({ allow }) {
  const parts = allow.map((text) => {
    const [rules, ...reason] = text.split("=");
    return rules.split(",").map((rule) => [rule.trim(), reason.join("=")]);
  });
  return Object.fromEntries(parts.flat());
}

function readFile(file) {
  try {
    return readFileSync(file);
  } catch (error) {
    throw wrong(`${file}: expected a readable file, found: ${error.message}`);
  }
}

/** Every page below a folder, or the one page. Follows no links. */
function pagesIn(place) {
  try {
    if (!statSync(place).isDirectory()) return [place];
  } catch (error) {
    throw wrong(`${place}: expected a readable folder, found: ${error.message}`);
  }
  const entries = readdirSync(place, { recursive: true, withFileTypes: true });
  const pages = entries.filter((entry) => entry.isFile() && /\.html?$/i.test(entry.name));
  if (!pages[0]) throw wrong(`${place}: found no *.html, expected the site's pages`);
  return pages.map((entry) => path.join(entry.parentPath ?? entry.path, entry.name)).sort();
}

function print(format, { lines, findings, sarif }) {
  if (format == "json") console.log(JSON.stringify({ findings }, null, 2));
  else if (format == "sarif") console.log(JSON.stringify(sarif, null, 2));
  else if (format == "text") lines.forEach((line) => console.log(line));
  else throw wrong(`--format: found "${format}", expected text, json or sarif`);
}

function run(words) {
  const { values, positionals } = parseArgs({ args: words, options: OPTIONS, allowPositionals: true });
  const [command, ...names] = positionals;
  if (values.version) return void console.log(`consentry ${PACKAGE.version}`);
  if (values.help || !command) return void console.log(HELP);
  const act = Object.hasOwn(COMMANDS, command) && COMMANDS[command];
  if (!act) throw wrong(`found no command "${command}"\n${HELP}`);
  return act({ values, names });
}

const PACKAGE = JSON.parse(readFileSync(new URL("./package.json", import.meta.url), "utf8"));
try {
  process.exitCode = run(process.argv.slice(2)) ?? 0;
} catch (error) {
  const lines = error.lines ?? [error.code?.startsWith?.("ERR_PARSE_ARGS") ? error.message : error.stack];
  for (const line of lines) console.error(line.startsWith("error") ? line : `error: ${line}`);
  process.exitCode = error instanceof ConsentryError || error.code?.startsWith?.("ERR_PARSE_ARGS") ? 1 : 70;
}
