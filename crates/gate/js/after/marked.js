// Marked elements: whose they are, what they would contact, and that they are held.
import { MARK, findAll, gate } from "./gate.js";

const LOADING_ATTRIBUTES = [
  "src",
  "srcset",
  "href",
  "xlink:href",
  "imagesrcset",
  "poster",
  "data",
  "background",
  "ping",
];

/**
 * The attributes in which an element's own wait.
 * @param {Element} element
 */
export const heldAttributes = (element) =>
  [...element.attributes].filter(({ name }) => name.startsWith(MARK + "-"));

/** The name of the attribute that waits in one of those. */
const originalName = (name) => name.slice(MARK.length + 1);

/**
 * The verdict on a marked element: its mark's, or that on all that its held attributes and its text name,
 * since an element may have been held by a server too.
 * @param {Element} element
 * @returns {number}
 */
export function verdictOf(element) {
  const mark = element.getAttribute(MARK);
  if (mark != "auto") return gate.verdictOfMark_(mark);
  const decidingVerdict = (urls) => gate.decidingVerdict_(urls.map(gate.verdictOfUrl_));
  const held = heldAttributes(element).map(({ name, value }) => {
    const attribute = originalName(name);
    return LOADING_ATTRIBUTES.includes(attribute)
      ? gate.verdictOnAttribute_(element, attribute, value)
      : decidingVerdict(gate.urlsInText_(value));
  });
  const text = /^s(cript|tyle)$/.test(element.localName) ? element.textContent : "";
  const named = gate.urlsNamedBy_(element);
  // A style may hide one address in another, and a script may name many that it does not contact.
  const urls = element.localName == "style" || !named[0] ? [...named, ...gate.urlsInText_(text)] : named;
  return gate.decidingVerdict_([...held, decidingVerdict(urls)]);
}

/**
 * What an element would contact, for `report()`.
 * @param {Element} element
 */
export const targetOf = (element) =>
  heldAttributes(element).find(({ name }) => LOADING_ATTRIBUTES.includes(originalName(name)))?.value ||
  "inline";

const noted = new WeakSet();

/** Notes the marked elements that are held, by hand too, and warns of a mark that nobody knows. */
export function noteMarkedElements() {
  for (const element of findAll(`[${MARK}]`)) {
    if (noted.has(element)) continue;
    noted.add(element);
    const verdict = verdictOf(element);
    const explained = gate.explain_(verdict);
    if (!gate.permits_(verdict)) gate.note_("held", element.localName, targetOf(element), explained);
    if (explained.category == "unclassified" && explained.reason == "declared")
      console.warn(`consentry: data-consent="${element.getAttribute(MARK)}"?`);
  }
}
