// What site owners do with a configuration, in Node: check, lint, bundle, mark. The rules are the same Rust as the program
// `consentry`, as WebAssembly (tools/tools.wasm), which no visitor fetches. Here files are read for it.
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { Site as RustSite, faults, initSync, notices, schema } from "./tools/glue.js";

const here = (file) => new URL(file, import.meta.url);
initSync({ module: readFileSync(here("./tools/tools.wasm")) });

/** What a configuration, a page or a name is refused for. */
export class ConsentryError extends Error {
  /**
   * @param {string} code
   * @param {string[]} lines one for each thing that is wrong
   */
  constructor(code, lines) {
    super(lines.join("\n"));
    this.name = "ConsentryError";
    this.code = code;
    this.lines = lines;
  }
}

/** A built file of the component, or undefined. */
export function componentFile(name) {
  const file = here(`./dist/${path.basename(name)}`);
  return existsSync(file) ? readFileSync(file) : undefined;
}

/** Every fault of a configuration; none where it is a good one. */
export const validate = (config) => faults(config);

/** The JSON Schema of a configuration. */
export const configSchema = () => JSON.parse(schema());

/** Whose work the classifier's tables and model are made from. */
export const tablesNotices = () => notices();

// Calls Rust, whose errors are lines.
function call(code, act) {
  try {
    return act();
  } catch (error) {
    if (error instanceof WebAssembly.RuntimeError) throw error;
    throw new ConsentryError(code, String(error?.message ?? error).split("\n"));
  }
}

/** A site's configuration, and what can be done with it. */
export class Site {
  #rust;
  #path;

  /**
   * @param {string} file of the configuration; what `<site>.declared.json` beside it declares is part of the site
   * @param {{ hosts?: string[] }} [options] `hosts`: those that serve the site, beside the hosts of `backend.origins`
   */
  static read(file, options) {
    let json;
    try {
      json = readFileSync(file, "utf8");
    } catch (error) {
      throw new ConsentryError("unreadable", [`${file}: expected a readable file, found: ${error.message}`]);
    }
    const site = new Site(json, { ...options, path: file });
    const declared = site.declaredPath;
    if (declared && existsSync(declared)) site.#rust.declare(declared, readFileSync(declared, "utf8"));
    return site;
  }

  /**
   * @param {string | object} config the configuration, or its JSON text
   * @param {{ path?: string, hosts?: string[] }} [options] `path`: how messages name it
   */
  constructor(config, { path: name = "consentry.json", hosts = [] } = {}) {
    const json = typeof config == "string" ? config : JSON.stringify(config);
    this.#path = name;
    this.#rust = call("bad-value", () => new RustSite(name, json, hosts));
  }

  /** Where the document of services declared in `/admin` lies, whether or not there is one. */
  get declaredPath() {
    const { key } = this.#rust;
    return key && path.join(path.dirname(this.#path), `${key}.declared.json`);
  }

  addPage = (name, html) => call("invalid-config", () => this.#rust.addPage(name, bytesOf(html)));

  lint = ({ allow = {} } = {}) => call("bad-value", () => this.#rust.lint(pairs(allow)));

  /** @returns {Map<string, Uint8Array>} */
  bundle = ({ allow = {} } = {}) =>
    new Map(call("refused", () => this.#rust.bundle(pairs(allow), componentFile)));

  mark(html, { charset } = {}) {
    const [bytes, held] = call("invalid-config", () => this.#rust.mark(bytesOf(html), charset));
    return { html: typeof html == "string" ? new TextDecoder().decode(bytes) : bytes, held };
  }

  csp = ({ granted = [], denied = [] } = {}) =>
    call("bad-value", () => this.#rust.csp(granted.join(), denied.join()));

  declaration = (language) => call("bad-value", () => this.#rust.declaration(language, componentFile));

  classify = (kind, name, { domain } = {}) =>
    call("bad-value", () => this.#rust.classify(kind, name, domain));
}

const bytesOf = (html) => (typeof html == "string" ? new TextEncoder().encode(html) : html);
const pairs = (allow) => Object.entries(allow).map(([rule, reason]) => `${rule}=${reason}`);
