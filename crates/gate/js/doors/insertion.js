// The ways by which a script brings an element into a tree: as a node, by adopting or importing it, and as
// HTML text. What a script makes in our document is looked at as it is made, here and in attributes.js. When such a tree
// enters, only marks and scripts in it are looked for, and those only once something was held (`anyMarked`).
import { cloneNode, findAll, getAttribute, hasAttribute, isElement, makeTrusted } from "../captured.js";
import { MARK, WATCHED_ELEMENTS, bringsWindow, textActs } from "../loading-elements.js";
import {
  INERT_TYPE,
  anyMarked,
  isDormant,
  makeDormant,
  setType,
  watchedRoots,
  withoutWaking,
} from "../held-elements.js";
import { mustHold, verdictOfUrl } from "../verdicts.js";
import {
  deadScripts,
  holdHtml,
  inspectAll,
  inspectBeforeChange,
  inspectElement,
  noteParsedElsewhere,
} from "./html.js";
import { makeTextSafe } from "./urls-in-code.js";
import { ATTRIBUTE_CHANGES, guardFrames, recheckFrames, watchRoot } from "./watched-documents.js";
import { changeArgument, replaceMembers } from "./wrap.js";

const MARKED_ELEMENTS = `[${MARK}]`;

// Looks at a node that is about to enter a tree. Tells whether it may bring a frame.
function inspectNode(node) {
  if (node.ownerDocument != document) {
    if (isElement(node)) inspectElement(node);
    inspectAll(node, WATCHED_ELEMENTS);
    recheckFrames();
  } else if (node.localName && (textActs(node) || hasAttribute(node, MARK))) inspectElement(node);
  const scripts = scriptsIn(node);
  if (!node.firstElementChild && !scripts[0]) return bringsWindow(node);
  if (anyMarked) {
    inspectAll(node, MARKED_ELEMENTS);
    // A copy of a dormant script has no mark.
    for (const script of scripts) inspectElement(script);
  }
  return true;
}

// The scripts of a tree and of its shadow roots, if any may be held.
function scriptsIn(node) {
  if (!anyMarked || !node?.nodeType) return [];
  if (node.localName == "script") return [node];
  const roots = watchedRoots.map((reference) => reference.deref());
  const shadowRoots = roots.filter((root) => root?.host && root != node && node.contains(root.host));
  return [...findAll(node, "script"), ...shadowRoots.flatMap(scriptsIn)];
}

// The nodes whose place or text a method of this receiver changes, beside those that it is given.
function changedBy(receiver) {
  const { startContainer, commonAncestorContainer } = Object(receiver);
  if (!startContainer) return [receiver];
  return [startContainer, startContainer.parentNode, ...scriptsIn(commonAncestorContainer)];
}

const IS_IMPORT = /import(?!ant)/i; // `!important` is none
const mayImport = (holder, args) =>
  holder?.localName == "style" &&
  IS_IMPORT.test(holder.textContent + args.map((arg) => arg?.textContent ?? arg).join(""));

// A style asks for what it imports as soon as its text has changed: meanwhile it is of a type that no browser applies.
function changeStyle(style, change) {
  const type = getAttribute(style, "type");
  setType(style, INERT_TYPE);
  try {
    return change();
  } finally {
    makeTextSafe(style);
    setType(style, type);
  }
}

