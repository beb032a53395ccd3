// Text that becomes code or style: which URLs it names, and the same text with those that must be held made
// to find nobody. Reads syntax alone; it must not parse HTML (html.js).
import {
  asText,
  emptyHtmlIfRefused,
  getAttribute,
  isTrusted,
  setAttribute,
  makeTrusted,
  trustedLike,
} from "../captured.js";
import { findVerdictOfUrl, mayAct, mustHold, verdictOfUrl } from "../verdicts.js";
import { INERT_TYPE, heldAttribute, setType } from "../held-elements.js";
import { NO_URL } from "../loading-elements.js";

/**
 * Stands in front of a held URL in a text: `https://host/x` becomes `http://[consentry]/https://host/x`, which nobody can
 * contact, and from which the original is read back.
 */
export const HOLDING_PREFIX = NO_URL;
/** The same in an import map, in which a URL must be one that can be read: nobody has such a port. */
export const PREFIX_IN_MAPS = "https://localhost:0/?consentry#";

// In the patterns by which a text is changed the URL stands in a lookahead, so that the whole match is what stands before
// it (`before` in holdUrl). The first group is the quote, the second the URL. STATIC_IMPORTS is only read: the second is
// the URL.

// In style rules a URL stands after a bracket, or as a string after a comma, a comment or @import. It goes
// on to the end of its string if it has a quote, else to the first character that an unquoted one cannot
// have; a backslash escapes a character or begins its code.
const STYLE_RULE_URLS =
  /(?:\(\s*|(?:[,/]|mport)\s*(?=["']))(["']?)\s*(?=((?:\\(?:[\da-f]{0,6}\s|[^])|[^"'()\0- ])+(?:\\[^]|(?!\1)[^])*))/gi;
// In JSON a URL is a string, and may have its slashes escaped.
const QUOTED_URLS = /(")(?=((?:https?:)?\\?\/\\?\/[^"]+))/g;
const ESCAPES_OF_JSON = /\\(?:u00(?!22|5c)([2-7][\da-f])|[^])/gi;
// What a module imports at its top, and what a script imports as it runs.
const STATIC_IMPORTS = /\b(import|from)\s*["']((?:https?:)?\/\/[^"']+)/g;
const DYNAMIC_IMPORTS = /\bimport\s*\(\s*(?:\/\*[^*]*\*\/\s*)*(["'`])(?=([^"'`]+))/g;

/**
 * A URL of a style rule as the browser reads it: an escape is the code of a character, the end of a line that
 * counts for nothing, or stands for the character after it (CSS Syntax 3, 4.3.7).
 * @param {string} url
 */
export const readCssUrl = (url) =>
  url.replace(/\\(?:(0?[\da-f]{1,5})\s?|\s|([^]))/gi, (escape, code, character) =>
    code ? String.fromCodePoint(parseInt(code, 16)) : character || "",
  );

/** Whether any text was ever changed. */
export let anyPrefixed = false;
function holdUrl(before, quote, url, at, text) {
  if (!/[:\\/]/.test(url)) return before;
  const address = readCssUrl(url);
  // In what looks like a comment, such as a library's licence, it is most likely asked of nobody: it is held and not told.
  const isMention = /^h/i.test(url) && text.lastIndexOf("/*", at) > text.lastIndexOf("*/", at);
  if (isMention ? mayAct(findVerdictOfUrl(address, true)) : !mustHold("text", url, verdictOfUrl(address)))
    return before;
  anyPrefixed = true;
  return before + HOLDING_PREFIX;
}

/**
 * Style rules with nothing in them that must be held; what is no text and names nothing stays as it is.
 * @param {any} rules
 */
export function holdStyleRules(rules) {
  const text = asText(rules);
  const safe = text.replace(STYLE_RULE_URLS, holdUrl);
  return safe == text ? rules : safe;
}

/** What runs a script in HTML. */
export const RUNS_SCRIPT = /<script|javascript:|\bon\w+\s*=/i;

/**
 * URLs of hosts in any text, as they stand there; the address of a namespace is none.
 * @param {string} text may be a data: URL
 * @returns {string[]}
 */
export function urlsInText(text) {
  try {
    text = /^data:[^,]*;base64,/i.test(text) ? atob(text.split(",")[1]) : decodeURIComponent(text);
  } catch {
    /* it is not encoded, and stays as it is */
  }
  // Links that the visitor may follow load nothing, unless a script reads them.
  if (!RUNS_SCRIPT.test(text)) text = text.replace(/<a(?:\s+(?!ping|style)[\w:-]+="[^"<>]*")+>/gi, "<a>");
  const urls = text.match(/(?:(?:http|ws)s?:)?\/\/[\w-]+\.[^\s"'`<>()\\]+/gi) || [];
  return urls.filter((url) => !/\/\/www\.w3\.org/.test(url));
}

/**
 * The type that a script has, or had before it was held.
 * @param {Element} element
 */
const scriptTypeOf = (element) => heldAttribute(element, "type") ?? getAttribute(element, "type") ?? "";

/**
 * Whether a script is a module.
 * @param {Element} element
 */
export const isModule = (element) => /^module$/i.test(scriptTypeOf(element));

// Whether the text is JSON that a browser reads: an import map or speculation rules.
const isJson = (element) => element.localName == "script" && /map|rules/i.test(scriptTypeOf(element));

// How URLs stand in the text of a script or style; code has a pattern of its own, or none.
function patternFor(element, patternForCode) {
  if (element.localName == "style") return STYLE_RULE_URLS;
  return isJson(element) ? QUOTED_URLS : patternForCode;
}

/**
 * The URLs that the text of an inline script or style names. Imports are syntax, so only the text tells.
 * @param {Element} element
 * @returns {string[]}
 */
export function urlsNamedBy(element) {
  const pattern = patternFor(element, isModule(element) && STATIC_IMPORTS);
  return pattern ? [...element.textContent.matchAll(pattern)].map((match) => readCssUrl(match[2])) : [];
}

/**
 * The text of a script or style with nothing in it that must be held: style rules, an import map,
 * speculation rules and `import()` find nobody at the address.
 * @param {any} text
 * @param {Element} element the one whose text it is, or is to be
 */
export function safeTextFor(text, element) {
  const isCode = /^$|module|javascript/i.test(scriptTypeOf(element));
  const pattern = text && patternFor(element, isCode && DYNAMIC_IMPORTS);
  if (!pattern) return text;
  const unescape = (escape, code) => (code ? String.fromCharCode(parseInt(code, 16)) : escape);
  const source = isJson(element) ? String(text).replace(ESCAPES_OF_JSON, unescape) : String(text);
  let safe = source.replace(pattern, holdUrl);
  if (safe == source) return text;
  if (/map/i.test(scriptTypeOf(element))) safe = safe.split(HOLDING_PREFIX).join(PREFIX_IN_MAPS);
  // Text that the page trusts and that we may not change: all of it waits for the next page.
  if (emptyHtmlIfRefused && isTrusted("Script", text)) {
    setType(element, INERT_TYPE);
    return text;
  }
  return trustedLike("Script", text, safe);
}

/**
 * The same for the text that an element has.
 * @param {Element} element
 */
export function makeTextSafe(element) {
  const text = element.textContent;
  const safe = safeTextFor(text, element);
  try {
    if (safe != text) element.textContent = makeTrusted("Script", safe);
  } catch {
    // Trusted Types do not let us change it: all of it waits for the next page.
    setAttribute(element, "type", "text/plain");
  }
}
