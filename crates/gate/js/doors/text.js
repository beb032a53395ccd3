// Text that the browser makes elements of: HTML given to any of its doors, scripts, and style rules. What is held in
// it is held in the text itself, and not a byte beside it changes.
import { URL, attribute, call, emptyHTML, inline, innerHTML, likewise, policy, setAttr, tag, trusts } from "../page.js";
import { holds, ofUrl, permits } from "../verdicts.js";
import { KINDS, LOADS, TEXT } from "../loads.js";
import { inspect, released } from "../marks.js";
import { wrap } from "./wrap.js";

// A URL in a style rule waits behind a scheme that contacts nobody.
const INERT = "about:consent#";
// Each of these finds what stands before a URL; the second group is the URL, up to the end of its string.
const IN_RULES = /(?:\(\s*|(?:[,/]|mport)\s*(?=["']))(["']?)\s*(?=((?:\\(?:[\da-f]{0,6}\s|[^])|[^"'()\0- ])+(?:\\[^]|(?!\1)[^])*))/gi;
const QUOTED = /(")(?=((?:https?:)?\\?\/\\?\/[^"]+))/g; // in JSON
// As the browser reads it (CSS Syntax 3, 4.3.7).
export const plain = (url) => url.replace(/\\(?:(0?[\da-f]{1,5})\s?|\s|([^]))/gi, (all, code, it) => (code ? String.fromCodePoint(parseInt(code, 16)) : it || ""));
const held = (all, quote, url) => (/[:\\/]/.test(url) && holds("text", url, ofUrl(plain(url))) ? all + INERT : all);
export const holdRules = (rules) => rules?.replace?.(IN_RULES, held) ?? rules;

