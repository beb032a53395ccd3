// `consentry.classify()`: what a cookie, a storage key or a URL is for, and why. The answer is the lazily
// fetched module's (crates/page-classifier), which knows the owner's word, the tables and the model; here it is
// fetched, and told what the owner of this site declared.
import { gate } from "./gate.js";

/**
 * @typedef {object} Answer
 * @property {string} category
 * @property {number} confidence 0 to 1
 * @property {string} rule
 * @property {string} pattern
 * @property {string} vendor
 * @property {string} source
 */

// Where the configuration declares what, by kind.
const LISTS = { cookie: "cookies", storage: "storage", url: "hosts" };

let loading;

/**
 * The module, as WebAssembly where the page lets it, else as JavaScript.
 * @returns {Promise<any>}
 */
export function classifier() {
  loading ||= load();
  loading.catch(() => (loading = null)); // the next one who asks tries again
  return loading;
}

async function load() {
  try {
    const module = await gate.importBeside_("classify.js");
    await module.load(module, await gate.fetchBeside_("classify.wasm", "arrayBuffer"));
    return module;
  } catch {
    const module = await gate.importBeside_("classify.wasm.js");
    module.load();
    return module;
  }
}

// What the owner says now: the configuration may have come since the last question.
function siteOf(module) {
  const { services, gate: rules = {}, backend } = gate.config_;
  const site = new module.Site(document.baseURI);
  for (const { id, name, category, ...lists } of services || []) {
    const vendor = name?.trim ? name : name?.[gate.language_()] || id;
    for (const kind of Object.keys(LISTS))
      for (const entry of lists[LISTS[kind]] || [])
        site.declare(kind, String(entry.name || entry), String(category), String(vendor), String(id));
  }
  for (const address of [location.href, gate.besideAddress_, backend?.url || location.href])
    site.addOwnHost(new URL(address, location.href).hostname.replace(/^www\./, ""));
  for (const host of [...(rules.firstParty || []), ...(rules.exempt || [])]) site.addOwnHost(String(host));
  return site;
}

/**
 * @param {string} kind `cookie`, `storage` or `url`
 * @param {string} value
 * @returns {Promise<Answer>}
 */
export async function classify(kind, value) {
  if (!Object.keys(LISTS).includes(kind))
    throw Object.assign(Error(`unknown-kind: found "${kind}", expected cookie, storage or url`), {
      code: "unknown-kind",
    });
  const site = siteOf(await classifier());
  const [category, confidence, rule, pattern, vendor, source] = site.classify(kind, String(value));
  site.free();
  return { category, confidence: confidence / 100, rule, pattern, vendor, source };
}
