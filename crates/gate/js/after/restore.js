// Puts back what a held element was, so that the browser lets it act. Asks no rule: whether it may is the
// caller's affair.
import { gate } from "./gate.js";

/**
 * The placeholder that lies over a held element, by the frame or film.
 * @type {WeakMap<Element, HTMLElement>}
 */
export const cardsOver = new WeakMap();

/**
 * Puts an element's URLs back, which makes the browser load them: a script without a source becomes one with.
 * @param {any} element
 */
export function restore(element) {
  cardsOver.get(element.closest("video") || element)?.remove();
  gate.releasedScripts_.set(element, (html) => writeAt(element, html));
  if (gate.isDormant_(element)) return gate.wake_(element);
  gate.putBack_(element);
  const isText = /^s(cript|tyle)$/.test(element.localName);
  // An inline script runs, and a style applies, when its text is set.
  if (isText && !["src", "href", "xlink:href"].some((name) => element.hasAttribute(name)))
    element.textContent = gate.makeTrusted_("Script", element.textContent);
  if (element.localName == "source") element.parentNode.load?.(); // media look at theirs only once
}

// What a released script writes is parsed into the page at the script's place, where the native call would
// replace the page; scripts in it run in order, as any that were held.
const places = new WeakMap();
function writeAt(script, html) {
  const range = document.createRange();
  const parent = script.parentNode || document.body;
  range.selectNodeContents(parent);
  const fragment = range.createContextualFragment(html);
  for (const inner of fragment.querySelectorAll("script")) gate.holdElement_(inner, true);
  if (!places.has(script)) places.set(script, script.nextSibling);
  const place = places.get(script);
  parent.insertBefore(fragment, place?.parentNode == parent ? place : null);
}
