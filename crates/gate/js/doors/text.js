// Text that becomes code or style: what it names, and the same with nothing in it that must be held.
import { attribute, likewise, policy, setAttr } from "../page.js";
import { holds, ofUrl } from "../verdicts.js";

// A URL in a style rule waits behind a scheme that contacts nobody.
const INERT = "about:consent#";
// Each of these finds what stands before a URL; the second group is the URL, up to the end of its string.
const IN_RULES =
  /(?:\(\s*|(?:[,/]|mport)\s*(?=["']))(["']?)\s*(?=((?:\\(?:[\da-f]{0,6}\s|[^])|[^"'()\0- ])+(?:\\[^]|(?!\1)[^])*))/gi;
const QUOTED = /(")(?=((?:https?:)?\\?\/\\?\/[^"]+))/g; // in JSON
// As the browser reads it (CSS Syntax 3, 4.3.7).
export const plain = (url) =>
  url.replace(/\\(?:(0?[\da-f]{1,5})\s?|\s|([^]))/gi, (all, code, it) =>
    code ? String.fromCodePoint(parseInt(code, 16)) : it || "",
  );
const held = (all, quote, url) =>
  /[:\\/]/.test(url) && holds("text", url, ofUrl(plain(url))) ? all + INERT : all;
export const holdRules = (rules) => rules?.replace?.(IN_RULES, held) ?? rules;

// URLs of hosts in any text, as they stand there; a namespace is none.
export function urlsIn(text) {
  try {
    text = /^data:[^,]*;base64,/i.test(text) ? atob(text.split(",")[1]) : decodeURIComponent(text);
  } catch {
    /* as it is */
  }
  return (text.match(/(?:(?:http|ws)s?:)?\/\/[\w-]+\.[^\s"'`<>()\\]+/gi) || []).filter(
    (url) => !/\/\/www\.w3\.org/.test(url),
  );
}

// What an inline script or style names: imports are syntax, so only the text tells.
const IMPORTS = /\b(import|from)\s*["']((?:https?:)?\/\/[^"']+)/g;
export const type = (element) => attribute(element, "data-consent-type") ?? attribute(element, "type") ?? "";
const finds = (element, code) =>
  element.localName == "style" ? IN_RULES : /map|rules/.test(type(element)) ? QUOTED : code;
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
