// How a door is built: a native is replaced by one that asks first. A Proxy keeps all else that a page may see of it
// (name, length, text, statics). What was replaced is remembered, so that every other realm of the page's origin
// (the window of an empty frame) gets the very same doors.
import { call, defineProperty, describe } from "../page.js";

// `act` gets the receiver (of a constructor: what `new` was said to), the arguments, and a function that goes on to
// the native one with the arguments as they are by then. It returns what the caller gets.
const door = (native, act) =>
  act && native.apply
    ? new Proxy(native, {
        apply: (_, self, given) => act(self, given, () => call(native, self, given)),
        construct: (_, given, target) => act(target, given, () => Reflect.construct(native, given, target)),
      })
    : native;

// Where a realm has the members of `owner`, an interface's name: in its prototype, or in itself; "" is the window.
const place = (realm, owner, name) => {
  const it = owner ? realm[owner] : realm;
  return owner && name in (it?.prototype || {}) ? it.prototype : it;
};

// Replaces methods, constructors and setters, named with spaces between as their owners are, and getters by `get`. A
// browser that does not know one is left alone.
const replaced = [];
export function wrap(owners, names, act, get) {
  for (const owner of owners.split(" "))
    for (const name of names.split(" ")) {
      const at = place(window, owner, name);
      const it = at && describe(at, name);
      if (!it) continue;
      const { prototype } = it.value || {};
      const same = prototype?.constructor == it.value;
      it.value &&= door(it.value, act);
      it.set &&= door(it.set, act);
      it.get &&= door(it.get, get);
      replaced.push([owner, name, at]);
      defineProperty(at, name, it);
      if (prototype && same) prototype.constructor = it.value;
    }
}

// Changes one argument and goes on.
export const changing = (at, change) => (self, given, go) => {
  if (at in given) given[at] = change(given[at], self, given);
  return go();
};

// Gives a window and the frames in it the same doors, as far as they are of our origin. `watch` is told of
// each new document.
const guarded = new WeakSet([document]);
export function guard(realm, watch) {
  try {
    realm = realm.defaultView || realm;
    if (!guarded.has(realm.document) && !realm.consentry?.on) {
      guarded.add(realm.document);
      for (const [owner, name, at] of replaced) {
        const theirs = place(realm, owner, name);
        if (theirs) defineProperty(theirs, name, describe(at, name));
      }
      watch(realm.document);
    }
    for (let at = 0; at < realm.length; at++) guard(realm[at], watch);
  } catch {
    /* another origin's */
  }
}
