// Elements that load something. Few choke points: a URL can only be set (property, attribute), come in
// with an element from another document, or be parsed from text; whatever the parser itself builds is
// seen by an observer, which the HTML standard runs before each script is prepared (13.2.6.4.8, the
// microtask checkpoint at a script's end tag) and before the rendering that asks for what styles name.
// So a tree that the page made with the doors below is not searched again when it enters the document.
import { call, describe, hasAttr, removeAttr, setAttr, weakly, whenParsed } from "../page.js";
import { holds } from "../verdicts.js";
import { FRAME, KINDS, LOADS, NAMES, PROPERTIES, SELECTOR, TEXT } from "../loads.js";
import { MARK, heldUrl, hold, releaseSoon, roots, seen, verdictOn } from "../marks.js";
import { PARSER, TEXT_OF_PAGE, holdHtml, inspect, safeAttribute, write } from "./html.js";
import { holdRules, safeText } from "./text.js";
import { changing, guard, wrap } from "./wrap.js";

// A page script sets an attribute to `given[at]`: natively if it may act, else the element is held with it.
function assign(element, name, given, at, go) {
  if (!NAMES.has(name)) return go();
  if (at in given) given[at] = safeAttribute(element, name, given[at]);
  if (!LOADS[element.localName]?.includes(name)) return go();
  const text = String(given[at]);
  const marked = hasAttr(element, MARK);
  if (!holds(element.localName, text, verdictOn(element, name, text)) && !marked) return go();
  marked ? releaseSoon() : hold(element);
  // What Trusted Types refuse is refused now, and not let in by our policy later; inert, it loads nothing.
  if (element.localName == "script") (go(), removeAttr(element, name));
  setAttr(element, `${MARK}-${name}`, text);
}

const inspectAll = (root, selector, origin) => {
  for (const element of root.querySelectorAll?.(selector) || []) inspect(element, origin);
};

// What the parser builds, and what a script changes by other ways than the doors: a style, an SVG's address.
const EVERYTHING = { childList: true, subtree: true, attributeFilter: ["style", "href", "xlink:href"] };
const ATTRIBUTES = { ...EVERYTHING, childList: false };
const observer = new MutationObserver((records) => look(records, PARSER));
function look(records, origin) {
  for (const { addedNodes, target, type } of records) {
    if (type == "attributes") inspect(target);
    for (const node of addedNodes) {
      if (node.nodeType == 1) inspect(node, origin);
      if (node.shadowRoot) watch(node.shadowRoot, EVERYTHING);
    }
  }
  guardFrames();
}
function watch(root, what) {
  roots.push(weakly(root));
  observer.observe(root, what);
  // Scripts of a document that was there before us have run; holding them would be a false report.
  inspectAll(root, root.nodeType == 9 ? SELECTOR.replace("script,", "") : SELECTOR, TEXT_OF_PAGE);
  return root;
}

// The window of a new frame is another way to everything: it gets the same doors before the page can use it.
const { get: count } = describe(window, "length");
let newest;
function guardFrames() {
  const frame = window[call(count, window, []) - 1];
  if (frame && frame != newest) guard(window, watchFrame);
  newest = frame;
}
const watchFrame = (page) => watch(page, EVERYTHING);

// A node is about to enter a tree. Tells whether it may bring a frame.
function enters(node) {
  if (node.ownerDocument != document) {
    if (node.nodeType == 1) inspect(node);
    inspectAll(node, SELECTOR);
    newest = 0;
  } else if (node.localName && (KINDS[node.localName] == TEXT || hasAttr(node, MARK))) inspect(node);
  if (!node.firstElementChild) return KINDS[node.localName] == FRAME;
  if (seen.any) inspectAll(node, `[${MARK}]`);
  return true;
}

