// Sends receipts, and asks the backend to expire what no script reaches. What the visitor asks of the backend is in rights.js.
import { gate } from "./gate.js";
import { sha256 } from "./sha256.js";

const PREFIX = "consentry.outbox.";
const FIRST_WAIT = 2000,
  LONGEST_WAIT = 300000; // milliseconds
/** How long an answer of the backend is waited for, in milliseconds. */
export const TIMEOUT = 30000;

let sending = false;
// Whether the backend takes no more for now (429), of any receipt.
let isOverLimit = false;
// What is being sent right now.
/** @type {Promise<any>} */
let inFlight;
// Resolves when receipts may be sent again, while a visitor's records are being erased.
/** @type {Promise<void> | undefined} */
let erasing;

/**
 * Sends what waits, one receipt after the other, oldest first, until the backend has named each as stored.
 * What it does not confirm is tried again with growing pauses, by later pages, and as the last resort by a
 * beacon when the page goes away; it keeps no later receipt from being sent, unless the backend takes no more.
 * Storing twice is the backend's to prevent (by id).
 * @param {boolean} [atLoad] whether the page has only brought old ones: then all that it loads comes first
 */
export async function send(atLoad) {
  if (atLoad && document.readyState != "complete")
    await new Promise((done) => addEventListener("load", () => setTimeout(done, 0)));
  if (sending) return;
  sending = true;
  addEventListener("pagehide", sendBeacons);
  for (let wait = FIRST_WAIT; waiting()[0]; wait = Math.min(wait * 2, LONGEST_WAIT)) {
    const expiring = expireUnreachable().catch(() => {});
    await (inFlight = sendEach());
    await expiring;
    await erasing;
    if (waiting()[0]) await new Promise((resume) => setTimeout(resume, wait * (0.5 + Math.random() / 2)));
  }
  removeEventListener("pagehide", sendBeacons);
  sending = false;
}

async function sendEach() {
  for (const receipt of waiting()) {
    if (erasing) return;
    if (await post(receipt).catch(() => false)) {
      remove(receipt);
      gate.emit_("reported", receipt.id);
    } else if (isOverLimit) return;
  }
}

/** Resolves when what is being sent right now is stored, or could not be. */
export const sent = async () => void (await inFlight);

/**
 * Erases a visitor's receipts: none is sent meanwhile, and those that were not sent go with the others.
 * @template T
 * @param {() => Promise<T>} eraseSent erases what the backend has
 * @param {() => void} forget what this browser does once that is done
 * @returns {Promise<T>} what `eraseSent` resolves to
 */
export async function eraseReceipts(eraseSent, forget) {
  let resume;
  erasing = new Promise((resolve) => (resume = resolve));
  try {
    await sent(); // what is on its way would be stored after the others are gone
    const erased = await eraseSent();
    forget();
    waiting().forEach(remove);
    return erased;
  } finally {
    erasing = undefined;
    resume();
  }
}

/**
 * The address of one of the backend's routes.
 * @param {string} route
 */
export const address = (route) => gate.config_.backend.url.replace(/\/+$/, "") + "/v1/" + route;

// The decision that was asked for last, and what of it is out of the backend's reach too, for `report()`.
let expiredFor;
/** @type {{target: string, category: string | null, service: string | null, reason: string}[]} */
export let unreachableCookies = [];

// Cookies that no script sees (HttpOnly) are the backend's to expire, where it is mounted on the page's own
// origin. Once for each new decision, by what is in force now. Asks again until it finds no more: an answer
// has room for a few, and whatever comes back stays.
async function expireUnreachable() {
  const receipts = waiting();
  const newest = receipts[receipts.length - 1];
  const { granted, denied } = gate.consent_ || newest;
  if (newest.id == expiredFor) return;
  unreachableCookies = [];
  if (!denied[0] || new URL(address(""), location.href).origin != location.origin) return;
  const leftBecause = (reason) => (target) => ({ target, category: null, service: null, reason });
  unreachableCookies = ["HttpOnly"].map(leftBecause("no-answer"));
  const body = gate.asJson_({ site: gate.config_.site, granted, denied });
  const names = new Set();
  for (let answer, known = -1; names.size > known;) {
    known = names.size;
    answer = await request("expire", { body, credentials: "same-origin" });
    answer.expired.forEach((name) => names.add(name));
    unreachableCookies = [...answer.expired.map(leftBecause("stays")), ...answer.unreachable];
  }
  expiredFor = newest.id;
}

// Whether the backend says that this receipt is stored; an answer that does not name it is none.
async function post(receipt) {
  const answer = await request("receipts", {
    body: gate.asJson_(await complete(receipt)),
    credentials: "omit",
  });
  return answer.stored.some(({ id }) => id == receipt.id);
}

