// Finds what may not be there: names that a tracker left, requests that left before us. It deletes nothing:
// after/erase.js cleans up.
import { addNote, keyAt, localArea, readCookies, storageArea } from "./captured.js";
import { explain, verdictOfCookie, verdictOfKey, verdictOfUrl, mayAct } from "./verdicts.js";

/**
 * The keys of a storage area.
 * @param {Storage | null} area
 * @returns {string[]}
 */
export function keysOf(area) {
  const keys = [];
  try {
    let name = keyAt(area, 0);
    while (name !== null) {
      keys.push(name);
      name = keyAt(area, keys.length);
    }
  } catch {
    /* refused storage holds nothing */
  }
  return keys;
}

const cookieNames = () => readCookies().map((cookie) => cookie.split("=")[0]);

/**
 * Where names are kept: each door, what lists the names behind it, and what tells whose a name is.
 * @type {[string, () => any, (name: string) => number][]}
 */
const PLACES = [
  ["cookie", cookieNames, verdictOfCookie],
  ["localStorage", () => keysOf(localArea), verdictOfKey],
  ["sessionStorage", () => keysOf(storageArea("sessionStorage")), verdictOfKey],
  ["indexedDB", async () => (await indexedDB.databases()).map(({ name }) => name), verdictOfKey],
  ["cache", () => caches.keys(), verdictOfKey],
];

/**
 * The names of everything kept here that may not be now.
 * @param {(door: string, name: string, verdict: number) => void} [act] hears of each as soon as it is found
 * @returns {Promise<[string, string, number][]>} door, name, verdict
 */
export async function findLeftovers(act) {
  const leftovers = [];
  for (const [door, list, verdictOf] of PLACES)
    try {
      for (const name of await list()) {
        const verdict = name ? verdictOf(name) : -1;
        if (mayAct(verdict)) continue;
        leftovers.push([door, name, verdict]);
        act?.(door, name, verdict);
      }
    } catch {
      /* a sandboxed page has none, and some browsers do not tell */
    }
  return leftovers;
}

let requestsSeen = 0;
/**
 * Notes requests that left although they may not: static tags in the HTML leave before any script can act.
 * Looks at what is new since the last look, so it must be called before what may act changes.
 */
export function noteLeaks() {
  const requests = performance.getEntriesByType("resource");
  for (const { name, initiatorType } of /** @type {any[]} */ (requests.slice(requestsSeen))) {
    const verdict = verdictOfUrl(name);
    if (!mayAct(verdict)) addNote("leaked", initiatorType, name, explain(verdict));
  }
  requestsSeen = requests.length;
}