export function watchElements() {
  for (const [property, interfaces] of Object.entries(PROPERTIES)) {
    const name = property.toLowerCase();
    wrap(
      interfaces,
      property,
      (self, given, go) => assign(self, name, given, 0, go),
      (self, given, go) => heldUrl(self, name) ?? go(),
    );
  }
  wrap("HTMLIFrameElement", "srcdoc", (self, given, go) => assign(self, "srcdoc", given, 0, go));
  for (const [method, at] of [
    ["setAttribute", 0],
    ["setAttributeNS", 1],
  ])
    wrap("Element", method, (self, given, go) =>
      assign(self, String(given[at]).toLowerCase(), given, at + 1, go),
    );
  wrap(
    "Element",
    "getAttribute",
    (self, [name], go) => go() ?? (hasAttr(self, MARK) ? heldUrl(self, name) : null),
  );
  // Attribute nodes.
  const owners = new WeakMap();
  wrap("Element", "attributes", null, (self, given, go) => {
    const list = go();
    owners.set(list, self);
    return list;
  });
  const node = (self, [it], go) => {
    const value = [it?.value];
    return assign(owners.get(self) || self, it?.name, value, 0, () => {
      if (value[0] != it?.value) it.value = value[0];
      return go();
    });
  };
  wrap("Element", "setAttributeNode setAttributeNodeNS", node);
  wrap("NamedNodeMap", "setNamedItem setNamedItemNS", node);
  // Text of attributes, scripts and styles.
  const text = (self, given, go) => {
    const { nodeType } = self;
    if (nodeType == 2 && self.ownerElement) return assign(self.ownerElement, self.name, given, 0, go);
    const element = nodeType == 3 ? self.parentNode : self;
    if (KINDS[element?.localName] == TEXT) given[0] = safeText(given[0], element);
    return go();
  };
  wrap("Attr Node CharacterData HTMLElement", "value nodeValue textContent data innerText", text);
  wrap("HTMLScriptElement", "text", text);
  // A style that the document does not have yet.
  wrap("HTMLElement SVGElement", "style", changing(0, holdRules), (self, given, go) => {
    if (!self.isConnected) observer.observe(self, ATTRIBUTES);
    return go();
  });
  wrap("Element", "attachShadow", (self, given, go) => watch(go(), ATTRIBUTES));

  const entering = (self, given, go) => {
    let frames;
    for (const node of given) if (node?.nodeType && enters(node)) frames = true;
    const result = go();
    if (KINDS[self.localName] == TEXT) inspect(self);
    if (frames) guardFrames();
    return result;
  };
  wrap("Node", "appendChild insertBefore replaceChild", entering);
  wrap("Element Document DocumentFragment", "append moveBefore prepend replaceChildren", entering);
  wrap("Element CharacterData", "after before replaceWith", entering);
  wrap("Element", "insertAdjacentElement insertAdjacentText", entering);
  wrap("Range", "insertNode surroundContents", entering);
  wrap("Document", "adoptNode", entering);
  wrap("Document", "importNode", (self, given, go) => {
    const node = go();
    inspectAll(node, SELECTOR);
    if (node.nodeType == 1) inspect(node);
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
  wrap(
    "Element ShadowRoot",
    "innerHTML",
    html(0, (it) => it),
  );
  wrap(
    "Element",
    "outerHTML",
    html(0, (it) => it.parentNode),
  );
  wrap("Element ShadowRoot Range", "setHTMLUnsafe createContextualFragment", html(0));
  wrap("Element", "insertAdjacentHTML", html(1));
  wrap("Document", "execCommand", html(2));
  wrap("Document", "write", (self, given, go) => {
    observer.observe(self, EVERYTHING);
    write(given, go);
    look(observer.takeRecords(), TEXT_OF_PAGE);
  });
  wrap("Document", "writeln", (self, given) => self.write(...given, "\n"));
  wrap(
    "HTMLIFrameElement HTMLFrameElement HTMLObjectElement",
    "contentWindow contentDocument",
    null,
    (self, given, go) => {
      const it = go();
      guard(it, watchFrame);
      return it;
    },
  );

  watch(document, EVERYTHING);
  // A frame of our origin that has loaded another page has a new window.
  document.addEventListener(
    "load",
    ({ target }) => KINDS[target.localName] == FRAME && guard(window, watchFrame),
    true,
  );
  // From then on all comes through the doors.
  whenParsed(() => {
    for (const root of roots) observer.observe(root.deref() || document, ATTRIBUTES);
  });
}