// URLs of hosts in any text, as they stand there; a namespace is none.
export function urlsIn(text) {
  try {
    text = /^data:[^,]*;base64,/i.test(text) ? atob(text.split(",")[1]) : decodeURIComponent(text);
  } catch {
    /* as it is */
  }
  return (text.match(/(?:(?:http|ws)s?:)?\/\/[\w-]+\.[^\s"'`<>()\\]+/gi) || []).filter((url) => !/\/\/www\.w3\.org/.test(url));
}

// What an inline script or style names: imports are syntax, so only the text tells.
const IMPORTS = /\b(import|from)\s*["']((?:https?:)?\/\/[^"']+)/g;
export const type = (element) => attribute(element, "data-consent-type") ?? attribute(element, "type") ?? "";
const finds = (element, code) => (element.localName == "style" ? IN_RULES : /map|rules/.test(type(element)) ? QUOTED : code);
export const named = (element) => {
  const by = finds(element, /^module$/i.test(type(element)) && IMPORTS);
  return by ? [...element.textContent.matchAll(by)].map((it) => plain(it[2])) : [];
};

// Style rules, an import map, speculation rules and `import()` find nobody at the address.
const DYNAMIC = /\bimport\s*\(\s*(["'`])(?=([^"'`]+))/g;
export const safeText = (text, element) => {
  const by = text && finds(element, /^$|module|javascript/i.test(type(element)) && DYNAMIC);
  return by ? likewise("Script", text, String(text).replace(by, held)) : text;
};
export function holdText(element) {
  const text = element.textContent;
  const safe = safeText(text, element);
  try {
    if (safe != text) element.textContent = policy("createScript", safe);
  } catch {
    setAttr(element, "type", "text/plain"); // not ours to change: all of it waits for the next page
  }
}

// As the HTML standard reads them (13.2.5), each character once; text, comments and what it calls bogus ones are no tags.
const TAG = "[^\\s/>]*(?:[\\s/]|[^\\s/>][^\\s/>=]*(?:[\\s]*=[\\s]*(?:\"[^\"]*\"|'[^']*'|[^\\s>\"'][^\\s>]*(?=[\\s>])|(?=>))|(?=[\\s/>])(?![\\s]*=)))*>";
const TAGS = new RegExp(`(<(script|style|textarea|title|xmp|iframe|noembed|noframes)(?=[\\s/>])${TAG})([^]*?)(?=</\\2[\\s/>]|$)|<!--(?:-?>|[^]*?--!?>)|</?[a-z]${TAG}|<[!?/][^>]*>`.replaceAll("\\s", "\\t\\n\\f\\r "), "gi");
const RISKY = new RegExp(`<(${Object.keys(LOADS).join("|")}|style)\\b|style[^<]+[(&]`, "i");
const inert = document.createElement("template");

// One start tag, held if it must be.
function holdTag(text) {
  if (!RISKY.test(text) || !/[:\\&]|\/\s*\/|data-consent/.test(text)) return text;
  call(innerHTML.set, inert, [policy("createHTML", (/^<(image|use|feimage)/i.test(text) ? "<svg>" : "") + text)]);
  const element = [...inert.content.querySelectorAll("*")].pop();
  if (!element) return text;
  const before = element.outerHTML;
  inspect(element, true);
  const now = element.outerHTML;
  return now == before ? text : now.replace(/><\/\w+>$/, text.match(/\/?>$/)[0]);
}

// HTML with everything held in it that must be.
export function holdHtml(given, context) {
  const html = String(given);
  if (KINDS[context?.localName] == TEXT) return safeText(given, context);
  if (!RISKY.test(html) || /^t(extarea|itle)$/.test(context?.localName)) return given;
  if (emptyHTML && trusts("HTML", given)) return urlsIn(html).every((url) => permits(ofUrl(url))) ? given : emptyHTML;
  const safe = html.replace(TAGS, (all, start, name, text) => {
    if (!start) return holdTag(all);
    if (/script|frame/i.test(name)) return holdTag(start) + text;
    // In SVG and MathML these hold elements.
    const inside = /<(svg|math)/i.test(html) ? String(holdHtml(text)) : text;
    return holdTag(start) + (/style/i.test(name) ? holdRules(inside) : inside);
  });
  return likewise("HTML", given, safe);
}

// A frame whose document is given as text gets a gate of its own: ours, before everything else.
const own = () =>
  tag
    ? (inline?.outerHTML || "") +
      `<script src="${tag.src}" nonce="${tag.nonce}" data-config="${tag.dataset.config || ""}"></script>`
    : "";
export function holdDocument(text) {
  const html = String(holdHtml(text));
  if (html == text && !/<script|\bon\w+\s*=|javascript:/i.test(text)) return text;
  return emptyHTML || likewise("HTML", text, html.includes("consentry.js") ? html : own() + html);
}

// A frame may also be given a blob of text.
const blobs = new Map();
export function watchBlobs() {
  wrap("URL", "createObjectURL", (self, [blob], go) => {
    const url = go();
    blobs.set(url, blob);
    return url;
  });
  wrap("URL", "revokeObjectURL", (self, [url], go) => (blobs.delete(String(url)), go()));
}
export const blobOf = (url) => blobs.get(String(url));
export function guardBlob(url) {
  const blob = blobOf(url);
  if (!/^text.html/.test(blob?.type) || blob.guarded) return url;
  const guarded = new Blob(["<!doctype html>", own(), blob], { type: blob.type });
  guarded.guarded = true;
  return URL.createObjectURL(guarded);
}

// `document.write` in pieces: a tag that is not finished waits for its end, as it would in the parser. What a script
// writes that was held and released is parsed into the page at its place (after.js).
let rest = "";
export function write(given, go) {
  const parse = released.get(document.currentScript) || go;
  const trusted = given.every((it) => it == "\n" || trusts("HTML", it));
  if (emptyHTML && trusted) return given.splice(0, 9e9, ...given.map((it) => holdHtml(it))), go();
  const put = (html) => {
    if (!html) return;
    const safe = holdHtml(html);
    given.splice(0, 9e9, trusted ? policy("createHTML", safe) : safe);
    parse(given[0]);
  };
  const html = rest + given.map(String).join("");
  const open = (rest = /<[^>]*$/.exec(html)?.[0] || "");
  put(html.slice(0, html.length - open.length));
  if (open) queueMicrotask(() => rest == open && ((rest = ""), put(open)));
}
