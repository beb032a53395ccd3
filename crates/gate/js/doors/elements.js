// Elements that load something. Few choke points: a URL can only be set (property, attribute), come in
// with an element that enters the document, or be parsed from text; whatever the parser itself builds is
// seen by an observer, which the HTML standard runs before each script is prepared (13.2.6.4.8, the
// microtask checkpoint at a script's end tag).
import { attribute, call, defineProperty, describe, innerHTML, setAttr, whenParsed } from "../page.js";
import { forgetUrls, holds, ofMark, permits } from "../verdicts.js";
import { LOADS, SELECTOR, heldUrl, hold, inspect, isHeld, release, releaseSoon, roots, unmark, verdictOn } from "../marks.js";

// Replaces a method by what `make` makes of it.
export function wrap(owner, name, make) {
  const native = describe(owner, name);
  if (native) defineProperty(owner, name, { ...native, value: make(native.value) });
}

// Replaces a property's setter and, if given, its getter.
function wrapProperty(owner, name, set, get) {
  const native = describe(owner, name);
  if (native)
    defineProperty(owner, name, {
      ...native,
      get() {
        return get?.(this) ?? call(native.get, this, []);
      },
      set(value) {
        set(this, value, (it) => call(native.set, this, [it]));
      },
    });
}

// A page script sets a URL: natively if it may act, else the element is held with it.
function assign(element, name, value, native) {
  const text = String(value);
  const mark = attribute(element, "data-consent");
  const byHand = mark && mark != "auto";
  const bits = byHand ? ofMark(mark) : verdictOn(element, name, text);
  if (byHand ? !permits(bits) : holds(element.localName, text, bits)) {
    setAttr(element, "data-consent-" + name, text);
    if (!isHeld(element)) hold(element);
  } else {
    if (mark == "auto") unmark(element);
    native(value);
  }
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
  // With <noscript> in it the text means something else to a parser without scripting: it stays as it is.
  if (typeof html != "string" || !RISKY.test(html) || /<noscript/i.test(html)) return html;
  const root = inert.createElement(context?.localName || "body");
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
  for (const tag in LOADS)
    for (const name of LOADS[tag]) {
      let owner = document.createElement(tag);
      while (owner && !describe(owner, name)) owner = Object.getPrototypeOf(owner);
      if (owner) wrapProperty(owner, name, (element, value, native) => assign(element, name, value, native), (element) => heldUrl(element, name));
    }
  for (const [method, at] of [["setAttribute", 0], ["setAttributeNS", 1]])
    wrap(Element.prototype, method, (native) => function (...given) {
      const name = String(given[at]).toLowerCase();
      if (!LOADS[this?.localName]?.includes(name)) return call(native, this, given);
      assign(this, name, given[at + 1], () => call(native, this, given));
    });

  wrap(Element.prototype, "getAttribute", (native) => function (name) {
    return call(native, this, arguments) ?? (isHeld(this) ? heldUrl(this, name) : null);
  });

  const entering = (native) => function (...nodes) {
    for (const node of nodes) if (node?.nodeType) look(node);
    return call(native, this, nodes);
  };
  const many = "append prepend replaceChildren ", beside = "before after replaceWith ";
  for (const [owner, names] of [
    [Node, "appendChild insertBefore replaceChild"],
    [Element, many + beside + "insertAdjacentElement moveBefore"],
    [Document, many],
    [DocumentFragment, many],
    [CharacterData, beside],
    [Range, "insertNode surroundContents"],
  ])
    for (const name of names.split(" ")) wrap(owner.prototype, name, entering);

  for (const { prototype } of [Element, ShadowRoot]) {
    wrapProperty(prototype, "innerHTML", (element, html, native) => native(rewrite(html, element)));
    wrapProperty(prototype, "outerHTML", (element, html, native) => native(rewrite(html, element.parentNode)));
  }
  const text = (owner, name, context) =>
    wrap(owner.prototype, name, (native) => function (...given) {
      return call(native, this, given.map((html) => rewrite(html, context(this, given[0]))));
    });
  text(Element, "insertAdjacentHTML", (element, where) => (/^(afterb|beforee)/i.test(where) ? element : element.parentNode));
  text(Range, "createContextualFragment", (range) => range.startContainer);
  for (const name of ["write", "writeln"])
    wrap(Document.prototype, name, (native) => function (...given) {
      return call(native, this, [rewrite(given.join(""))]);
    });

  const observer = new MutationObserver((records) => {
    for (const { addedNodes } of records)
      for (const node of addedNodes) {
        if (node.localName == "base") forgetUrls();
        look(node, true);
        if (node.shadowRoot) watch(node.shadowRoot); // of the HTML itself
      }
    releaseSoon();
  });
  const watch = (root) => {
    roots.push(new WeakRef(root));
    observer.observe(root, { childList: true, subtree: true });
    if (root.host) look(root, true);
    return root;
  };
  wrap(Element.prototype, "attachShadow", (native) => function () {
    return watch(call(native, this, arguments));
  });
  watch(document);
  whenParsed(release);
  // What a tag that came late finds; unmarked scripts have run, and holding them would be a false report.
  for (const element of document.querySelectorAll(SELECTOR.replace("script,", ""))) inspect(element, true);
}
