import { explain, noteLeaks, noted, remains } from "./lent.js";
import { classify } from "./classify.js";
import { tell } from "./marked.js";
import { beyond } from "./receipts.js";

// What `consentry.report()` tells: what was held and released and why, what may not be there and is, which
// requests left before us, which hosts nobody described.
export async function report() {
  tell();
  noteLeaks();
  const [held, released, leaked] = ["held", "released", "leaked"].map(noted);
  const left = (await remains()).map(([door, target, bits]) => ({
    state: "left",
    door,
    target,
    ...explain(bits),
  }));
  left.push(...beyond.map((it) => ({ state: "left", door: "cookie", ...it })));
  const unknown = held.filter(({ category }) => category == "unclassified");
  // What the full tables say of those, for the owner to declare.
  const kind = (door) => (door == "cookie" ? door : /Storage/.test(door) ? "storage" : "url");
  const described = unknown.map((it) =>
    classify(kind(it.door), it.target)
      .then((answer) => ({ ...it, answer }))
      .catch(() => it),
  );
  return { held, released, left, leaked, unknown: await Promise.all(described) };
}
