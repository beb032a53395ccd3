#!/usr/bin/env node
// `npx consentry`: the owner's commands that need no server, the same as in the native program `consentry`. Reads arguments and
// files, and prints; what the commands do is written in Rust, reached through tools.js.
import {
  chmodSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { isScript, objectsIn } from "./foreign-config.js";
import { ConsentryError, Site, configSchema, convert as converted, tablesNotices } from "./tools.js";

const HELP = `consentry <command>
  lint [CONFIG] [--html DIR] [--fix] [--format text|json|sarif] [--host HOST] [--allow RULE=REASON]
                        say what is wrong with a site, and mend its pages with --fix
  bundle --config FILE --out DIR [--allow RULE=REASON]
                        check a configuration and write the files that a site needs
  mark [--config FILE] [--host HOST] [--charset LABEL] [FILE...]
                        rewrite HTML so that third parties' tags wait for consent; without files, standard input
  csp [--config FILE] [--host HOST] [--granted NAMES] [--denied NAMES] [--header]
                        print the Content-Security-Policy for a visitor with these grants
  declaration --config FILE [--language TAG]
                        print the declaration as HTML
  classify KIND NAME [--config FILE] [--domain HOST] | --notices
                        say what a cookie, a storage key or a url is for
  convert FILE          turn the configuration of Klaro or vanilla-cookieconsent, as JSON or a script, into one for Consentry;
                        a script is run on this machine, so let it be your own
  schema                print the JSON Schema of a configuration
The server, the ledger, tables of names and the lint of a running page are in the program consentry, which is built from the
sources.`;

const text = { type: /** @type {const} */ ("string") };
const flag = { type: /** @type {const} */ ("boolean") };
const list = { ...text, multiple: true, default: [] };

/** What each command takes, and how many positional arguments at most. */
const COMMANDS = {
  lint: {
    act: lint,
    mostNames: 1,
    options: { html: text, fix: flag, format: text, host: list, allow: list },
  },
  bundle: { act: bundle, mostNames: 0, options: { config: text, out: text, allow: list } },
  mark: { act: mark, mostNames: Infinity, options: { config: text, host: list, charset: text } },
  csp: {
    act: csp,
    mostNames: 0,
    options: { config: text, host: list, granted: text, denied: text, header: flag },
  },
  declaration: { act: declaration, mostNames: 0, options: { config: text, language: text } },
  classify: { act: classify, mostNames: 2, options: { config: text, domain: text, notices: flag } },
  convert: { act: convert, mostNames: 1, options: {} },
  schema: { act: () => print(JSON.stringify(configSchema(), null, 2)), mostNames: 0, options: {} },
};

/** What is wrong with the command itself. */
const usage = (sentence) => new ConsentryError("usage", [sentence]);
/** What is wrong with a file. */
const unusable = (file, sentence) => new ConsentryError("unusable", [`${file}: ${sentence}`]);
const print = (line) => console.log(line);

const PRINTED = {
  text: ({ lines }) => lines.forEach(print),
  json: ({ findings }) => print(JSON.stringify({ findings }, null, 2)),
  sarif: ({ sarif }) => print(JSON.stringify(sarif, null, 2)),
};

function lint({ html, fix, format = "text", host, allow }, [config]) {
  if (!config && !html) throw usage("lint: found nothing to look at, expected CONFIG or --html DIR");
  if (fix && !html) throw usage("--fix: expected --html DIR beside it");
  if (!Object.hasOwn(PRINTED, format))
    throw usage(`--format: found "${format}", expected text, json or sarif`);
  const site = siteOf(config, host);
  for (const file of html ? pagesIn(html) : []) {
    const page = readFile(file);
    if (!site.addPage(file, page) || !fix) continue;
    const { html: fixed, held } = site.fix(page);
    writeFile(file, fixed);
    console.error(`fixed: ${String(held).padStart(5)} ${file}`);
    site.addPage(file, fixed);
  }
  const result = site.lint({ allow: reasonsIn(allow) });
  PRINTED[format](result);
  return result.fails ? 1 : 0;
}

function bundle({ config, out, allow }) {
  if (!config || !out) throw usage("bundle: expected --config FILE and --out DIR");
  const files = Site.read(config).bundle({ allow: reasonsIn(allow) });
  try {
    mkdirSync(out, { recursive: true });
    // The reasons of an earlier bundle are out of date.
    rmSync(path.join(out, "consentry-allowed.json"), { force: true });
  } catch (error) {
    throw unusable(out, `cannot be written: ${error.message}`);
  }
  for (const [name, content] of files) {
    const file = path.join(out, name);
    try {
      writeFileSync(file, content);
    } catch (error) {
      throw unusable(file, `cannot be written: ${error.message}`);
    }
    print(`${String(content.length).padStart(8)} ${file}`);
  }
}

async function mark({ config, host, charset }, files) {
  const site = siteOf(config, host);
  if (!files[0]) {
    const pieces = [];
    for await (const piece of process.stdin) pieces.push(piece);
    process.stdout.write(site.mark(Buffer.concat(pieces), { charset }).html);
    return;
  }
  const failures = [];
  for (const file of files)
    try {
      const before = readFile(file);
      const { html, held } = site.mark(before, { charset });
      if (!before.equals(html)) writeFile(file, html);
      print(`${String(held).padStart(8)} ${file}`);
    } catch (error) {
      if (error.code != "unusable") throw error;
      failures.push(...error.lines);
    }
  if (failures[0]) throw new ConsentryError("unusable", failures);
}

function csp({ config, host, granted, denied, header }) {
  const names = (given) => (given ? given.split(",") : []);
  const policy = siteOf(config, host).csp({ granted: names(granted), denied: names(denied) });
  print(header ? `Content-Security-Policy: ${policy}` : policy);
}

function declaration({ config, language }) {
  if (!config) throw usage("declaration: expected --config FILE");
  print(Site.read(config).declaration(language));
}

function classify({ config, domain, notices }, [kind, name]) {
  if (notices) return void process.stdout.write(tablesNotices());
  if (!kind || !name) throw usage("classify: expected KIND (cookie, storage or url) and NAME");
  for (const [title, value] of Object.entries(siteOf(config, []).classify(kind, name, { domain })))
    print(title.padEnd(11) + (title == "confidence" ? value.toFixed(2) : value || "-"));
}

async function convert(_, [file]) {
  if (!file) throw usage("convert: expected FILE");
  const text = readText(file);
  const { found, failure } = isScript(file) ? await objectsIn(file, text) : { found: [text] };
  const byHand = "save its object as JSON (console.log(JSON.stringify(…)))";
  let refusal = failure
    ? `expected a script that can be run, found: ${failure}; or ${byHand}`
    : `found no configuration of Klaro or vanilla-cookieconsent; ${byHand}`;
  const read = [];
  for (const json of found)
    try {
      read.push(converted(json));
    } catch (error) {
      if (error.code != "bad-value") throw error;
      if (!isScript(file)) refusal = error.message;
    }
  if (!read[0]) throw unusable(file, refusal);
  const [{ config, remarks }, ...others] = read;
  print(JSON.stringify(config, null, 2));
  if (failure)
    remarks.push({ path: file, found: failure, advice: "what the script does after that is not read" });
  if (others[0])
    remarks.push({
      path: file,
      found: `${others.length} more ${others[1] ? "configurations" : "configuration"}`,
      advice: `of each, ${byHand}, and convert that`,
    });
  for (const { path, found, advice } of remarks) console.error(`remark ${path}: found ${found}; ${advice}`);
  console.error(
    "next: save what is printed as a file; consentry lint FILE names what visitors are not told yet",
  );
}

/** The site of a configuration; without one the built-in rules apply. */
const siteOf = (file, hosts) => (file ? Site.read(file, { hosts }) : Site.unconfigured({ hosts }));

/** Reads `RULE=REASON`, several times; several rules with commas between share a reason. */
function reasonsIn(allow) {
  const parts = allow.map((given) => {
    const [rules, ...reason] = given.split("=");
    return rules.split(",").map((rule) => [rule.trim(), reason.join("=")]);
  });
  return Object.fromEntries(parts.flat());
}

function readFile(file) {
  try {
    return readFileSync(file);
  } catch (error) {
    throw unusable(file, `expected a readable file, found: ${error.message}`);
  }
}

function readText(file) {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(readFile(file));
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw unusable(file, "expected a readable file, found: stream did not contain valid UTF-8");
  }
}

