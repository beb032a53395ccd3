// Elements that load something. Few choke points: a URL can only be set (property, attribute), come in
// with an element that enters the document, or be parsed from text; whatever the parser itself builds is
// seen by an observer, which the HTML standard runs before each script is prepared (13.2.6.4.8, the
// microtask checkpoint at a script's end tag).
import { attribute, call, innerHTML, setAttr } from "../page.js";
import { forgetUrls, holds, ofMark, permits } from "../verdicts.js";
import {
  LOADS, SELECTOR, anyHeld, heldUrl, hold, inspect, isHeld, releaseSoon, release, unmark, verdictOn,
} from "../marks.js";

// Replaces a method by one that may look at its arguments first.
export function wrap(owner, name, make) {
  const native = owner?.[name];
  if (native) Object.defineProperty(owner, name, { ...Object.getOwnPropertyDescriptor(owner, name), value: make(native) });
}

// Replaces a property's setter (and getter).
export function wrapProperty(owner, name, set, get) {
  const native = Object.getOwnPropertyDescriptor(owner, name);
  if (!native?.set) return;
  Object.defineProperty(owner, name, {
    ...native,
    get: get ? { get() { return get(this, () => call(native.get, this, [])); } }.get : native.get,
    set(value) {
      set(this, value, (it) => call(native.set, this, [it]));
    },
  });
}

// A page script sets a URL: natively if it may act, else the element is held with it.
function assign(element, name, value, native) {
  const text = String(value);
  const mark = attribute(element, "data-consent");
  const byHand = mark !== null && mark != "auto";
  const bits = byHand ? ofMark(mark) : verdictOn(element, name, text);
  if (byHand ? !permits(bits) : holds(element.localName, text, bits)) {
    if (!isHeld(element)) {
      setAttr(element, `data-consent-${name}`, text);
      return hold(element);
    }
    return setAttr(element, `data-consent-${name}`, text);
  }
  if (mark == "auto") unmark(element);
  native(value);
}

// The subtree that is about to enter the document, or just has.
function look(node, parsed) {
  if (node.nodeType == 1) inspect(node, parsed);
  if (node.firstElementChild) for (const element of node.querySelectorAll(SELECTOR)) inspect(element, parsed);
}

// Text that the browser would parse into elements which load at once: parsed in a document that loads
// nothing, held there, and written out again. Untouched where nothing in it is held.
const RISKY = new RegExp(`<(${Object.keys(LOADS).join("|")})\\b`, "i");
const inert = document.implementation.createHTMLDocument("");
function rewrite(html, context) {
  if (!RISKY.test(html)) return html;
  const root = inert.createElement(context || "body");
  call(innerHTML.set, root, [html]);
  let changed = false;
  for (const element of root.querySelectorAll(SELECTOR)) {
    const before = isHeld(element);
    inspect(element, true);
    changed ||= before != isHeld(element);
  }
  return changed ? call(innerHTML.get, root, []) : html;
}

export function watchElements() {
  for (const [tag, type] of Object.entries({
    script: "Script", iframe: "IFrame", frame: "Frame", img: "Image", source: "Source", video: "Video",
    audio: "Media", track: "Track", embed: "Embed", object: "Object", input: "Input", link: "Link",
  })) {
    const prototype = window[`HTML${type}Element`]?.prototype;
    for (const name of prototype ? LOADS[tag] : [])
      wrapProperty(
        prototype,
        name,
        (element, value, native) => assign(element, name, value, native),
        (element, native) => heldUrl(element, name) ?? native(),
      );
  }
  const isUrl = (element, name) => LOADS[element?.localName]?.includes(String(name).toLowerCase());
  wrap(Element.prototype, "setAttribute", (native) => function setAttribute(name, value) {
    if (!isUrl(this, name)) return call(native, this, arguments);
    assign(this, name.toLowerCase(), value, (it) => call(native, this, [name, it]));
  });
  wrap(Element.prototype, "setAttributeNS", (native) => function setAttributeNS(space, name, value) {
    if (!isUrl(this, name)) return call(native, this, arguments);
    assign(this, name.toLowerCase(), value, (it) => call(native, this, [space, name, it]));
  });

  const entering = (native) => function () {
    for (const node of arguments) if (node?.nodeType) look(node);
    return call(native, this, arguments);
  };
  for (const [owner, names] of [
    [Node, "appendChild insertBefore replaceChild"],
    [Element, "append prepend replaceChildren before after replaceWith insertAdjacentElement moveBefore"],
    [Document, "append prepend replaceChildren"],
    [DocumentFragment, "append prepend replaceChildren"],
    [CharacterData, "before after replaceWith"],
    [Range, "insertNode surroundContents"],
  ])
    for (const name of names.split(" ")) wrap(owner.prototype, name, entering);

  for (const owner of [Element, ShadowRoot])
    for (const name of ["innerHTML", "outerHTML"])
      wrapProperty(owner.prototype, name, (element, html, native) => {
        const context = name == "innerHTML" ? element : element.parentNode;
        native(typeof html == "string" ? rewrite(html, context?.localName) : html);
      });
  wrap(Element.prototype, "insertAdjacentHTML", (native) => function insertAdjacentHTML(where, html) {
    const context = /(be|af)\w+(begin|end)/i.test(where) && !/^(beforebegin|afterend)$/i.test(where) ? this : this.parentNode;
    return call(native, this, [where, typeof html == "string" ? rewrite(html, context?.localName) : html]);
  });
  wrap(Range.prototype, "createContextualFragment", (native) => function createContextualFragment(html) {
    return call(native, this, [typeof html == "string" ? rewrite(html, this.startContainer.localName) : html]);
  });
  for (const name of ["write", "writeln"])
    wrap(Document.prototype, name, (native) => function () {
      return call(native, this, [].map.call(arguments, (html) => (typeof html == "string" ? rewrite(html) : html)));
    });

  new MutationObserver((records) => {
    for (const record of records)
      for (const node of record.addedNodes) {
        if (node.localName == "base") forgetUrls();
        look(node, true);
      }
    if (anyHeld()) releaseSoon();
  }).observe(document, { childList: true, subtree: true });
  document.addEventListener("DOMContentLoaded", release);
  // A tag that came late finds elements that are already there.
  for (const element of document.querySelectorAll("[data-consent]")) inspect(element, true);
}
