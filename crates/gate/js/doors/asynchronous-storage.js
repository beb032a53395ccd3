// Databases, caches and the cookie store: asynchronous ways to keep something. A database or cache that is
// held cannot be opened, as where storage is refused; a cookie that is held is kept as one of
// `document.cookie` is.
import { mustHold, verdictOfKey } from "../verdicts.js";
import { rememberOpen } from "./network.js";
import { assignCookie } from "./cookies.js";
import { heldCookies, verdictOfWrittenName } from "./held-names.js";
import { replaceMembers } from "./wrap.js";

// Opens something by its name; an open database is remembered, to be closed when its grant ends.
const openUnlessHeld = (door) => (receiver, args, callNative, realm) => {
  const name = String(args[0]);
  const verdict = verdictOfWrittenName(verdictOfKey, name);
  if (mustHold(door, name, verdict)) throw new realm.DOMException("denied", "SecurityError");
  const request = callNative();
  request.addEventListener?.("success", () => rememberOpen(request.result, verdict));
  return request;
};

// The assignment that says the same as the arguments of `cookieStore.set`.
function assignmentOf(args) {
  const { name = args[0], value = args[1], expires, path = "/", domain } = Object(args[0]);
  let assignment = `${name}=${value}; path=${path}; secure`;
  if (domain) assignment += "; domain=" + domain;
  if (expires != null) assignment += "; expires=" + new Date(expires).toUTCString();
  return assignment;
}

// `cookieStore.get` and `getAll` may be asked with a name, an object that has one, or nothing.
const nameAskedFor = (given) => given?.name ?? given;

async function readCookies(receiver, args, callNative) {
  const asked = nameAskedFor(args[0]);
  const held = [...heldCookies].map(([name, [value]]) => ({ name, value }));
  const found = [await callNative()].flat().filter((cookie) => cookie && !heldCookies.has(cookie.name));
  return [...found, ...held].filter(({ name }) => (asked ?? name) == name);
}

/** Asks from now on about each database and cache that is opened, and each cookie of the cookie store. */
export function watchDatabases() {
  replaceMembers("IDBFactory", "open", openUnlessHeld("indexedDB"));
  const openCache = openUnlessHeld("cache");
  // A cache that is held is told of by a promise.
  replaceMembers("CacheStorage", "open", async (...call) => openCache(...call));
  replaceMembers("CookieStore", "set", async (receiver, args, callNative) =>
    assignCookie(assignmentOf(args), () => callNative()),
  );
  replaceMembers("CookieStore", "delete", (receiver, [given], callNative) => {
    heldCookies.delete(String(nameAskedFor(given)));
    return callNative();
  });
  replaceMembers("CookieStore", "getAll", readCookies);
  replaceMembers("CookieStore", "get", async (receiver, args, callNative) => {
    const [first = null] = await readCookies(receiver, args, callNative);
    return first;
  });
}
