// What a withdrawal leaves nothing of.
import { explain, note, permits, remains, setCookie, written } from "./lent.js";

const SECOND = 1000; // milliseconds
let looking;

// Deletes what may not be there, whoever wrote it; then looks again, since what still runs may write by other ways.
// What stays is told by `report()`.
export async function erase(again) {
  for (const [assignment, bits] of written)
    if (!permits(bits)) {
      written.delete(assignment);
      setCookie(assignment + "; expires=Thu, 01 Jan 1970 00:00:00 GMT; max-age=0");
    }
  for (const [door, name, bits] of await remains()) {
    if (again) note("held", door, name, explain(bits)); // it was written again
    if (door == "cookie") expireCookie(name);
    else if (door == "cache") caches.delete(name);
    else if (door == "indexedDB") indexedDB.deleteDatabase(name);
    else window[door].removeItem(name);
  }
  clearTimeout(looking);
  if (!again) looking = setTimeout(erase, SECOND, true);
}

// A cookie is known by name, domain and path, and script sees only the name: tries the host and every
// parent domain (the browser refuses public suffixes), every path up to the page's.
function expireCookie(name) {
  const { hostname, pathname, protocol } = location;
  const domains = [
    "",
    ...hostname.split(".").map((_, at, labels) => "; domain=" + labels.slice(at).join(".")),
  ];
  const flags = protocol == "https:" ? ["; secure", "; secure; partitioned"] : [""];
  for (const { index } of pathname.matchAll(/\/|$/g))
    for (const path of [pathname.slice(0, index), pathname.slice(0, index + 1)])
      for (const domain of domains)
        for (const flag of flags) setCookie(`${name}=; max-age=0; path=${path}${domain}${flag}`);
}