// A body that is a string is sent as text/plain: no preflight.
async function request(route, options) {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(), TIMEOUT);
  try {
    const fetchOptions = { method: "POST", keepalive: true, signal: controller.signal, ...options };
    const response = await gate.nativeFetch_(address(route), fetchOptions);
    isOverLimit = response.status == 429;
    return response.ok ? await response.json() : {};
  } finally {
    clearTimeout(timer);
  }
}

// The browser cannot tell whether it delivered, so the receipts stay.
function sendBeacons() {
  for (const receipt of waiting())
    if (receipt.subject && !receipt.artefact)
      navigator.sendBeacon(address("receipts"), gate.asJson_(receipt));
}

/**
 * Oldest first: ids begin with the time.
 * @returns {any[]}
 */
function waiting() {
  const receipts = [...gate.unstoredReceipts_];
  for (const key of gate.storedKeys_())
    if (key.startsWith(PREFIX)) {
      const receipt = gate.readStored_(key);
      if (receipt?.id) receipts.push(receipt);
      else gate.removeStored_(key); // broken by somebody: no backend could take it
    }
  return receipts.map(withDefaults).sort((a, b) => (a.id < b.id ? -1 : 1));
}

// The elements of the banner that a visitor reads, as a browser serialises them. They are read without its parser: where a
// page enforces Trusted Types and does not list our policy, that is closed.
const ITEMS = /<(h2|p|a|summary|button)\b([^>]*)>([^]*?)<\/\1>/g;
const WORDS = { h2: "title ", p: "text ", a: "link ", summary: "more ", button: "control " };
const CHARACTERS = { amp: "&", lt: "<", gt: ">", quot: '"', nbsp: "\xa0" };
const withoutEscapes = (html) => html.replace(/&(amp|lt|gt|quot|nbsp);/g, (_, name) => CHARACTERS[name]);

/**
 * The notice as a document, one item a line, as src/model/view.rs writes it. The preferences bring it so, and
 * a page of an earlier version left it so; the banner brings its HTML. Its sentence about undescribed hosts,
 * the only one with an id, is no part of the notice.
 * @param {{artefact: string, language: string, layer: number}} receipt
 */
function artefactOf({ artefact, language, layer }) {
  if (artefact.startsWith("consentry notice")) return artefact;
  let lines = `consentry notice 1\nlanguage: ${language}\nlayer: ${layer}\n`;
  for (const [, tag, attributes, content] of artefact.matchAll(ITEMS)) {
    if (tag == "p" && attributes) continue;
    const [, name = ""] = attributes.match(/(?:href|data-consentry)="([^"]*)"/) || [];
    lines += `${WORDS[tag]}${name}: ${content}\n`;
  }
  return withoutEscapes(lines);
}

const placeAmongUnstored = (receipt) => gate.unstoredReceipts_.findIndex(({ id }) => id == receipt.id);

function remove(receipt) {
  gate.removeStored_(PREFIX + receipt.id);
  const place = placeAmongUnstored(receipt);
  if (place >= 0) gate.unstoredReceipts_.splice(place, 1);
}

/**
 * With what a page left out of a receipt when it stored it.
 * @type {(receipt: any) => any}
 */
const withDefaults = ({ expires, ...receipt }) => ({
  notice: null,
  language: "und",
  layer: 0,
  validUntil: expires,
  ...receipt,
});

/**
 * The visitor's secret as it is stored, and what it stands for; undefined where there is none, or none that can be read.
 * @returns {{digits: string, bytes: Uint8Array<ArrayBuffer>} | undefined}
 */
export function storedSecret() {
  const digits = gate.readStored_("consentry")?.secret;
  if (typeof digits != "string" || !/^[0-9a-f]{32}$/.test(digits)) return undefined;
  return { digits, bytes: Uint8Array.from(digits.match(/../g), (pair) => parseInt(pair, 16)) };
}

/** @param {Uint8Array<ArrayBuffer>} secret */
export const subjectOf = async (secret) => (await sha256(secret)).slice(0, 32);

/**
 * Fills in the hashes: the subject, the first 32 hex digits of the hash over the visitor's secret, which the
 * ledger never sees; and the notice, where no bundle brought it. The finished receipt is stored again, for
 * the beacon and for later tries.
 * @param {any} unfinished
 */
async function complete(unfinished) {
  const { artefact, ...receipt } = unfinished;
  if (artefact) receipt.notice = "sha256:" + (await sha256(new TextEncoder().encode(artefactOf(unfinished))));
  if (!receipt.subject) {
    // Where storage was refused there is no secret: then nobody can ask for the receipt by subject.
    receipt.subject = await subjectOf(storedSecret()?.bytes || crypto.getRandomValues(new Uint8Array(16)));
  }
  const place = placeAmongUnstored(receipt);
  if (place < 0) gate.writeStored_(PREFIX + receipt.id, receipt);
  else gate.unstoredReceipts_[place] = receipt;
  return receipt;
}
