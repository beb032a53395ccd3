// The ways by which a script gives an element a URL, a style or a text: properties, attributes, attribute
// nodes, and the text of a script or style. Must not look at how an element enters the document
// (insertion.js).
import { hasAttribute, removeAttribute, setAttribute } from "../captured.js";
import { mustHold } from "../verdicts.js";
import {
  ELEMENT_ROLES,
  HOLDS_TEXT,
  LOADING_ATTRIBUTES,
  LOADING_INTERFACES,
  LOADING_PROPERTIES,
  MARK,
  WATCHED_ATTRIBUTES,
} from "../loading-elements.js";
import { heldAttribute, holdElement, isHeld, releaseSoon, rest, withoutWaking } from "../held-elements.js";
import { forgetFailure, tellFailure } from "../failures.js";
import { verdictOfAttribute } from "../element-verdicts.js";
import { holdInAttribute } from "./html.js";
import { ATTRIBUTE_CHANGES, observe } from "./watched-documents.js";
import { holdStyleRules, holdInElementText } from "./urls-in-code.js";
import { changeArgument, replaceMembers } from "./wrap.js";

// Kinds of nodes (DOM standard, 4.4).
const ATTRIBUTE_NODE = 2;
const TEXT_NODE = 3;

// The page sets an attribute to `args[index]`: natively if it may act, else the element is held with it.
function setLoadingAttribute(element, name, args, index, callNative) {
  if (!WATCHED_ATTRIBUTES.has(name)) return callNative();
  if (index in args) args[index] = holdInAttribute(element, name, args[index]);
  if (!LOADING_ATTRIBUTES[element.localName]?.includes(name)) return callNative();
  const value = String(args[index]);
  const isMarked = hasAttribute(element, MARK);
  const mustWait = mustHold(element.localName, value, verdictOfAttribute(element, name, value));
  if (!mustWait && !isMarked) return callNative();
  if (isMarked) {
    releaseSoon();
    forgetFailure(element);
    if (mustWait) tellFailure(element, false, isHeld);
  } else holdElement(element);
  // What Trusted Types refuse is refused now, and not let in by our policy later; inert, it loads nothing.
  if (element.localName == "script") {
    callNative();
    removeAttribute(element, name);
  }
  setAttribute(element, `${MARK}-${name}`, value);
  rest(element);
}

function replaceProperties() {
  for (const property of LOADING_PROPERTIES) {
    const name = property.toLowerCase();
    replaceMembers(
      // The address of <a> and <area> is the visitor's step, and loads nothing.
      property == "href" ? "HTMLLinkElement" : LOADING_INTERFACES,
      property,
      (element, args, callNative) => setLoadingAttribute(element, name, args, 0, callNative),
      (element, args, callNative) => heldAttribute(element, name) ?? callNative(),
    );
  }
  replaceMembers("HTMLIFrameElement", "srcdoc", (element, args, callNative) =>
    setLoadingAttribute(element, "srcdoc", args, 0, callNative),
  );
  // The style of an element that is not in the document yet can be changed in more ways than these, and no
  // observer of the document sees it.
  replaceMembers(
    "HTMLElement SVGElement",
    "style",
    changeArgument(0, holdStyleRules),
    (element, args, callNative) => {
      if (!element.isConnected) observe(element, ATTRIBUTE_CHANGES);
      return callNative();
    },
  );
}

function replaceSetAttribute(method, nameIndex) {
  replaceMembers("Element", method, (element, args, callNative) => {
    const name = String(args[nameIndex]).toLowerCase();
    return setLoadingAttribute(element, name, args, nameIndex + 1, callNative);
  });
}

function replaceAttributes() {
  replaceSetAttribute("setAttribute", 0);
  replaceSetAttribute("setAttributeNS", 1);
  replaceMembers(
    "Element",
    "getAttribute",
    (element, [name], callNative) =>
      callNative() ?? (hasAttribute(element, MARK) ? heldAttribute(element, name) : null),
  );
}

function replaceAttributeNodes() {
  const ownersOfLists = new WeakMap();
  replaceMembers("Element", "attributes", null, (element, args, callNative) => {
    const list = callNative();
    ownersOfLists.set(list, element);
    return list;
  });
  const setNode = (receiver, args, callNative) => {
    const node = args[0];
    const element = ownersOfLists.get(receiver) || receiver;
    const value = [node?.value];
    return setLoadingAttribute(element, node?.name, value, 0, () => {
      if (value[0] != node?.value) node.value = value[0];
      return callNative();
    });
  };
  replaceMembers(
    "Element NamedNodeMap",
    "setAttributeNode setAttributeNodeNS setNamedItem setNamedItemNS",
    setNode,
  );
}

// The text of an attribute node, of a script or style, or of a text node in one.
function replaceTexts() {
  const setText = (node, args, callNative) => {
    if (node.nodeType == ATTRIBUTE_NODE && node.ownerElement)
      return setLoadingAttribute(node.ownerElement, node.name, args, 0, callNative);
    const element = node.nodeType == TEXT_NODE ? node.parentNode : node;
    if (ELEMENT_ROLES[element?.localName] == HOLDS_TEXT) args[0] = holdInElementText(args[0], element);
    return withoutWaking([element], callNative);
  };
  replaceMembers(
    "Attr Node CharacterData HTMLElement",
    "value nodeValue textContent data innerText",
    setText,
  );
  replaceMembers("Text", "splitText", (node, args, callNative) =>
    withoutWaking([node.parentNode], callNative),
  );
  // Chromium gives scripts members of their own for what others inherit.
  replaceMembers("HTMLScriptElement", "text textContent innerText", setText);
}

/** Asks from now on about what the page gives an element. */
export function watchAttributes() {
  replaceProperties();
  replaceAttributes();
  replaceAttributeNodes();
  replaceTexts();
}
