// What site owners do with a configuration, in Node: check it, lint, bundle, mark pages, ask about it, and make one of another
// consent manager's. The rules are the same Rust as in the native program `consentry`, as WebAssembly (tools/tools.wasm.br),
// which no visitor fetches. This module reads the files for it.
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { brotliDecompressSync } from "node:zlib";
import { asJson } from "./foreign-config.js";
import { Site as RustSite, convert as convertJson, faults, initSync, notices, schema } from "./tools/glue.js";

const here = (file) => new URL(file, import.meta.url);
initSync({ module: brotliDecompressSync(readFileSync(here("./tools/tools.wasm.br"))) });

/** Why a configuration, a page, a name or a file was refused. See tools.d.ts. */
export class ConsentryError extends Error {
  constructor(code, lines) {
    super(lines.join("\n"));
    this.name = "ConsentryError";
    this.code = code;
    this.lines = lines;
  }
}

/** Calls Rust, and makes a `ConsentryError` of what it refuses, which has a code. Any other error is a fault of ours. */
function call(act) {
  try {
    return act();
  } catch (error) {
    throw typeof error?.code == "string" ? new ConsentryError(error.code, error.message.split("\n")) : error;
  }
}

// A byte order mark stays, so that what was read can be written again.
const UTF8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const jsonOf = (config) => (typeof config == "string" ? config : JSON.stringify(config));
const bytesOf = (html) => (typeof html == "string" ? new TextEncoder().encode(html) : html);
const pairs = (allow) => Object.entries(allow).map(([rule, reason]) => `${rule}=${reason}`);

/** The text of a file. */
function textOf(file) {
  try {
    return UTF8.decode(readFileSync(file));
  } catch (error) {
    const found = error instanceof TypeError ? "stream did not contain valid UTF-8" : error.message;
    throw new ConsentryError("unreadable", [`${file}: expected a readable file, found: ${found}`]);
  }
}

/** A built file of what visitors load, or undefined. */
export function componentFile(name) {
  const file = here(`./dist/${path.basename(name)}`);
  return existsSync(file) ? readFileSync(file) : undefined;
}

/** Every fault of a configuration. See tools.d.ts. */
export const validate = (config) => faults(jsonOf(config));

/** Another consent manager's configuration as ours. See tools.d.ts. */
export const convert = (config) =>
  call(() => convertJson(typeof config == "string" ? config : (asJson(config) ?? "null")));

/** The JSON Schema of a configuration. */
export const configSchema = () => JSON.parse(schema());

/** The notices of those whose work the classifier's tables and model are made from. */
export const tablesNotices = () => notices();

/** A site's configuration, and what can be done with it. See tools.d.ts. */
export class Site {
  #rust;
  #path;

  static read(file, { hosts } = {}) {
    const site = new Site(textOf(file), { path: file, hosts });
    const declared = site.declaredPath;
    if (declared && existsSync(declared)) site.#rust.addDeclared(declared, textOf(declared));
    return site;
  }

  /** A site without a configuration: the built-in rules apply. */
  static unconfigured({ hosts = [] } = {}) {
    const site = new Site("{}");
    // Without a path Rust knows that there is no configuration to judge.
    site.#rust = call(() => new RustSite(undefined, "{}", hosts));
    return site;
  }

  constructor(config, { path: name = "consentry.json", hosts = [] } = {}) {
    this.#path = name;
    this.#rust = call(() => new RustSite(name, jsonOf(config), hosts));
  }

  /** The file beside the configuration with the services declared in `/admin`, if the site has a key. */
  get declaredPath() {
    const { key } = this.#rust;
    return key && path.join(path.dirname(this.#path), `${key}.declared.json`);
  }

  addPage(name, html) {
    return this.#rust.addPage(name, bytesOf(html));
  }

  lint({ allow = {} } = {}) {
    return call(() => this.#rust.lint(pairs(allow)));
  }

  bundle({ allow = {} } = {}) {
    return new Map(call(() => this.#rust.bundle(pairs(allow), componentFile)));
  }

  mark(html, { charset } = {}) {
    if (typeof html != "string") return markedBytes(call(() => this.#rust.mark(html, charset)));
    const { html: bytes, held } = markedBytes(call(() => this.#rust.mark(bytesOf(html), "utf-8")));
    return { html: UTF8.decode(bytes), held };
  }

  fix(html) {
    return markedBytes(call(() => this.#rust.fix(html)));
  }

  csp({ granted = [], denied = [] } = {}) {
    return call(() => this.#rust.csp(granted.join(), denied.join()));
  }

  declaration(language) {
    return call(() => this.#rust.declaration(language, componentFile));
  }

  classify(kind, name, { domain } = {}) {
    return call(() => this.#rust.classify(kind, name, domain));
  }
}

const markedBytes = ([html, held]) => ({ html, held });
