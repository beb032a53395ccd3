// Marked elements: whose they are, what they would contact, and that they are held.
import {
  MARK,
  all,
  deciding,
  explain,
  named,
  note,
  ofMark,
  ofUrl,
  permits,
  urlsIn,
  verdictOn,
} from "./lent.js";

const LOADS = ["src", "srcset", "href", "xlink:href", "imagesrcset", "poster", "data", "background", "ping"];
export const heldIn = (element) => [...element.attributes].filter((it) => it.name.startsWith(MARK + "-"));

// The verdict on a marked element: its mark's, or that on all that its held attributes and its text name, since an
// element may have been held by a server too.
export function verdictOf(element) {
  const mark = element.getAttribute(MARK);
  if (mark != "auto") return ofMark(mark);
  const found = heldIn(element).map(({ name, value }) => {
    const load = name.slice(MARK.length + 1);
    return LOADS.includes(load) ? verdictOn(element, load, value) : deciding(urlsIn(value).map(ofUrl));
  });
  const text = /^s(cript|tyle)$/.test(element.localName) ? element.textContent : "";
  const names = named(element);
  // A style may hide one address in another, and a script may name many that it does not contact.
  const urls = element.localName == "style" || !names[0] ? [...names, ...urlsIn(text)] : names;
  return deciding([...found, ...urls.map(ofUrl)]);
}
export const target = (element) =>
  heldIn(element).find(({ name }) => LOADS.includes(name.slice(MARK.length + 1)))?.value || "inline";

// Tells of marked elements, by hand too, that are held; and of a mark that nobody knows.
const told = new WeakSet();
export function tell() {
  for (const element of all(`[${MARK}]`)) {
    if (told.has(element)) continue;
    told.add(element);
    const verdict = verdictOf(element);
    const { category, reason } = explain(verdict);
    if (!permits(verdict)) note("held", element.localName, target(element), explain(verdict));
    if (category == "unclassified" && reason == "declared")
      console.warn(`consentry: data-consent="${element.getAttribute(MARK)}"?`);
  }
}
