// Elements that load something. Few choke points: a URL can only be set (property, attribute), come in
// with an element that enters the document, or be parsed from text; whatever the parser itself builds is
// seen by an observer, which the HTML standard runs before each script is prepared (13.2.6.4.8, the
// microtask checkpoint at a script's end tag) and before the rendering that asks for what styles name.
import { attribute, call, describe, matches, removeAttr, setAttr, whenParsed } from "../page.js";
import { forgetUrls, holds, ofMark, permits } from "../verdicts.js";
import { LOADS, SELECTOR } from "../loads.js";
import { REWRITES, heldUrl, hold, inspect, isHeld, release, releaseSoon, roots, sawFrame, unmark, verdictOn } from "../marks.js";
import { holdHtml, write } from "./text.js";
import { guard, wrap, wrapProperty } from "./wrap.js";

// A page script sets an attribute: natively if it may act, else the element is held with it.
function assign(element, name, value, native) {
  if (name in REWRITES) value = REWRITES[name](value, element);
  if (!LOADS[element.localName]?.includes(name)) return native(value);
  const text = String(value);
  const mark = attribute(element, "data-consent");
  const byHand = mark && mark != "auto";
  const bits = byHand ? ofMark(mark) : verdictOn(element, name, text);
  if (byHand ? !permits(bits) : holds(element.localName, text, bits)) {
    if (!isHeld(element)) hold(element);
    // What Trusted Types refuse is refused now, and not let in by our policy later; inert, it loads nothing.
    if (element.localName == "script") native(value), removeAttr(element, name);
    setAttr(element, "data-consent-" + name, text);
  } else {
    if (mark == "auto") unmark(element);
    native(value);
  }
}

// The subtree that is about to enter the document, or just has. Elements that this page's own document made have
// been through the doors above, and only what they say in text can be news; those from elsewhere (a template,
// a parsed document) have not.
const NEWS = 'script,style,iframe,frame,object,embed,[style*="//"],[data-consent]';
function look(node, parsed) {
  const selector = parsed || node.ownerDocument != document ? SELECTOR : NEWS;
  if (node.nodeType == 1 && matches(node, selector)) inspect(node, parsed);
  if (node.firstElementChild) for (const element of node.querySelectorAll(selector)) inspect(element, parsed);
}

function observe(records) {
  for (const { addedNodes, target, type } of records) {
    if (type == "attributes" || target.localName == "style") inspect(target);
    for (const node of addedNodes) {
      if (node.localName == "base") forgetUrls();
      look(node, true);
      if (node.shadowRoot) watch(node.shadowRoot);
    }
  }
  guardFrames();
  releaseSoon();
}
const observer = new MutationObserver(observe);
function watch(root) {
  roots.push(new WeakRef(root));
  observer.observe(root, { childList: true, subtree: true, attributeFilter: ["style", "href", "xlink:href"] });
  // Scripts of a document that was there before us have run; holding them would be a false report.
  const selector = root.nodeType == 9 ? SELECTOR.replace("script,", "") : SELECTOR;
  for (const element of root.querySelectorAll(selector)) inspect(element, true);
  return root;
}

// The window of a new frame is another way to everything: it gets the same doors before the page can use it.
const guardFrames = () => sawFrame() && guard(window, watch);

