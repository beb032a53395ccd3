// Asks the compiled rules: whose is this URL or name, and may it act now? Keeps the answers, so that a
// name or host seen before costs a lookup in a Map. Without WebAssembly every answer is "hold" until the same
// rules have come as JavaScript.
import { importBeside, orLost } from "./beside.js";
import { URL, base, note } from "./page.js";

export const CATEGORIES = ["necessary", "functional", "analytics", "advertising", "unclassified"];
const SOURCES = ["unknown", "table", "declared", "first-party"];
const HOST = 1,
  COOKIE = 2,
  STORAGE = 4;
const TABLE = 1,
  OWNER = 2,
  FIRST_PARTY = 3;
export const UNKNOWN = 4;

let rust;
let memory;
const take = (exports) => {
  rust = exports;
  memory = new Uint8Array(rust.memory.buffer, rust.buffer(), 65536);
};
// Where there is no WebAssembly: resolves when the rules are there, or could not be had at the first try and
// everything stays held until they are, which is when `rulesCame` resolves.
export let late;
export let rulesCame;
try {
  const bytes = Uint8Array.from(WASM.match(/../g), (pair) => parseInt(pair, 16));
  take(new WebAssembly.Instance(new WebAssembly.Module(bytes)).exports);
} catch {
  rulesCame = importBeside("gate.wasm.js").then(take);
  late = orLost(rulesCame).catch(() => {});
}

const encoder = new TextEncoder();
const pass = (text) => encoder.encodeInto(text, memory).written;
const find = (text, kind) => rust.find(pass(text), kind);

// Answers by question; what a page asks without end is forgotten from time to time.
const answers = [new Map(), new Map(), new Map(), new Map()];
const [urls, cookies, keys, may] = answers;
const keep = (map, question, answer) => {
  if (map.size > 2000) map.clear();
  if (!(question.length > 999)) map.set(question, answer);
  return answer;
};

// Hosts that were met and that nobody described.
export const undescribed = new Set();

// Whether anything that needs consent has acted on this page.
export let trackersRan = false;

let gate = {};
let services = [];
const ends = [];
// The ends of hosts that have a rule, the longest first, and whether what ends so may be contacted now; `""` is any other.
export const hosts = () =>
  ["", ...ends]
    .map((end) => [end, permits(end ? ofUrl("https://" + end.slice(1)) : UNKNOWN)])
    .sort((a, b) => b[0].length - a[0].length);

// Adds rules of whom `bits` says; throws where a pattern is refused.
function add(given = [], kinds, bits) {
  for (const it of given) {
    let pattern = (it.name || it).trim();
    if (kinds == HOST && !pattern.includes("/")) {
      ends.push((pattern = whole(pattern)));
      pattern += "*";
    }
    if (!/[^.*]/.test(pattern) || !rust.rule(pass(pattern), kinds, bits)) throw "refused: " + pattern;
  }
}

// Compiles a configuration. `asked`: the set of categories that the site asks for.
export function compile(config, asked) {
  for (const map of [undescribed, ...answers]) map.clear();
  ends.length = 0;
  gate = config.gate || {};
  services = config.services || [];
  if (!rust) return;
  rust.reset(asked, { deny: 1, release: 2 }[gate.unknown]);
  // Of equal rules the last counts.
  for (const [kinds, category, patterns] of (config.verdicts || []).concat(RULES))
    add(patterns.split(" "), kinds, category | (TABLE << 3));
  add(gate.exempt, HOST, OWNER << 3);
  services.forEach(({ id, category, hosts, cookies, storage, scripts }, at) => {
    const number = CATEGORIES.indexOf(category);
    if (number < 0 || number == UNKNOWN || !id.trim()) throw `services[${at}].category: ${category}`;
    const bits = number | (OWNER << 3) | ((at + 1) << 5);
    for (const names of [hosts, scripts?.map((script) => bare(new URL(script, document.baseURI)))])
      add(names, HOST, bits);
    add(cookies, COOKIE, bits);
    add(storage, STORAGE, bits);
  });
  add(gate.firstParty, HOST, FIRST_PARTY << 3);
  for (const own of [location, base, config.backend?.url || base])
    add([new URL(own, location).hostname.replace(/^www\./, "") || "-"], HOST, FIRST_PARTY << 3);
  add(["consentry", "consentry.*"], COOKIE | STORAGE, FIRST_PARTY << 3);
}

