// Reads a downloaded file as `consentry verify` does: the form must be exactly the documented one. What a receipt itself
// may hold is in the schema that the page carries, made from the program's own table. Asks nobody and shows nothing.
// A classic script, as all here: they also work from a saved copy of the page, where no module is loaded.
/* exported readFile, checkRecorded, readHashes, withKnown, bytesOfBase64 */
/* global readExport */
"use strict";

/** Says that a file is no downloaded receipt (`form`), or does not prove what it says (`proof`). */
class ReceiptFault extends Error {
  /**
   * @param {"form" | "proof"} kind
   * @param {string} sentence
   */
  constructor(kind, sentence) {
    super(sentence);
    this.kind = kind;
  }
}

/** @returns {never} */
function notOfTheForm(place, expected, found = "something else") {
  throw new ReceiptFault("form", `${place}: found ${found}, expected ${expected}`);
}

/** A value for a sentence, shortened. */
function excerpt(value) {
  if (value === undefined) return "nothing";
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (value && typeof value == "object") return "an object";
  const text = JSON.stringify(value);
  return text.length > 62 ? `${text.slice(0, 60)}…` : text;
}

/**
 * @typedef {object} Kept a receipt of a file, not checked yet
 * @property {any} receipt
 * @property {string} received
 * @property {string} salt
 * @property {{index: number, leafHash: Uint8Array, path: Uint8Array[], checkpoint: string} | null} proof null where no checkpoint
 *   covered the receipt when the file was made
 */

/**
 * The receipts of a downloaded file, in its order and at least one, and the keys that it names.
 * @param {string} text
 * @param {any} rules what a receipt may hold, as the page says it
 * @returns {{receipts: Kept[], keys: string[]}}
 */
function readFile(text, rules) {
  let file;
  try {
    file = JSON.parse(text);
  } catch (error) {
    notOfTheForm("file", "the JSON of a downloaded receipt", String(error.message));
  }
  refuseWhatParsingHides(text);
  return file?.receipts ? readExport(file, rules) : readReceipt(file, rules);
}

/** One receipt with its proof. */
function readReceipt(file, rules) {
  const { proof, keys, ...recorded } = withExactly(file, "", [
    "receipt",
    "received",
    "salt",
    "proof",
    "keys",
  ]);
  checkRecorded(recorded, "", rules);
  return { receipts: [{ ...recorded, proof: readProof(proof) }], keys: textsOf(keys, "keys") };
}

/** What the leaf is made of. */
function checkRecorded({ receipt, received, salt }, place, rules) {
  const at = place && `${place}.`;
  checkAgainst(rules.schema, receipt, `${at}receipt`);
  refuseContradictions(receipt, `${at}receipt`, rules);
  if (!isTime(received)) notOfTheForm(`${at}received`, "a time such as 2026-11-21T20:00:00.000Z");
  if (!/^[0-9a-f]{32}$/.test(salt) || typeof salt != "string")
    notOfTheForm(`${at}salt`, "32 lower-case hexadecimal digits");
}

function readProof(proof) {
  const { index, leafHash, path, checkpoint } = withExactly(proof, "proof", [
    "index",
    "leafHash",
    "path",
    "checkpoint",
  ]);
  if (!Number.isSafeInteger(index)) notOfTheForm("proof.index", "the leaf's place, counted from 0");
  if (typeof checkpoint != "string") notOfTheForm("proof.checkpoint", "a signed checkpoint");
  return { index, ...readHashes({ leafHash, path }, "proof"), checkpoint };
}

/** A leaf's hash and its path. */
function readHashes({ leafHash, path }, place) {
  const hash = (value, at) => {
    const bytes = bytesOfBase64(value);
    return bytes?.length == 32 ? bytes : notOfTheForm(at, "a hash of 32 bytes in base64");
  };
  const hashes = textsOf(path, `${place}.path`).map((value, at) => hash(value, `${place}.path[${at}]`));
  return { leafHash: hash(leafHash, `${place}.leafHash`), path: hashes };
}

/** The object, which has all of these keys and no others. */
function withExactly(object, place, names) {
  withKnown(object, place, names);
  for (const name of names)
    if (!Object.hasOwn(object, name)) notOfTheForm(place ? `${place}.${name}` : name, "it", "nothing");
  return object;
}

