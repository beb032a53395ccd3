// The ways by which a script gives an element a URL, a style or a text: properties, attributes, attribute
// nodes, and the text of a script or style. Must not look at how an element enters the document
// (insertion.js).
import {
  ATTRIBUTE_NODE,
  TEXT_NODE,
  createElement,
  hasAttribute,
  isElement,
  removeAttribute,
  setAttribute,
} from "../captured.js";
import { mustHold } from "../verdicts.js";
import {
  LOADING_ATTRIBUTES,
  LOADING_INTERFACES,
  MARK,
  WATCHED_ATTRIBUTES,
  WATCHED_PROPERTIES,
  textActs,
} from "../loading-elements.js";
import {
  coverOf,
  failLater,
  holdElement,
  loadingAttributes,
  moveUrl,
  moveUrls,
  putBack,
  releaseSoon,
  makeDormant,
  withoutWaking,
} from "../held-elements.js";
import { forgetFailure } from "../failures.js";
import { waitingAttributes, verdictOfAttribute } from "../element-verdicts.js";
import { holdInAttribute, inspectBeforeChange } from "./html.js";
import { ATTRIBUTE_CHANGES, observe } from "./watched-documents.js";
import { holdStyleRules, safeTextFor } from "./urls-in-code.js";
import { hidesMarks, originalOf, ownerOfList, readAsWritten } from "./what-a-page-reads.js";
import { changeArgument, replaceMembers } from "./wrap.js";

// The page sets an attribute to `args[index]`: natively if the element may load, else the element is held and the
// value waits.
function setWatchedAttribute(element, name, args, index, callNative) {
  if (!WATCHED_ATTRIBUTES.has(name)) return callNative();
  const isMarked = hasAttribute(element, MARK);
  const isLink = element.localName == "link";
  if (isLink && name == "rel") return setRelation(element, String(args[index]), callNative);
  // From now on the page's own value stands where our cover was.
  if (name == coverOf(element)) moveUrls(element);
  if (index in args) args[index] = holdInAttribute(element, name, args[index]);
  if (!LOADING_ATTRIBUTES[element.localName]?.includes(name)) return callNative();
  const value = String(args[index]);
  const mustWait = mustHold(element.localName, value, verdictOfAttribute(element, name, value));
  if (!mustWait && !isMarked) return callNative();
  if (isMarked) {
    releaseSoon();
    forgetFailure(element);
    if (mustWait) failLater(element);
  } else holdElement(element);
  if (isLink && !coverOf(element)) moveUrls(element);
  if (coverOf(element) || isLink) return callNative();
  // What Trusted Types refuse must be refused now, or our policy would let it in later; an inert script loads nothing.
  if (element.localName == "script") withoutWaking([element], callNative);
  moveUrl(element, name, value);
  makeDormant(element);
}

// The page sets the relation of a link; without one a link loads nothing.
function setRelation(link, relation, callNative) {
  const mustWait = ([name, value]) =>
    mustHold("link", value, verdictOfAttribute(link, name, value, relation));
  if (!hasAttribute(link, MARK)) {
    if (!loadingAttributes(link).some(mustWait)) return callNative();
    holdElement(link);
  } else releaseSoon();
  moveUrls(link);
  moveUrl(link, "rel", relation);
}

// Whether an attribute is what covers the URL of an element that is still held.
const isHeldCover = (element, name) => hasAttribute(element, MARK) && name == coverOf(element);

// The page removes an attribute that it sees on an element.
function removeWrittenAttribute(element, name, callNative) {
  // The page cannot see it, or has changed the mark by which it could not.
  if (isHeldCover(element, name)) return;
  if (!hidesMarks(element)) return callNative();
  if (name == MARK) return;
  removeAttribute(element, `${MARK}-${name}`);
  const result = element.localName == "script" && name == "type" ? undefined : callNative();
  if (!textActs(element) && !waitingAttributes(element)[0]) putBack(element);
  return result;
}

