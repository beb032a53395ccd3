// Databases, caches and the cookie store: asynchronous ways to keep something. One that is held cannot be
// opened, as where storage is refused.
import { call } from "../page.js";
import { holds, ofCookie, ofKey } from "../verdicts.js";
import { cookies, verdict } from "./names.js";
import { wrap } from "./wrap.js";

const refused = () => new DOMException("access is denied", "SecurityError");

export function watchDatabases() {
  wrap(IDBFactory.prototype, "open", (native) => function (name) {
    if (holds("indexedDB", String(name), verdict(ofKey, String(name)))) throw refused();
    return call(native, this, arguments);
  });
  wrap(window.CacheStorage?.prototype, "open", (native) => async function (name) {
    if (holds("cache", String(name), verdict(ofKey, String(name)))) throw refused();
    return call(native, this, arguments);
  });
  const store = window.CookieStore?.prototype;
  wrap(store, "set", (native) => async function (given, plain) {
    const { name = given, value = plain, expires } = Object(given);
    const bits = expires <= Date.now() ? -1 : verdict(ofCookie, String(name));
    if (holds("cookie", String(name), bits)) return void cookies.set(String(name), [String(value), bits, `${name}=${value}; path=/`]);
    cookies.delete(String(name));
    return call(native, this, arguments);
  });
  wrap(store, "delete", (native) => async function (given) {
    cookies.delete(String(given?.name ?? given));
    return call(native, this, arguments);
  });
  const all = (native) => async function (given) {
    const asked = given?.name ?? given;
    const found = (await call(native, this, arguments)) || [];
    const own = [...cookies].map(([name, [value]]) => ({ name, value })).filter((it) => asked === undefined || it.name == asked);
    return [...[found].flat().filter((it) => !cookies.has(it.name)), ...own];
  };
  wrap(store, "getAll", all);
  wrap(store, "get", (native) => async function () {
    return (await call(all(native), this, arguments))[0] ?? null;
  });
}
