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
 * @param {() => any} callNative goes on to the native, with the arguments as they are by then
 * @param {any} realm the window whose native it is: what is made for the caller is made of its constructors
 * @returns {any}
 */

/**
 * The functions that stand in a native's place.
 * @type {WeakSet<object>}
 */
const replacementProxies = new WeakSet();

// A promise of ours as one of the realm of who waits for it.
const inRealm = (realm, result) =>
  realm != window && result instanceof Promise ? realm.Promise.resolve(result) : result;

function wrapNative(native, replacement, realm) {
  // The window of a frame that has loaded its first document is the one that was there before.
  if (!replacement || !native?.apply || replacementProxies.has(native)) return native;
  const proxy = new Proxy(native, {
    apply: (_, receiver, args) =>
      inRealm(
        realm,
        replacement(receiver, args, () => call(native, receiver, args), realm),
      ),
    construct: (_, args, target) =>
      replacement(target, args, () => Reflect.construct(native, args, target), realm),
  });
  replacementProxies.add(proxy);
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

const replacedMembers = [];
/**
 * Replaces members of interfaces, here and in the realms to come. One that the browser does not know is left
 * alone.
 * @param {string} interfaces their names with spaces between; "" is the window
 * @param {string} members their names with spaces between
 * @param {Replacement | null} replacement of methods, constructors and setters; null leaves them
 * @param {Replacement} [getter] of getters
 */
export function replaceMembers(interfaces, members, replacement, getter) {
  replacedMembers.push([interfaces, members, replacement, getter]);
  replaceIn(window, interfaces, members, replacement, getter);
}

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
      for (const [interfaces, members, replacement, getter] of replacedMembers)
        replaceIn(realm, interfaces, members, replacement, getter);
      watchDocument(realm.document);
    }
    for (let index = 0; index < realm.length; index++) guardWindow(realm[index], watchDocument);
  } catch {
    /* it is of another origin, and keeps its own */
  }
}
