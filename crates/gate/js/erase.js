// Deletes the cookies and storage keys of what may not act, whoever wrote them, and finds what is left.
import { call, cookie, key, local, note, removeItem, session, warn } from "./page.js";
import { explain, ofCookie, ofKey, ofUrl, permits } from "./verdicts.js";

const names = () => {
  try {
    return call(cookie.get, document, []).split(/; */).map((pair) => pair.split("=")[0]).filter(Boolean);
  } catch {
    return []; // a sandboxed page has no cookies
  }
};
export const keys = (area) => {
  const all = [];
  try {
    for (let at = 0, name; (name = call(key, area, [at])) !== null; at++) all.push(name);
  } catch {
    /* refused storage holds nothing */
  }
  return all;
};

// What may not be there now: cookie names and storage keys, with their verdicts.
export function remains() {
  const found = [];
  const look = (door, all, verdict) => {
    for (const name of all) if (!permits(verdict(name))) found.push([door, name, verdict(name)]);
  };
  look("cookie", names(), ofCookie);
  look("localStorage", keys(local), ofKey);
  look("sessionStorage", keys(session), ofKey);
  return found;
}

export function erase() {
  for (const [door, name] of remains())
    if (door == "cookie") expire(name);
    else call(removeItem, door == "localStorage" ? local : session, [name]);
}

// A cookie is known by name, domain and path, and script sees only the name: tries the host and every
// parent domain (the browser refuses public suffixes), every path up to the page's.
function expire(name) {
  const { hostname, pathname, protocol } = location;
  const domains = ["", ...hostname.split(".").map((_, at, labels) => "; domain=" + labels.slice(at).join("."))];
  const flags = protocol == "https:" ? ["; secure", "; secure; partitioned"] : [""];
  for (const { index } of pathname.matchAll(/\/|$/g))
    for (const path of [pathname.slice(0, index), pathname.slice(0, index + 1)])
      for (const domain of domains)
        for (const flag of flags) call(cookie.set, document, [`${name}=; max-age=0; path=${path}${domain}${flag}`]);
}

// Requests that left although they may not: static tags in the HTML leave before any script can act. Looks
// at what is new since the last look, so it must be called before what may act changes.
let seen = 0;
export function noteLeaks() {
  const requests = performance.getEntriesByType("resource");
  for (const { name, initiatorType } of requests.slice(seen)) {
    const bits = ofUrl(name);
    if (!permits(bits)) note("leaked", initiatorType, name, explain(bits));
  }
  seen = requests.length;
}
