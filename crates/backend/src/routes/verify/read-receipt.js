// Reads a downloaded receipt as `consentry verify` does: the form must be exactly the documented one. What the receipt itself
// may hold is in the schema that the page carries, made from the program's own table. Asks nobody and shows nothing.
// A classic script, as all three here: they also work from a saved copy of the page, where no module is loaded.
/* exported readReceipt, readCheckpoint, readKey, bytesOfBase64 */
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
 * The file's parts, none of them checked against another.
 * @param {string} text
 * @param {any} rules what a receipt may hold, as the page says it
 */
function readReceipt(text, rules) {
  let file;
  try {
    file = JSON.parse(text);
  } catch (error) {
    notOfTheForm("file", "the JSON of a downloaded receipt", String(error.message));
  }
  refuseWhatParsingHides(text);
  const { receipt, received, salt, proof, keys } = withExactly(file, "", [
    "receipt",
    "received",
    "salt",
    "proof",
    "keys",
  ]);
  checkAgainst(rules.schema, receipt, "receipt");
  refuseContradictions(receipt, rules);
  if (!isTime(received)) notOfTheForm("received", "a time such as 2026-11-21T20:00:00.000Z");
  if (!/^[0-9a-f]{32}$/.test(salt) || typeof salt != "string")
    notOfTheForm("salt", "32 lower-case hexadecimal digits");
  return { receipt, received, salt, proof: readProof(proof), keys: textsOf(keys, "keys") };
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
  const hash = (value, place) => {
    const bytes = bytesOfBase64(value);
    return bytes?.length == 32 ? bytes : notOfTheForm(place, "a hash of 32 bytes in base64");
  };
  const hashes = textsOf(path, "proof.path").map((value, at) => hash(value, `proof.path[${at}]`));
  return { index, leafHash: hash(leafHash, "proof.leafHash"), path: hashes, checkpoint };
}

/** The object, which has these keys and no others. */
function withExactly(object, place, names) {
  const at = place || "file";
  if (!object || typeof object != "object" || Array.isArray(object))
    notOfTheForm(at, `an object with ${names.join(", ")}`, excerpt(object));
  const below = (name) => (place ? `${place}.${name}` : name);
  for (const name of Object.keys(object))
    if (!names.includes(name))
      notOfTheForm(below(name), `one of the keys ${names.join(", ")}`, "an unknown key");
  for (const name of names) if (!Object.hasOwn(object, name)) notOfTheForm(below(name), "it", "nothing");
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
function refuseContradictions(receipt, { mostServices, needNotice }) {
  const { id, time, action, granted, denied, notice, layer, validUntil, previous } = receipt;
  const wrong = (key, expected) => notOfTheForm(`receipt.${key}`, expected, excerpt(receipt[key]));
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

/**
 * A checkpoint in the form of C2SP's tlog-checkpoint: what is signed, what it says, and the lines of signatures, of which
 * further ones by witnesses may stand there.
 * @param {string} note
 */
function readCheckpoint(note) {
  const fault = new ReceiptFault(
    "proof",
    "found something else, expected a checkpoint: origin, size, root, signatures",
  );
  const at = note.lastIndexOf("\n\n");
  const text = note.slice(0, at + 1);
  const signatures = note.slice(at + 2);
  const lines = signatures.split("\n").slice(0, -1);
  if (at < 0 || !signatures.endsWith("\n") || lines.some((line) => !line.startsWith("— "))) throw fault;
  const [origin, size, root] = text.split(/\r?\n/);
  const rootHash = root && bytesOfBase64(root);
  if (!origin || !/^(0|[1-9]\d*)$/.test(size) || !Number.isSafeInteger(+size) || rootHash?.length != 32)
    throw fault;
  return { text, origin, size: +size, root: rootHash, signatures: lines };
}

/**
 * A key in the form of signed-note: `name+id+base64`.
 * @param {string} text
 * @returns {Promise<{text: string, name: string, id: string, bytes: Uint8Array<ArrayBuffer>} | undefined>}
 */
async function readKey(text) {
  const [, name, id, key] = /^([^+]*)\+([^+]*)\+([^]*)$/.exec(text.trim()) ?? [];
  const bytes = key && bytesOfBase64(key);
  if (!bytes || bytes.length != 33 || bytes[0] != 1) return undefined;
  const hashed = new Uint8Array([...new TextEncoder().encode(`${name}\n`), ...bytes]);
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", hashed)).slice(0, 4);
  const expected = [...digest].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return expected == id ? { text: text.trim(), name, id, bytes: bytes.slice(1) } : undefined;
}
