// Local and session storage, by methods and as properties (`localStorage.name = value`). A held key lives
// in memory (held-names.js). Deleting must always be let through, but clearing must not take our own keys.
import {
  asText,
  call,
  descriptorOf,
  getItem,
  getterOf,
  keyAt,
  removeItem,
  setItem,
  storageArea,
} from "../captured.js";
import { mustHold, verdictOfKey } from "../verdicts.js";
import { keysOf } from "../leftovers.js";
import { heldKeys, verdictOfWrittenName } from "./held-names.js";
import { changeArgument, replaceMembers } from "./wrap.js";

const { prototype } = Storage;
const METHODS = ["setItem", "getItem", "removeItem", "key", "clear"];

// Each storage area with its methods and its view, by the area and by the view.
const guardedAreas = new Map();

/**
 * @param {Storage} area the native one
 * @param {string} areaName `localStorage` or `sessionStorage`
 */
function guardArea(area, areaName) {
  /** @type {Map<any, [value: string, verdict: number]>} */
  const held = heldKeys[areaName];
  const allKeys = () => [...new Set([...keysOf(area), ...held.keys()])];
  const methods = {
    setItem(name, value) {
      const verdict = verdictOfWrittenName(verdictOfKey, name);
      if (mustHold(areaName, name, verdict)) held.set(name, [value, verdict]);
      else {
        held.delete(name);
        setItem(area, name, value);
      }
    },
    getItem: (name) => held.get(name)?.[0] ?? getItem(area, name),
    removeItem(name) {
      held.delete(name);
      removeItem(area, name);
    },
    key: (index) => (held.size ? (allKeys()[index >>> 0] ?? null) : keyAt(area, index)),
    // Our own keys stay: signing a visitor out neither withdraws consent nor loses a receipt.
    clear() {
      for (const name of allKeys()) if (!/^consentry(\.|$)/.test(name)) methods.removeItem(name);
    },
  };

  // The page gets a view of the area that sees property access too.
  const isKey = (name) => typeof name == "string" && !(name in prototype);
  const view = new Proxy(area, {
    get(_, name, receiver) {
      if (isKey(name)) return methods.getItem(name) ?? undefined;
      return Reflect.get(area, name, name == "length" ? receiver : area);
    },
    defineProperty(_, name, descriptor) {
      if (!isKey(name)) return Reflect.defineProperty(area, name, descriptor);
      methods.setItem(name, asText(descriptor.value));
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

  const guarded = { area, methods, view, heldLength: () => held.size && allKeys().length };
  guardedAreas.set(area, guarded).set(view, guarded);
}

function replaceMethods() {
  for (const name of METHODS) {
    const native = prototype[name];
    replaceMembers("Storage", name, (receiver, args) => {
      const guarded = guardedAreas.get(receiver);
      // A call that lacks an argument or has a foreign receiver is the native method's to refuse.
      if (!guarded || args.length < native.length) return call(native, guarded?.area || receiver, args);
      return guarded.methods[name](...args.map(asText));
    });
  }
  const lengthOf = getterOf(prototype, "length");
  replaceMembers("Storage", "length", null, (receiver) => {
    const guarded = guardedAreas.get(receiver);
    return guarded?.heldLength() || lengthOf(guarded?.area || receiver);
  });
}

// What the page sees of an area, which is guarded from then on.
function viewOfArea(areaName, area) {
  if (area && !guardedAreas.has(area)) guardArea(area, areaName);
  return guardedAreas.get(area)?.view ?? area;
}

function replaceAreas() {
  for (const areaName of Object.keys(heldKeys))
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
    for (const areaName of Object.keys(heldKeys)) viewOfArea(areaName, storageArea(areaName)); // the page may have asked for none
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
