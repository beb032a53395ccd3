// Looks up hosts that the gate's own table does not know in the full tables, where a visitor granted some
// categories and not all. The answer is remembered (remembered.js), so that the next page asks nobody.
import { classifier } from "./classify.js";
import { gate } from "./gate.js";
import { CATEGORY_NAMES, CLASS_UNCLASSIFIED } from "../numbers.js";

const MOST = 500; // hosts that are remembered
const done = new Set();

/**
 * Looks up, each once, the held hosts that nobody has described.
 * @returns {Promise<boolean>} whether the gate knows more than before
 */
export async function lookUp() {
  // Where everything is granted, or nothing, the answer would change nothing.
  const isPartial = () => !gate.mayAct_(CLASS_UNCLASSIFIED) && gate.consent_?.granted[0];
  const hostsToLookUp = () =>
    isPartial() ? [...gate.undescribedHosts_].filter((host) => !done.has(host)) : [];
  const asked = hostsToLookUp();
  if (!asked[0]) return false;
  const remembered = gate.rememberedHosts_();
  const tables = asked.every((host) => CATEGORY_NAMES.includes(remembered[host])) || (await classifier());
  // Meanwhile the visitor may have decided, or another call looked up the same, or another tab remembered
  // more.
  const hosts = hostsToLookUp();
  const categories = new Map(Object.entries(gate.rememberedHosts_()));
  let more = false;
  for (const host of hosts) {
    done.add(host);
    if (tables !== true) categories.set(host, CATEGORY_NAMES[tables.categoryOfHost(host.replace(/\.$/, ""))]);
    more = gate.teachHost_(host, categories.get(host)) || more;
  }
  if (tables !== true && hosts[0])
    gate.writeStored_(gate.VERDICTS_, {
      v: 1,
      tables: TABLES,
      hosts: Object.fromEntries([...categories].slice(-MOST)),
    });
  return more;
}
