// Asks the compiled rules: whose is this URL or name, and may it act now? Keeps the answers, so that a name or host seen
// before costs a lookup in a Map. Without WebAssembly every answer is "hold" until the same rules have come as JavaScript.
import { URL, besideAddress, addNote } from "./captured.js";
import { buffer, pass, rust } from "./rust.js";

export const CATEGORIES = ["necessary", "functional", "analytics", "advertising", "unclassified"];
const SOURCES = ["unknown", "table", "declared", "first-party"];
const HOST = 1,
  COOKIE = 2,
  STORAGE = 4;
const TABLE = 1,
  OWNER = 2,
  FIRST_PARTY = 3;
export const UNKNOWN = 4;

const findVerdict = (text, kind) => rust.find(pass(text), kind);

// Answers by question; what a page asks without end is forgotten from time to time.
const allAnswers = [new Map(), new Map(), new Map(), new Map()];
const [urlAnswers, cookieAnswers, keyAnswers, permissions] = allAnswers;
const remember = (map, question, answer) => {
  if (map.size > 2000) map.clear();
  if (!(question.length > 999)) map.set(question, answer);
  return answer;
};

// Hosts that were met and that nobody described.
export const undescribedHosts = new Set();

// Whether anything that needs consent has acted on this page.
export let trackersRan = false;

let gateOptions = {};
let services = [];
const hostEnds = [];
// The ends of hosts that have a rule, the longest first, and whether what ends so may be contacted now; `""` is any other.
export const hostPermissions = () =>
  ["", ...hostEnds]
    .map((end) => [end, mayAct(end ? verdictOfUrl("https://" + end.slice(1)) : UNKNOWN)])
    .sort((a, b) => b[0].length - a[0].length);

// Adds rules of whom `bits` says; throws where a pattern is refused.
function addRules(given = [], kinds, bits) {
  for (const it of given) {
    let pattern = (it.name || it).trim();
    if (kinds == HOST && !pattern.includes("/")) {
      hostEnds.push((pattern = hostPattern(pattern)));
      pattern += "*";
    }
    if (!/[^.*]/.test(pattern) || !rust.rule(pass(pattern), kinds, bits)) throw "refused: " + pattern;
  }
}

// Compiles a configuration. `asked`: the set of categories that the site asks for.
export function compileRules(config, asked) {
  for (const map of [undescribedHosts, ...allAnswers]) map.clear();
  hostEnds.length = 0;
  gateOptions = config.gate || {};
  services = config.services || [];
  if (!rust) return;
  rust.reset(asked, { deny: 1, release: 2 }[gateOptions.unknown]);
  // Of equal rules the last counts.
  for (const [kinds, category, patterns] of (config.verdicts || []).concat(RULES))
    addRules(patterns.split(" "), kinds, category | (TABLE << 3));
  addRules(gateOptions.exempt, HOST, OWNER << 3);
  services.forEach(({ id, category, hosts, cookies, storage, scripts }, at) => {
    const number = CATEGORIES.indexOf(category);
    if (number < 0 || number == UNKNOWN || !id.trim()) throw `services[${at}].category: ${category}`;
    const bits = number | (OWNER << 3) | ((at + 1) << 5);
    for (const names of [hosts, scripts?.map((script) => urlPattern(new URL(script, document.baseURI)))])
      addRules(names, HOST, bits);
    addRules(cookies, COOKIE, bits);
    addRules(storage, STORAGE, bits);
  });
  addRules(gateOptions.firstParty, HOST, FIRST_PARTY << 3);
  for (const own of [location, besideAddress, config.backend?.url || besideAddress])
    addRules([new URL(own, location).hostname.replace(/^www\./, "") || "-"], HOST, FIRST_PARTY << 3);
  addRules(["consentry", "consentry.*"], COOKIE | STORAGE, FIRST_PARTY << 3);
}

// Adds hosts that the full tables know (after.js); the site's own word stays above them.
export const addHosts = (hosts, category) => (
  urlAnswers.clear(),
  addRules(hosts, HOST, category | (TABLE << 3))
);

