// Hosts that the gate's own table does not know: where a visitor granted some categories and not all, the full tables
// may have the answer. Remembered (`consentry.verdicts`), so that the next page asks nobody.
import { classifier } from "./classify.js";
import { host, permits, read, teach, write } from "./lent.js";

const KEY = "consentry.verdicts";
const MOST = 500;
const CATEGORIES = ["necessary", "functional", "analytics", "advertising", "unclassified"];
const UNKNOWN = 4;
const looked = new Set();

// What is remembered of the tables that we have; theirs of another version is forgotten.
const remembered = () => {
  const { v, tables, hosts } = read(KEY) || {};
  return new Map(
    v === 1 && tables == TABLES && hosts && typeof hosts == "object" ? Object.entries(hosts) : [],
  );
};

// Asks about each host once. Whether the gate knows more than before.
export async function lookUp() {
  const undecided = () => !permits(UNKNOWN) && host.consent?.granted[0]; // neither all is granted, nor nothing
  const fresh = undecided() ? host.undescribed().filter((name) => !looked.has(name)) : [];
  if (!fresh[0]) return false;
  const known = remembered();
  const tables = fresh.every((name) => CATEGORIES.includes(known.get(name))) || (await classifier());
  // The visitor, or another question, may have come first.
  const news = undecided() ? fresh.filter((name) => !looked.has(name)) : [];
  const all = remembered();
  let more = false;
  for (const name of news) {
    looked.add(name);
    const category = tables.host ? tables.host(name.replace(/\.$/, "")) : CATEGORIES.indexOf(known.get(name));
    all.set(name, CATEGORIES[category]);
    if (category == UNKNOWN) continue;
    try {
      // Unasked loads only what the gate's own table gives a reason for: the least that this needs is a grant.
      teach([name], category || 1);
      more = true;
    } catch {
      /* no more room in the gate: it stays held */
    }
  }
  if (tables.host && news[0])
    write(KEY, { v: 1, tables: TABLES, hosts: Object.fromEntries([...all].slice(-MOST)) });
  return more;
}
