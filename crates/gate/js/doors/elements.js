// Elements that load something. Few choke points: a URL can only be set (property, attribute), come in
// with an element from another document, or be parsed from text; whatever the parser itself builds is
// seen by an observer, which the HTML standard runs before each script is prepared (13.2.6.4.8, the
// microtask checkpoint at a script's end tag) and before the rendering that asks for what styles name.
// So a tree that the page made with the doors below is not searched again when it enters the document.
import {
  call,
  descriptorOf,
  hasAttribute,
  removeAttribute,
  setAttribute,
  weakly,
  whenParsed,
} from "../captured.js";
import { mustHold } from "../verdicts.js";
import {
  BRINGS_WINDOW,
  ELEMENT_ROLES,
  LOADING_ATTRIBUTES,
  WATCHED_ATTRIBUTES,
  INTERFACES_BY_PROPERTY,
  WATCHED_ELEMENTS,
  HOLDS_TEXT,
} from "../loading-elements.js";
import {
  MARK,
  heldAttribute,
  holdElement,
  releaseSoon,
  watchedRoots,
  markedElements,
  verdictOfAttribute,
} from "../held-elements.js";
import { PARSER, TEXT_OF_PAGE, holdHtml, inspectElement, holdInAttribute, writeDocument } from "./html.js";
import { holdStyleRules, holdInElementText } from "./text.js";
import { changeArgument, guardWindow, replaceMembers } from "./wrap.js";

// A page script sets an attribute to `given[at]`: natively if it may act, else the element is held with it.
function setLoadingAttribute(element, name, given, at, go) {
  if (!WATCHED_ATTRIBUTES.has(name)) return go();
  if (at in given) given[at] = holdInAttribute(element, name, given[at]);
  if (!LOADING_ATTRIBUTES[element.localName]?.includes(name)) return go();
  const text = String(given[at]);
  const marked = hasAttribute(element, MARK);
  if (!mustHold(element.localName, text, verdictOfAttribute(element, name, text)) && !marked) return go();
  marked ? releaseSoon() : holdElement(element);
  // What Trusted Types refuse is refused now, and not let in by our policy later; inert, it loads nothing.
  if (element.localName == "script") (go(), removeAttribute(element, name));
  setAttribute(element, `${MARK}-${name}`, text);
}

const inspectAll = (root, selector, origin) => {
  for (const element of root.querySelectorAll?.(selector) || []) inspectElement(element, origin);
};

// What the parser builds, and what a script changes by other ways than the doors: a style, an SVG's address.
const EVERYTHING = { childList: true, subtree: true, attributeFilter: ["style", "href", "xlink:href"] };
const ATTRIBUTES = { ...EVERYTHING, childList: false };
const observer = new MutationObserver((records) => handleRecords(records, PARSER));
function handleRecords(records, origin) {
  for (const { addedNodes, target, type } of records) {
    if (type == "attributes") inspectElement(target);
    for (const node of addedNodes) {
      if (node.nodeType == 1) inspectElement(node, origin);
      if (node.shadowRoot) watchRoot(node.shadowRoot, EVERYTHING);
    }
  }
  guardFrames();
}
function watchRoot(root, what) {
  watchedRoots.push(weakly(root));
  observer.observe(root, what);
  // Scripts of a document that was there before us have run; holding them would be a false report.
  inspectAll(
    root,
    root.nodeType == 9 ? WATCHED_ELEMENTS.replace("script,", "") : WATCHED_ELEMENTS,
    TEXT_OF_PAGE,
  );
  return root;
}

// The window of a new frame is another way to everything: it gets the same doors before the page can use it.
const { get: frameCount } = descriptorOf(window, "length");
let newestFrame;
function guardFrames() {
  const frame = window[call(frameCount, window, []) - 1];
  if (frame && frame != newestFrame) guardWindow(window, watchFrameDocument);
  newestFrame = frame;
}
const watchFrameDocument = (page) => watchRoot(page, EVERYTHING);

// A node is about to enter a tree. Tells whether it may bring a frame.
function nodeEnters(node) {
  if (node.ownerDocument != document) {
    if (node.nodeType == 1) inspectElement(node);
    inspectAll(node, WATCHED_ELEMENTS);
    newestFrame = 0;
  } else if (node.localName && (ELEMENT_ROLES[node.localName] == HOLDS_TEXT || hasAttribute(node, MARK)))
    inspectElement(node);
  if (!node.firstElementChild) return ELEMENT_ROLES[node.localName] == BRINGS_WINDOW;
  if (markedElements.any) inspectAll(node, `[${MARK}]`);
  return true;
}

