// Cookies and storage keys. What a tracker writes lives in memory for the page, which reads back what it
// wrote, and is persisted only on a grant. Deleting is always let through.
import { call, cookie, defineProperty, describe, getItem, key, local, removeItem, session, setItem } from "../page.js";
import { holds, ofCookie, ofKey, ofUrl, permits, trackersRan } from "../verdicts.js";
import { wrap } from "./elements.js";

const cookies = new Map(); // name -> [value, verdict, whole assignment]
const memory = new Map([local, session].filter(Boolean).map((area) => [area, new Map()])); // name -> [value, verdict]

// A name that nobody knows is a tracker's when only its scripts are on the stack: a tracker may stand between
// the page's own code and storage. Only after one has run here is it worth asking. The name stays its own.
function verdict(lookUp, name) {
  const known = lookUp(name);
  if (known >= 0 || !trackersRan) return known;
  const frames = String(new Error().stack).match(/https?:\/\/[^\s()]+?(?=:\d+:\d+)/g) || [];
  const writers = frames.filter((url) => url != frames[0]).map(ofUrl);
  return writers[0] && writers.every((bits) => bits & 7) ? lookUp(name, writers[0]) : -1;
}

function watchCookies() {
  defineProperty(Document.prototype, "cookie", {
    ...cookie,
    get() {
      const real = call(cookie.get, this, []);
      if (!cookies.size) return real;
      const pairs = real.split("; ").filter((pair) => pair && !cookies.has(pair.split("=")[0]));
      for (const [name, [value]] of cookies) pairs.push(name + "=" + value);
      return pairs.join("; ");
    },
    set(assignment) {
      const text = String(assignment);
      const [pair, ...rest] = text.split(";");
      const at = pair.indexOf("=");
      const name = (at < 0 ? "" : pair.slice(0, at)).trim();
      const bits = verdict(ofCookie, name);
      const ends = rest.some(endsIt);
      if (!ends && holds("cookie", name, bits)) return cookies.set(name, [pair.slice(at + 1).trim(), bits, text]);
      cookies.delete(name);
      // What says that it deletes does, whatever else it says.
      call(cookie.set, this, [ends && !permits(bits) ? text + ";max-age=0" : text]);
    },
  });
}

const endsIt = (attribute) => /^\s*max-age\s*=\s*[-0]/i.test(attribute) || Date.parse(/^\s*expires\s*=(.*)/i.exec(attribute)?.[1]) <= Date.now();

// The page gets a view of each area that sees property access too: `localStorage.name = value` is a write.
const areas = new Map(); // view -> area
const real = (view) => areas.get(view) || view;

function watchStorage() {
  const { prototype } = Storage;
  const length = describe(prototype, "length");
  const write = (area, name, value) => {
    const own = memory.get(area);
    const bits = verdict(ofKey, name);
    if (holds(area == local ? "localStorage" : "sessionStorage", name, bits)) return own.set(name, [value, bits]);
    own.delete(name);
    call(setItem, area, [name, value]);
  };
  const read = (area, name) => memory.get(area).get(name)?.[0] ?? call(getItem, area, [name]);
  const remove = (area, name) => (memory.get(area).delete(name), call(removeItem, area, [name]));
  const names = (area) => [...new Set([...Reflect.ownKeys(area), ...memory.get(area).keys()])];

  // A call that lacks an argument or has a foreign receiver is the native method's to refuse.
  const method = (name, count, act) =>
    wrap(prototype, name, (native) => function (...given) {
      const area = real(this);
      if (!memory.has(area) || given.length < count) return call(native, area, given);
      return act(area, ...given.map(String));
    });
  method("setItem", 2, (area, name, value) => void write(area, name, value));
  method("getItem", 1, read);
  method("removeItem", 1, (area, name) => void remove(area, name));
  // Our own keys stay: signing a visitor out neither withdraws consent nor loses a receipt.
  method("clear", 0, (area) => {
    for (const name of names(area)) if (!/^consentry(\.|$)/.test(name)) remove(area, name);
  });
  method("key", 1, (area, at) => (memory.get(area).size ? (names(area)[at >>> 0] ?? null) : call(key, area, [at])));
  const count = (area) => (memory.get(area)?.size ? names(area).length : call(length.get, area, []));
  defineProperty(prototype, "length", { ...length, get() { return count(real(this)); } });

  for (const [property, area] of [["localStorage", local], ["sessionStorage", session]]) {
    if (!area) continue;
    const item = (name) => typeof name == "string" && !(name in prototype);
    const view = new Proxy(area, {
      get: (_, name) => (item(name) ? (read(area, name) ?? undefined) : Reflect.get(area, name, name == "length" ? view : area)),
      set: (_, name, value) => (item(name) ? write(area, name, String(value)) : Reflect.set(area, name, value), true),
      has: (_, name) => name in area || memory.get(area).has(name),
      deleteProperty: (_, name) => (item(name) ? remove(area, name) : 0, Reflect.deleteProperty(area, name)),
      ownKeys: () => names(area),
      getOwnPropertyDescriptor: (_, name) => {
        const [value] = memory.get(area).get(name) || [];
        return value === undefined ? describe(area, name) : { value, writable: true, enumerable: true, configurable: true };
      },
    });
    areas.set(view, area);
    defineProperty(window, property, { ...describe(window, property), get: () => view });
  }
  // The event tells the same area as the window does.
  const event = describe(StorageEvent.prototype, "storageArea");
  const viewOf = (area) => [...areas.keys()].find((view) => areas.get(view) == area) || area;
  defineProperty(StorageEvent.prototype, "storageArea", { ...event, get() { return viewOf(call(event.get, this, [])); } });
}

export function watchNames() {
  watchCookies();
  watchStorage();
}

// A grant persists what was written in its name.
export function persist() {
  for (const [name, [, bits, assignment]] of cookies)
    if (permits(bits)) {
      cookies.delete(name);
      call(cookie.set, document, [assignment]);
    }
  for (const [area, own] of memory)
    for (const [name, [value, bits]] of own)
      if (permits(bits)) {
        own.delete(name);
        try {
          call(setItem, area, [name, value]);
        } catch {
          /* full storage: the page has read the value back so far, and now finds none, as without us */
        }
      }
}
