// A page that reads a held element sees what the page itself wrote. A copy without our marks answers it, in a
// document that loads nothing. This file must not decide what is held.
import {
  DOCUMENT_NODE,
  FRAGMENT_NODE,
  appendChild,
  call,
  cloneNode,
  defineProperty,
  findAll,
  getAttribute,
  importNode,
  innerHtmlProperty,
  isElement,
  newSheet,
  makeTrusted,
} from "../captured.js";
import { MARK, NO_MEDIA, NO_URL, WATCHED_ATTRIBUTES } from "../loading-elements.js";
import { COVERS, anyMarked, takeMarksOff } from "../held-elements.js";
import { asGiven, htmlAsGiven } from "./frame-documents.js";
import { HOLDING_PREFIX, PREFIX_IN_MAPS, anyPrefixed } from "./urls-in-code.js";
import { replaceMembers } from "./wrap.js";

// Marks that follow the rules. A mark with a category was written by a person, so the page may see it.
const MARKED_BY_RULES = `[${MARK}=auto]`;

const isShadowRoot = (node) => node.nodeType == FRAGMENT_NODE && !!node.host;

// Has the page's address, and no window.
const inertDocument = /** @type {Document} */ (cloneNode(document, false));

// A gate inside a frame needs to read the marks there, and hides them itself.
const hasGateOfItsOwn = (node) => {
  const page = node.ownerDocument || node;
  return page != document && page.defaultView?.consentry?.on;
};

/**
 * Whether an element bears marks that the page must not see.
 * @param {any} node
 */
export const hidesMarks = (node) =>
  anyMarked && isElement(node) && getAttribute(node, MARK) == "auto" && !hasGateOfItsOwn(node);

const contentOf = (root) => (root.localName == "template" ? root.content : root);

function takeAllMarksOff(root) {
  if (hidesMarks(root)) takeMarksOff(root);
  for (const element of findAll(contentOf(root), MARKED_BY_RULES + ",template,noscript")) {
    if (element.localName == "template") takeAllMarksOff(element);
    else if (element.localName != "noscript") takeMarksOff(element);
    // In the copy's document no script runs, and there the text of <noscript> would be written with character references:
    // as elements it is written as it was.
    else call(innerHtmlProperty.set, element, [makeTrusted("HTML", element.textContent)]);
  }
}

const originals = new WeakMap();
/**
 * The element that a copy stands for; any other element unchanged.
 * @param {any} element
 */
export const originalOf = (element) => originals.get(element) || element;

// Where our Trusted Types policy is refused, a copy lacks the addresses that may not be put back.
function tryToChange(change, copy) {
  try {
    change(copy);
  } catch {
    /* it stays as far as it has come */
  }
}

// A copy of one element without our marks and without its children.
function elementAsWritten(element) {
  const copy = importNode(inertDocument, element);
  tryToChange(takeMarksOff, copy);
  originals.set(copy, element);
  return copy;
}

// A copy of a tree without our marks, or the tree itself if it has none. A shadow root cannot be copied: an element
// with the same content stands for it.
function treeAsWritten(root) {
  if (!anyMarked || !root?.nodeType || hasGateOfItsOwn(root)) return root;
  if (!hidesMarks(root) && !findAll(contentOf(root), MARKED_BY_RULES)[0]) return root;
  const copyNode = (node) => importNode(inertDocument, node, true);
  let copy;
  if (isShadowRoot(root)) {
    copy = inertDocument.createElement("div");
    for (const child of root.childNodes) appendChild(copy, copyNode(child));
  } else copy = root.nodeType == DOCUMENT_NODE ? cloneNode(root, true) : copyNode(root);
  tryToChange(takeAllMarksOff, copy);
  return copy;
}

const listOwners = new WeakMap();
/**
 * The element that a list of attributes or relations belongs to; any other object unchanged.
 * @param {any} list
 */
export const ownerOfList = (list) => listOwners.get(list) || list;

// The attributes of an element. A page that asks for one of ours by its name gets it.
const isNameOfOurs = (name) => String(name).startsWith(MARK);
/** @type {import("./wrap.js").Replacement} */
export function readAsWritten(element, args, callNative) {
  const isHidden = hidesMarks(element) && !args.some(isNameOfOurs);
  const value = callNative(isHidden ? elementAsWritten(element) : element);
  const written = withoutPrefixes(asGiven(value));
  return written != value && hasGateOfItsOwn(element) ? value : written;
}

const failedSheets = new WeakMap();
// The sheet of a held link. One that could not be had is empty; scripts wait until there is one.
function sheetOf(link) {
  const isSheet = hidesMarks(link) && link.isConnected && /(^|\s)stylesheet(\s|$)/i.test(link.rel);
  if (!isSheet || link.hasAttribute("disabled")) return null;
  if (!failedSheets.has(link)) {
    const sheet = newSheet();
    if (sheet) {
      defineProperty(sheet, "href", { get: () => link.href });
      defineProperty(sheet, "ownerNode", { value: link });
    }
    failedSheets.set(link, sheet);
  }
  return failedSheets.get(link);
}

const listsOfSheets = new WeakMap();
// A root's list of style sheets with those of held links, in the order of the document.
function withFailedSheets(list, root) {
  const order = ({ ownerNode: one }, { ownerNode: other }) => {
    if (!one || !other) return 0; // WebKit lists some that belong to no node
    return one.compareDocumentPosition(other) & Node.DOCUMENT_POSITION_FOLLOWING ? -1 : 1;
  };
  const get = (target, name) => {
    const failed = findAll(root, MARKED_BY_RULES).map(sheetOf).filter(Boolean);
    const sheets = [...list, ...failed].sort(order);
    if (name == "item") return (index) => sheets[index] || null;
    if (name == Symbol.iterator) return () => sheets.values();
    const isOfList = typeof name == "string" && /^(length|\d+)$/.test(name);
    return isOfList ? sheets[name] : Reflect.get(list, name);
  };
  if (!listsOfSheets.has(list)) listsOfSheets.set(list, new Proxy(list, { get }));
  return listsOfSheets.get(list);
}

