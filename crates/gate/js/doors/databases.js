// Databases, caches and the cookie store: asynchronous ways to keep something. One that is held cannot be
// opened, as where storage is refused.
import { mustHold, verdictOfKey } from "../verdicts.js";
import { rememberOpen } from "./network.js";
import { assignCookie, heldCookies, verdictOfName } from "./cookies-and-storage.js";
import { replaceMembers } from "./wrap.js";

export function watchDatabases() {
  const opening =
    (door) =>
    (self, [name], go) => {
      const bits = verdictOfName(verdictOfKey, String(name));
      if (mustHold(door, String(name), bits)) throw new DOMException("denied", "SecurityError");
      const opened = go();
      opened.addEventListener?.("success", () => rememberOpen(opened.result, bits));
      return opened;
    };
  replaceMembers("IDBFactory", "open", opening("indexedDB"));
  const cache = opening("cache");
  replaceMembers("CacheStorage", "open", async (...it) => cache(...it));

  replaceMembers("CookieStore", "set", async (self, given, go) => {
    const { name = given[0], value = given[1], expires, path = "/", domain } = Object(given[0]);
    return assignCookie(
      `${name}=${value}; path=${path}; secure` +
        (domain ? "; domain=" + domain : "") +
        (expires == null ? "" : "; expires=" + new Date(expires).toUTCString()),
      go,
    );
  });
  replaceMembers(
    "CookieStore",
    "delete",
    (self, [given], go) => (heldCookies.delete(String(given?.name ?? given)), go()),
  );
  const all = async (self, [given], go) => {
    const asked = given?.name ?? given;
    const own = [...heldCookies].map(([name, [value]]) => ({ name, value }));
    return [await go()]
      .flat()
      .concat(own)
      .filter((it) => it && (asked ?? it.name) == it.name && (own.includes(it) || !heldCookies.has(it.name)));
  };
  replaceMembers("CookieStore", "getAll", all);
  replaceMembers("CookieStore", "get", async (...it) => (await all(...it))[0] ?? null);
}
