// What we keep in local storage: the choice, and receipts until they are sent. Reading and writing
// throw nothing where storage is refused, full or broken. When something is stored, choice.js says.
import { asJson, getItem, localArea, removeItem, setItem } from "./captured.js";
import { config } from "./config.js";
import { keysOf } from "./leftovers.js";
import { loadAfter } from "./load-after.js";

export const CHOICE_KEY = "consentry";
/**
 * Receipts that local storage did not take: they wait in memory, for this page.
 * @type {Record<string, any>[]}
 */
export const unstoredReceipts = [];

/**
 * @param {string} key
 * @returns {any} null where there is nothing, or nothing that can be read
 */
export const readStored = (key) => {
  try {
    return JSON.parse(getItem(localArea, key));
  } catch {
    return null;
  }
};

/**
 * @param {string} key
 * @param {object} value
 * @returns {boolean} whether there was room for it
 */
export const writeStored = (key, value) => {
  try {
    setItem(localArea, key, asJson(value));
    return true;
  } catch {
    return false;
  }
};

/** @param {string} key */
export const removeStored = (key) => removeItem(localArea, key);

/**
 * The stored choice if it has the form that this version writes, whether or not it is in force.
 * @returns {Record<string, any> | null}
 */
export const readStoredChoice = () => {
  const stored = readStored(CHOICE_KEY);
  // Creating an Error makes Chromium parse this whole file again to find its line, which takes milliseconds: where there
  // is no choice none is thrown.
  if (stored?.v !== 1) return null;
  try {
    const areNames = stored.granted.concat(stored.denied).every((name) => name.trim);
    return areNames && stored.denied.map ? stored : null;
  } catch {
    return null;
  }
};

/**
 * Sends waiting receipts, if there are any.
 * @param {boolean} [atLoad] whether the page has only brought old ones
 */
export function sendReceipts(atLoad) {
  if (!config.backend) return;
  if (unstoredReceipts[0] || keysOf(localArea).some((key) => key.startsWith("consentry.outbox.")))
    loadAfter()
      .then(({ send }) => send(atLoad))
      .catch(() => {});
}
