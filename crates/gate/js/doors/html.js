// Applies the rules to elements, and to the HTML that they come in. The two are one, and in one file: an element may
// hold a document as text, and a text holds elements. Covers what an element's attributes and text name,
// HTML that is given as text, and the documents of frames that are. Must not know when something is to be
// looked at: all-of-elements.js and the files that it starts say that.
import {
  findAll,
  getAttribute,
  call,
  emptyHtmlIfRefused,
  hasAttribute,
  innerHtmlProperty,
  htmlOf,
  trustedLike,
  addNote,
  makeTrusted,
  setAttribute,
  isTrusted,
  tryStep,
} from "../captured.js";
import { explain, mustHold, verdictOfUrl, mayAct } from "../verdicts.js";
import { LOADING_ATTRIBUTES, MARK, bringsWindow, textActs } from "../loading-elements.js";
import {
  coverOf,
  endDormancy,
  failLater,
  holdElement,
  hasRunnableType,
  isDormant,
  markedElements,
  putBack,
  reinsert,
  heldAttribute,
  letScriptsWait,
  loadingAttributes,
  releaseSoon,
  scriptsWait,
  takeMarksOff,
  watchedRoots,
} from "../held-elements.js";
import { neverRuns, targetOf, verdictOfAttribute, verdictOfMarked } from "../element-verdicts.js";
import {
  RUNS_SCRIPT,
  holdStyleRules,
  makeTextSafe,
  safeTextFor,
  isModule,
  urlsInText,
  urlsNamedBy,
} from "./urls-in-code.js";
import { changeTags } from "./html-tags.js";
import { guardBlob, noteGiven, withGate } from "./frame-documents.js";

/**
 * Where an element comes from, if not from the page's script: the parser has just put it into the document.
 */
export const PARSER = 1;
/** The same: it was parsed from text that a script gave. */
export const TEXT_OF_PAGE = 2;

/**
 * The value of an attribute whose text is changed where it names what must be held.
 * @param {Element} element
 * @param {string} name
 * @param {any} value
 */
export function holdInAttribute(element, name, value) {
  if (name == "style") return holdStyleRules(value);
  if (!bringsWindow(element)) return value;
  return name == "srcdoc" ? holdDocument(value) : guardBlob(value);
}

/**
 * Changes the text of an attribute where it names what must be held.
 * @param {Element} element
 * @param {string} name
 */
export function makeAttributeSafe(element, name) {
  const value = getAttribute(element, name);
  const safe = value && holdInAttribute(element, name, value);
  if (safe != value) setAttribute(element, name, makeTrusted("HTML", safe));
}

// Whether a marked element can be let go where it stands: a script only while the parser is still at its
// end tag, which then runs it in its place. (HTML 13.2.6.4.8: observers hear of it at the end tag, before
// it is prepared.)
function isAtParser(element) {
  if (!textActs(element)) return true;
  if (element.localName != "script" || scriptsWait) return false;
  // What the gate itself marked by its text is judged by all of its text, which may not have come yet.
  if (getAttribute(element, MARK) == "auto" && heldAttribute(element, "src") === null) return false;
  const { readyState, currentScript } = element.ownerDocument;
  return readyState == "loading" && !currentScript && !element.nextSibling;
}

// Frames that we let go by inserting them anew: the observer tells of them once more, for nothing.
const reinserted = new WeakSet();

// An element that was marked by hand or by a server, even if by half only, or by us.
function inspectMarked(element, origin) {
  // What a script inserted was looked at before the observer tells of it: only what is new here may be at the parser's end
  // tag.
  const stillLoads =
    loadingAttributes(element)[0] && !coverOf(element) && !/^(link|script)$/.test(element.localName);
  const isNew = !markedElements.has(element) || hasRunnableType(element) || stillLoads;
  const mark = getAttribute(element, MARK);
  if (isNew) holdElement(element, origin, mark);
  const verdict = verdictOfMarked(element);
  if (!mayAct(verdict)) {
    if (mark == "auto") failLater(element, origin);
    return;
  }
  if (origin != PARSER || !isNew || !isAtParser(element)) {
    if (element.localName == "script") letScriptsWait();
    releaseSoon();
    return;
  }
  if (verdict > 0) addNote("released", element.localName, targetOf(element), explain(verdict));
  const isInsertedAnew = coverOf(element) == "srcdoc";
  tryStep(putBack, element);
  if (textActs(element) && !hasAttribute(element, "src")) makeTextSafe(element);
  // A frame that the parser has just put there loads its new address only when it is inserted anew.
  if (bringsWindow(element) && !isInsertedAnew) {
    reinserted.add(element);
    reinsert(element);
  }
}

// Whether the page has given a script a type that no browser runs, also since it was held: it contacts nobody as the page
// made it.
const isInertByPage = (element) =>
  neverRuns(element) &&
  (!hasAttribute(element, MARK) || (markedElements.has(element) && hasRunnableType(element)));

/**
 * Scripts that were such when they were last looked at. The browser passes them over when they enter the document. If they
 * get another type there, they run when they move or their text changes.
 * @type {WeakSet<Element>}
 */
export const passedOver = new WeakSet();

// Whether one of an element's loading attributes must be held.
const mustHoldAttributes = (element) =>
  loadingAttributes(element).some(([attribute, value]) =>
    mustHold(element.localName, value, verdictOfAttribute(element, attribute, value)),
  );

/**
 * Scripts that never run, because they came as the text of an element's content.
 * @type {WeakSet<Element>}
 */
export const deadScripts = new WeakSet();

/**
 * Scripts that `DOMParser` has made, which no browser runs as they stand. Libraries put copies in their place: one that is
 * gone from the page is not let go beside its copy.
 * @type {WeakSet<Element>}
 */
