// Databases, caches and the cookie store: asynchronous ways to keep something. One that is held cannot be
// opened, as where storage is refused.
import { holds, ofCookie, ofKey, permits } from "../verdicts.js";
import { keepOpen } from "./network.js";
import { cookies, verdict, written } from "./names.js";
import { wrap } from "./wrap.js";

export function watchDatabases() {
  const opening = (door) => (self, [name], go) => {
    const bits = verdict(ofKey, String(name));
    if (holds(door, String(name), bits)) throw new DOMException("access is denied", "SecurityError");
    const opened = go();
    opened.addEventListener?.("success", () => keepOpen(opened.result, bits));
    return opened;
  };
  wrap(IDBFactory.prototype, "open", opening("indexedDB"));
  const cache = opening("cache");
  wrap(window.CacheStorage?.prototype, "open", async (...it) => cache(...it));

  const store = window.CookieStore?.prototype;
  wrap(store, "set", async (self, given, go) => {
    const { name = given[0], value = given[1], expires, path = "/", domain } = Object(given[0]);
    const text = `${name}=${value}; path=${path}` + (domain ? "; domain=" + domain : "") + "; secure";
    const bits = verdict(ofCookie, String(name));
    if (!(expires <= Date.now()) && holds("cookie", String(name), bits)) return void cookies.set(String(name), [String(value), bits, text]);
    cookies.delete(String(name));
    if (bits > 0 && bits & 7) written.set(text, bits);
    return go();
  });
  wrap(store, "delete", (self, [given], go) => (cookies.delete(String(given?.name ?? given)), go()));
  const all = async (self, [given], go) => {
    const asked = given?.name ?? given;
    const own = [...cookies].map(([name, [value]]) => ({ name, value }));
    return [await go()].flat().concat(own).filter((it) => it && (asked ?? it.name) == it.name && (own.includes(it) || !cookies.has(it.name)));
  };
  wrap(store, "getAll", all);
  wrap(store, "get", async (...it) => (await all(...it))[0] ?? null);
}
