// The ways by which a script brings an element into a tree: as a node, by adopting or importing it, and as
// HTML text. A tree that the page made by these and by attributes.js is not searched again when it enters
// the document.
import { hasAttribute } from "../captured.js";
import { BRINGS_WINDOW, ELEMENT_ROLES, HOLDS_TEXT, MARK, WATCHED_ELEMENTS } from "../loading-elements.js";
import { anyMarked, isResting, rest, withoutWaking } from "../held-elements.js";
import { deadScripts, holdHtml, inspectElement } from "./html.js";
import {
  ATTRIBUTE_CHANGES,
  forgetNewestFrame,
  guardFrames,
  inspectAll,
  isElement,
  watchRoot,
} from "./watched-documents.js";
import { replaceMembers } from "./wrap.js";

const MARKED_ELEMENTS = `[${MARK}]`;

// Looks at a node that is about to enter a tree. Tells whether it may bring a frame.
function inspectNode(node) {
  const role = ELEMENT_ROLES[node.localName];
  if (node.ownerDocument != document) {
    if (isElement(node)) inspectElement(node);
    inspectAll(node, WATCHED_ELEMENTS);
    forgetNewestFrame();
  } else if (node.localName && (role == HOLDS_TEXT || hasAttribute(node, MARK))) inspectElement(node);
  if (!node.firstElementChild) return role == BRINGS_WINDOW;
  if (anyMarked) {
    inspectAll(node, MARKED_ELEMENTS);
    // A copy of a script that rests has no mark.
    for (const script of scriptsIn(node)) inspectElement(script);
  }
  return true;
}

// The scripts of a tree, if any may be held.
const scriptsIn = (node) =>
  !anyMarked ? [] : node?.localName == "script" ? [node] : [...(node?.querySelectorAll?.("script") || [])];

// The nodes whose place or text a method of this receiver changes, beside those that it is given.
function changedBy(receiver) {
  const { startContainer, commonAncestorContainer } = Object(receiver);
  if (!startContainer) return [receiver];
  return [startContainer, startContainer.parentNode, ...scriptsIn(commonAncestorContainer)];
}

function replaceNodeMethods() {
  const insert = (receiver, args, callNative) => {
    let mayBringFrame = false;
    for (const arg of args) if (arg?.nodeType && inspectNode(arg)) mayBringFrame = true;
    const scripts = args.flatMap(scriptsIn);
    const result = withoutWaking(changedBy(receiver), callNative);
    if (ELEMENT_ROLES[receiver.localName] == HOLDS_TEXT && !isResting(receiver)) inspectElement(receiver);
    scripts.forEach(rest);
    if (mayBringFrame) guardFrames();
    return result;
  };
  // Each interface has some of these methods.
  replaceMembers(
    "Node Element Document DocumentFragment CharacterData Range",
    "appendChild insertBefore replaceChild append moveBefore prepend replaceChildren after before replaceWith " +
      "insertAdjacentElement insertAdjacentText insertNode surroundContents adoptNode",
    insert,
  );
  // And some set them.
  replaceMembers("Document", "body", insert);
  replaceMembers("HTMLTableElement", "caption tHead tFoot", insert);
  replaceMembers("HTMLSelectElement HTMLOptionsCollection", "add", insert);
  replaceMembers("Document", "importNode", (receiver, args, callNative) => {
    const node = callNative();
    inspectAll(node, WATCHED_ELEMENTS);
    if (isElement(node)) inspectElement(node);
    return node;
  });
  replaceMembers("Element", "attachShadow", (receiver, args, callNative) => {
    const root = callNative();
    watchRoot(root, ATTRIBUTE_CHANGES);
    return root;
  });
}

// A native that takes HTML as its argument `index`; what it brings that is marked is looked at. `contextOf`
// tells which node the HTML becomes the content of, where that counts. (HTML 13.4: scripts in a fragment's text are
// "already started", but for those of createContextualFragment.)
const insertHtml =
  (index, contextOf = undefined, scriptsRun = true) =>
  (receiver, args, callNative) => {
    const root = receiver.parentNode || receiver;
    if (index in args) args[index] = holdHtml(args[index], contextOf?.(receiver), scriptsRun);
    const brings = !scriptsRun && /<script/i.test(args[index]);
    const scripts = () => [...(root.content || root).querySelectorAll("script")];
    const before = brings ? new Set(scripts()) : null;
    const result = withoutWaking([receiver], callNative);
    if (brings) for (const script of scripts()) if (!before.has(script)) deadScripts.add(script);
    if (String(args[index]).includes(MARK)) inspectAll(result?.nodeType ? result : root, MARKED_ELEMENTS);
    guardFrames();
    return result;
  };

function replaceHtmlMethods() {
  replaceMembers(
    "Element ShadowRoot",
    "innerHTML",
    insertHtml(0, (receiver) => receiver, false),
  );
  replaceMembers(
    "Element",
    "outerHTML",
    insertHtml(0, (receiver) => receiver.parentNode, false),
  );
  replaceMembers("Range", "createContextualFragment", insertHtml(0));
  replaceMembers("Element ShadowRoot", "setHTMLUnsafe", insertHtml(0, undefined, false));
  replaceMembers("Element", "insertAdjacentHTML", insertHtml(1, undefined, false));
  replaceMembers("Document", "execCommand", insertHtml(2));
}

/** Looks from now on at what the page brings into a tree. */
export function watchInsertion() {
  replaceNodeMethods();
  replaceHtmlMethods();
}
