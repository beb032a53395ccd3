// Sends receipts, and asks the backend to expire what no script reaches.
import { fetch, forget, host, keys, read, unstored, write } from "./lent.js";
import { sha256 } from "./sha256.js";

const PREFIX = "consentry.outbox.";
const FIRST_WAIT = 2000,
  LONGEST_WAIT = 300000,
  TIMEOUT = 30000; // milliseconds

let sending = false;

// Sends what waits, one receipt after the other, oldest first, until the backend has named each as stored.
// What it does not confirm is tried again with growing pauses, by later pages, and as the last resort by a
// beacon when the page goes away; it keeps no later receipt from being sent. Storing twice is the backend's
// to prevent (by id).
export async function send(atLoad) {
  // A page that only brings old ones comes first, with everything that it loads.
  if (atLoad && document.readyState != "complete")
    await new Promise((done) => addEventListener("load", () => setTimeout(done, 0)));
  if (sending) return;
  sending = true;
  addEventListener("pagehide", beacon);
  for (let wait = FIRST_WAIT; waiting()[0]; wait = Math.min(wait * 2, LONGEST_WAIT)) {
    const asked = expire().catch(() => {});
    for (const receipt of waiting())
      if (await post(receipt).catch(() => false)) {
        drop(receipt);
        host.emit("reported", receipt.id);
      }
    await asked;
    if (waiting()[0]) await new Promise((resume) => setTimeout(resume, wait * (0.5 + Math.random() / 2)));
  }
  removeEventListener("pagehide", beacon);
  sending = false;
}

const address = (route) => host.config.backend.url.replace(/\/+$/, "") + "/v1/" + route;

// Cookies that no script sees (HttpOnly) are the backend's to expire, where it is mounted on the page's own origin. Once
// for each new decision, by what is in force now. Asks again until it finds no more: an answer has room for a few, and
// whatever comes back stays.
let decided;
export let beyond = []; // what is out of its reach
async function expire() {
  const newest = waiting().at(-1);
  const { granted, denied } = host.consent || newest;
  if (newest.id == decided) return;
  beyond = [];
  if (!denied[0] || new URL(address(""), location).origin != location.origin) return;
  const left = (reason) => (target) => ({ target, category: null, service: null, reason });
  beyond = ["HttpOnly"].map(left("no-answer"));
  const body = JSON.stringify({ site: host.config.site, granted, denied });
  const names = new Set();
  for (let answer, known = -1; names.size > known;) {
    known = names.size;
    answer = await ask("expire", { body, credentials: "same-origin" });
    answer.expired.forEach((name) => names.add(name));
    beyond = [...answer.expired.map(left("stays")), ...answer.unreachable];
  }
  decided = newest.id;
}

// Whether the backend says that this receipt is stored; an answer that does not name it is none.
async function post(receipt) {
  const answer = await ask("receipts", {
    body: JSON.stringify(await complete(receipt)),
    credentials: "omit",
  });
  return answer.stored.some((it) => it.id == receipt.id);
}

// A body that is a string is sent as text/plain: no preflight.
async function ask(route, options) {
  const signal = AbortSignal.timeout(TIMEOUT);
  const response = await fetch(address(route), { method: "POST", keepalive: true, signal, ...options });
  return response.ok ? response.json() : {};
}

// The browser cannot tell whether it delivered, so the receipts stay.
function beacon() {
  for (const receipt of waiting())
    if (receipt.subject && !receipt.artefact)
      navigator.sendBeacon(address("receipts"), JSON.stringify(receipt));
}

// Oldest first: ids begin with the time.
function waiting() {
  const all = [...unstored];
  for (const key of keys())
    if (key.startsWith(PREFIX)) {
      const receipt = read(key);
      if (receipt?.id) all.push(receipt);
      else forget(key); // broken by somebody: no backend could take it
    }
  return all.map(fill).sort((a, b) => (a.id < b.id ? -1 : 1));
}

function drop({ id }) {
  forget(PREFIX + id);
  const at = unstored.findIndex((it) => it.id == id);
  if (at >= 0) unstored.splice(at, 1);
}

// What a page left out of a receipt when it stored it.
const fill = ({ expires, ...given }) => ({
  notice: null,
  language: "und",
  layer: 0,
  validUntil: expires,
  ...given,
});

// Fills in the hashes: the subject, the first 32 hex digits of the hash over the visitor's secret, which the
// ledger never sees; and the notice, where no bundle brought it. The finished receipt is stored again, for
// the beacon and for later tries.
async function complete({ artefact, ...receipt }) {
  if (artefact) receipt.notice = "sha256:" + (await sha256(new TextEncoder().encode(artefact)));
  if (!receipt.subject) {
    // Where storage was refused there is no secret: then nobody can ask for the receipt by subject.
    const secret = read("consentry")
      ?.secret?.match(/../g)
      ?.map((pair) => parseInt(pair, 16));
    const bytes = Uint8Array.from(secret || crypto.getRandomValues(new Uint8Array(16)));
    receipt.subject = (await sha256(bytes)).slice(0, 32);
  }
  const at = unstored.findIndex((it) => it.id == receipt.id);
  if (at < 0) write(PREFIX + receipt.id, receipt);
  else unstored[at] = receipt;
  return receipt;
}