export function watchElements() {
  for (const [property, interfaces] of Object.entries(INTERFACES_BY_PROPERTY)) {
    const name = property.toLowerCase();
    replaceMembers(
      interfaces,
      property,
      (self, given, go) => setLoadingAttribute(self, name, given, 0, go),
      (self, given, go) => heldAttribute(self, name) ?? go(),
    );
  }
  replaceMembers("HTMLIFrameElement", "srcdoc", (self, given, go) =>
    setLoadingAttribute(self, "srcdoc", given, 0, go),
  );
  for (const [method, at] of [
    ["setAttribute", 0],
    ["setAttributeNS", 1],
  ])
    replaceMembers("Element", method, (self, given, go) =>
      setLoadingAttribute(self, String(given[at]).toLowerCase(), given, at + 1, go),
    );
  replaceMembers(
    "Element",
    "getAttribute",
    (self, [name], go) => go() ?? (hasAttribute(self, MARK) ? heldAttribute(self, name) : null),
  );
  // Attribute nodes.
  const owners = new WeakMap();
  replaceMembers("Element", "attributes", null, (self, given, go) => {
    const list = go();
    owners.set(list, self);
    return list;
  });
  const node = (self, [it], go) => {
    const value = [it?.value];
    return setLoadingAttribute(owners.get(self) || self, it?.name, value, 0, () => {
      if (value[0] != it?.value) it.value = value[0];
      return go();
    });
  };
  replaceMembers("Element", "setAttributeNode setAttributeNodeNS", node);
  replaceMembers("NamedNodeMap", "setNamedItem setNamedItemNS", node);
  // Text of attributes, scripts and styles.
  const text = (self, given, go) => {
    const { nodeType } = self;
    if (nodeType == 2 && self.ownerElement)
      return setLoadingAttribute(self.ownerElement, self.name, given, 0, go);
    const element = nodeType == 3 ? self.parentNode : self;
    if (ELEMENT_ROLES[element?.localName] == HOLDS_TEXT) given[0] = holdInElementText(given[0], element);
    return go();
  };
  replaceMembers("Attr Node CharacterData HTMLElement", "value nodeValue textContent data innerText", text);
  replaceMembers("HTMLScriptElement", "text", text);
  // A style that the document does not have yet.
  replaceMembers("HTMLElement SVGElement", "style", changeArgument(0, holdStyleRules), (self, given, go) => {
    if (!self.isConnected) observer.observe(self, ATTRIBUTES);
    return go();
  });
  replaceMembers("Element", "attachShadow", (self, given, go) => watchRoot(go(), ATTRIBUTES));

  const entering = (self, given, go) => {
    let frames;
    for (const node of given) if (node?.nodeType && nodeEnters(node)) frames = true;
    const result = go();
    if (ELEMENT_ROLES[self.localName] == HOLDS_TEXT) inspectElement(self);
    if (frames) guardFrames();
    return result;
  };
  replaceMembers("Node", "appendChild insertBefore replaceChild", entering);
  replaceMembers("Element Document DocumentFragment", "append moveBefore prepend replaceChildren", entering);
  replaceMembers("Element CharacterData", "after before replaceWith", entering);
  replaceMembers("Element", "insertAdjacentElement insertAdjacentText", entering);
  replaceMembers("Range", "insertNode surroundContents", entering);
  replaceMembers("Document", "adoptNode", entering);
  replaceMembers("Document", "importNode", (self, given, go) => {
    const node = go();
    inspectAll(node, WATCHED_ELEMENTS);
    if (node.nodeType == 1) inspectElement(node);
    return node;
  });

  // HTML as text. What it brings that is marked is made known.
  const html = (at, context) => (self, given, go) => {
    const root = self.parentNode || self;
    if (at in given) given[at] = holdHtml(given[at], context?.(self));
    const result = go();
    if (String(given[at]).includes(MARK)) inspectAll(result?.nodeType ? result : root, `[${MARK}]`);
    guardFrames();
    return result;
  };
  replaceMembers(
    "Element ShadowRoot",
    "innerHTML",
    html(0, (it) => it),
  );
  replaceMembers(
    "Element",
    "outerHTML",
    html(0, (it) => it.parentNode),
  );
  replaceMembers("Element ShadowRoot Range", "setHTMLUnsafe createContextualFragment", html(0));
  replaceMembers("Element", "insertAdjacentHTML", html(1));
  replaceMembers("Document", "execCommand", html(2));
  replaceMembers("Document", "write", (self, given, go) => {
    observer.observe(self, EVERYTHING);
    writeDocument(given, go);
    handleRecords(observer.takeRecords(), TEXT_OF_PAGE);
  });
  replaceMembers("Document", "writeln", (self, given) => self.write(...given, "\n"));
  replaceMembers(
    "HTMLIFrameElement HTMLFrameElement HTMLObjectElement",
    "contentWindow contentDocument",
    null,
    (self, given, go) => {
      const it = go();
      guardWindow(it, watchFrameDocument);
      return it;
    },
  );

  watchRoot(document, EVERYTHING);
  // A frame of our origin that has loaded another page has a new window.
  document.addEventListener(
    "load",
    ({ target }) =>
      ELEMENT_ROLES[target.localName] == BRINGS_WINDOW && guardWindow(window, watchFrameDocument),
    true,
  );
  // From then on all comes through the doors.
  whenParsed(() => {
    for (const root of watchedRoots) observer.observe(root.deref() || document, ATTRIBUTES);
  });
}
