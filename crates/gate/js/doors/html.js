// Elements and the HTML that they come in, which are one: an element may hold a document as text, and a text elements.
import {
  URL,
  getAttribute,
  call,
  emptyHTML,
  hasAttribute,
  inlineConfig,
  innerHtmlProperty,
  insertBefore,
  trustedLike,
  addNote,
  trusted,
  setAttribute,
  ownTag,
  isTrusted,
} from "../captured.js";
import { explain, mustHold, verdictOfMark, verdictOfUrl, mayAct } from "../verdicts.js";
import { BRINGS_WINDOW, ELEMENT_ROLES, LOADING_ATTRIBUTES, HOLDS_TEXT } from "../loading-elements.js";
import {
  MARK,
  decidingVerdict,
  heldAttributes,
  holdElement,
  putBack,
  releaseSoon,
  releasedScripts,
  watchedRoots,
  markedElements,
  verdictOfAttribute,
} from "../held-elements.js";
import {
  holdStyleRules,
  holdElementText,
  urlsNamedBy,
  holdInElementText,
  scriptTypeOf,
  urlsInText,
} from "./text.js";
import { blobOf } from "./blobs.js";

// Attributes whose text is changed where it names what must be held.
export const holdInAttribute = (element, name, text) =>
  name == "style"
    ? holdStyleRules(text)
    : ELEMENT_ROLES[element.localName] == BRINGS_WINDOW
      ? name == "srcdoc"
        ? holdDocument(text)
        : guardBlob(text)
      : text;

// Where an element comes from, if not from the page's script.
export const PARSER = 1; // the browser's parser has just put it into the document
export const TEXT_OF_PAGE = 2; // it was parsed from text that a script gave

// The verdict on a marked element: its mark's, or that on all that its held attributes and its text name, since an element
// may have been held by a server too.
export function verdictOfMarked(element) {
  const mark = getAttribute(element, MARK);
  if (mark != "auto") return verdictOfMark(mark);
  const name = element.localName;
  const verdicts = heldAttributes(element).map(([load, value]) =>
    LOADING_ATTRIBUTES[name]?.includes(load)
      ? verdictOfAttribute(element, load, value)
      : decidingVerdict(urlsInText(value).map(verdictOfUrl)),
  );
  const named_ = urlsNamedBy(element);
  // A style may hide one address in another, and a script may name many that it does not contact.
  const inText =
    ELEMENT_ROLES[name] == HOLDS_TEXT && (name == "style" || !named_[0])
      ? urlsInText(element.textContent)
      : [];
  return decidingVerdict([...verdicts, ...named_.concat(inText).map(verdictOfUrl)]);
}

// What a marked element would contact, as `report()` tells it.
export const targetOf = (element) =>
  heldAttributes(element).find(([load]) => LOADING_ATTRIBUTES[element.localName]?.includes(load))?.[1] ||
  "inline";

// Whether a marked element can be let go where it stands: a script only while the parser is still at its end tag, which
// then runs it in its place. (HTML 13.2.6.4.8: observers hear of it at the end tag, before it is prepared.)
const isAtParser = (element) => {
  const { readyState, currentScript } = element.ownerDocument;
  return (
    ELEMENT_ROLES[element.localName] != HOLDS_TEXT ||
    (element.localName == "script" && readyState == "loading" && !currentScript && !element.nextSibling)
  );
};

// Frames that were let go and are seen once more because of that.
const reinserted = new WeakSet();

// Looks at one element before or just after it enters the document; holds it if it must not act. `origin`: see above.
export function inspectElement(element, origin) {
  const name = element.localName;
  for (const it of ["style", "srcdoc", "src", "data"]) {
    const value = getAttribute(element, it);
    const safe = value && holdInAttribute(element, it, value);
    if (safe != value) setAttribute(element, it, trusted("createHTML", safe));
  }
  // Marked by hand or by a server, even if by half only.
  if (hasAttribute(element, MARK)) {
    if (!markedElements.has(element)) holdElement(element, origin, getAttribute(element, MARK));
    const verdict = verdictOfMarked(element);
    if (!mayAct(verdict)) return;
    if (origin != PARSER || !isAtParser(element)) return releaseSoon();
    addNote("released", name, targetOf(element), explain(verdict));
    putBack(element);
    // A frame that the parser has just put there loads its new address only when it is inserted anew.
    if (ELEMENT_ROLES[name] == BRINGS_WINDOW) {
      reinserted.add(element);
      call(insertBefore, element.parentNode, [element, element.nextSibling]);
    }
    return;
  }
  if (reinserted.delete(element)) return;
  for (const load of LOADING_ATTRIBUTES[name] || []) {
    const value = getAttribute(element, load);
    if (value !== null && mustHold(name, value, verdictOfAttribute(element, load, value)))
      return holdElement(element, origin);
  }
  if (ELEMENT_ROLES[name] != HOLDS_TEXT || hasAttribute(element, "src")) return;
  holdElementText(element);
  // A module waits for what it imports at its top.
  if (/^module$/i.test(scriptTypeOf(element)))
    for (const url of urlsNamedBy(element))
      if (mustHold("import", url, verdictOfUrl(url))) return holdElement(element, origin);
}

