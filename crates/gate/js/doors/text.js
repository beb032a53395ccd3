// Text that becomes code or style: what it names, and the same with nothing in it that must be held.
import { getAttribute, trustedLike, trusted, setAttribute } from "../captured.js";
import { mustHold, verdictOfUrl } from "../verdicts.js";

// A URL in a style rule waits behind a scheme that contacts nobody.
const INERT = "about:consent#";
// Each of these finds what stands before a URL; the second group is the URL, up to the end of its string.
const STYLE_RULE_URLS =
  /(?:\(\s*|(?:[,/]|mport)\s*(?=["']))(["']?)\s*(?=((?:\\(?:[\da-f]{0,6}\s|[^])|[^"'()\0- ])+(?:\\[^]|(?!\1)[^])*))/gi;
const QUOTED_URLS = /(")(?=((?:https?:)?\\?\/\\?\/[^"]+))/g; // in JSON
// As the browser reads it (CSS Syntax 3, 4.3.7).
export const readCssUrl = (url) =>
  url.replace(/\\(?:(0?[\da-f]{1,5})\s?|\s|([^]))/gi, (all, code, it) =>
    code ? String.fromCodePoint(parseInt(code, 16)) : it || "",
  );
const holdMatch = (all, quote, url) =>
  /[:\\/]/.test(url) && mustHold("text", url, verdictOfUrl(readCssUrl(url))) ? all + INERT : all;
export const holdStyleRules = (rules) => rules?.replace?.(STYLE_RULE_URLS, holdMatch) ?? rules;

// URLs of hosts in any text, as they stand there; a namespace is none.
export function urlsInText(text) {
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
const STATIC_IMPORTS = /\b(import|from)\s*["']((?:https?:)?\/\/[^"']+)/g;
export const scriptTypeOf = (element) =>
  getAttribute(element, "data-consent-type") ?? getAttribute(element, "type") ?? "";
const patternFor = (element, code) =>
  element.localName == "style"
    ? STYLE_RULE_URLS
    : /map|rules/.test(scriptTypeOf(element))
      ? QUOTED_URLS
      : code;
export const urlsNamedBy = (element) => {
  const by = patternFor(element, /^module$/i.test(scriptTypeOf(element)) && STATIC_IMPORTS);
  return by ? [...element.textContent.matchAll(by)].map((it) => readCssUrl(it[2])) : [];
};

// Style rules, an import map, speculation rules and `import()` find nobody at the address.
const DYNAMIC_IMPORTS = /\bimport\s*\(\s*(["'`])(?=([^"'`]+))/g;
export const holdInElementText = (text, element) => {
  const by =
    text && patternFor(element, /^$|module|javascript/i.test(scriptTypeOf(element)) && DYNAMIC_IMPORTS);
  return by ? trustedLike("Script", text, String(text).replace(by, holdMatch)) : text;
};
export function holdElementText(element) {
  const text = element.textContent;
  const safe = holdInElementText(text, element);
  try {
    if (safe != text) element.textContent = trusted("createScript", safe);
  } catch {
    setAttribute(element, "type", "text/plain"); // not ours to change: all of it waits for the next page
  }
}