export const parsedElsewhere = new WeakSet();
/**
 * @param {Element} script not noted where its type, as the page wrote it, keeps it from running: with another one it would run
 */
export const noteParsedElsewhere = (script) => {
  if (hasAttribute(script, MARK) || !neverRuns(script)) parsedElsewhere.add(script);
};

/**
 * Makes one element obey the rules, before or just after it enters the document: changes the texts in it that name held
 * hosts, holds it if it must not act, and lets it go if it was marked and may act.
 * @param {Element} element
 * @param {number} [origin] PARSER, TEXT_OF_PAGE, or none
 */
export function inspectElement(element, origin) {
  if (deadScripts.has(element)) return;
  endDormancy(element);
  if (isInertByPage(element)) {
    if (getAttribute(element, MARK) == "auto") takeMarksOff(element);
    passedOver.add(element);
  } else passedOver.delete(element);
  for (const name of ["style", "srcdoc", "src", "data"]) makeAttributeSafe(element, name);
  if (hasAttribute(element, MARK)) return inspectMarked(element, origin);
  if (reinserted.delete(element)) return;
  if (mustHoldAttributes(element)) return holdElement(element, origin);
  if (!textActs(element) || hasAttribute(element, "src")) return;
  makeTextSafe(element);
  // A module waits for what it imports at its top.
  if (isModule(element) && urlsNamedBy(element).some((url) => mustHold("import", url, verdictOfUrl(url))))
    holdElement(element, origin);
}

/**
 * Looks at the elements in a tree that a selector finds.
 * @param {any} root a node, which may be one that has no content
 * @param {string} selector
 * @param {number} [origin] PARSER, TEXT_OF_PAGE, or none
 */
export function inspectAll(root, selector, origin) {
  for (const element of findAll(root, selector)) inspectElement(element, origin);
}

/**
 * Looks at a script whose text is about to change: a browser that has passed it over looks at it again then.
 * @param {any} node
 */
export function inspectBeforeChange(node) {
  const mayRun = node?.localName == "script" && (hasAttribute(node, "src") || passedOver.has(node));
  if (mayRun && !isDormant(node)) inspectElement(node);
}

/** After a withdrawal: frames that are still there stop. */
export function holdFrames() {
  for (const root of watchedRoots) inspectAll(root.deref(), "iframe,frame");
}

// What may load has such a tag, or a style with a bracket or a character reference in it.
const MAY_LOAD = new RegExp(`<(${Object.keys(LOADING_ATTRIBUTES).join("|")}|style)\\b|style[^<]+[(&]`, "i");
// The URL of a host has a colon or two slashes, which may be written as backslashes or character references.
const MAY_NAME_HOST = /[:\\&]|\/\s*\/|data-consent/;
// Without an <svg> around it such a tag is another one.
const IS_SVG_TAG = /^<(image|use|feimage)/i;
const inertTemplate = document.createElement("template");

const IS_SCRIPT_TAG = /^<script/i;

// One tag, held if it must be.
function holdTag(tag) {
  if (!MAY_LOAD.test(tag) || !MAY_NAME_HOST.test(tag)) return tag;
  const html = (IS_SVG_TAG.test(tag) ? "<svg>" : "") + tag;
  call(innerHtmlProperty.set, inertTemplate, [makeTrusted("HTML", html)]);
  const element = findAll(inertTemplate.content, "*").pop();
  if (!element) return tag;
  const before = htmlOf(element);
  inspectElement(element, TEXT_OF_PAGE);
  const now = htmlOf(element);
  return now == before ? tag : now.replace(/><\/\w+>$/, tag.match(/\/?>$/)[0]);
}

// Elements whose content is text wherever they stand, and that load nothing by it.
const TEXT_LOADS_NOTHING = /^(iframe|noframes)$/;
// Elements in which HTML that is set makes no elements.
const TAKES_TEXT_ONLY = ["textarea", "title"];

/**
 * HTML with everything held in it that must be.
 * @param {any} given text, or what a Trusted Types policy of the page has made
 * @param {any} [context] the node whose content it is to be
 * @param {boolean} [scriptsRun] whether a script in it would run: not where it becomes the content of an element
 */
export function holdHtml(given, context, scriptsRun = true) {
  const html = String(given);
  if (textActs(context)) return safeTextFor(given, context);
  if (!MAY_LOAD.test(html) || TAKES_TEXT_ONLY.includes(context?.localName)) return given;
  if (emptyHtmlIfRefused && isTrusted("HTML", given))
    return urlsInText(html).every((url) => mayAct(verdictOfUrl(url))) ? given : emptyHtmlIfRefused;
  const mayHoldElements = /<(svg|math)/i.test(html);
  const holdIfActing = (tag) => (scriptsRun || !IS_SCRIPT_TAG.test(tag) ? holdTag(tag) : tag);
  const safe = changeTags(html, holdIfActing, (text, name) => {
    if (TEXT_LOADS_NOTHING.test(name)) return text;
    // In SVG and MathML what holds text elsewhere holds elements.
    const inside = mayHoldElements ? String(holdHtml(text, null, scriptsRun)) : text;
    return name == "style" ? holdStyleRules(inside) : inside;
  });
  return trustedLike("HTML", given, safe);
}

// The document of a frame, as HTML. It stays as it is where nothing in it is held and no script runs in it.
function holdDocument(given) {
  const html = String(holdHtml(given));
  if (html == given && !RUNS_SCRIPT.test(html)) return given;
  return emptyHtmlIfRefused || trustedLike("HTML", given, noteGiven(given, withGate(html)));
}