// After a withdrawal: frames that are still there stop.
export function holdFrames() {
  for (const root of watchedRoots)
    for (const frame of root.deref()?.querySelectorAll("iframe,frame") || []) inspectElement(frame);
}

// As the HTML standard reads them (13.2.5), each character once; text, comments and what it calls bogus ones are no tags.
const REST_OF_TAG =
  "[^\\s/>]*(?:[\\s/]|[^\\s/>][^\\s/>=]*(?:[\\s]*=[\\s]*(?:\"[^\"]*\"|'[^']*'|[^\\s>\"'][^\\s>]*(?=[\\s>])|(?=>))|(?=[\\s/>])(?![\\s]*=)))*>";
const TAGS = new RegExp(
  `(<(script|style|textarea|title|xmp|iframe|noembed|noframes)(?=[\\s/>])${REST_OF_TAG})([^]*?)(?=</\\2[\\s/>]|$)|<!--(?:-?>|[^]*?--!?>)|</?[a-z]${REST_OF_TAG}|<[!?/][^>]*>`.replace(
    /\\s/g,
    "\\t\\n\\f\\r ",
  ),
  "gi",
);
const MAY_LOAD = new RegExp(`<(${Object.keys(LOADING_ATTRIBUTES).join("|")}|style)\\b|style[^<]+[(&]`, "i");
const inertTemplate = document.createElement("template");

// One start tag, held if it must be.
function holdTag(text) {
  if (!MAY_LOAD.test(text) || !/[:\\&]|\/\s*\/|data-consent/.test(text)) return text;
  call(innerHtmlProperty.set, inertTemplate, [
    trusted("createHTML", (/^<(image|use|feimage)/i.test(text) ? "<svg>" : "") + text),
  ]);
  const element = [...inertTemplate.content.querySelectorAll("*")].pop();
  if (!element) return text;
  const before = element.outerHTML;
  inspectElement(element, TEXT_OF_PAGE);
  const now = element.outerHTML;
  return now == before ? text : now.replace(/><\/\w+>$/, text.match(/\/?>$/)[0]);
}

// HTML with everything held in it that must be.
export function holdHtml(given, context) {
  const html = String(given);
  if (ELEMENT_ROLES[context?.localName] == HOLDS_TEXT) return holdInElementText(given, context);
  if (!MAY_LOAD.test(html) || /^t(extarea|itle)$/.test(context?.localName)) return given;
  if (emptyHTML && isTrusted("HTML", given))
    return urlsInText(html).every((url) => mayAct(verdictOfUrl(url))) ? given : emptyHTML;
  const safe = html.replace(TAGS, (all, start, name, text) => {
    if (!start) return holdTag(all);
    if (/script|frame/i.test(name)) return holdTag(start) + text;
    // In SVG and MathML these hold elements.
    const inside = /<(svg|math)/i.test(html) ? String(holdHtml(text)) : text;
    return holdTag(start) + (/style/i.test(name) ? holdStyleRules(inside) : inside);
  });
  return trustedLike("HTML", given, safe);
}

// A frame whose document is given as text gets a gate of its own: ours, before everything else.
const ownTags = () =>
  ownTag
    ? (inlineConfig?.outerHTML || "") +
      `<script src="${ownTag.src}" nonce="${ownTag.nonce}" data-config="${ownTag.dataset.config || ""}"></script>`
    : "";
export function holdDocument(text) {
  const html = String(holdHtml(text));
  if (html == text && !/<script|\bon\w+\s*=|javascript:/i.test(text)) return text;
  return emptyHTML || trustedLike("HTML", text, html.includes("consentry.js") ? html : ownTags() + html);
}

// A frame may also be given a blob of text.
export function guardBlob(url) {
  const blob = blobOf(url);
  if (!/^text.html/.test(blob?.type) || blob.guarded) return url;
  const guarded = new Blob(["<!doctype html>", ownTags(), blob], { type: blob.type });
  guarded.guarded = true;
  return URL.createObjectURL(guarded);
}

// `document.write` in pieces: a tag that is not finished waits for its end, as it would in the parser. What a script
// writes that was held and released is parsed into the page at its place (after.js).
let unfinishedTag = "";
export function writeDocument(given, go) {
  const parse = releasedScripts.get(document.currentScript) || go;
  const allTrusted = given.every((it) => it == "\n" || isTrusted("HTML", it));
  if (emptyHTML && allTrusted) return (given.splice(0, 9e9, ...given.map((it) => holdHtml(it))), go());
  const put = (html) => {
    if (!html) return;
    const safe = holdHtml(html);
    given.splice(0, 9e9, allTrusted ? trusted("createHTML", safe) : safe);
    parse(given[0]);
  };
  const html = unfinishedTag + given.map(String).join("");
  const open = (unfinishedTag = /<[^>]*$/.exec(html)?.[0] || "");
  put(html.slice(0, html.length - open.length));
  if (open) queueMicrotask(() => unfinishedTag == open && ((unfinishedTag = ""), put(open)));
}
