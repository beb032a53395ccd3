// `consentry-after.js`: what follows a decision, or is asked for. Fetched only then: nothing here must act before a
// page's script, and what must stop at once has stopped without it.

// What consentry.js lends, in its order (component.js): `host` as to the banner, the natives and the gate's own parts.
let host, cookies, deciding, explain, fetch, forget, hold, keys, memory, named, note, noteLeaks, noted, ofMark, ofUrl, ordered, permits, plain, policy, read, released, remains, roots, setAttr, setCookie, unstored, urlsIn, verdictOn, write, written;
export function take(lent) {
  host = lent;
  [cookies, deciding, explain, fetch, forget, hold, keys, memory, named, note, noteLeaks, noted, ofMark, ofUrl, ordered, permits, plain, policy, read, released, remains, roots, setAttr, setCookie, unstored, urlsIn, verdictOn, write, written] = lent.own;
}

const MARK = "data-consent";
const PATIENCE = 20000; // milliseconds that a script is waited for; some tell of no end

// Lets everything act that a grant covers. What was dropped is not replayed: consent is not retroactive.
export function release(again) {
  if (again) tried = new WeakSet();
  tell();
  persist();
  releaseRules();
  releaseElements();
  if (document.readyState == "loading") document.addEventListener("DOMContentLoaded", () => releaseElements());
}

// Whether marked elements, by hand too, were told of.
const told = new WeakSet();
function tell() {
  for (const element of all(`[${MARK}]`)) {
    const verdict = verdictOf(element);
    if (!told.has(element) && !permits(verdict)) note("held", element.localName, target(element), explain(verdict));
    told.add(element);
  }
}

// What was written in the name of what has a grant now.
function persist() {
  for (const [name, [, bits, assignment]] of cookies)
    if (permits(bits)) {
      cookies.delete(name);
      written.set(assignment, bits);
      setCookie(assignment);
    }
  for (const kind in memory)
    for (const [name, [value, bits]] of memory[kind])
      if (permits(bits)) {
        try {
          memory[kind].delete(name);
          window[kind].setItem(name, value);
        } catch {
          /* full storage: the page has read the value back so far, and now finds none, as without us */
        }
      }
}

const all = (selector) => roots.flatMap((root) => [...(root.deref()?.querySelectorAll(selector) || [])]);

