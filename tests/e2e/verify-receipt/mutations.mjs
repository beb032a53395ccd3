// Changed copies of a downloaded receipt, drawn from a seed: some of its text, some of its values.
// It must not hold expectations: what should be the case is said in the tests alone.

/** What a text may get in place of a letter. */
const LETTERS = [
  '"',
  "\\",
  "{",
  "}",
  "[",
  "]",
  ":",
  ",",
  "0",
  "9",
  "a",
  "F",
  "/",
  "+",
  "=",
  " ",
  "\n",
  "é",
  "-",
];
/** What a value may become. */
const VALUES = [
  null,
  true,
  0,
  1,
  -1,
  1.5,
  9,
  1e21,
  "",
  "x",
  "analytics",
  "sv",
  [],
  {},
  [1],
  "2026-11-21T20:00:00.000Z",
];
const anyValue = (random) => structuredClone(random.pick(VALUES));
/** Letters of one kind: what has another of its kind keeps its form most often. */
const KINDS = ["0123456789", "abcdef", "ghijklmnopqrstuvwxyz", "ABCDEFGHIJKLMNOPQRSTUVWXYZ"];

/**
 * Every place in a document, as its holder and its key.
 * @returns {[any, string][]}
 */
const placesOf = (value) =>
  value && typeof value == "object"
    ? Object.keys(value).flatMap((key) => [[value, key], ...placesOf(value[key])])
    : [];

/**
 * @param {string} text the file as it was downloaded
 * @param {import('../fuzz/random.mjs').Random} random
 * @returns {string}
 */
export function changed(text, random) {
  return random.pick([changedText, changedValue, changedLetter, changedLetter])(text, random);
}

function changedLetter(text, random) {
  const at = random.below(text.length);
  const kind = KINDS.find((letters) => letters.includes(text[at]));
  return kind ? text.slice(0, at) + random.pick([...kind]) + text.slice(at + 1) : changedLetter(text, random);
}

function changedText(text, random) {
  const at = random.below(text.length);
  const length = 1 + random.below(3);
  return random.pick([
    () => text.slice(0, at) + random.pick(LETTERS) + text.slice(at + 1),
    () => text.slice(0, at) + random.pick(LETTERS) + text.slice(at),
    () => text.slice(0, at) + text.slice(at + length),
    () => text.slice(0, at) + text.slice(at, at + length) + text.slice(at),
    () => text.slice(0, at),
    () => `${text}${random.pick(LETTERS)}`,
    () => text.replace(/"(\w+)":/, '"$1":1,"$1":'),
    () => text.replace(/("index":\d+)/, `$1${random.pick([".0", "e0", "000"])}`),
  ])();
}

function changedValue(text, random) {
  const file = JSON.parse(text);
  const [holder, key] = random.pick(placesOf(file));
  const value = holder[key];
  random.pick([
    () => (holder[key] = anyValue(random)),
    () => delete holder[key],
    () => (holder[`${key}s`] = value),
    () => (holder[key] = typeof value == "string" && value ? changedLetter(value, random) : anyValue(random)),
    () => (holder[key] = typeof value == "string" ? value.toUpperCase() : anyValue(random)),
    () => Array.isArray(value) && value.reverse(),
    () => Array.isArray(value) && value.push(structuredClone(value[0] ?? "functional")),
    () => {
      const [other, otherKey] = random.pick(placesOf(file));
      holder[key] = structuredClone(other[otherKey]);
    },
    // The same receipt in another order and layout.
    () => (file.receipt = Object.fromEntries(Object.entries(file.receipt ?? {}).reverse())),
  ])();
  return JSON.stringify(file, null, random.pick([0, 2]));
}