function replaceProperties() {
  for (const property of WATCHED_PROPERTIES) {
    const name = property.toLowerCase();
    replaceMembers(
      // The address of <a> and <area> is where the visitor may go, and loads nothing.
      property == "href" ? "HTMLLinkElement" : LOADING_INTERFACES,
      property,
      (element, args, callNative) => setWatchedAttribute(element, name, args, 0, callNative),
      readAsWritten,
    );
  }
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

// The relations of a link as a list: what a page does to it is done to the list of a copy, and then set.
function replaceRelations() {
  replaceMembers("HTMLLinkElement", "relList", (link, [relation]) => {
    link.rel = relation;
  });
  replaceMembers("DOMTokenList", "add remove replace toggle value", (list, args, callNative) => {
    const link = ownerOfList(list);
    if (link == list) return callNative();
    const copy = /** @type {HTMLLinkElement} */ (createElement(document, "link"));
    copy.rel = link.rel;
    const result = callNative(copy.relList);
    if (copy.rel != link.rel) link.rel = copy.rel;
    return result;
  });
}

// The address of an element of SVG is an object of its own, in which the text is set.
function replaceAddressesOfSvg() {
  const elements = new WeakMap();
  replaceMembers(
    "SVGImageElement SVGUseElement SVGFEImageElement SVGScriptElement",
    "href",
    null,
    (element, args, callNative) => {
      const address = callNative();
      elements.set(address, element);
      return address;
    },
  );
  replaceMembers(
    "SVGAnimatedString",
    "baseVal animVal",
    (address, args, callNative) => {
      const element = elements.get(address);
      if (!element) return callNative();
      const isOld = element.hasAttribute("xlink:href") && !element.hasAttribute("href");
      return setWatchedAttribute(element, isOld ? "xlink:href" : "href", args, 0, callNative);
    },
    (address, args, callNative, realm) => {
      const element = elements.get(address);
      if (!element) return callNative();
      return readAsWritten(
        element,
        args,
        (copy) => (copy == element ? callNative() : copy.href.baseVal),
        realm,
      );
    },
  );
}

// An attribute of XLink, whatever its prefix, is known by this one.
const nameXlink = (args) => {
  if (/xlink$/.test(args[0])) args[1] = String(args[1]).replace(/^.*:/, "xlink:");
};

function replaceAttributes() {
  // The name is the first argument, or follows its namespace.
  for (const [suffix, index] of /** @type {[string, number][]} */ ([
    ["", 0],
    ["NS", 1],
  ])) {
    const nameIn = (args) => String(args[index]).toLowerCase();
    replaceMembers("Element", "setAttribute" + suffix, (element, args, callNative) => {
      if (index) nameXlink(args);
      return setWatchedAttribute(element, nameIn(args), args, index + 1, callNative);
    });
    replaceMembers("Element", "removeAttribute" + suffix, (element, args, callNative) =>
      removeWrittenAttribute(element, nameIn(args), callNative),
    );
  }
  replaceMembers("Document", "createAttributeNS", (page, args, callNative) => {
    nameXlink(args);
    return callNative();
  });
  replaceMembers("Element", "toggleAttribute", (element, [name, force], callNative) => {
    if (!hidesMarks(element)) return callNative();
    // Our own doors answer these.
    const isWanted = force === undefined ? !element.hasAttribute(name) : force;
    if (!isWanted) element.removeAttribute(name);
    else if (!element.hasAttribute(name)) element.setAttribute(name, "");
    return !!isWanted;
  });
}

// Attribute nodes, and the list of them. Those that a page gets of an element with hidden marks belong to a copy.
function replaceAttributeNodes() {
  replaceMembers(
    "Element NamedNodeMap",
    "setAttributeNode setAttributeNodeNS setNamedItem setNamedItemNS",
    (receiver, args, callNative) => {
      const node = args[0];
      const element = ownerOfList(receiver);
      const values = [node?.value];
      const replaced = setWatchedAttribute(element, node?.name, values, 0, () => {
        if (values[0] != node?.value) node.value = values[0];
        // One with capitals is another attribute than that of HTML.
        if (hidesMarks(element) && !/[A-Z]/.test(node?.name)) setAttribute(element, node.name, node.value);
        return callNative();
      });
      return replaced ?? null;
    },
  );
  replaceMembers(
    "Element NamedNodeMap",
    "removeAttributeNode removeNamedItem removeNamedItemNS",
    (receiver, args, callNative, realm) => {
      const element = ownerOfList(receiver);
      const name = String(args[0]?.name ?? args[args.length - 1]).toLowerCase();
      if (!hidesMarks(element)) return isElement(element) && isHeldCover(element, name) ? null : callNative();
      const node = element.getAttributeNode(name);
      if (!node) throw new realm.DOMException("The attribute was not found.", "NotFoundError");
      removeWrittenAttribute(element, name, () => removeAttribute(element, name));
      return node;
    },
  );
}

// The text of an attribute node, of a script or style, or of a text node in one.
function replaceTexts() {
  const setText = (node, args, callNative) => {
    if (node.nodeType == ATTRIBUTE_NODE && node.ownerElement) {
      const element = originalOf(node.ownerElement);
      return setWatchedAttribute(element, node.name, args, 0, () => {
        if (element != node.ownerElement) setAttribute(element, node.name, args[0]);
        return callNative();
      });
    }
    const element = node.nodeType == TEXT_NODE ? node.parentNode : node;
    inspectBeforeChange(element);
    if (textActs(element)) args[0] = safeTextFor(args[0], element);
    return withoutWaking([element], callNative);
  };
  // In Chromium scripts have members of their own for what other elements inherit.
  replaceMembers(
    "Attr Node CharacterData HTMLElement HTMLScriptElement",
    "value nodeValue textContent data innerText text",
    setText,
  );
  replaceMembers("Text", "splitText", (node, args, callNative) => {
    inspectBeforeChange(node.parentNode);
    return withoutWaking([node.parentNode], callNative);
  });
}

/** From now on asks the rules about what the page writes to an element. */
export function watchAttributes() {
  replaceProperties();
  replaceRelations();
  replaceAddressesOfSvg();
  replaceAttributes();
  replaceAttributeNodes();
  replaceTexts();
}
