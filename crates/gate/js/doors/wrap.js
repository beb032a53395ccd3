// How a native of the page is replaced: by a Proxy that asks first, which keeps all else that a page may
// see of it (name, length, text, statics). What was replaced is remembered, and is replaced in every other
// realm of the page's origin too (the window of a frame without our tag), there around that realm's own
// native. This file must not know what any of them asks.
import { call, defineProperty, descriptorOf } from "../captured.js";

/**
 * What is done when a page calls a native. Returns what the caller gets.
 * @callback Replacement
 * @param {any} receiver `this` of the call; of a constructor, what `new` was said to
 * @param {any[]} args may be changed
 * @param {(receiver?: any) => any} callNative goes on to the native, with the arguments as they are by then; of
 *   another receiver if one is given
 * @param {any} realm the window whose native it is: what is made for the caller is made of its constructors
 * @returns {any}
 */

/**
 * The proxy for each native. A native may have two names (MutationObserver, WebKitMutationObserver), and a proxy stands for
 * itself, so that replacing twice changes nothing.
 * @type {WeakMap<object, any>}
 */
const replacementProxies = new WeakMap();

// What each of them stands for.
const natives = new WeakMap();

// A promise of ours as one of the realm of who waits for it.
const inRealm = (realm, result) =>
  realm != window && result instanceof Promise ? realm.Promise.resolve(result) : result;

function wrapNative(native, replacement, realm) {
  if (!replacement || !native?.apply) return native;
  // An empty frame and the first document that it loads share one window.
  if (replacementProxies.has(native)) return replacementProxies.get(native);
  const proxy = new Proxy(native, {
    apply: (_, receiver, args) =>
      inRealm(
        realm,
        replacement(receiver, args, (other = receiver) => call(native, other, args), realm),
      ),
    construct: (_, args, target) =>
      replacement(target, args, () => Reflect.construct(native, args, target), realm),
  });
  replacementProxies.set(native, proxy).set(proxy, proxy);
  natives.set(proxy, native);
  return proxy;
}

// The object of a realm that has a member: the prototype of an interface, or the interface itself for a
// static one. The interface "" stands for the window.
const placeOfMember = (realm, interfaceName, member) => {
  const owner = interfaceName ? realm[interfaceName] : realm;
  return interfaceName && member in (owner?.prototype || {}) ? owner.prototype : owner;
};

/**
 * @param {any} realm a window
 * @param {string} interfaces
 * @param {string} members
 * @param {Replacement | null} replacement
 * @param {Replacement} [getter]
 */
function replaceIn(realm, interfaces, members, replacement, getter) {
  for (const interfaceName of interfaces.split(" "))
    for (const member of members.split(" ")) {
      const place = placeOfMember(realm, interfaceName, member);
      const descriptor = place && descriptorOf(place, member);
      if (!descriptor) continue;
      const { prototype } = descriptor.value || {};
      const isConstructor = prototype && prototype.constructor == descriptor.value;
      for (const part of ["value", "set", "get"])
        if (descriptor[part])
          descriptor[part] = wrapNative(descriptor[part], part == "get" ? getter : replacement, realm);
      defineProperty(place, member, descriptor);
      if (isConstructor) prototype.constructor = descriptor.value;
    }
}

/** @type {Parameters<typeof replaceMembers>[]} */
const replacedMembers = [];
/**
 * Replaces members of interfaces, here and in the realms to come. One that the browser does not know is left
 * alone; what is replaced already stays as it is, so each member has one door.
 * @param {string} interfaces their names with spaces between; "" is the window
 * @param {string} members their names with spaces between
 * @param {Replacement | null} replacement of methods, constructors and setters; null leaves them
 * @param {Replacement} [getter] of getters
 */
export function replaceMembers(interfaces, members, replacement, getter) {
  replacedMembers.push([interfaces, members, replacement, getter]);
  replaceIn(window, interfaces, members, replacement, getter);
}

/** From now on the text of what was replaced is that of the native: some ask by it whether a function is one. */
export const showNativeText = () =>
  replaceMembers("Function", "toString", (receiver, args, callNative) =>
    callNative(natives.get(receiver) ?? receiver),
  );

/**
 * A replacement that changes one argument, where it is given, and goes on.
 * @param {number} index
 * @param {(arg: any) => any} change
 * @returns {Replacement}
 */
export const changeArgument = (index, change) => (receiver, args, callNative) => {
  if (index in args) args[index] = change(args[index]);
  return callNative();
};

const guardedDocuments = new WeakSet([document]);
/**
 * Replaces the same in a window and the frames in it, as far as they are of our origin and have no gate of
 * their own.
 * @param {any} realm a window or its document
 * @param {(page: Document) => void} watchDocument is told of each new document
 */
export function guardWindow(realm, watchDocument) {
  try {
    realm = realm.defaultView || realm;
    if (!guardedDocuments.has(realm.document) && !realm.consentry?.on) {
      guardedDocuments.add(realm.document);
      for (const member of replacedMembers) replaceIn(realm, ...member);
      watchDocument(realm.document);
    }
    for (let index = 0; index < realm.length; index++) guardWindow(realm[index], watchDocument);
  } catch {
    /* it is of another origin, and keeps its own */
  }
}