// A grant reaches the rules that stand in the page.
function releaseRules() {
  const free = (rules) => rules.replace(/about:consent#((?:\\(?:[\da-f]{1,6})?\s|[^"'()\s])+)/gi, (whole, url) => (permits(ofUrl(plain(url))) ? url : whole));
  for (const element of all('style,[style*="about:consent#"]')) {
    const { textContent, localName } = element;
    if (localName != "style") element.setAttribute("style", free(element.getAttribute("style")));
    else if (free(textContent) != textContent) element.textContent = policy("createScript", free(textContent));
  }
}

const LOADS = ["src", "srcset", "href", "xlink:href", "imagesrcset", "poster", "data", "background", "ping"];
const heldIn = (element) => [...element.attributes].filter((it) => it.name.startsWith(MARK + "-"));

// The verdict on a marked element: its mark's, or that on all that its held attributes and its text name, since an
// element may have been held by a server too.
function verdictOf(element) {
  const mark = element.getAttribute(MARK);
  if (mark != "auto") return ofMark(mark);
  const found = heldIn(element).map(({ name, value }) => {
    const load = name.slice(MARK.length + 1);
    return LOADS.includes(load) ? verdictOn(element, load, value) : deciding(urlsIn(value).map(ofUrl));
  });
  const text = /^s(cript|tyle)$/.test(element.localName) ? element.textContent : "";
  const names = named(element);
  // A style may hide one address in another, and a script may name many that it does not contact.
  const all = element.localName == "style" || !names[0] ? [...names, ...urlsIn(text)] : names;
  return deciding([...found, ...all.map(ofUrl)]);
}
const target = (element) => heldIn(element).find(({ name }) => LOADS.includes(name.slice(MARK.length + 1)))?.value || "inline";

// Each element is tried once for each decision: a frame of our origin has the doors of the page around it too, and
// where the two do not agree they would hold and release for ever.
let tried = new WeakSet();
let running = false;

// Lets every held element that may act do so, in document order, at once. Scripts that wait for others (not
// async) run in that order too: external ones load in parallel, an inline one waits for those before it.
async function releaseElements() {
  const mayRun = (element) => element.hasAttribute(MARK) && element.isConnected && permits(verdictOf(element));
  // Those that may act and whose text the parser has finished.
  const ready = (inOrder) =>
    all(`[${MARK}]`).filter((element) =>
      ordered.has(element) == inOrder && !tried.has(element) && mayRun(element) &&
      (document.readyState != "loading" || element.localName != "script" || element.nextSibling || element.hasAttribute(MARK + "-src")));
  const restoreOne = (element) => {
    tried.add(element);
    try {
      restore(element);
    } catch (error) {
      console.error("consentry: " + error); // Trusted Types may refuse one: the others go on
    }
  };
  for (const element of ready(false)) if (mayRun(element)) restoreOne(element); // a withdrawal may come between two
  if (running) return;
  running = true;
  for (let scripts, before; (scripts = ready(true))[0]; )
    for (const element of scripts) {
      const external = element.hasAttribute(MARK + "-src");
      if (!external) before = await before;
      if (!mayRun(element)) continue;
      element.async = false;
      if (external && !element.noModule)
        before = new Promise((done) => {
          for (const end of ["load", "error"]) element.addEventListener(end, done);
          setTimeout(done, PATIENCE);
        });
      restoreOne(element);
    }
  running = false;
}

// Puts the URLs back, which makes the browser load them: a script without a source becomes one with.
function restore(element) {
  const verdict = verdictOf(element);
  if (verdict > 0) note("released", element.localName, target(element), explain(verdict));
  released.set(element, (html) => parseAt(element, html));
  const textual = /^s(cript|tyle)$/.test(element.localName);
  if (textual && /^text\/plain$/i.test(element.type)) {
    const type = element.getAttribute(MARK + "-type");
    if (type === null) element.removeAttribute("type");
    else element.setAttribute("type", type);
  }
  const found = heldIn(element);
  for (const { name } of [{ name: MARK }, ...found]) element.removeAttribute(name);
  for (const { name, value } of found)
    // By the native way: a mark by hand says more than the host does.
    if (!/-(type|origins)$/.test(name)) setAttr(element, name.slice(MARK.length + 1).replace("xlink:", ""), policy("createScriptURL", value));
  // An inline script runs, and a style applies, when its text is set.
  if (textual && !["src", "href", "xlink:href"].some((name) => element.hasAttribute(name))) element.textContent = policy("createScript", element.textContent);
  if (element.localName == "source") element.parentNode.load?.(); // media look at theirs only once
}

// What a released script writes is parsed into the page at the script's place, where the native call would
// replace the page; scripts in it run in order, as any that were held.
const places = new WeakMap();
function parseAt(script, html) {
  const range = document.createRange();
  const parent = script.parentNode || document.body;
  range.selectNodeContents(parent);
  const fragment = range.createContextualFragment(html);
  for (const it of fragment.querySelectorAll("script")) hold(it, true);
  if (!places.has(script)) places.set(script, script.nextSibling);
  const place = places.get(script);
  parent.insertBefore(fragment, place?.parentNode == parent ? place : null);
}

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
  const domains = ["", ...hostname.split(".").map((_, at, labels) => "; domain=" + labels.slice(at).join("."))];
  const flags = protocol == "https:" ? ["; secure", "; secure; partitioned"] : [""];
  for (const { index } of pathname.matchAll(/\/|$/g))
    for (const path of [pathname.slice(0, index), pathname.slice(0, index + 1)])
      for (const domain of domains) for (const flag of flags) setCookie(`${name}=; max-age=0; path=${path}${domain}${flag}`);
}

