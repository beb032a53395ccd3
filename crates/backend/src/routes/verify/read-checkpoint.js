// Reads what signs a log: checkpoints (C2SP tlog-checkpoint) and the keys of signed notes. Checks no signature.
/* exported readCheckpoint, readKey */
/* global ReceiptFault, bytesOfBase64 */
"use strict";

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