function replaceReads() {
  const readText = (receiver, args, callNative) => withoutPrefixes(callNative());
  replaceMembers("CSSStyleDeclaration", "getPropertyValue", readText);
  replaceMembers("CSSStyleDeclaration CSSRule", "cssText", null, readText);
  replaceMembers(
    "Element",
    "getAttribute getAttributeNS getAttributeNode getAttributeNodeNS getAttributeNames hasAttribute " +
      "hasAttributeNS hasAttributes",
    readAsWritten,
  );
  const askForList = (element, args, callNative, realm) => {
    const list = readAsWritten(element, args, callNative, realm);
    listOwners.set(list, element);
    return list;
  };
  replaceMembers("Element HTMLLinkElement", "attributes relList", null, askForList);
  replaceMembers("HTMLImageElement HTMLMediaElement", "currentSrc", null, (element, args, callNative) =>
    hidesMarks(element) ? element.src : callNative(),
  );
  replaceMembers("HTMLScriptElement HTMLLinkElement", "type", null, readAsWritten);
  replaceMembers("HTMLLinkElement", "sheet", null, (link, args, callNative) => callNative() || sheetOf(link));
  replaceMembers("Document ShadowRoot", "styleSheets", null, (root, args, callNative) => {
    const list = callNative();
    return anyMarked && list ? withFailedSheets(list, root) : list;
  });
  // It lists none of our names.
  replaceMembers("HTMLElement SVGElement", "dataset", null, (element, args, callNative) => {
    const dataset = callNative();
    if (!hidesMarks(element)) return dataset;
    return new Proxy(dataset, {
      ownKeys: () => Reflect.ownKeys(elementAsWritten(element).dataset),
      deleteProperty: (target, name) => /^consent/.test(String(name)) || delete target[name],
    });
  });
}

// Text without what stands before held URLs in it.
const withoutPrefixes = (text) =>
  anyPrefixed && typeof text == "string"
    ? text.split(PREFIX_IN_MAPS).join("").split(HOLDING_PREFIX).join("")
    : text;

// Trees written as text, without what stands before a held URL in a style; and comparisons of trees.
function replaceSerialisers() {
  const writeCopy = (root, args, callNative) => {
    const copy = treeAsWritten(root);
    const html =
      copy != root && isShadowRoot(root) ? call(innerHtmlProperty.get, copy, []) : callNative(copy);
    return hasGateOfItsOwn(root) ? html : htmlAsGiven(withoutPrefixes(html));
  };
  replaceMembers("Element ShadowRoot", "innerHTML outerHTML", null, writeCopy);
  replaceMembers("Element ShadowRoot", "getHTML", writeCopy);
  replaceMembers("XMLSerializer", "serializeToString", (receiver, args, callNative) => {
    args[0] = treeAsWritten(args[0]);
    return withoutPrefixes(callNative());
  });
  replaceMembers("Node", "isEqualNode", (node, args, callNative) => {
    args[0] = treeAsWritten(args[0]);
    return callNative(treeAsWritten(node));
  });
}

// A selector that asks for an attribute finds the elements from which we have moved it, and none by the
// value that we put in its place.
const COVER_OF_NAME = Object.fromEntries(Object.values(COVERS));
const ATTRIBUTE_IN_SELECTOR = new RegExp(
  `"[^"]*"|'[^']*'|\\[\\s*(${[...WATCHED_ATTRIBUTES].join("|")})(\\s*(?:[~|^$*]?=("[^"]*"|'[^']*'|[^\\]])*)?\\])`,
  "gi",
);
const asWritten = (part, name, rest) => {
  if (!name) return part;
  const ours = COVER_OF_NAME[name.toLowerCase()] || NO_URL;
  return `:is(${part}:not([${name}="${ours}"]):not([${name}="${NO_MEDIA}"]),[${MARK}-${name}${rest})`;
};

function replaceSelectors() {
  replaceMembers(
    "Element Document DocumentFragment",
    "querySelector querySelectorAll matches closest webkitMatchesSelector",
    (receiver, args, callNative) => {
      const [selector] = args;
      try {
        if (anyMarked) args[0] = String(selector).replace(ATTRIBUTE_IN_SELECTOR, asWritten);
        return callNative();
      } catch {
        // Older browsers do not know :is(). A selector that is wrong fails once more.
        args[0] = selector;
        return callNative();
      }
    },
  );
}

// A page's observer is not told of our marks.
function replaceObservers() {
  const isForPage = ({ attributeName }) => !isNameOfOurs(attributeName);
  replaceMembers("", "MutationObserver WebKitMutationObserver", (target, args, callNative) => {
    const [listener] = args;
    if (typeof listener == "function")
      args[0] = function (records, observer) {
        const seen = records.filter(isForPage);
        if (seen[0]) return call(listener, this, [seen, observer]);
      };
    return callNative();
  });
  replaceMembers("MutationObserver", "takeRecords", (observer, args, callNative) =>
    callNative().filter(isForPage),
  );
}

/** From now on the page sees held elements as it wrote them. */
export function showWhatThePageWrote() {
  replaceReads();
  replaceSerialisers();
  replaceSelectors();
  replaceObservers();
}
