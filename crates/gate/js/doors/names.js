// Cookies and storage keys. What a tracker writes lives in memory for the page, which reads back what it
// wrote, and is persisted only on a grant. Deleting is always let through.
import { call, clear, cookie, getItem, key, local, removeItem, session, setItem } from "../page.js";
import { holds, ofCookie, ofKey, ofUrl, permits, trackersRan } from "../verdicts.js";
import { wrap } from "./elements.js";

const cookies = new Map(); // name -> [value, verdict, whole assignment]
const attributes = new Map(); // name -> the paths it was written with
const memory = new Map([local, session].filter(Boolean).map((area) => [area, new Map()])); // name -> [value, verdict]

export const attributesOf = (name) => attributes.get(name) || [];

// A name that nobody knows is a tracker's when a tracker's script writes it. Only after one has run here
// is it worth asking who is calling: the nearest script on the stack that is not this one.
function ofWriter() {
  if (!trackersRan) return -1;
  const frames = (new Error().stack || "").match(/https?:\/\/[^\s()]+?(?=:\d+:\d+)/g) || [];
  const writer = frames.find((url) => url != frames[0]);
  return writer ? ofUrl(writer) : -1;
}
const verdict = (bits) => (bits < 0 ? ofWriter() : bits);

function watchCookies() {
  Object.defineProperty(Document.prototype, "cookie", {
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
      const ends = rest.some(endsIt);
      const bits = ends ? -1 : verdict(ofCookie(name));
      if (holds("cookie", name, bits)) return cookies.set(name, [pair.slice(at + 1).trim(), bits, text]);
      cookies.delete(name);
      const path = rest.find((it) => /^\s*path=/i.test(it));
      if (path && bits >= 0) attributes.set(name, [...attributesOf(name), path.split("=")[1].trim()]);
      call(cookie.set, this, [text]);
    },
  });
}

const endsIt = (attribute) => {
  const [name, value = ""] = attribute.split("=");
  if (/^\s*max-age\s*$/i.test(name)) return +value <= 0;
  return /^\s*expires\s*$/i.test(name) && Date.parse(value) <= Date.now();
};

// What is in memory for this area; the methods are called with the page's view of it.
const areaOf = new Map();
const real = (view) => areaOf.get(view) || view;

function watchStorage() {
  const prototype = Storage.prototype;
  const door = (area) => (area == local ? "localStorage" : "sessionStorage");
  const write = (area, name, value) => {
    const own = memory.get(area);
    const bits = own ? verdict(ofKey(name)) : -1;
    if (holds(door(area), name, bits)) return own.set(name, [value, bits]);
    own?.delete(name);
    call(setItem, area, [name, value]);
  };
  const read = (area, name) => memory.get(area)?.get(name)?.[0] ?? call(getItem, area, [name]);
  const remove = (area, name) => (memory.get(area)?.delete(name), call(removeItem, area, [name]));
  const names = (area) => [...new Set([...Object.keys(area), ...(memory.get(area)?.keys() || [])])];

  // A call that lacks an argument or has a foreign receiver is the native method's to refuse.
  const method = (name, count, act) =>
    wrap(prototype, name, (native) => function () {
      const area = real(this);
      if (!memory.has(area) || arguments.length < count) return call(native, area, arguments);
      return act(area, ...[].map.call(arguments, String));
    });
  method("setItem", 2, (area, name, value) => void write(area, name, value));
  method("getItem", 1, read);
  method("removeItem", 1, (area, name) => void remove(area, name));
  method("clear", 0, (area) => void (memory.get(area).clear(), call(clear, area, [])));
  method("key", 1, (area, at) => (memory.get(area).size ? (names(area)[at >>> 0] ?? null) : call(key, area, [at])));
  const length = Object.getOwnPropertyDescriptor(prototype, "length");
  const count = (area) => (memory.get(area)?.size ? names(area).length : call(length.get, area, []));
  Object.defineProperty(prototype, "length", { ...length, get() { return count(real(this)); } });

  // `localStorage.name = value` is a write too: the page gets a view that sees property access.
  for (const property of ["localStorage", "sessionStorage"]) {
    const area = property == "localStorage" ? local : session;
    if (!area) continue;
    const has = (name) => typeof name == "string" && !(name in prototype);
    const view = new Proxy(area, {
      get: (_, name) => (has(name) ? (read(area, name) ?? undefined) : name == "length" ? count(area) : Reflect.get(area, name, area)),
      set: (_, name, value) => (has(name) ? (write(area, name, String(value)), true) : Reflect.set(area, name, value, area)),
      has: (_, name) => name in area || memory.get(area).has(name),
      deleteProperty: (_, name) => (has(name) ? (remove(area, name), true) : Reflect.deleteProperty(area, name)),
      defineProperty: (_, name, it) => (has(name) ? (write(area, name, String(it.value)), true) : Reflect.defineProperty(area, name, it)),
      ownKeys: () => [...new Set([...Reflect.ownKeys(area), ...memory.get(area).keys()])],
      getOwnPropertyDescriptor: (_, name) =>
        memory.get(area).has(name)
          ? { value: memory.get(area).get(name)[0], writable: true, enumerable: true, configurable: true }
          : Reflect.getOwnPropertyDescriptor(area, name),
    });
    areaOf.set(view, area);
    const descriptor = Object.getOwnPropertyDescriptor(window, property);
    Object.defineProperty(window, property, { ...descriptor, get: () => view });
  }
  // The event tells the same area as the window does.
  const storageArea = Object.getOwnPropertyDescriptor(StorageEvent.prototype, "storageArea");
  Object.defineProperty(StorageEvent.prototype, "storageArea", {
    ...storageArea,
    get() {
      const area = call(storageArea.get, this, []);
      for (const [view, it] of areaOf) if (it == area) return view;
      return area;
    },
  });
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
