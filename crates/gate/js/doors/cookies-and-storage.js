// Cookies and storage keys. What a tracker writes lives in memory for the page, which reads back what it
// wrote, and is persisted only on a grant (after.js). Deleting is always let through.
import {
  storageArea,
  call,
  cookieProperty,
  descriptorOf,
  getItem,
  key,
  removeItem,
  setItem,
} from "../captured.js";
import { mustHold, verdictOfCookie, verdictOfKey, verdictOfUrl, mayAct, trackersRan } from "../verdicts.js";
import { keysOf } from "../leftovers.js";
import { changeArgument, replaceMembers } from "./wrap.js";

export const heldCookies = new Map(); // name -> [value, verdict, whole assignment]
export const heldKeys = { localStorage: new Map(), sessionStorage: new Map() }; // name -> [value, verdict]
// What a grant let through: a withdrawal deletes it with the very attributes that it was written with.
export const writtenCookies = new Map(); // assignment -> verdict

export const undeclaredNames = new Map(); // names that were written and that nobody knows -> how they are looked up

// A name that nobody knows is a tracker's when only its scripts are on the stack: a tracker may stand between
// the page's own code and storage. Only after one has run here is it worth asking. The name stays its own.
export function verdictOfName(lookUp, name) {
  const known = lookUp(name);
  if (known < 0) undeclaredNames.set(name, lookUp);
  if (known >= 0 || !trackersRan) return known;
  const frames = String(new Error().stack).match(/https?:\/\/[^\s()]+?(?=:\d+:\d+)/g) || [];
  const writers = frames.filter((url) => url != frames[0]).map(verdictOfUrl);
  return writers[0] && writers.every((bits) => bits & 7) ? lookUp(name, writers[0]) : -1;
}

export const setCookie = (assignment, page = document) => call(cookieProperty.set, page, [assignment]);

// The name that an assignment writes (RFC 6265bis, 5.6), and whether it says that it deletes.
const trimBlanks = (text) => text.replace(/^[ \t]+|[ \t]+$/g, "");
const cookieNameOf = (text) => trimBlanks(text.slice(0, (text.indexOf("=") + 1 || 1) - 1));
const deletesCookie = (attribute) =>
  /^\s*max-age\s*=\s*[-0]/i.test(attribute) ||
  Date.parse(/^\s*expires\s*=(.*)/i.exec(attribute)?.[1]) <= Date.now();

// An assignment (`name=value; path=/`) is held, or let through by `go`.
export function assignCookie(text, go) {
  const [pair, ...rest] = text.split(";");
  const name = cookieNameOf(pair);
  const bits = verdictOfName(verdictOfCookie, name);
  // What says that it deletes does, whatever else it says.
  const ends = !mayAct(bits) && rest.some(deletesCookie);
  if (!ends && mustHold("cookie", name, bits))
    return void heldCookies.set(name, [trimBlanks(pair.slice(pair.indexOf("=") + 1)), bits, text]);
  heldCookies.delete(name);
  if (bits > 0 && bits & 7) writtenCookies.set(text, bits);
  return go(ends ? text + ";max-age=0" : text);
}

function watchCookies() {
  const write = (self, given, go) => assignCookie(String(given[0]), (text) => ((given[0] = text), go()));
  replaceMembers("Document", "cookie", write, (self, given, go) => {
    const real = go();
    if (!heldCookies.size) return real;
    const pairs = real.split("; ").filter((pair) => pair && !heldCookies.has(pair.split("=")[0]));
    for (const [name, [value]] of heldCookies) pairs.push(name + "=" + value);
    return pairs.join("; ");
  });
}

function watchStorage() {
  const { prototype } = Storage;
  const known = new Map(); // an area, and what the page sees of it -> both, its memory and its name
  const names = ({ area, own }) => [...new Set([...keysOf(area), ...own.keys()])];
  const acts = {
    setItem({ area, own, kind }, name, value) {
      const bits = verdictOfName(verdictOfKey, name);
      if (mustHold(kind, name, bits)) own.set(name, [value, bits]);
      else (own.delete(name), call(setItem, area, [name, value]));
    },
    getItem: ({ area, own }, name) => own.get(name)?.[0] ?? call(getItem, area, [name]),
    removeItem: ({ area, own }, name) => (own.delete(name), call(removeItem, area, [name])),
    key: (it, at) => (it.own.size ? (names(it)[at >>> 0] ?? null) : call(key, it.area, [at])),
    // Our own keys stay: signing a visitor out neither withdraws consent nor loses a receipt.
    clear(it) {
      for (const name of names(it)) if (!/^consentry(\.|$)/.test(name)) acts.removeItem(it, name);
    },
  };
  // A call that lacks an argument or has a foreign receiver is the native method's to refuse.
  for (const name in acts) {
    const native = prototype[name];
    replaceMembers("Storage", name, (self, given) => {
      const it = known.get(self);
      return it && given.length > acts[name].length - 2
        ? acts[name](it, ...given.map(String))
        : call(native, it?.area || self, given);
    });
  }
  const { get: length } = descriptorOf(prototype, "length");
  replaceMembers("Storage", "length", null, (self) => {
    const it = known.get(self);
    return it?.own.size ? names(it).length : call(length, it?.area || self, []);
  });

  // The page gets a view of each area that sees property access too: `localStorage.name = value` is a write.
  const item = (name) => typeof name == "string" && !(name in prototype);
  const viewOf = (it) =>
    new Proxy(it.area, {
      get: (area, name, view) =>
        item(name)
          ? (acts.getItem(it, name) ?? undefined)
          : Reflect.get(area, name, name == "length" ? view : area),
      defineProperty: (area, name, given) =>
        item(name)
          ? (acts.setItem(it, name, String(given.value)), true)
          : Reflect.defineProperty(area, name, given),
      has: (area, name) => name in area || it.own.has(name),
      deleteProperty: (area, name) => (it.own.delete(name), Reflect.deleteProperty(area, name)),
      ownKeys: (area) => [...new Set([...Reflect.ownKeys(area), ...it.own.keys()])],
      getOwnPropertyDescriptor: (area, name) =>
        descriptorOf(it.own.has(name) ? { [name]: it.own.get(name)[0] } : area, name),
    });
  const viewOfArea = (kind, area) => {
    if (area && !known.has(area)) {
      const it = { area, own: heldKeys[kind], kind };
      it.view = viewOf(it);
      known.set(area, it).set(it.view, it);
    }
    return known.get(area)?.view;
  };
  for (const kind in heldKeys) replaceMembers("", kind, null, (self, given, go) => viewOfArea(kind, go()));
  // The event tells the same area as the window does.
  replaceMembers(
    "",
    "StorageEvent",
    changeArgument(1, (given) =>
      given?.storageArea
        ? { ...given, storageArea: known.get(given.storageArea)?.area || given.storageArea }
        : given,
    ),
  );
  replaceMembers("StorageEvent", "storageArea", null, (self, given, go) => {
    for (const kind in heldKeys) viewOfArea(kind, storageArea(kind)); // the page may have asked for neither yet
    return known.get(go())?.view || go();
  });
}

export function watchCookiesAndStorage() {
  watchCookies();
  watchStorage();
}

// The rules have come, or changed, before anything that needs consent could act.
export function judgeHeldNamesAgain() {
  for (const [name, it] of heldCookies) it[1] = verdictOfCookie(name);
  for (const own of Object.values(heldKeys)) for (const [name, it] of own) it[1] = verdictOfKey(name);
}
