// Hosts that the gate's own table does not know: where a visitor granted some categories and not all, the full tables
// may have the answer. Remembered (`consentry.verdicts`), so that the next page asks nobody.
import { classifier } from "./classify.js";
import { host, permits, read, teach, write } from "./lent.js";
import { release } from "./release.js";

const KEY = "consentry.verdicts";
const MOST = 500;
const CATEGORIES = ["necessary", "functional", "analytics", "advertising", "unclassified"];
const UNKNOWN = 4;
const looked = new Set();

// What is remembered of the tables that we have; theirs of another version is forgotten.
const remembered = () => {
  const { v, tables, hosts } = read(KEY) || {};
  return v === 1 && tables == TABLES && hosts && typeof hosts == "object" ? hosts : {};
};

// Asks about each host once. Whether the gate knows more than before.
export async function lookUp() {
  if (permits(UNKNOWN) || !host.consent?.granted[0]) return false; // all is granted, or nothing
  const fresh = host.undescribed().filter((name) => !looked.has(name));
  if (!fresh[0]) return false;
  for (const name of fresh) looked.add(name);
  const known = remembered();
  const asked = fresh.filter((name) => !CATEGORIES.includes(known[name]));
  if (asked[0]) {
    const tables = await classifier();
    for (const name of asked) known[name] = CATEGORIES[tables.host(name)];
    write(KEY, { v: 1, tables: TABLES, hosts: Object.fromEntries(Object.entries(known).slice(-MOST)) });
  }
  let more = false;
  for (const name of fresh) {
    const category = CATEGORIES.indexOf(known[name]);
    if (category == UNKNOWN) continue;
    // Without being asked, only what the gate's own table gives a reason for: the least that this needs is a grant.
    teach([name], category || 1);
    more = true;
  }
  return more;
}

// A host was held that nobody has described.
export async function learn() {
  if (await lookUp()) release(true);
}
