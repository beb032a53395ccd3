// What we keep in local storage: the choice, and receipts until they are sent.
import { call, getItem, local, removeItem, setItem } from "./page.js";
import { config } from "./config.js";
import { keys } from "./remains.js";
import { loadAfter } from "./later.js";

export const KEY = "consentry";
// Receipts that local storage did not take: they wait in memory, for this page.
export const unstored = [];

export const read = (key) => {
  try {
    return JSON.parse(call(getItem, local, [key]));
  } catch {
    return null;
  }
};
export const write = (key, value) => {
  try {
    call(setItem, local, [key, JSON.stringify(value)]);
    return true;
  } catch {
    return false;
  }
};

export const forget = (key) => call(removeItem, local, [key]);

// The stored choice if it has the form that this version writes, whether or not it is in force.
export const stored = () => {
  const found = read(KEY);
  try {
    return found?.v === 1 && // a throw costs milliseconds here: the whole script is parsed again for its place
      found.granted.concat(found.denied).every((name) => name.trim) &&
      found.denied.map
      ? found
      : null;
  } catch {
    return null;
  }
};

// Sends waiting receipts, if there are any.
export function sendReceipts(atLoad) {
  const waiting = unstored[0] || keys(local).some((key) => key.startsWith("consentry.outbox."));
  if (config.backend && waiting)
    loadAfter()
      .then((it) => it.send(atLoad))
      .catch(() => {});
}
