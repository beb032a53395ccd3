// How a native of the page is replaced: by a Proxy that asks first, which keeps all else that a page may
// see of it (name, length, text, statics). What was replaced is remembered, so that every other realm of
// the page's origin (the window of an empty frame) gets the very same replacements. This file must not know
// what any of them asks.
import { call, defineProperty, descriptorOf } from "../captured.js";

/**
 * What is done when the page calls a native. Returns what the caller gets.
 * @callback Replacement
 * @param {any} receiver `this` of the call; of a constructor, what `new` was said to
 * @param {any[]} args may be changed
 * @param {() => any} callNative goes on to the native, with the arguments as they are by then
 * @returns {any}
 */

const wrapNative = (native, replacement) =>
  replacement && native.apply
    ? new Proxy(native, {
        apply: (_, receiver, args) => replacement(receiver, args, () => call(native, receiver, args)),
        construct: (_, args, target) =>
          replacement(target, args, () => Reflect.construct(native, args, target)),
      })
    : native;

// The object of a realm that has a member: the prototype of an interface, or the interface itself for a
// static one. The interface "" stands for the window.
const placeOfMember = (realm, interfaceName, member) => {
  const owner = interfaceName ? realm[interfaceName] : realm;
  return interfaceName && member in (owner?.prototype || {}) ? owner.prototype : owner;
};

const replacedMembers = [];
/**
 * Replaces members of interfaces. One that the browser does not know is left alone.
 * @param {string} interfaces their names with spaces between; "" is the window
 * @param {string} members their names with spaces between
 * @param {Replacement} replacement of methods, constructors and setters; null leaves them
 * @param {Replacement} [getter] of getters
 */
export function replaceMembers(interfaces, members, replacement, getter) {
  for (const interfaceName of interfaces.split(" "))
    for (const member of members.split(" ")) {
      const place = placeOfMember(window, interfaceName, member);
      const descriptor = place && descriptorOf(place, member);
      if (!descriptor) continue;
      const { prototype } = descriptor.value || {};
      const isConstructor = prototype && prototype.constructor == descriptor.value;
      descriptor.value &&= wrapNative(descriptor.value, replacement);
      descriptor.set &&= wrapNative(descriptor.set, replacement);
      descriptor.get &&= wrapNative(descriptor.get, getter);
      replacedMembers.push([interfaceName, member, place]);
      defineProperty(place, member, descriptor);
      if (isConstructor) prototype.constructor = descriptor.value;
    }
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
 * Gives a window and the frames in it the same replacements, as far as they are of our origin and have no
 * gate of their own.
 * @param {any} realm a window or its document
 * @param {(page: Document) => void} watchDocument is told of each new document
 */
export function guardWindow(realm, watchDocument) {
  try {
    realm = realm.defaultView || realm;
    if (!guardedDocuments.has(realm.document) && !realm.consentry?.on) {
      guardedDocuments.add(realm.document);
      for (const [interfaceName, member, place] of replacedMembers) {
        const theirPlace = placeOfMember(realm, interfaceName, member);
        if (theirPlace) defineProperty(theirPlace, member, descriptorOf(place, member));
      }
      watchDocument(realm.document);
    }
    for (let index = 0; index < realm.length; index++) guardWindow(realm[index], watchDocument);
  } catch {
    /* it is of another origin, and keeps its own */
  }
}
