// What cookies and storage keys have in common. What a tracker writes under a held name lives in memory for
// the page, which reads back what it wrote, and is persisted only on a grant (after/release.js). This file owns
// that memory and the verdict on a name; cookies.js and storage.js write to it.
import { callingScripts } from "../captured.js";
import { categoryOf, trackersMayHaveRun, verdictOfCookie, verdictOfKey, verdictOfUrl } from "../verdicts.js";
import { CLASS_NECESSARY } from "../numbers.js";

/**
 * Held cookies by name: value, verdict, whole assignment.
 * @type {Map<string, [value: string, verdict: number, assignment: string]>}
 */
export const heldCookies = new Map();

/**
 * Held keys by storage area and name: value, verdict.
 * @type {Record<string, Map<string, [value: string, verdict: number]>>}
 */
export const heldKeys = { localStorage: new Map(), sessionStorage: new Map() };

/** Names that were written and that nobody knows, with the function that gives their verdict. */
export const undeclaredNames = new Map();

/**
 * The verdict on a name that is about to be written. A name that nobody declared is taken for a tracker's if every script
 * on the stack is one: a tracker among the page's own scripts may only wrap storage. The stack is read only once a
 * tracker may have run. The name then stays with the nearest of them.
 * @param {(name: string, verdict?: number) => number} verdictOf `verdictOfCookie` or `verdictOfKey`
 * @param {string} name
 * @returns {number} -1 if it is nobody's
 */
export function verdictOfWrittenName(verdictOf, name) {
  const verdict = verdictOf(name);
  if (verdict >= 0) return verdict;
  undeclaredNames.set(name, verdictOf);
  if (!trackersMayHaveRun) return verdict;
  const writers = callingScripts().map((url) => verdictOfUrl(url));
  const areTrackers = writers[0] && writers.every((writer) => categoryOf(writer) != CLASS_NECESSARY);
  return areTrackers ? verdictOf(name, writers[0]) : -1;
}

/**
 * The rules have come, or changed, before anything that needs consent could act: asks again about what is
 * held.
 */
export function judgeHeldNamesAgain() {
  for (const [name, held] of heldCookies) held[1] = verdictOfCookie(name);
  for (const keys of Object.values(heldKeys)) for (const [name, held] of keys) held[1] = verdictOfKey(name);
}
