// Finds what may not be there: names that a tracker left, requests that left before us. after.js cleans up.
import { storageArea, call, cookieProperty, key, localArea, addNote } from "./captured.js";
import { explain, verdictOfCookie, verdictOfKey, verdictOfUrl, mayAct } from "./verdicts.js";

export const keysOf = (area) => {
  const all = [];
  try {
    for (let at = 0, name; (name = call(key, area, [at])) !== null; at++) all.push(name);
  } catch {
    /* refused storage holds nothing */
  }
  return all;
};

// The names of everything kept here that may not be now: [door, name, verdict].
export async function findLeftovers() {
  const found = [];
  for (const [door, list, verdict = verdictOfKey] of [
    [
      "cookie",
      () =>
        call(cookieProperty.get, document, [])
          .split(/; */)
          .map((pair) => pair.split("=")[0]),
      verdictOfCookie,
    ],
    ["localStorage", () => keysOf(localArea)],
    ["sessionStorage", () => keysOf(storageArea("sessionStorage"))],
    ["indexedDB", async () => (await indexedDB.databases()).map((it) => it.name)],
    ["cache", () => caches.keys()],
  ])
    try {
      for (const name of await list())
        if (name && !mayAct(verdict(name))) found.push([door, name, verdict(name)]);
    } catch {
      /* a sandboxed page has none, and some browsers do not tell */
    }
  return found;
}

// Requests that left although they may not: static tags in the HTML leave before any script can act. Looks
// at what is new since the last look, so it must be called before what may act changes.
let requestsSeen = 0;
export function noteLeaks() {
  const requests = performance.getEntriesByType("resource");
  for (const { name, initiatorType } of requests.slice(requestsSeen)) {
    const bits = verdictOfUrl(name);
    if (!mayAct(bits)) addNote("leaked", initiatorType, name, explain(bits));
  }
  requestsSeen = requests.length;
}
