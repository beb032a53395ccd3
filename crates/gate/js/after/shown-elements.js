// What elements of ours say that a site puts into its pages, and what we tell the visitor unasked. Gathers it; the component
// paints it (src/ui).
import { classify } from "./classify.js";
import { gate, MARK } from "./gate.js";
import { about, isPlaceholderOfOurs, theme } from "./placeholders.js";

const shown = new WeakSet();

/**
 * Shows what an element of ours stands for, and follows the choice.
 * @param {HTMLElement} element
 */
export async function showElement(element) {
  // We have put it over something held, and said what it says; or it was shown, and is back in the page.
  if (isPlaceholderOfOurs(element) || shown.has(element)) return;
  shown.add(element);
  const [component, texts] = await gate.fetchComponent_();
  if (element.localName == "consentry-declaration")
    return component.declaration(gate.forComponent_, texts, element, await seenNames());
  const verdict = gate.verdictOfMark_(element.getAttribute(MARK) || "");
  element.dataset.theme = theme();
  component.placeholder(gate.forComponent_, texts, element, ...about(verdict, ""));
  const follow = () => (element.hidden = gate.mayAct_(verdict));
  document.addEventListener("consentry:consent", follow);
  follow();
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
