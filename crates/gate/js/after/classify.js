// `consentry.classify()`: what a cookie, a storage key or a URL is for, and why. The owner's declaration comes first;
// then the full tables and the model are asked, a module of their own that is fetched only now.
import { fetch, host } from "./lent.js";

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

// A pattern with at most one star, as in the configuration; a host covers all below it.
const matches = (pattern, text) => {
  const [start, end] = pattern.split("*");
  return end === undefined
    ? text == start
    : text.length >= pattern.length - 1 && text.startsWith(start) && text.endsWith(end);
};
const bare = (host) => host.replace(/^\*?\.|\.$/g, "");
const covers = (pattern, host) => ("." + host).endsWith("." + bare(pattern));
const LISTS = { cookie: "cookies", storage: "storage", url: "hosts" };

// What the owner declared: the pattern with the longest beginning, of equal ones the last, as in the gate.
function declared(kind, text) {
  const [fits, beginning] = kind == "url" ? [covers, bare] : [matches, (pattern) => pattern.split("*")[0]];
  let found;
  for (const service of host.config.services || [])
    for (const it of service[LISTS[kind]] || []) {
      const pattern = (it.name || it).trim();
      if (fits(pattern, text) && !(found && beginning(found.pattern).length > beginning(pattern).length))
        found = { service, pattern };
    }
  if (!found) return kind == "url" && own(text);
  const { category, id, name } = found.service;
  return {
    category,
    confidence: 1,
    rule: "declared",
    pattern: found.pattern,
    vendor: name?.trim ? name : name?.[host.language] || id,
    source: "service:" + id,
  };
}

// The page's own host, ours, the backend's, and what the owner lets load.
function own(text) {
  const { backend, gate = {} } = host.config;
  const ours = [location.href, import.meta.url, backend?.url || location.href].map((url) =>
    new URL(url).hostname.replace(/^www\./, ""),
  );
  const pattern = [...ours, ...(gate.firstParty || []), ...(gate.exempt || [])].find((it) =>
    covers(it, text),
  );
  return (
    pattern && {
      category: "necessary",
      confidence: 1,
      rule: "declared",
      pattern,
      vendor: pattern,
      source: "first-party",
    }
  );
}

// The host that a URL contacts, or that stands alone, with a port or a path or without; "" where nobody is contacted.
function hostOf(text) {
  const alone = /^[^/\\:?#@\s]+\.[^/\\:?#@\s]+(:\d+)?([/?#]|$)/.test(text);
  try {
    const { protocol, hostname } = new URL(alone ? "https://" + text : text, document.baseURI);
    return /^(http|ws)s?:$/.test(protocol) ? hostname.replace(/\.$/, "") : "";
  } catch {
    return "";
  }
}

export async function classify(kind, value) {
  if (!Object.hasOwn(LISTS, kind))
    throw Object.assign(Error(`unknown-kind: found "${kind}", expected cookie, storage or url`), {
      code: "unknown-kind",
    });
  const given = String(value);
  const text = kind == "url" ? given.trim() && hostOf(given.trim()) : given;
  const known = text && declared(kind, text);
  if (known) return known;
  const answer = text && (await classifier()).classify(kind, text, "");
  const [category, confidence, rule, pattern, vendor, source] = (
    answer || "unclassified\n0\nunclassified\n\n\n"
  ).split("\n");
  return { category, confidence: confidence / 100, rule, pattern, vendor, source };
}
