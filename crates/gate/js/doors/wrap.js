// How a door is built: a native is replaced by one that asks first. What was replaced is remembered, so that
// every other realm of the page's origin (the window of an empty frame) gets the very same doors.
import { call, defineProperty, describe } from "../page.js";

const replaced = [];
export function replace(owner, name, descriptor) {
  replaced.push([owner, name, owner != window && owner.constructor.name]);
  defineProperty(owner, name, descriptor);
}

// Replaces a method by what `make` makes of it; a browser that does not know it is left alone.
export function wrap(owner, name, make) {
  const native = owner && describe(owner, name);
  if (native) replace(owner, name, { ...native, value: make(native.value) });
}

// Replaces a property's setter and, if given, its getter.
export function wrapProperty(owner, name, set, get) {
  const native = owner && describe(owner, name);
  if (native)
    replace(owner, name, {
      ...native,
      get() {
        const value = call(native.get, this, []);
        return get ? get(this, value) : value;
      },
      set:
        native.set &&
        function (value) {
          set(this, value, (it) => call(native.set, this, [it]));
        },
    });
}

// A constructor whose arguments `change` may change.
export const wrapConstructor = (name, change) =>
  wrap(window, name, (native) => new Proxy(native, {
    construct: (_, given, target) => change(given, (now) => Reflect.construct(native, now, target)),
  }));

// Gives a window and the frames in it the same doors, as far as they are of our origin. `watch` is told of
// each new document.
const guarded = new WeakSet([document]);
export function guard(realm, watch) {
  try {
    if (!guarded.has(realm.document) && !realm.consentry?.on) {
      guarded.add(realm.document);
      for (const [owner, name, type] of replaced) {
        const theirs = type ? realm[type]?.prototype : realm;
        if (theirs) defineProperty(theirs, name, describe(owner, name));
      }
      watch(realm.document);
    }
    for (let at = 0; at < realm.length; at++) guard(realm[at], watch);
  } catch {
    /* another origin's */
  }
}
