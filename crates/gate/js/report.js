// `consentry-report.js`, fetched only where a receipt waits or somebody asks for a report. Nothing here must
// act before a page's script, and no visitor waits for it.

// What `consentry.report()` tells: what was held and released and why, what may not be there and is, which
// requests left before us, which hosts nobody described.
export function report({ explain, noted, noteLeaks, remains }) {
  noteLeaks();
  const [held, released, leaked] = ["held", "released", "leaked"].map(noted);
  const left = remains().map(([door, target, bits]) => ({ state: "left", door, target, ...explain(bits) }));
  return { held, released, left, leaked, unknown: held.filter(({ category }) => category == "unclassified") };
}

const PREFIX = "consentry.outbox.";
const FIRST_WAIT = 2000, LONGEST_WAIT = 300000, PATIENCE = 30000; // milliseconds

let host;
let sending = false;

// Sends what waits, one receipt after the other, oldest first, until the backend has named each as stored.
// What it does not confirm is tried again with growing pauses, by later pages, and as the last resort by a
// beacon when the page goes away; it keeps no later receipt from being sent. Storing twice is the backend's
// to prevent (by id).
export async function send(lent) {
  host = lent;
  if (sending) return;
  sending = true;
  addEventListener("pagehide", beacon);
  for (let wait = FIRST_WAIT; waiting()[0]; wait = Math.min(wait * 2, LONGEST_WAIT)) {
    for (const receipt of waiting())
      if (await post(receipt).catch(() => false)) {
        forget(receipt);
        host.emit("reported", receipt.id);
      }
    if (waiting()[0]) await new Promise((resume) => setTimeout(resume, wait * (0.5 + Math.random() / 2)));
  }
  removeEventListener("pagehide", beacon);
  sending = false;
}

const address = () => host.config.backend.url.replace(/\/+$/, "") + "/v1/receipts";

// Whether the backend says that this receipt is stored; an answer that does not name it is none.
async function post(receipt) {
  const { fetch } = host; // the browser's own, whatever the page made of it
  const response = await fetch(address(), {
    method: "POST",
    body: JSON.stringify(await complete(receipt)), // a string is sent as text/plain: no preflight
    credentials: "omit",
    keepalive: true,
    signal: AbortSignal.timeout(PATIENCE),
  });
  const answer = response.ok ? await response.json() : {};
  return answer.stored.some((it) => it.id == receipt.id);
}

// The browser cannot tell whether it delivered, so the receipts stay.
function beacon() {
  for (const receipt of waiting()) if (receipt.subject && !receipt.artefact) navigator.sendBeacon(address(), JSON.stringify(receipt));
}

// Oldest first: ids begin with the time.
function waiting() {
  const all = [...host.unstored];
  for (const key of host.keys())
    if (key.startsWith(PREFIX)) {
      const receipt = host.read(key);
      if (receipt?.id) all.push(receipt);
      else host.remove(key); // broken by somebody: no backend could take it
    }
  return all.sort((a, b) => (a.id < b.id ? -1 : 1));
}

function forget({ id }) {
  host.remove(PREFIX + id);
  const at = host.unstored.findIndex((it) => it.id == id);
  if (at >= 0) host.unstored.splice(at, 1);
}

// Fills in the hashes: the subject, the first 32 hex digits of the hash over the visitor's secret, which the
// ledger never sees; and the notice, where no bundle brought it. The finished receipt is stored again, for
// the beacon and for later tries.
async function complete(receipt) {
  if (receipt.artefact) {
    receipt.notice = "sha256:" + (await sha256(new TextEncoder().encode(receipt.artefact)));
    delete receipt.artefact;
  }
  if (!receipt.subject) {
    // Where storage was refused there is no secret: then nobody can ask for the receipt by subject.
    const secret = host.read("consentry")?.secret?.match(/../g)?.map((pair) => parseInt(pair, 16));
    const bytes = Uint8Array.from(secret || crypto.getRandomValues(new Uint8Array(16)));
    receipt.subject = (await sha256(bytes)).slice(0, 32);
  }
  if (!host.unstored.some((it) => it.id == receipt.id)) host.write(PREFIX + receipt.id, receipt);
  return receipt;
}

const hex = (bytes) => Array.from(bytes, (byte) => (byte + 256).toString(16).slice(1)).join("");

// WebCrypto where the browser has it; a page on plain http has none, so there the rounds are our own.
const sha256 = async (bytes) =>
  hex(globalThis.crypto?.subtle ? new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)) : sha256Rounds(bytes));

// FIPS 180-4.
export function sha256Rounds(bytes) {
  const blocks = new DataView(new ArrayBuffer(((bytes.length + 72) >> 6) << 6));
  bytes.forEach((byte, at) => blocks.setUint8(at, byte));
  blocks.setUint8(bytes.length, 0x80);
  blocks.setUint32(blocks.byteLength - 4, bytes.length * 8);
  const primes = [];
  for (let number = 2; primes.length < 64; number++) if (primes.every((prime) => number % prime)) primes.push(number);
  const fraction = (root) => ((root - Math.floor(root)) * 2 ** 32) | 0;
  const constants = primes.map((prime) => fraction(Math.cbrt(prime)));
  const state = primes.slice(0, 8).map((prime) => fraction(Math.sqrt(prime)));
  const turn = (word, by) => (word >>> by) | (word << (32 - by));
  for (let block = 0; block < blocks.byteLength; block += 64) {
    const words = [];
    let [a, b, c, d, e, f, g, h] = state;
    for (let round = 0; round < 64; round++) {
      const [x, y] = [words[round - 15], words[round - 2]];
      const low = turn(x, 7) ^ turn(x, 18) ^ (x >>> 3), high = turn(y, 17) ^ turn(y, 19) ^ (y >>> 10);
      words[round] = round < 16 ? blocks.getInt32(block + round * 4) : (words[round - 16] + low + words[round - 7] + high) | 0;
      const sum1 = turn(e, 6) ^ turn(e, 11) ^ turn(e, 25), sum0 = turn(a, 2) ^ turn(a, 13) ^ turn(a, 22);
      const first = (h + sum1 + ((e & f) ^ (~e & g)) + constants[round] + words[round]) | 0;
      const second = (sum0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      [h, g, f, e, d, c, b, a] = [g, f, e, (d + first) | 0, c, b, a, (first + second) | 0];
    }
    [a, b, c, d, e, f, g, h].forEach((word, at) => (state[at] = (state[at] + word) | 0));
  }
  const out = new DataView(new ArrayBuffer(32));
  state.forEach((word, at) => out.setInt32(at * 4, word));
  return new Uint8Array(out.buffer);
}