/** Replaces a file whole or not at all. A symbolic link stays one; a file that is read-only is an error. */
function writeFile(file, content) {
  try {
    const place = realpathSync(file);
    const { mode } = statSync(place);
    if (!(mode & 0o200)) throw new Error("it is read-only");
    const beside = path.join(path.dirname(place), `.${path.basename(place)}.${process.pid}`);
    writeFileSync(beside, content);
    chmodSync(beside, mode);
    renameSync(beside, place);
  } catch (error) {
    throw unusable(file, `cannot be written: ${error.message}`);
  }
}

/** All pages below a folder, in the order of their bytes, or the one page. Follows no links below the folder. */
function pagesIn(place) {
  const folder = place.replace(/\/+$/, "");
  let pages;
  try {
    if (!statSync(place).isDirectory()) return [place];
    pages = below(folder);
  } catch (error) {
    throw unusable(place, `expected a readable folder, found: ${error.message}`);
  }
  if (!pages[0]) throw unusable(place, "found no *.html, expected the site's pages");
  return pages;
}

function below(folder) {
  const entries = readdirSync(folder, { withFileTypes: true });
  const byName = (a, b) => Buffer.compare(Buffer.from(a.name), Buffer.from(b.name));
  return entries.sort(byName).flatMap((entry) => {
    const file = `${folder}/${entry.name}`;
    if (entry.isDirectory()) return below(file);
    return /\.html?$/i.test(entry.name) && !entry.isSymbolicLink() ? [file] : [];
  });
}

