// What is shown in the page itself: the declaration, and placeholders for what is held. Gathers what they say; the component
// paints them (src/ui).
import { classify } from "./classify.js";
import { findInAllRoots, gate, MARK } from "./gate.js";
import { restore } from "./restore.js";

/**
 * Shows what an element of ours stands for.
 * @param {HTMLElement} element
 */
export async function showElement(element) {
  const [component, texts] = await gate.fetchComponent_(gate.language_());
  if (element.localName == "consentry-declaration")
    return component.declaration(gate.forComponent_, texts, element, await seenNames());
  const mark = element.getAttribute(MARK) || "";
  const verdict = gate.verdictOfMark_(mark);
  if (!gate.mayAct_(verdict))
    component.placeholder(gate.forComponent_, texts, element, ...about(verdict, ""));
}

// The cookies and keys that the site was seen to write and nobody declared, as far as a table knows their names. Nothing is
// guessed.
async function seenNames() {
  const seen = [...gate.undeclaredNames_].map(async ([name, lookUp]) => {
    const kind = lookUp == gate.verdictOfKey_ ? "storage" : "cookie";
    const { rule, category, vendor } = await classify(kind, name);
    return /learned|unclassified/.test(rule) ? [] : [name, kind, category, vendor || ""];
  });
  return (await Promise.all(seen.map((it) => it.catch(() => [])))).flat();
}

/**
 * Says what is new since the revision of the visitor's choice.
 * @param {string} since the revision
 */
export const tellChanges = (since) =>
  gate.useComponent_((component, texts) =>
    component.changes(gate.forComponent_, texts, since, gate.askedSince_(since)),
  );

/** Scripts that ran before a withdrawal go on until the page is loaded again: offers that. */
export const offerReload = () =>
  gate.useComponent_((component, texts) => component.withdrawn(gate.forComponent_, texts));

const about = (verdict, address) => {
  const { service, category } = gate.explain_(verdict);
  return [service || "", category, address && new URL(address, document.baseURI).host];
};

const LEAST_WIDTH = 120,
  LEAST_HEIGHT = 60; // pixels: smaller frames are not there to be seen

const shown = new WeakSet();

// For this page and this address alone, until the visitor withdraws.
function showOnce(frame, address) {
  gate.shownOnce_.set(frame, address);
  restore(frame);
  const holdAgain = () => {
    gate.shownOnce_.delete(frame);
    gate.holdElement_(frame, true);
  };
  document.addEventListener("consentry:withdrawn", holdAgain, { once: true });
}

/** Shows in each held frame who it is and what would load. The frame keeps its size and place: it is in its document. */
export async function showPlaceholders() {
  const frames = findInAllRoots(`iframe[${MARK}]`).filter((frame) => {
    const { width, height } = frame.getBoundingClientRect();
    return width >= LEAST_WIDTH && height >= LEAST_HEIGHT && frame.contentDocument?.body;
  });
  if (!frames[0]) return;
  const [component, texts] = await gate.fetchComponent_(gate.language_());
  for (const frame of frames) {
    const { contentDocument } = frame;
    if (!contentDocument || shown.has(contentDocument)) continue;
    shown.add(contentDocument);
    const element = contentDocument.createElement("consentry-placeholder");
    element.dataset.inFrame = "";
    const address = gate.targetOf_(frame);
    contentDocument.documentElement.lang = gate.language_();
    contentDocument.body.append(element);
    contentDocument.body.style.margin = "0";
    element.addEventListener("consentry-once", () => showOnce(frame, address));
    component.placeholder(
      gate.forComponent_,
      texts,
      element,
      ...about(gate.verdictOfMarked_(frame), address),
    );
  }
}
