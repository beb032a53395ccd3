// The verdict on an element: whether what its attributes and its text name may be contacted. Changes no element:
// that is the part of held-elements.js.
import { getAttribute, hasAttribute } from "./captured.js";
import { absoluteIn, verdictOfMark, verdictOfUrl, mayAct } from "./verdicts.js";
import { LOADING_ATTRIBUTES, MARK, bringsWindow, textActs } from "./loading-elements.js";
import { urlsInText, urlsNamedBy } from "./doors/urls-in-code.js";
import { heldAttributes, loadingAttributes, noteScriptThatNeverRuns } from "./held-elements.js";

// The relations of a <link> that make the browser contact a host. A link without `rel` may get one later.
const LOADING_RELATIONS = /style|icon|manifest|pre/i;
const isLoadingRelation = (relation) => relation === null || LOADING_RELATIONS.test(relation);

// Attributes that hold a list of URLs: srcset, imagesrcset, ping.
const IS_URL_LIST = /srcset|ping/;

/**
 * Of several verdicts the first that may not act; else the highest number, which names a service if any does; -1 if there
 * is none.
 * @param {number[]} verdicts
 */
const decidingVerdict = (verdicts) =>
  verdicts.find((verdict) => !mayAct(verdict)) ?? Math.max(-1, ...verdicts);
const verdictOfText = (text) => decidingVerdict(urlsInText(text).map((url) => verdictOfUrl(url)));

// A comma ends a URL of a list or is a part of it, so each part is asked about together with all that
// follows it (an array as text has its commas again).
const verdictOfUrlList = (list, page) =>
  decidingVerdict(
    list
      .split(/[ \t\n\f\r]/)
      .flatMap((word) => word.split(",").map((_, index, parts) => verdictOfUrl(parts.slice(index), page))),
  );

// The types of scripts that a browser runs or reads.
const RUNS =
  /^\s*$|^\s*(module|importmap|speculationrules|(text|application)\/(x-)?(java|ecma|j|live)script)/i;
/**
 * Whether it is a script that no browser runs as it stands: a template, data, code for other programs or old browsers.
 * @param {Element} element
 */
export function neverRuns(element) {
  if (element.localName != "script") return false;
  const type = getAttribute(element, "type") ?? "";
  // A script of SVG knows no such attribute.
  const isForOld = /** @type {HTMLScriptElement} */ (element).noModule === true && !/^\s*module/i.test(type);
  return !RUNS.test(type) || isForOld;
}

/**
 * Frames and films that the visitor has let load once, with their addresses.
 * @type {WeakMap<Element, string[]>}
 */
export const shownOnce = new WeakMap();

/**
 * The verdict on whom an element would contact by a loading attribute with this value; -1 if it is nobody.
 * @param {Element} element
 * @param {string} attribute
 * @param {string} value
 * @param {string | null} [relation] of a link
 * @returns {number}
 */
export function verdictOfAttribute(element, attribute, value, relation = getAttribute(element, "rel")) {
  const name = element.localName;
  if ((name == "link" && !isLoadingRelation(relation)) || shownOnce.get(element)?.includes(value)) return -1;
  if (!hasAttribute(element, MARK) && neverRuns(element)) {
    noteScriptThatNeverRuns();
    return -1;
  }
  const page = element.ownerDocument;
  if (IS_URL_LIST.test(attribute)) return verdictOfUrlList(value, page);
  // In a frame, <object>, <embed> or style sheet the URL may be the document itself (data:, javascript:).
  const mayBeText = name == "link" || bringsWindow(element);
  const address = mayBeText ? absoluteIn(page, value) : "";
  const isText = name == "link" ? /^data:text\/css/i : /^(javascript:|data:[^,]*(html|xml))/i;
  if (isText.test(address)) return verdictOfText(value);
  return verdictOfUrl(value, page);
}

const isLoading = (element, attribute) => LOADING_ATTRIBUTES[element.localName]?.includes(attribute);

/**
 * What a held element waits for: attributes that were moved, and those that it keeps.
 * @param {Element} element
 */
export const waitingAttributes = (element) => [...heldAttributes(element), ...loadingAttributes(element)];

/**
 * The verdict on a held element: its mark's if that names a category or service. Else it is that on all
 * that its held attributes and its text name. One of them may be `data-consent-origins`, where a server names what cannot be
 * read here.
 * @param {Element} element
 * @returns {number}
 */
export function verdictOfMarked(element) {
  const mark = getAttribute(element, MARK);
  if (mark && mark != "auto") return verdictOfMark(mark);
  const verdicts = waitingAttributes(element).map(([attribute, value]) =>
    isLoading(element, attribute) ? verdictOfAttribute(element, attribute, value) : verdictOfText(value),
  );
  const urls = urlsNamedBy(element);
  // A style may hide one address in another; a script may name many that it does not contact, so all of its text counts
  // only where its syntax names none.
  if (textActs(element) && (element.localName == "style" || !urls[0]))
    urls.push(...urlsInText(element.textContent));
  return decidingVerdict([...verdicts, ...urls.map((url) => verdictOfUrl(url, element.ownerDocument))]);
}

/**
 * What a marked element would contact, as `report()` tells it.
 * @param {Element} element
 * @returns {string}
 */
export const targetOf = (element) =>
  waitingAttributes(element).find(([attribute]) => isLoading(element, attribute))?.[1] || "inline";