export function watchElements() {
  for (const tag in LOADS)
    for (const name of LOADS[tag]) {
      const property = name.replace("imagesrc", "imageSrc");
      let owner = document.createElement(tag);
      while (owner && !describe(owner, property)) owner = Object.getPrototypeOf(owner);
      const held = (element, value) => heldUrl(element, name) ?? value;
      wrapProperty(owner, property, (element, value, native) => assign(element, name, value, native), held);
    }
  wrapProperty(HTMLIFrameElement.prototype, "srcdoc", (element, value, native) => assign(element, "srcdoc", value, native));
  for (const [method, at] of [["setAttribute", 0], ["setAttributeNS", 1]])
    wrap(Element.prototype, method, (native) => function (...given) {
      const name = String(given[at]).toLowerCase();
      if (!(name in REWRITES) && !LOADS[this?.localName]?.includes(name)) return call(native, this, given);
      assign(this, name, given[at + 1], (value) => call(native, this, Object.assign(given, { [at + 1]: value })));
    });
  // Attribute nodes.
  for (const end of ["", "NS"]) {
    wrap(Element.prototype, "setAttributeNode" + end, (native) => function (node) {
      let before = null;
      const set = () => (before = call(native, this, [node]));
      if (node?.nodeType == 2) assign(this, node.name, node.value, (value) => (value == node.value || (node.value = value), set()));
      else set();
      return before;
    });
    wrap(NamedNodeMap.prototype, "setNamedItem" + end, (native) => function (node) {
      const before = call(native, this, [node]);
      inspect(node.ownerElement);
      return before;
    });
  }
  for (const [owner, name] of [[Attr, "value"], [Node, "nodeValue"], [Node, "textContent"]])
    wrapProperty(owner.prototype, name, (it, value, native) => {
      if (it.ownerElement) assign(it.ownerElement, it.name, value, native);
      else native(it.localName == "style" ? REWRITES.style(value) : value);
    });

  wrap(Element.prototype, "getAttribute", (native) => function (name) {
    return call(native, this, arguments) ?? (isHeld(this) ? heldUrl(this, name) : null);
  });
  wrap(Element.prototype, "attachShadow", (native) => function () {
    return watch(call(native, this, arguments));
  });

  // What a door has looked at, the observer need not look at again.
  const entering = (native) => function (...nodes) {
    let many = false;
    for (const node of nodes)
      if (node?.nodeType) {
        look(node);
        many ||= node.firstElementChild;
      }
    if (many) observe(observer.takeRecords());
    const result = call(native, this, nodes);
    if (many) observe(observer.takeRecords().filter((it) => it.type == "attributes" || it.target.localName == "style"));
    guardFrames();
    return result;
  };
  const many = "append prepend replaceChildren ", beside = "before after replaceWith ";
  for (const [owner, names] of [
    [Node, "appendChild insertBefore replaceChild"],
    [Element, many + beside + "insertAdjacentElement moveBefore"],
    [Document, many + "importNode adoptNode"],
    [DocumentFragment, many],
    [CharacterData, beside],
    [Range, "insertNode surroundContents"],
  ])
    for (const name of names.split(" ")) wrap(owner.prototype, name, entering);

  const parsed = (owner, name, context) =>
    wrapProperty(owner.prototype, name, (element, html, native) => (native(holdHtml(html, context(element))), guardFrames()));
  const text = (owner, name, at = 0) =>
    wrap(owner.prototype, name, (native) => function (...given) {
      if (at in given) given[at] = holdHtml(given[at], this);
      const result = call(native, this, given);
      guardFrames();
      return result;
    });
  for (const owner of [Element, ShadowRoot]) {
    parsed(owner, "innerHTML", (it) => it);
    parsed(owner, "outerHTML", (it) => it.parentNode);
    text(owner, "setHTMLUnsafe");
  }
  text(Element, "insertAdjacentHTML", 1);
  text(Range, "createContextualFragment");
  text(Document, "execCommand", 2);
  for (const [name, end] of [["write", ""], ["writeln", "\n"]])
    wrap(Document.prototype, name, (native) => function (...given) {
      write(native, this, given, end);
      guardFrames();
    });
  for (const name of ["contentWindow", "contentDocument"])
    for (const owner of [HTMLIFrameElement, HTMLFrameElement, HTMLObjectElement])
      wrapProperty(owner.prototype, name, null, (_, value) => {
        guard(value?.defaultView || value, watch);
        return value;
      });

  watch(document);
  whenParsed(release);
}
