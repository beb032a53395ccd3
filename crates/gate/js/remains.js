// Finds what may not be there: names that a tracker left, requests that left before us. after.js cleans up.
import { area, call, cookie, key, local, note } from "./page.js";
import { explain, ofCookie, ofKey, ofUrl, permits } from "./verdicts.js";

export const keys = (area) => {
  const all = [];
  try {
    for (let at = 0, name; (name = call(key, area, [at])) !== null; at++) all.push(name);
  } catch {
    /* refused storage holds nothing */
  }
  return all;
};

// The names of everything kept here that may not be now: [door, name, verdict].
export async function remains() {
  const found = [];
  for (const [door, list, verdict = ofKey] of [
    [
      "cookie",
      () =>
        call(cookie.get, document, [])
          .split(/; */)
          .map((pair) => pair.split("=")[0]),
      ofCookie,
    ],
    ["localStorage", () => keys(local)],
    ["sessionStorage", () => keys(area("sessionStorage"))],
    ["indexedDB", async () => (await indexedDB.databases()).map((it) => it.name)],
    ["cache", () => caches.keys()],
  ])
    try {
      for (const name of await list())
        if (name && !permits(verdict(name))) found.push([door, name, verdict(name)]);
    } catch {
      /* a sandboxed page has none, and some browsers do not tell */
    }
  return found;
}

// Requests that left although they may not: static tags in the HTML leave before any script can act. Looks
// at what is new since the last look, so it must be called before what may act changes.
let looked = 0;
export function noteLeaks() {
  const requests = performance.getEntriesByType("resource");
  for (const { name, initiatorType } of requests.slice(looked)) {
    const bits = ofUrl(name);
    if (!permits(bits)) note("leaked", initiatorType, name, explain(bits));
  }
  looked = requests.length;
}
