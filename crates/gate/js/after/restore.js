// Puts back what a held element was, so that the browser lets it act. Asks no rule: whether it may is the
// caller's affair.
import { MARK, gate } from "./gate.js";
import { heldAttributes } from "./marked.js";

const KEPT_FOR_US = /-(type|origins)$/; // held attributes that no attribute of the element waits in

/**
 * Puts an element's URLs back, which makes the browser load them: a script without a source becomes one with.
 * @param {any} element
 */
export function restore(element) {
  gate.releasedScripts_.set(element, (html) => writeAt(element, html));
  const isText = /^s(cript|tyle)$/.test(element.localName);
  if (isText && /^text\/plain$/i.test(element.type)) {
    const type = element.getAttribute(MARK + "-type");
    if (type === null) element.removeAttribute("type");
    else element.setAttribute("type", type);
  }
  const held = heldAttributes(element);
  for (const { name } of [{ name: MARK }, ...held]) element.removeAttribute(name);
  for (const { name, value } of held)
    // By the native way: a mark by hand says more than the host does.
    if (!KEPT_FOR_US.test(name)) {
      const attribute = name.slice(MARK.length + 1).replace("xlink:", "");
      gate.setAttribute_(element, attribute, gate.trustedByPolicy_("createScriptURL", value));
    }
  // An inline script runs, and a style applies, when its text is set.
  if (isText && !["src", "href", "xlink:href"].some((name) => element.hasAttribute(name)))
    element.textContent = gate.trustedByPolicy_("createScript", element.textContent);
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
