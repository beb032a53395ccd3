// Checks downloaded receipts with the browser's own cryptography: that each is the one that was recorded, that the log had it,
// and that the log's key signed that log (RFC 9162 section 2.1.3.2, C2SP tlog-checkpoint). Asks nobody and shows nothing.
/* exported checkFile */
/* global ReceiptFault, notOfTheForm, readFile, readCheckpoint, readKey, bytesOfBase64 */
"use strict";

/**
 * @typedef {object} Outcome what became of a receipt's check
 * @property {any} receipt what the file says was recorded
 * @property {string} received when, by the server's clock
 * @property {"proven" | "unproven" | "not-yet"} state `not-yet`: no checkpoint covered it when the file was made
 * @property {string} [fault] what does not fit
 * @property {number} [index] the receipt's place in the log
 * @property {{origin: string, size: number}} [checkpoint]
 * @property {string[]} [signedBy] the keys that signed; none where this browser cannot check a signature
 * @property {boolean} [signatureWasChecked]
 */

/**
 * @param {string} text the file: one receipt, or all that a visitor downloaded as JSON
 * @param {any} rules what they may hold, as the page says it
 * @param {string} [ownKey] the key that must have signed, in place of those that the file names
 * @returns {Promise<Outcome[]>} in the file's order; rejects with a ReceiptFault where the file is not of the form
 */
async function checkFile(text, rules, ownKey) {
  const { receipts, keys: named } = readFile(text, rules);
  const keys = await Promise.all(named.map(readKey));
  if (keys.includes(undefined)) notOfTheForm("keys", "a list of keys such as name+0123abcd+A…");
  const own = ownKey && (await readKey(ownKey));
  if (ownKey && !own) notOfTheForm("key", "a key such as name+0123abcd+AaBb…");
  /** All receipts of a file have one checkpoint: its signature is checked once. */
  let signed;
  const signedLog = (note) => (signed ??= checkCheckpoint(note, own ? [own] : keys));

  const outcomes = [];
  for (const { receipt, received, salt, proof } of receipts) {
    if (!proof) {
      outcomes.push({ receipt, received, state: "not-yet" });
      continue;
    }
    try {
      const leaf = await leafHash(salt, recordText(receipt, received, rules));
      if (!isSame(leaf, proof.leafHash))
        notProven("the receipt, its time or its salt is not what was recorded: the leaf has another hash");
      const { checkpoint, signedBy } = await signedLog(proof.checkpoint);
      await checkInclusion(proof.index, leaf, checkpoint.size, proof.path, checkpoint.root);
      const signatureWasChecked = signedBy !== null;
      const more = { index: proof.index, checkpoint, signedBy: signedBy ?? [], signatureWasChecked };
      outcomes.push({ receipt, received, state: "proven", ...more });
    } catch (error) {
      if (error.kind != "proof") throw error;
      outcomes.push({ receipt, received, state: "unproven", fault: error.message });
    }
  }
  return outcomes;
}

/** @returns {never} */
function notProven(sentence) {
  throw new ReceiptFault("proof", sentence);
}

async function checkCheckpoint(note, keys) {
  const checkpoint = readCheckpoint(note);
  return { checkpoint, signedBy: await signersOf(checkpoint, keys) };
}

/** What was recorded, as the bytes that are hashed: the receipt's keys in the schema's order, without spaces. */
function recordText(receipt, received, { schema }) {
  const inOrder = Object.keys(schema.properties).map((name) => [name, receipt[name]]);
  return JSON.stringify({ receipt: Object.fromEntries(inOrder), received });
}

async function leafHash(salt, record) {
  const saltBytes = salt.match(/../g).map((digits) => parseInt(digits, 16));
  const entry = await sha256(saltBytes, new TextEncoder().encode(record));
  return sha256([0], entry);
}

/** The hash of the bytes that stand one behind the other. */
async function sha256(...parts) {
  const bytes = new Uint8Array(parts.flatMap((part) => [...part]));
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
}

const isSame = (one, other) => one.length == other.length && one.every((byte, at) => byte == other[at]);

/** Follows the path from the leaf to the root. */
async function checkInclusion(leaf, leafHashed, size, path, root) {
  if (leaf >= size) notProven("found a place outside the log, expected one within it");
  const otherLength = "found another number of hashes than a proof for this size has";
  const half = (number) => Math.floor(number / 2);
  let [at, last, hash] = [leaf, size - 1, leafHashed];
  for (const sibling of path) {
    if (last == 0) notProven(otherLength);
    if (at % 2 == 1 || at == last) {
      hash = await sha256([1], sibling, hash);
      // A node without a sibling on its height is its own parent.
      while (at % 2 == 0 && at != 0) [at, last] = [half(at), half(last)];
    } else {
      hash = await sha256([1], hash, sibling);
    }
    [at, last] = [half(at), half(last)];
  }
  if (last != 0) notProven(otherLength);
  if (!isSame(hash, root)) notProven("the proof leads to another root than the checkpoint's");
}

/** The keys, as text, that signed the checkpoint; null where this browser does not know Ed25519. */
async function signersOf({ text, origin, signatures }, keys) {
  const signedBy = [];
  for (const key of keys.filter(({ name }) => name == origin))
    for (const line of signatures) {
      const signature = signatureOf(key, line);
      if (!signature) continue;
      const isGood = await isSignedBy(key, signature, text);
      if (isGood === null) return null;
      if (isGood && !signedBy.includes(key.text)) signedBy.push(key.text);
    }
  if (!signedBy.length) notProven("the checkpoint is not signed by the expected key, or was changed");
  return signedBy;
}

/** The signature in a line of a note, if the line names this key. */
function signatureOf(key, line) {
  const [, name, encoded] = /^— ([^ ]*) ([^]*)$/.exec(line) ?? [];
  const bytes = encoded && bytesOfBase64(encoded);
  if (!bytes || bytes.length != 4 + 64 || name != key.name) return undefined;
  const id = [...bytes.slice(0, 4)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return id == key.id ? bytes.slice(4) : undefined;
}

async function isSignedBy(key, signature, text) {
  try {
    const imported = await crypto.subtle.importKey("raw", key.bytes, "Ed25519", false, ["verify"]);
    return await crypto.subtle.verify("Ed25519", imported, signature, new TextEncoder().encode(text));
  } catch (error) {
    if (error.name == "NotSupportedError") return null;
    return false; // no point of the curve
  }
}
