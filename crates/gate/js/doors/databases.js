// Databases, caches and the cookie store: asynchronous ways to keep something. One that is held cannot be
// opened, as where storage is refused.
import { holds, ofKey } from "../verdicts.js";
import { keepOpen } from "./network.js";
import { assignCookie, cookies, verdict } from "./names.js";
import { wrap } from "./wrap.js";

export function watchDatabases() {
  const opening =
    (door) =>
    (self, [name], go) => {
      const bits = verdict(ofKey, String(name));
      if (holds(door, String(name), bits)) throw new DOMException("denied", "SecurityError");
      const opened = go();
      opened.addEventListener?.("success", () => keepOpen(opened.result, bits));
      return opened;
    };
  wrap("IDBFactory", "open", opening("indexedDB"));
  const cache = opening("cache");
  wrap("CacheStorage", "open", async (...it) => cache(...it));

  wrap("CookieStore", "set", async (self, given, go) => {
    const { name = given[0], value = given[1], expires, path = "/", domain } = Object(given[0]);
    return assignCookie(
      `${name}=${value}; path=${path}; secure` +
        (domain ? "; domain=" + domain : "") +
        (expires == null ? "" : "; expires=" + new Date(expires).toUTCString()),
      go,
    );
  });
  wrap("CookieStore", "delete", (self, [given], go) => (cookies.delete(String(given?.name ?? given)), go()));
  const all = async (self, [given], go) => {
    const asked = given?.name ?? given;
    const own = [...cookies].map(([name, [value]]) => ({ name, value }));
    return [await go()]
      .flat()
      .concat(own)
      .filter((it) => it && (asked ?? it.name) == it.name && (own.includes(it) || !cookies.has(it.name)));
  };
  wrap("CookieStore", "getAll", all);
  wrap("CookieStore", "get", async (...it) => (await all(...it))[0] ?? null);
}
