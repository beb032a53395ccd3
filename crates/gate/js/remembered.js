// What the full tables said of hosts that the gate's own table does not know, remembered for the next page
// (`consentry.verdicts`). after/look-up.js asks them and remembers; here it is read and brought to the rules,
// and nothing is written.
import { readStored } from "./stored.js";
import { addHost } from "./verdicts.js";
import { CATEGORY_NAMES, CLASS_FUNCTIONAL, CLASS_UNCLASSIFIED } from "./numbers.js";

export const VERDICTS = "consentry.verdicts";

/**
 * The categories' names by host. What other tables said than those that lie beside this script is ignored.
 * @returns {Record<string, string>}
 */
export function rememberedHosts() {
  const { v, tables, hosts } = readStored(VERDICTS) || {};
  return v === 1 && tables == TABLES ? Object(hosts) : {};
}

/**
 * Adds a rule for a host. What the full tables call necessary counts as functional: only the gate's own table lets
 * something load unasked.
 * @param {string} host
 * @param {string} category
 * @returns {boolean} whether the rules know more now
 */
export function teachHost(host, category) {
  const number = CATEGORY_NAMES.indexOf(category);
  try {
    if (number < 0 || number == CLASS_UNCLASSIFIED) return false;
    addHost(host, Math.max(number, CLASS_FUNCTIONAL));
    return true;
  } catch {
    return false; // there is no room for another rule: the host stays held
  }
}

/**
 * Brings what is remembered to the rules, where it matters: some is granted and some is not.
 * @param {Record<string, any> | null} consent the choice in force
 */
export function applyRemembered(consent) {
  if (!consent?.granted[0] || !consent.denied[0]) return;
  const hosts = rememberedHosts();
  for (const host of Object.keys(hosts)) teachHost(host, hosts[host]);
}