// Adds hosts that the full tables know (after.js); the site's own word stays above them.
export const teach = (hosts, category) => (urls.clear(), add(hosts, HOST, category | (TABLE << 3)));

// A host as the rules know it: however it is written, with a dot before it.
const whole = (host) => "." + host.replace(/^\*?\.|\.$/g, "");
const bare = (url) => whole(url.hostname) + url.pathname;

let under;
// The verdict on who a URL contacts; -1 where it contacts nobody (data:, blob:, about:) or is no URL.
export function ofUrl(value) {
  const text = String(value);
  if (!/^https?:/.test(text) && under != (under = document.baseURI)) urls.clear(); // relative ones mean something else
  return urls.get(text) ?? keep(urls, text, lookUp(text));
}

function lookUp(text) {
  try {
    const url = new URL(text, document.baseURI);
    if (!/^(http|ws)s?:$/.test(url.protocol)) return -1;
    const bits = rust ? find(bare(url), HOST) : url.hostname == location.hostname ? 0 : -1;
    if (bits >= 0) return bits;
    undescribed.add(url.hostname);
    return UNKNOWN;
  } catch {
    return -1;
  }
}

// The verdict on a cookie's or storage key's name; -1 where nobody calls it a tracker's. `learned`: whose it is.
const ofName = (map, kind) => (name, learned) => {
  const known = learned ? keep(map, name, learned) : map.get(name);
  if (known !== undefined) return known;
  const bits = rust ? find(name, kind) : /^consentry\b/.test(name) ? 0 : UNKNOWN;
  return keep(map, name, bits < 0 && gate.names == "declared" ? UNKNOWN : bits);
};
export const ofCookie = ofName(cookies, COOKIE);
export const ofKey = ofName(keys, STORAGE);

// Whether what has this verdict may act now.
export function permits(bits) {
  const answer = bits < 0 || (may.get(bits) ?? keep(may, bits, rust ? !!rust.allow(bits) : !(bits & 7)));
  trackersRan ||= answer && bits > 0 && bits & 7;
  return answer;
}

// The question of every door: must this be held? Notes what is. With `gate.reportOnly` nothing is held,
// and what would have been is listed.
export function holds(door, target, bits) {
  if (permits(bits)) return false;
  note("held", door, target, explain(bits));
  return !gate.reportOnly;
}

// The verdict as `report()` and the events tell it.
export const explain = (bits) => ({
  category: CATEGORIES[bits & 7],
  service: services[(bits >> 5) - 1]?.id || null,
  reason: SOURCES[(bits >> 3) & 3],
});

// The verdict that a name stands for: a category, or `service:<id>`; of a mark that is a typing mistake,
// what is held longest.
export function ofMark(mark) {
  const service = serviceNumber(mark);
  const category = CATEGORIES.indexOf(service ? services[service - 1].category : mark);
  return (category < 0 ? UNKNOWN : category) | (OWNER << 3) | (service << 5);
}

// The number of `service:<id>`, 0 if there is none.
export const serviceNumber = (name) => services.findIndex(({ id }) => "service:" + id == name) + 1;

// Brings decisions to the rules; returns the effects as a set, the first in the lowest bit. Without the rules nothing
// is ever granted: hold, erase; hold, ask; store, hold, erase, report, and ask where a choice has ended.
export function handle(event, decisions) {
  may.clear();
  if (!rust) return [6, 34, 55, 23, 6][event];
  memory.fill(0);
  let categories = 0;
  for (const name in decisions) {
    memory[serviceNumber(name)] = decisions[name] + 1; // a category is no service, 0, which has no decision
    categories |= decisions[name] << CATEGORIES.indexOf(name);
  }
  return rust.handle(event, categories);
}

export const inForce = (time, expires, validity) => !!rust?.in_force(time, expires, Date.now(), validity);
