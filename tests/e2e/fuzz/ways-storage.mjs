// Ways to write, read and delete a storage key by its name; each gives what the browser gave. Each function
// runs in the page, so it must not use anything of this file.

/** @type {Record<string, (area: Storage, name: string, value: any) => any>} */
export const WAYS_FOR_A_KEY = {
  set_item: (area, name, value) => area.setItem(name, value),
  assign: (area, name, value) => {
    area[name] = value;
  },
  reflect_set: (area, name, value) => Reflect.set(area, name, value),
  assign_in_strict_mode: (area, name, value) => {
    "use strict";
    area[name] = value;
  },
  object_assign: (area, name, value) => {
    Object.assign(area, { ["x" + name]: value });
  },
  define_property: (area, name, value) =>
    Reflect.defineProperty(area, name, { value, configurable: true, enumerable: true, writable: true }),
  get_item: (area, name) => area.getItem(name),
  read: (area, name) => typeof area[name] == "function" || String(area[name]),
  has: (area, name) => [name in area, Object.hasOwn(area, name)],
  describe: (area, name) => Object.getOwnPropertyDescriptor(area, name),
  remove_item: (area, name) => area.removeItem(name),
  delete: (area, name) => delete area[name],
  delete_in_strict_mode: (area, name) => {
    "use strict";
    return delete area[name];
  },
  // Our own key outlives a signing out; here it does so without us too.
  clear: (area) => {
    const choice = area.consentry;
    Storage.prototype.clear.call(area);
    if (choice) area.consentry = choice;
  },
  list: (area) => [
    Object.keys(area).sort(),
    Object.entries(area).sort().join(),
    Object.entries({ ...area }).length,
    JSON.stringify(area).length,
    area.length,
    Array.from({ length: area.length }, (_, index) => area.key(index)).sort(),
  ],
  loop: (area) => {
    const names = [];
    for (const name in area) names.push(name);
    return names.sort();
  },
  key_at: (area, name, value) => [area.key(value), area.key(99), area.key(-1)].map((key) => typeof key),
};
