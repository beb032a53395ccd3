// `consentry-after.js`, for what nobody waits for: fetched at the first task, one task after the other.
import { base, fail } from "./page.js";

let lent;
// `gate`: makes what the file may see and do (main.js).
export const lend = (gate) => (lent = gate);
export const later = () => import(base + "after.js").then((it) => (it.take(lent()), it));
let queue;
export const after = (task, argument) =>
  (queue = Promise.resolve(queue)
    .then(later)
    .then((it) => it[task](argument))
    .catch(fail));
export const done = () => queue;

// What `consentry.classify()` and `consentry.report()` tell.
export const classify = (kind, value) => later().then((it) => it.classify(kind, value));
export const report = () => after("report");
