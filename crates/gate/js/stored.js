// What we keep in local storage: the choice, and receipts until they are sent.
import { call, getItem, localArea, removeItem, setItem } from "./captured.js";
import { config } from "./config.js";
import { keysOf } from "./leftovers.js";
import { loadAfter } from "./later.js";

export const CHOICE_KEY = "consentry";
// Receipts that local storage did not take: they wait in memory, for this page.
export const unstoredReceipts = [];

export const readStored = (key) => {
  try {
    return JSON.parse(call(getItem, localArea, [key]));
  } catch {
    return null;
  }
};
export const writeStored = (key, value) => {
  try {
    call(setItem, localArea, [key, JSON.stringify(value)]);
    return true;
  } catch {
    return false;
  }
};

export const removeStored = (key) => call(removeItem, localArea, [key]);

// The stored choice if it has the form that this version writes, whether or not it is in force.
export const readStoredChoice = () => {
  const found = readStored(CHOICE_KEY);
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
  const waiting = unstoredReceipts[0] || keysOf(localArea).some((key) => key.startsWith("consentry.outbox."));
  if (config.backend && waiting)
    loadAfter()
      .then((it) => it.send(atLoad))
      .catch(() => {});
}