/** The object, which has no other keys than these. */
function withKnown(object, place, names) {
  if (!object || typeof object != "object" || Array.isArray(object))
    notOfTheForm(place || "file", `an object with ${names.join(", ")}`, excerpt(object));
  for (const name of Object.keys(object))
    if (!names.includes(name))
      notOfTheForm(
        place ? `${place}.${name}` : name,
        `one of the keys ${names.join(", ")}`,
        "an unknown key",
      );
  return object;
}

/** @returns {string[]} */
function textsOf(list, place) {
  if (!Array.isArray(list) || list.some((item) => typeof item != "string"))
    notOfTheForm(place, "a list of texts");
  return list;
}

/** What `JSON.parse` passes over in silence: a key that stands there twice, and texts and numbers of other forms. */
function refuseWhatParsingHides(text) {
  const keysOfOpenObjects = [];
  const tokens = /("(?:[^"\\]|\\.)*")(\s*:)?|([{}[\]])|(-?\d[\d.eE+-]*)/g;
  for (const [, string, colon, bracket, number] of text.matchAll(tokens)) {
    if (bracket == "{" || bracket == "[") keysOfOpenObjects.push(new Set());
    else if (bracket) keysOfOpenObjects.pop();
    else if (number && !/^(0|[1-9]\d*)$/.test(number)) notOfTheForm("file", "a whole number", number);
    else if (string) {
      const said = JSON.parse(string);
      if (/\p{Surrogate}/u.test(said)) notOfTheForm("file", "text", "half a character");
      const keys = keysOfOpenObjects.at(-1);
      if (colon && keys.has(said)) notOfTheForm(said, "each key once", "it twice");
      if (colon) keys.add(said);
    }
  }
}

/** Checks a value against as much of JSON Schema as the program's schemas use. */
function checkAgainst(schema, value, place) {
  const wrong = (expected) => notOfTheForm(place, expected, excerpt(value));
  if (schema.anyOf) {
    if (value !== null) checkAgainst(schema.anyOf[0], value, place);
  } else if (schema.enum) {
    if (!schema.enum.includes(value)) wrong(`one of ${schema.enum.join(", ")}`);
  } else if (schema.type == "object") {
    withExactly(value, place, schema.required);
    for (const [name, of] of Object.entries(schema.properties))
      checkAgainst(of, value[name], `${place}.${name}`);
  } else if (schema.type == "array") {
    if (!Array.isArray(value) || value.length > schema.maxItems)
      wrong(`a list of at most ${schema.maxItems}`);
    value.forEach((item, at) => checkAgainst(schema.items, item, `${place}[${at}]`));
    if (new Set(value).size < value.length) wrong("each item once");
  } else if (schema.type == "integer") {
    if (!Number.isSafeInteger(value) || value < schema.minimum || value > schema.maximum)
      wrong(`a whole number from ${schema.minimum} to ${schema.maximum}`);
  } else if (typeof value != "string" || !new RegExp(schema.pattern).test(value)) {
    wrong(`a text of the form ${schema.pattern}`);
  }
}

/** What no single key of a receipt shows. */
function refuseContradictions(receipt, place, { mostServices, needNotice }) {
  const { id, time, action, granted, denied, notice, layer, validUntil, previous } = receipt;
  const wrong = (key, expected) => notOfTheForm(`${place}.${key}`, expected, excerpt(receipt[key]));
  for (const key of ["time", "validUntil"])
    if (!isTime(receipt[key])) wrong(key, "a time such as 2026-11-21T20:00:00.000Z");
  if (denied.some((scope) => granted.includes(scope)))
    wrong("denied", "each scope in one of granted and denied");
  for (const key of ["granted", "denied"])
    if (receipt[key].filter((scope) => scope.startsWith("service:")).length > mostServices)
      wrong(key, `at most ${mostServices} services`);
  if (Number(new Date(validUntil)) <= Number(new Date(time))) wrong("validUntil", "a time after `time`");
  if (notice === null && (needNotice.includes(action) || layer != 0))
    wrong("notice", "a hash, unless nothing was shown and nothing had to be");
  if (previous == id) wrong("previous", "another receipt's id");
}

function isTime(text) {
  const time = typeof text == "string" ? new Date(text) : undefined;
  return time >= new Date(0) && time.toISOString() === text;
}

/** The bytes, if this is their one form in base64. */
function bytesOfBase64(text) {
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(text) || typeof text != "string" || text.length % 4) return undefined;
  const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  return btoa(String.fromCharCode(...bytes)) == text ? bytes : undefined;
}
