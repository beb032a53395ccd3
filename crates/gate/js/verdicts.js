// Asks the compiled rules: whose is this URL or name, and may it act now? Keeps the answers, so that a
// name or host seen before costs a lookup in a Map. Without WebAssembly every answer is "hold".
import { URL, base, built, fail, note, warn } from "./page.js";

export const CATEGORIES = ["necessary", "functional", "analytics", "advertising", "unclassified"];
const SOURCES = ["unknown", "table", "declared", "first-party"];
const HOST = 1, COOKIE = 2, STORAGE = 4, URLS = 8;
const UNKNOWN = 4;

let rust;
let memory;
try {
  const bytes = Uint8Array.from(built.wasm.match(/../g), (pair) => parseInt(pair, 16));
  rust = new WebAssembly.Instance(new WebAssembly.Module(bytes)).exports;
  memory = new Uint8Array(rust.memory.buffer, rust.buffer(), 65536);
} catch (error) {
  fail("WebAssembly is not available, everything that needs consent stays held: " + error);
}

const encoder = new TextEncoder();
const pass = (text) => encoder.encodeInto(text, memory).written;
const urls = new Map(), cookies = new Map(), keys = new Map(), may = new Map();

// One step of memory for a Map that may see endless different keys.
const remember = (map, key, value) => {
  if (map.size > 2000) map.clear();
  map.set(key, value);
  return value;
};

// Whether anything that needs consent has acted on this page.
export let trackersRan = false;

let strict = false;
let observing = "";
let services = [];
let paths = false;

// Adds rules in pieces that fit the buffer; returns how many were refused.
const add = (patterns, kinds, category, source, service) => {
  let refused = 0;
  for (let at = 0; at < patterns.length; at += 100)
    refused += rust.rules(pass(patterns.slice(at, at + 100).join("\n")), kinds, category, source, service);
  return refused;
};

// Compiles a configuration; throws where a pattern is refused.
export function compile(config, asked) {
  for (const map of [urls, cookies, keys, may]) map.clear();
  const gate = config.gate || {};
  services = config.services || [];
  strict = gate.names == "declared";
  observing = gate.reportOnly;
  paths = false;
  if (!rust) return;
  rust.reset(asked, ["hold", "deny", "release"].indexOf(gate.unknown || "hold"));
  for (const [kinds, category, patterns] of built.table) add(patterns.split(" "), kinds, category, 1, 0);
  let refused = add(gate.exempt || [], HOST, 0, 2, 0);
  services.forEach((service, index) => {
    const rule = (patterns = [], kinds) =>
      (refused += add(patterns.map((it) => it.name || it), kinds, CATEGORIES.indexOf(service.category), 2, index + 1));
    rule(service.hosts, HOST);
    rule(service.cookies, COOKIE);
    rule(service.storage, STORAGE);
    rule((service.scripts || []).map((script) => ((paths = true), bare(new URL(script, location)))), URLS);
  });
  const own = [location, base, config.backend?.url].map((url) => url && new URL(url, location).hostname.replace(/^www\./, ""));
  refused += add([...(gate.firstParty || []), ...own.filter(Boolean)], HOST, 0, 3, 0);
  add(["consentry", "consentry.*"], COOKIE | STORAGE, 0, 3, 0);
  if (refused) throw refused + " patterns were refused";
}

const bare = (url) => url.hostname + url.pathname;

// The verdict on who a URL contacts; -1 where it contacts nobody (data:, blob:, about:) or is no URL.
export function ofUrl(value) {
  const text = String(value);
  return urls.get(text) ?? remember(urls, text, lookUp(text));
}

function lookUp(text) {
  let url;
  try {
    url = new URL(text, document.baseURI);
  } catch {
    return -1;
  }
  if (!/^(http|ws)s?:$/.test(url.protocol)) return -1;
  if (rust) return rust.url(pass(paths ? bare(url) : url.hostname));
  return url.hostname == location.hostname ? 0 : UNKNOWN;
}

// Relative URLs mean something else when the page's base changes.
export const forgetUrls = () => urls.clear();

// The verdict on a cookie's or storage key's name; -1 where nobody calls it a tracker's.
const ofName = (map, kind) => (name) => {
  const known = map.get(name);
  if (known !== undefined) return known;
  const bits = rust ? rust.name(pass(name), kind) : /^consentry\b/.test(name) ? 0 : UNKNOWN;
  return remember(map, name, bits < 0 && strict ? UNKNOWN : bits);
};
export const ofCookie = ofName(cookies, COOKIE);
export const ofKey = ofName(keys, STORAGE);

// Whether what has this verdict may act now.
export const permits = (bits) =>
  bits < 0 || (may.get(bits) ?? remember(may, bits, rust ? !!rust.allow(bits) : !(bits & 7)));

// The question of every door: must this be held? Notes what is. With `gate.reportOnly` nothing is held,
// and what would have been is listed.
export function holds(door, target, bits) {
  if (permits(bits)) {
    trackersRan ||= (bits > 0 && bits & 7) > 0;
    return false;
  }
  note("held", door, target, explain(bits));
  return !observing;
}

// The verdict as `report()` and the events tell it.
export const explain = (bits) => ({
  category: CATEGORIES[bits & 7],
  service: services[(bits >> 5) - 1]?.id || null,
  reason: SOURCES[(bits >> 3) & 3],
});

// A mark's verdict: `analytics`, `service:youtube`; -2 for `auto`, and for a typing mistake what is held longest.
export function ofMark(mark) {
  if (mark == "auto") return -2;
  const index = mark.startsWith("service:") ? services.findIndex((it) => it.id == mark.slice(8)) : -1;
  const category = CATEGORIES.indexOf(index < 0 ? mark : services[index].category);
  if (category < 0) warn(`data-consent="${mark}" names no category and no declared service`);
  return (category < 0 ? UNKNOWN : category) | (2 << 3) | ((index + 1) << 5);
}

export const serviceIndex = (id) => services.findIndex((service) => service.id == id) + 1;

// Brings decisions to the rules; returns the effects, first one in the lowest four bits.
// Without WebAssembly nothing is ever granted: store, hold, erase, report; or hold, ask.
export function handle(event, decisions) {
  may.clear();
  if (!rust) return [0x32, 0x62, 0x62, 0x5321, 0x32][event];
  let categories = 0;
  for (const name in decisions)
    if (decisions[name] && CATEGORIES.includes(name)) categories |= 1 << CATEGORIES.indexOf(name);
  rust.stage(categories);
  for (const name in decisions)
    if (name.startsWith("service:")) rust.stage_service(serviceIndex(name.slice(8)), decisions[name]);
  return rust.handle(event);
}

export const inForce = (time, expires, validity) => !!rust?.in_force(time, expires, Date.now(), validity);