async function run([command, ...words]) {
  if (command == "--version" || command == "-V") {
    const { version } = JSON.parse(readFileSync(new URL("./package.json", import.meta.url), "utf8"));
    return print(`consentry ${version}`);
  }
  if (command == "--help" || command == "-h" || command == "help" || words.includes("--help"))
    return print(HELP);
  if (!command) throw usage(`expected a command\n${HELP}`);
  if (!Object.hasOwn(COMMANDS, command)) throw usage(`found no command "${command}"\n${HELP}`);
  const { act, mostNames, options } = COMMANDS[command];
  let given;
  try {
    given = parseArgs({ args: words, options, allowPositionals: true });
  } catch (error) {
    throw usage(`${command}: ${error.message}`);
  }
  const { values, positionals } = given;
  if (positionals.length > mostNames)
    throw usage(`${command}: found "${positionals[mostNames]}", expected nothing more`);
  return act(/** @type {any} */ (values), positionals);
}

/** Exits as the program does: with 2 for a command that cannot be read, with 1 for all else that is wrong. */
function fail(error) {
  if (!(error instanceof ConsentryError)) throw error;
  for (const line of error.lines) console.error(line.startsWith("error ") ? line : `error: ${line}`);
  if (error.code == "refused")
    console.error("error: refused: mend these, or pass --allow RULE=REASON for those that may be");
  process.exitCode = error.code == "usage" ? 2 : 1;
}

// Whoever closed the pipe has read enough.
process.stdout.on("error", (error) => {
  if (/** @type {any} */ (error).code != "EPIPE") throw error;
});
try {
  process.exitCode = (await run(process.argv.slice(2))) || 0;
} catch (error) {
  fail(error);
}