// A host as the rules know it: however it is written, with a dot before it.
const hostPattern = (host) => "." + host.replace(/^\*?\.|\.$/g, "");
const urlPattern = (url) => hostPattern(url.hostname) + url.pathname;

let lastBaseAddress;
// The verdict on who a URL contacts; -1 where it contacts nobody (data:, blob:, about:) or is no URL.
export function verdictOfUrl(value) {
  const text = String(value);
  if (!/^https?:/.test(text) && lastBaseAddress != (lastBaseAddress = document.baseURI)) urlAnswers.clear(); // relative ones mean something else
  return urlAnswers.get(text) ?? remember(urlAnswers, text, lookUp(text));
}

function lookUp(text) {
  try {
    const url = new URL(text, document.baseURI);
    if (!/^(http|ws)s?:$/.test(url.protocol)) return -1;
    const bits = rust ? findVerdict(urlPattern(url), HOST) : url.hostname == location.hostname ? 0 : -1;
    if (bits >= 0) return bits;
    undescribedHosts.add(url.hostname);
    return UNKNOWN;
  } catch {
    return -1;
  }
}

// The verdict on a cookie's or storage key's name; -1 where nobody calls it a tracker's. `learned`: whose it is.
const lookUpNamesIn = (map, kind) => (name, learned) => {
  const known = learned ? remember(map, name, learned) : map.get(name);
  if (known !== undefined) return known;
  const bits = rust ? findVerdict(name, kind) : /^consentry\b/.test(name) ? 0 : UNKNOWN;
  return remember(map, name, bits < 0 && gateOptions.names == "declared" ? UNKNOWN : bits);
};
export const verdictOfCookie = lookUpNamesIn(cookieAnswers, COOKIE);
export const verdictOfKey = lookUpNamesIn(keyAnswers, STORAGE);

// Whether what has this verdict may act now.
export function mayAct(bits) {
  const answer =
    bits < 0 ||
    (permissions.get(bits) ?? remember(permissions, bits, rust ? !!rust.allow(bits) : !(bits & 7)));
  trackersRan ||= answer && bits > 0 && bits & 7;
  return answer;
}

// The question of every door: must this be held? Notes what is. With `gate.reportOnly` nothing is held,
// and what would have been is listed.
export function mustHold(door, target, bits) {
  if (mayAct(bits)) return false;
  addNote("held", door, target, explain(bits));
  return !gateOptions.reportOnly;
}

// The verdict as `report()` and the events tell it.
export const explain = (bits) => ({
  category: CATEGORIES[bits & 7],
  service: services[(bits >> 5) - 1]?.id || null,
  reason: SOURCES[(bits >> 3) & 3],
});

// The verdict that a name stands for: a category, or `service:<id>`; of a mark that is a typing mistake,
// what is held longest.
export function verdictOfMark(mark) {
  const service = serviceNumber(mark);
  const category = CATEGORIES.indexOf(service ? services[service - 1].category : mark);
  return (category < 0 ? UNKNOWN : category) | (OWNER << 3) | (service << 5);
}

// The number of `service:<id>`, 0 if there is none.
export const serviceNumber = (name) => services.findIndex(({ id }) => "service:" + id == name) + 1;

// Brings decisions to the rules; returns the effects as a set, the first in the lowest bit. Without the rules nothing
// is ever granted: hold, erase; hold, ask; store, hold, erase, report, and ask where a choice has ended.
export function handleEvent(event, decisions) {
  permissions.clear();
  if (!rust) return [6, 34, 55, 23, 6][event];
  buffer.fill(0, 0, 1024);
  let categories = 0;
  for (const name in decisions) {
    buffer[serviceNumber(name)] = decisions[name] + 1; // a category is no service, 0, which has no decision
    categories |= decisions[name] << CATEGORIES.indexOf(name);
  }
  return rust.handle(event, categories);
}

export const isInForce = (time, expires, validity) => !!rust?.in_force(time, expires, Date.now(), validity);