function replaceNodeMethods() {
  const insert = (receiver, args, callNative) => {
    let mayBringFrame = false;
    for (const arg of args) if (arg?.nodeType && inspectNode(arg)) mayBringFrame = true;
    const scripts = args.flatMap(scriptsIn);
    // The element whose content changes: the receiver, or the parent of a receiver that is text.
    const place = receiver?.startContainer ?? receiver;
    const holder = place?.localName ? place : place?.parentNode;
    const changed = [...changedBy(receiver), holder];
    changed.forEach(inspectBeforeChange);
    const change = mayImport(holder, args) ? () => changeStyle(holder, callNative) : callNative;
    const result = withoutWaking(changed, change);
    if (textActs(holder) && !isDormant(holder)) inspectElement(holder);
    scripts.forEach(makeDormant);
    if (mayBringFrame) guardFrames();
    return result;
  };
  // Each interface has some of these members; the last four are properties.
  replaceMembers(
    "Node Element Document DocumentFragment CharacterData Range HTMLTableElement HTMLSelectElement " +
      "HTMLOptionsCollection",
    "appendChild insertBefore replaceChild append moveBefore prepend replaceChildren after before replaceWith " +
      "insertAdjacentElement insertAdjacentText insertNode surroundContents adoptNode " +
      "appendData insertData replaceData add body caption tHead tFoot",
    insert,
  );
  replaceMembers("Document", "importNode", (receiver, args, callNative) => {
    // WebKit loads a picture as soon as it is of this document, so a copy is looked at where it comes from.
    const [given, options] = args;
    if (given?.nodeType && given.ownerDocument != receiver) {
      const isDeep = Object(options) === options ? !options.selfOnly : !!options;
      args[0] = cloneNode(given, isDeep);
      inspectNode(args[0]);
    }
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
// tells which node the HTML becomes the content of: in a script, a style, a textarea or a title it is text. (HTML 13.4:
// scripts in a fragment's text are "already started", but for those of createContextualFragment.)
const insertHtml =
  (index, contextOf = undefined, scriptsRun = false) =>
  (receiver, args, callNative) => {
    // `outerHTML` and `insertAdjacentHTML` may put it beside the receiver: then its parent is searched.
    const root = receiver.parentNode || receiver;
    const run = scriptsRun || !!args[1]?.runScripts; // an option of setHTMLUnsafe
    if (index in args) args[index] = holdHtml(args[index], contextOf?.(receiver, args), run);
    const bringsDeadScripts = !run && /<script/i.test(args[index]);
    const scripts = () => findAll(root.content || root, "script");
    const before = bringsDeadScripts ? new Set(scripts()) : null;
    inspectBeforeChange(receiver);
    const result = withoutWaking([receiver], callNative);
    if (bringsDeadScripts) for (const script of scripts()) if (!before.has(script)) deadScripts.add(script);
    if (String(args[index]).includes(MARK)) inspectAll(result?.nodeType ? result : root, MARKED_ELEMENTS);
    guardFrames();
    return result;
  };

function replaceHtmlMethods() {
  replaceMembers(
    "Element ShadowRoot",
    "innerHTML setHTMLUnsafe setHTML",
    insertHtml(0, (receiver) => receiver),
  );
  replaceMembers(
    "Element",
    "outerHTML",
    insertHtml(0, (receiver) => receiver.parentNode),
  );
  replaceMembers("Range", "createContextualFragment", insertHtml(0, undefined, true));
  replaceMembers(
    "Element",
    "insertAdjacentHTML",
    insertHtml(1, (receiver, [place]) =>
      /^(afterbegin|beforeend)$/i.test(place) ? receiver : receiver.parentNode,
    ),
  );
  // A command that takes the address of an image becomes one that takes HTML, where it can be held.
  const insertCommand = insertHtml(2, undefined, true);
  replaceMembers("Document", "execCommand", (page, args, callNative) => {
    const [command, , value] = args;
    if (/^insertimage$/i.test(command) && mustHold("img", String(value), verdictOfUrl(value))) {
      const url = String(value).replace(/&/g, "&amp;").replace(/"/g, "&quot;");
      args.splice(0, 3, "insertHTML", false, makeTrusted("HTML", `<img src="${url}">`));
    }
    return insertCommand(page, args, callNative);
  });
  replaceMembers("DOMParser", "parseFromString", (receiver, args, callNative) => {
    const parsed = callNative();
    for (const script of findAll(parsed, "script")) noteParsedElsewhere(script);
    return parsed;
  });
  // The shadow roots in such a document are not seen when its elements come into ours.
  replaceMembers("Document", "parseHTMLUnsafe", changeArgument(0, holdHtml));
}

/** Looks from now on at what the page brings into a tree. */
export function watchInsertion() {
  replaceNodeMethods();
  replaceHtmlMethods();
}
