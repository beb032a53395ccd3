// `consentry.classify()`: what a cookie, a storage key or a URL is for, and why. The owner's declaration comes first;
// then the full tables and the model are asked, a module of their own that is fetched only now.
import { explain, fetch, host, ofUrl } from "./lent.js";

let module;
const beside = (name) => new URL("consentry-classify." + name, import.meta.url).href;

// The classifier, as WebAssembly where the page lets it, else as JavaScript.
export function classifier() {
  module ||= import(beside("js"))
    .then(async (it) => {
      await it.load(it, await (await fetch(beside("wasm"))).arrayBuffer());
      return it;
    })
    .catch(async () => {
      const it = await import(beside("wasm.js"));
      it.load();
      return it;
    });
  module.catch(() => (module = null)); // the next one who asks tries again
  return module;
}

// A pattern with at most one star, as in the configuration.
const matches = (pattern, text) => {
  const [start, end] = pattern.split("*");
  return end === undefined ? text == start : text.length >= pattern.length - 1 && text.startsWith(start) && text.endsWith(end);
};
const LISTS = { cookie: "cookies", storage: "storage", url: "hosts" };

function declared(kind, text) {
  const fits = (pattern) => (kind == "url" ? ("." + text).endsWith("." + pattern.replace(/^\*\./, "")) : matches(pattern, text));
  const found = (host.config.services || []).flatMap((service) =>
    (service[LISTS[kind]] || []).map((it) => [(it.name || it).trim(), service]).filter(([pattern]) => fits(pattern)),
  );
  const [pattern, service] = found.sort(([a], [b]) => b.length - a.length)[0] || [];
  const name = service?.name;
  return service && { category: service.category, confidence: 1, rule: "declared", pattern, vendor: name?.trim ? name : name?.[host.language] || service.id, source: "service:" + service.id };
}

// The host that a URL contacts, or that stands alone; "" where nobody is contacted.
function hostOf(text) {
  if (!text.trim()) return "";
  try {
    const { protocol, hostname } = new URL(/^[^/:?#\s]+\.[^/:?#\s]+$/.test(text) ? "https://" + text : text, document.baseURI);
    return /^(http|ws)s?:$/.test(protocol) ? hostname : "";
  } catch {
    return "";
  }
}

export async function classify(kind, value) {
  if (!Object.hasOwn(LISTS, kind))
    throw Object.assign(Error(`unknown-kind: found "${kind}", expected cookie, storage or url`), { code: "unknown-kind" });
  const text = kind == "url" ? hostOf(String(value)) : String(value);
  const own = declared(kind, text);
  if (own) return own;
  if (kind == "url" && text && explain(ofUrl("https://" + text)).reason == "first-party")
    return { category: "necessary", confidence: 1, rule: "declared", pattern: text, vendor: text, source: "first-party" };
  const answer = text && (await classifier()).classify(kind, text, "");
  const [category, confidence, rule, pattern, vendor, source] = (answer || "unclassified\n0\nunclassified\n\n\n").split("\n");
  return { category, confidence: confidence / 100, rule, pattern, vendor, source };
}
