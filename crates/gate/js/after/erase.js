// Deletes what a withdrawal must not leave behind.
import { gate } from "./gate.js";
import { offerReload } from "./shown-elements.js";

const SECOND = 1000; // milliseconds
let nextLook;

/**
 * Deletes what may not be there, whoever wrote it; then once more after a second, since what still runs may
 * write by other ways. What stays is listed by `report()`.
 * @param {boolean} [isWithdrawal] whether something of this page has lost its grant
 */
export async function eraseLeftovers(isWithdrawal) {
  // Frames follow the page, and show nothing.
  if (isWithdrawal && gate.trackersMayHaveRun_ && window == top) offerReload();
  await eraseOnce(false);
  clearTimeout(nextLook);
  nextLook = setTimeout(eraseOnce, SECOND, true);
}

/** @param {boolean} writtenAgain whether what is found was deleted before */
async function eraseOnce(writtenAgain) {
  for (const [assignment, verdict] of gate.writtenCookies_)
    if (!gate.mayAct_(verdict)) {
      gate.writtenCookies_.delete(assignment);
      gate.setCookie_(assignment + "; expires=Thu, 01 Jan 1970 00:00:00 GMT; max-age=0");
    }
  // Each as soon as it is found: listing databases may take longer than the visitor stays on the page.
  await gate.findLeftovers_((door, name, verdict) => {
    if (writtenAgain) gate.addNote_("held", door, name, gate.explain_(verdict));
    if (door == "cookie") expireCookie(name);
    else if (door == "cache") caches.delete(name);
    else if (door == "indexedDB") indexedDB.deleteDatabase(name);
    else window[door].removeItem(name);
  });
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
        for (const flag of flags) gate.setCookie_(`${name}=; max-age=0; path=${path}${domain}${flag}`);
}