// Tells the site's servers the choice (`cookie.mirror`; crates/mark reads it), with every page that has one: a browser
// may have dropped the cookie. An old one goes first, in case that the new one is too long for a browser; without a
// choice it stays away, or a server would still believe it. A frame's storage may be another one than the site's.
export function mirror(decided) {
  const { mirror: wanted, domain } = host.config.cookie || {};
  if (!wanted || (window != top && !host.consent)) return;
  const put = (value, age) =>
    setCookie(
      `consentry=${value}; path=/; samesite=lax; max-age=${age}` +
        (domain ? "; domain=" + domain : "") + (location.protocol == "https:" ? "; secure" : ""),
    );
  try {
    put("", 0);
    if (!host.consent) return;
    const { revision, granted, denied, expires } = host.consent;
    put(new URLSearchParams({ v: 1, revision, granted, denied }), ((Date.parse(expires) - Date.now()) / 1000) | 0);
    if (decided && granted[0]) followPolicy();
  } catch {
    /* a sandboxed page has no cookies */
  }
}

// A browser never widens the policy that a page came with: what a grant on this page released, and is still blocked,
// may act when the page comes again with the cookie. Once, and never without such a grant.
let following;
function followPolicy() {
  following ||= addEventListener("securitypolicyviolation", ({ disposition, blockedURI }) => {
    const bits = ofUrl(blockedURI); // "inline" and the like read as paths of the page: necessary
    if (following && disposition == "enforce" && bits > 0 && bits & 7 && permits(bits)) following = location.reload();
  }) || true;
}

// What `consentry.report()` tells: what was held and released and why, what may not be there and is, which
// requests left before us, which hosts nobody described.
export async function report() {
  tell();
  noteLeaks();
  const [held, released, leaked] = ["held", "released", "leaked"].map(noted);
  const left = (await remains()).map(([door, target, bits]) => ({ state: "left", door, target, ...explain(bits) }));
  left.push(...beyond.map((it) => ({ state: "left", door: "cookie", ...it })));
  return { held, released, left, leaked, unknown: held.filter(({ category }) => category == "unclassified") };
}

const PREFIX = "consentry.outbox.";
const FIRST_WAIT = 2000, LONGEST_WAIT = 300000, TIMEOUT = 30000; // milliseconds

let sending = false;

// Sends what waits, one receipt after the other, oldest first, until the backend has named each as stored.
// What it does not confirm is tried again with growing pauses, by later pages, and as the last resort by a
// beacon when the page goes away; it keeps no later receipt from being sent. Storing twice is the backend's
// to prevent (by id).
export async function send() {
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
let beyond = []; // what is out of its reach
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
  for (let answer, known = -1; names.size > known; ) {
    known = names.size;
    answer = await ask("expire", { body, credentials: "same-origin" });
    answer.expired.forEach((name) => names.add(name));
    beyond = [...answer.expired.map(left("stays")), ...answer.unreachable];
  }
  decided = newest.id;
}

// Whether the backend says that this receipt is stored; an answer that does not name it is none.
async function post(receipt) {
  const answer = await ask("receipts", { body: JSON.stringify(await complete(receipt)), credentials: "omit" });
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
  for (const receipt of waiting()) if (receipt.subject && !receipt.artefact) navigator.sendBeacon(address("receipts"), JSON.stringify(receipt));
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
  return all.sort((a, b) => (a.id < b.id ? -1 : 1));
}

function drop({ id }) {
  forget(PREFIX + id);
  const at = unstored.findIndex((it) => it.id == id);
  if (at >= 0) unstored.splice(at, 1);
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
    const secret = read("consentry")?.secret?.match(/../g)?.map((pair) => parseInt(pair, 16));
    const bytes = Uint8Array.from(secret || crypto.getRandomValues(new Uint8Array(16)));
    receipt.subject = (await sha256(bytes)).slice(0, 32);
  }
  if (!unstored.some((it) => it.id == receipt.id)) write(PREFIX + receipt.id, receipt);
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
