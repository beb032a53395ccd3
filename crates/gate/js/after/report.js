// What `consentry.report()` lists: what was held and released and why, what may not be there and is, which
// requests left before us, which hosts nobody described.
import { classify } from "./classify.js";
import { gate } from "./gate.js";
import { noteMarkedElements } from "./marked.js";
import { unreachableCookies } from "./receipts.js";

export async function report() {
  noteMarkedElements();
  gate.noteLeaks_();
  const [held, released, leaked] = ["held", "released", "leaked"].map(gate.notesOf_);
  const leftovers = await gate.findLeftovers_();
  const left = [
    ...leftovers.map(([door, target, verdict]) => ({
      state: "left",
      door,
      target,
      ...gate.explain_(verdict),
    })),
    ...unreachableCookies.map((cookie) => ({ state: "left", door: "cookie", ...cookie })),
  ];
  const undescribed = held.filter(({ category }) => category == "unclassified");
  return { held, released, left, leaked, unknown: await Promise.all(undescribed.map(described)) };
}

// With what the full tables say of it, for the owner to declare, as far as they can be had.
async function described(entry) {
  const { door, target } = entry;
  const kind = door == "cookie" ? door : /Storage/.test(door) ? "storage" : "url";
  const answer = await gate.rejectWhenLost_(classify(kind, target)).catch(() => {});
  return answer ? { ...entry, answer } : entry;
}
