// The verdict on an element: whether what its attributes and its text name may be contacted. Only looks:
// holding and releasing elements is the part of held-elements.js.
import { getAttribute } from "./captured.js";
import { verdictOfMark, verdictOfUrl, mayAct } from "./verdicts.js";
import { BRINGS_WINDOW, ELEMENT_ROLES, LOADING_ATTRIBUTES, HOLDS_TEXT, MARK } from "./loading-elements.js";
import { urlsInText, urlsNamedBy } from "./doors/urls-in-code.js";
import { heldAttributes } from "./held-elements.js";

// The relations of a <link> that make the browser contact a host. A link without any may get one later.
const LOADING_RELATIONS = /style|icon|manifest|pre/i;
const RELATION_TO_COME = "pre";

// Attributes that hold a list of URLs.
const URL_LISTS = ["srcset", "imagesrcset", "ping"];

/**
 * Of several verdicts the first that holds, else one that tells whose it is; -1 if there is none.
 * @param {number[]} verdicts
 */
const decidingVerdict = (verdicts) =>
  verdicts.find((verdict) => !mayAct(verdict)) ?? Math.max(-1, ...verdicts);
const verdictOfText = (text) => decidingVerdict(urlsInText(text).map((url) => verdictOfUrl(url)));

// A comma ends a URL of a list or is a part of it, so each part is asked about together with all that
// follows it.
const verdictOfUrlList = (list, page) =>
  decidingVerdict(
    list
      .split(/[ \t\n\f\r]/)
      .flatMap((word) => word.split(",").map((_, index, parts) => verdictOfUrl(parts.slice(index), page))),
  );

/**
 * The verdict on whom an element would contact by a loading attribute with this value; -1 if it is nobody.
 * @param {Element} element
 * @param {string} attribute
 * @param {string} value
 * @returns {number}
 */
export function verdictOfAttribute(element, attribute, value) {
  const name = element.localName;
  if (name == "link" && !LOADING_RELATIONS.test(getAttribute(element, "rel") ?? RELATION_TO_COME)) return -1;
  const page = element.ownerDocument;
  if (URL_LISTS.includes(attribute)) return verdictOfUrlList(value, page);
  // The document of such a frame is the URL itself.
  if (ELEMENT_ROLES[name] == BRINGS_WINDOW && /^\s*(data|javascript):/i.test(value))
    return verdictOfText(value);
  return verdictOfUrl(value, page);
}

const isLoading = (element, attribute) => LOADING_ATTRIBUTES[element.localName]?.includes(attribute);

// What a held element waits for: what was moved, and what a script keeps.
const awaited = (element) =>
  heldAttributes(element).concat(
    (LOADING_ATTRIBUTES[element.localName] || [])
      .map((name) => /** @type {[string, string]} */ ([name, getAttribute(element, name)]))
      .filter(([, value]) => value !== null),
  );

/**
 * The verdict on a held element: its mark's if that names a category or service. Else it is that on all
 * that its held attributes and its text name, since an element may have been held by a server too.
 * @param {Element} element
 * @returns {number}
 */
export function verdictOfMarked(element) {
  const mark = getAttribute(element, MARK);
  if (mark && mark != "auto") return verdictOfMark(mark);
  const verdicts = awaited(element).map(([attribute, value]) =>
    isLoading(element, attribute) ? verdictOfAttribute(element, attribute, value) : verdictOfText(value),
  );
  const urls = urlsNamedBy(element);
  const name = element.localName;
  // A style may hide one address in another, and a script may name many that it does not contact.
  if (ELEMENT_ROLES[name] == HOLDS_TEXT && (name == "style" || !urls[0]))
    urls.push(...urlsInText(element.textContent));
  return decidingVerdict([...verdicts, ...urls.map((url) => verdictOfUrl(url, element.ownerDocument))]);
}

/**
 * What a marked element would contact, as `report()` tells it.
 * @param {Element} element
 * @returns {string}
 */
export const targetOf = (element) =>
  awaited(element).find(([attribute]) => isLoading(element, attribute))?.[1] || "inline";
