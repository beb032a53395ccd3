// Local and session storage, by methods and as properties (`localStorage.name = value`). A held key lives in memory
// (names.js). Deleting must always be let through, but clearing must not take our own keys.
import { storageArea, call, descriptorOf, getItem, key, removeItem, setItem } from "../captured.js";
import { mustHold, verdictOfKey } from "../verdicts.js";
import { keysOf } from "../leftovers.js";
import { heldKeys, verdictOfName } from "./names.js";
import { changeArgument, replaceMembers } from "./wrap.js";

/**
 * @typedef {object} Guarded what belongs to one storage area
 * @property {Storage} area the native one
 * @property {Map<any, [string, number]>} held its held keys
 * @property {string} areaName `localStorage` or `sessionStorage`
 * @property {Storage} [view] what the page sees of it
 */

// Remembered by the area and by the view of it.
const guardedAreas = new Map();
const { prototype } = Storage;

const allKeys = ({ area, held }) => [...new Set([...keysOf(area), ...held.keys()])];

// What the methods of Storage do. The first parameter stands for the receiver.
const methods = {
  setItem({ area, held, areaName }, name, value) {
    const verdict = verdictOfName(verdictOfKey, name);
    if (mustHold(areaName, name, verdict)) held.set(name, [value, verdict]);
    else {
      held.delete(name);
      call(setItem, area, [name, value]);
    }
  },
  getItem: ({ area, held }, name) => held.get(name)?.[0] ?? call(getItem, area, [name]),
  removeItem({ area, held }, name) {
    held.delete(name);
    call(removeItem, area, [name]);
  },
  key: (guarded, index) =>
    guarded.held.size ? (allKeys(guarded)[index >>> 0] ?? null) : call(key, guarded.area, [index]),
  // Our own keys stay: signing a visitor out neither withdraws consent nor loses a receipt.
  clear(guarded) {
    for (const name of allKeys(guarded))
      if (!/^consentry(\.|$)/.test(name)) methods.removeItem(guarded, name);
  },
};

function replaceMethods() {
  for (const name in methods) {
    const native = prototype[name];
    const method = methods[name];
    const arity = method.length - 1;
    replaceMembers("Storage", name, (receiver, args) => {
      const guarded = guardedAreas.get(receiver);
      // A call that lacks an argument or has a foreign receiver is the native method's to refuse.
      if (!guarded || args.length < arity) return call(native, guarded?.area || receiver, args);
      return method(guarded, ...args.map(String));
    });
  }
  const { get: nativeLength } = descriptorOf(prototype, "length");
  replaceMembers("Storage", "length", null, (receiver) => {
    const guarded = guardedAreas.get(receiver);
    return guarded?.held.size ? allKeys(guarded).length : call(nativeLength, guarded?.area || receiver, []);
  });
}

// The page gets a view of each area that sees property access too.
/** @param {Guarded} guarded */
function viewOf(guarded) {
  const { area, held } = guarded;
  const isKey = (name) => typeof name == "string" && !(name in prototype);
  return new Proxy(area, {
    get(_, name, view) {
      if (isKey(name)) return methods.getItem(guarded, name) ?? undefined;
      return Reflect.get(area, name, name == "length" ? view : area);
    },
    defineProperty(_, name, descriptor) {
      if (!isKey(name)) return Reflect.defineProperty(area, name, descriptor);
      methods.setItem(guarded, name, String(descriptor.value));
      return true;
    },
    has: (_, name) => name in area || held.has(name),
    deleteProperty(_, name) {
      held.delete(name);
      return Reflect.deleteProperty(area, name);
    },
    ownKeys: () => [...new Set([...Reflect.ownKeys(area), ...held.keys()])],
    getOwnPropertyDescriptor: (_, name) =>
      descriptorOf(held.has(name) ? { [name]: held.get(name)[0] } : area, name),
  });
}

// What the page sees of an area, which is known from then on.
function viewOfArea(areaName, area) {
  if (area && !guardedAreas.has(area)) {
    const guarded = { area, held: heldKeys[areaName], areaName };
    guarded.view = viewOf(guarded);
    guardedAreas.set(area, guarded).set(guarded.view, guarded);
  }
  return guardedAreas.get(area)?.view;
}

function replaceAreas() {
  for (const areaName in heldKeys)
    replaceMembers("", areaName, null, (receiver, args, callNative) => viewOfArea(areaName, callNative()));
}

// The event tells the same area as the window does.
function replaceEvent() {
  const withNativeArea = (options) => {
    const area = options?.storageArea;
    return area ? { ...options, storageArea: guardedAreas.get(area)?.area || area } : options;
  };
  replaceMembers("", "StorageEvent", changeArgument(1, withNativeArea));
  replaceMembers("StorageEvent", "storageArea", null, (receiver, args, callNative) => {
    for (const areaName in heldKeys) viewOfArea(areaName, storageArea(areaName)); // the page may have asked for none
    const area = callNative();
    return guardedAreas.get(area)?.view || area;
  });
}

/** Asks from now on about each key that is written, and adds held ones to what is read. */
export function watchStorage() {
  replaceMethods();
  replaceAreas();
  replaceEvent();
}
