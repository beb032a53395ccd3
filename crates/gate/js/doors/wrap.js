// How a door is built: a native is replaced by one that asks first. A Proxy keeps all else that a page may see of it
// (name, length, text, statics). What was replaced is remembered, so that every other realm of the page's origin
// (the window of an empty frame) gets the very same doors.
import { call, defineProperty, descriptorOf } from "../captured.js";

// `act` gets the receiver (of a constructor: what `new` was said to), the arguments, and a function that goes on to
// the native one with the arguments as they are by then. It returns what the caller gets.
const makeDoor = (native, act) =>
  act && native.apply
    ? new Proxy(native, {
        apply: (_, self, given) => act(self, given, () => call(native, self, given)),
        construct: (_, given, target) => act(target, given, () => Reflect.construct(native, given, target)),
      })
    : native;

// Where a realm has the members of `owner`, an interface's name: in its prototype, or in itself; "" is the window.
const placeOfMember = (realm, owner, name) => {
  const it = owner ? realm[owner] : realm;
  return owner && name in (it?.prototype || {}) ? it.prototype : it;
};

// Replaces methods, constructors and setters, named with spaces between as their owners are, and getters by `get`. A
// browser that does not know one is left alone.
const replacedMembers = [];
export function replaceMembers(owners, names, act, get) {
  for (const owner of owners.split(" "))
    for (const name of names.split(" ")) {
      const at = placeOfMember(window, owner, name);
      const it = at && descriptorOf(at, name);
      if (!it) continue;
      const { prototype } = it.value || {};
      const same = prototype?.constructor == it.value;
      it.value &&= makeDoor(it.value, act);
      it.set &&= makeDoor(it.set, act);
      it.get &&= makeDoor(it.get, get);
      replacedMembers.push([owner, name, at]);
      defineProperty(at, name, it);
      if (prototype && same) prototype.constructor = it.value;
    }
}

// Changes one argument and goes on.
export const changeArgument = (at, change) => (self, given, go) => {
  if (at in given) given[at] = change(given[at], self, given);
  return go();
};

// Gives a window and the frames in it the same doors, as far as they are of our origin. `watch` is told of
// each new document.
const guardedDocuments = new WeakSet([document]);
export function guardWindow(realm, watch) {
  try {
    realm = realm.defaultView || realm;
    if (!guardedDocuments.has(realm.document) && !realm.consentry?.on) {
      guardedDocuments.add(realm.document);
      for (const [owner, name, at] of replacedMembers) {
        const theirs = placeOfMember(realm, owner, name);
        if (theirs) defineProperty(theirs, name, descriptorOf(at, name));
      }
      watch(realm.document);
    }
    for (let at = 0; at < realm.length; at++) guardWindow(realm[at], watch);
  } catch {
    /* another origin's */
  }
}
