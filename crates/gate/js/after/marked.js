// Enters held elements that were marked in the HTML into what `consentry.report()` tells. To whom an element
// belongs, the gate itself says.
import { MARK, findInAllRoots, gate } from "./gate.js";

const noted = new WeakSet();

/** Notes the marked elements that are held, by hand too, and warns of a mark that nobody knows. */
export function noteMarkedElements() {
  for (const element of findInAllRoots(`[${MARK}]`)) {
    if (noted.has(element)) continue;
    noted.add(element);
    const verdict = gate.verdictOfMarked_(element);
    const explained = gate.explain_(verdict);
    if (!gate.mayAct_(verdict)) gate.addNote_("held", element.localName, gate.targetOf_(element), explained);
    if (explained.category == "unclassified" && explained.reason == "declared")
      console.warn(`consentry: data-consent="${element.getAttribute(MARK)}"?`);
  }
}
