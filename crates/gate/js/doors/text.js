// Text that the browser makes elements of: HTML given to any of its doors, and style rules. What is held in
// it is held in the text itself, and not a byte beside it changes.
import { URL, attribute, call, createContextualFragment, emptyHTML, hasAttr, innerHTML, insertBefore, likewise, policy, removeAttr, setAttr, tag, trusts } from "../page.js";
import { holds, ofUrl, permits } from "../verdicts.js";
import { LOADS } from "../loads.js";
import { hold, inspect, released } from "../marks.js";

import { wrap } from "./wrap.js";

// A URL in a style rule waits behind a scheme that contacts nobody.
const INERT = "about:consent#";
const IN_RULES = /(url\(\s*["']?|["'])((?:https?:)?\/\/[^"')\s]+)/gi;
const held = (all, before, url) => (holds("text", url, ofUrl(url)) ? before + INERT + url : all);
export const holdRules = (rules) => String(rules).replace(IN_RULES, held);
const freeRules = (rules) => rules.replace(/about:consent#([^"')\s]+)/g, (all, url) => (permits(ofUrl(url)) ? url : all));

// A grant reaches the rules that stand in the page.
export function releaseRules() {
  for (const element of document.querySelectorAll(`style,[style*="${INERT}"]`)) {
    const { textContent } = element;
    if (element.localName != "style") setAttr(element, "style", freeRules(element.getAttribute("style")));
    else if (textContent.includes(INERT)) element.textContent = freeRules(textContent);
  }
}

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
const IMPORTS = /\b(?:import|from)\s*["']((?:https?:)?\/\/[^"']+)/g;
export const type = (element) => attribute(element, "data-consent-type") ?? attribute(element, "type") ?? "";
const isRules = (element) => element.localName == "style" || /map|rules/.test(type(element));
export function named(element) {
  if (isRules(element)) return [...element.textContent.matchAll(IN_RULES)].map((it) => it[2]);
  return type(element) == "module" ? [...element.textContent.matchAll(IMPORTS)].map((it) => it[1]) : [];
}

// Style rules, an import map, speculation rules and `import()` find nobody at the address.
const DYNAMIC = /(\bimport\s*\(\s*["'`])([^"'`]+)/g;
export function holdText(element) {
  if (!/^s(cript|tyle)$/.test(element.localName) || hasAttr(element, "src")) return;
  const text = element.textContent;
  if (!isRules(element) && !/^$|module|javascript/i.test(type(element))) return;
  const safe = isRules(element) ? holdRules(text) : text.replace(DYNAMIC, held);
  if (safe == text) return;
  try {
    element.textContent = policy("createScript", safe);
  } catch {
    setAttr(element, "type", "text/plain"); // not ours to change: all of it waits for the next page
  }
}

const ATTRIBUTES = `(?:[^>"']|"[^"]*"|'[^']*')*>`;
const names = Object.keys(LOADS).join("|");
const TAGS = new RegExp(`(<(script|style|textarea|title|xmp)\\b${ATTRIBUTES})([^]*?)(?=</\\2|$)|<(?:${names})\\b${ATTRIBUTES}|<!--[^]*?-->`, "gi");
const RISKY = new RegExp(`<(${names}|style)\\b|style[^>]*//`, "i");
const STYLED = new RegExp(`<\\w${ATTRIBUTES}`, "g");
const inert = document.createElement("template");

// One start tag, held if it must be.
function holdTag(text) {
  if (!/[:\\&]|\/\s*\/|data-consent/.test(text)) return text;
  call(innerHTML.set, inert, [policy("createHTML", /^<(image|use|feimage)/i.test(text) ? "<svg>" + text : text)]);
  const element = [...inert.content.querySelectorAll("*")].pop();
  if (!element) return text;
  const before = element.outerHTML;
  inspect(element, true);
  const now = element.outerHTML;
  return now == before ? text : now.replace(/<\/\w+>$/, "");
}

// HTML with everything held in it that must be.
export function holdHtml(given, context) {
  const html = String(given);
  if (context?.localName == "style") return holdRules(html);
  if (!RISKY.test(html) || /^(script|textarea|title)$/.test(context?.localName)) return given;
  if (emptyHTML && trusts("HTML", given)) return urlsIn(html).every((url) => permits(ofUrl(url))) ? given : emptyHTML;
  let safe = html.replace(TAGS, (all, start, name, text) => {
    if (!start) return all.startsWith("<!--") ? all : holdTag(all);
    return (/script/i.test(name) ? holdTag(start) : start) + (/style/i.test(name) ? holdRules(text) : text);
  });
  if (/style[^>]*\/\//i.test(safe)) safe = safe.replace(STYLED, (all) => (/style[^>]*\/\//i.test(all) ? holdTag(all) : all));
  return likewise("HTML", given, safe);
}

// A frame whose document is given as text gets a gate of its own: ours, before everything else.
const own = () => {
  if (!tag) return "";
  const it = tag.cloneNode();
  for (const name of ["async", "defer"]) removeAttr(it, name);
  setAttr(it, "src", policy("createScriptURL", tag.src));
  setAttr(it, "nonce", tag.nonce);
  return (document.getElementById("consentry-config")?.outerHTML || "") + it.outerHTML;
};
export function holdDocument(text) {
  const html = String(holdHtml(text));
  if (html == text && !/<script|\bon\w+\s*=|javascript:/i.test(text)) return text;
  return emptyHTML || likewise("HTML", text, html.includes("consentry.js") ? html : own() + html);
}

// A frame may also be given a blob of text.
const blobs = new Map();
export function watchBlobs() {
  wrap(URL, "createObjectURL", (native) => (blob) => {
    const url = native(blob);
    if (blob instanceof Blob) blobs.set(url, blob);
    return url;
  });
  wrap(URL, "revokeObjectURL", (native) => (url) => (blobs.delete(String(url)), native(url)));
}
export const blobOf = (url) => blobs.get(String(url));
export function guardBlob(url) {
  const blob = blobOf(url);
  if (!/html/.test(blob?.type) || blob.guarded) return url;
  const guarded = new Blob(["<!doctype html>", own(), blob], { type: blob.type });
  guarded.guarded = true;
  return URL.createObjectURL(guarded);
}

// `document.write` in pieces: a tag that is not finished waits for its end, as it would in the parser.
let rest = "";
export function write(native, page, given, end) {
  const script = document.currentScript;
  const trusted = given.every((it) => trusts("HTML", it));
  if (emptyHTML && trusted) return call(native, page, given.map((it) => holdHtml(it)));
  const put = (html) => {
    if (!html) return;
    const safe = trusted ? policy("createHTML", holdHtml(html)) : holdHtml(html);
    released.has(script) ? parseAt(script, safe) : call(native, page, [safe]);
  };
  const html = rest + given.join("") + end;
  const open = (rest = /<[^>]*$/.exec(html)?.[0] || "");
  put(html.slice(0, html.length - open.length));
  if (open) queueMicrotask(() => rest == open && ((rest = ""), put(open)));
}

// What a released script writes is parsed into the page at the script's place, where the native call would
// replace the page; scripts in it run in order, as any that were held.
const places = new WeakMap();
function parseAt(script, html) {
  const range = document.createRange();
  const parent = script.parentNode || document.body;
  range.selectNodeContents(parent);
  const fragment = call(createContextualFragment, range, [html]);
  for (const it of fragment.querySelectorAll("script")) hold(it, true);
  if (!places.has(script)) places.set(script, script.nextSibling);
  const place = places.get(script);
  call(insertBefore, parent, [fragment, place?.parentNode == parent ? place : null]);
}
