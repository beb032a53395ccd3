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
  const covered = element.closest("video") || element;
  cardsOver.get(covered)?.remove();
  cardsOver.delete(covered);
  gate.releasedScripts_.set(element, (html) => writeAt(element, html));
  const wasDormant = gate.endDormancy_(element);
  const isBack = bringBack(element);
  if (!wasDormant) gate.putBack_(element);
  // The browser looks at a dormant script when it is inserted anew.
  else if (!isBack) gate.reinsert_(element);
  if (gate.stoppedScripts_.has(element)) replaceStopped(element);
  if (isBack) takeOut(element);
  if (wasDormant) return;
  const isText = /^s(cript|tyle)$/.test(element.localName);
  // An inline script runs, and a style applies, when its text is set.
  if (isText && !["src", "href", "xlink:href"].some((name) => element.hasAttribute(name)))
    element.textContent = gate.makeTrusted_("Script", element.textContent);
  if (element.localName == "source") element.parentNode.load?.(); // media look at theirs only once
}

// Brings a script back that the page has taken out; tells whether it had.
function bringBack(script) {
  const isOut = gate.droppedScripts_.delete(script) && !script.isConnected;
  if (isOut) gate.appendChild_(document.head, script);
  return isOut;
}

// One that a framework threw away with the parser's document runs without standing in the framework's.
function takeOut(script) {
  if (gate.fromParser_.has(script) && script.parentNode) gate.removeChild_(script.parentNode, script);
}

// A browser never runs a script that was stopped: a fresh one runs in its place. The stopped one hears its events.
function replaceStopped(script) {
  const { parentNode } = script;
  if (!parentNode) return;
  const fresh = /** @type {HTMLScriptElement} */ (gate.createElement_(document, "script"));
  for (const name of gate.getAttributeNames_(script))
    if (!name.startsWith("on"))
      gate.setAttribute_(fresh, name, gate.makeTrusted_("ScriptURL", gate.getAttribute_(script, name)));
  fresh.async = script.async;
  fresh.nonce = script.nonce;
  if (gate.scriptsBeforeLoader_.has(script)) gate.scriptsBeforeLoader_.add(fresh);
  fresh.textContent = gate.makeTrusted_("Script", script.textContent);
  for (const type of ["load", "error"])
    fresh.addEventListener(type, () => script.dispatchEvent(new gate.Event_(type)));
  gate.releasedScripts_.set(fresh, gate.releasedScripts_.get(script));
  gate.insertBefore_(parentNode, fresh, script);
  gate.removeChild_(parentNode, script);
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
