// Random choices that repeat: the same seed gives the same choices in the same order.

/**
 * @typedef {object} Random
 * @property {(end: number) => number} below a whole number from 0 to below `end`
 * @property {<T>(list: T[]) => T} pick one of the list
 * @property {<T = string>(chance: number, make: () => T, otherwise?: T) => T} maybe what `make` gives, with
 *   this chance from 0 to 1, else `otherwise`, which is the empty text
 * @property {<T>(most: number, make: () => T) => T[]} some from none to `most` of what `make` gives
 * @property {(text: string, what: string, at?: number) => string} insert `what` anywhere in the text
 */

/**
 * @param {number} seed
 * @returns {Random}
 */
export function randomFrom(seed) {
  let state = seed;
  // The generator that is known as mulberry32.
  const random = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
  const below = (end) => Math.floor(random() * end);
  const pick = (list) => list[below(list.length)];
  const maybe = (chance, make, otherwise = /** @type {any} */ ("")) =>
    random() < chance ? make() : otherwise;
  const some = (most, make) => Array.from({ length: below(most + 1) }, () => make());
  const insert = (text, what, at = below(text.length + 1)) => text.slice(0, at) + what + text.slice(at);
  return { below, pick, maybe, some, insert };
}

/** Letters of the text in capitals, each with this chance. */
export const withSomeCapitals = ({ maybe }, text, chance) =>
  text.replace(/[a-z]/g, (letter) => maybe(chance, () => letter.toUpperCase(), letter));
