// Reads the JSON that a visitor downloads: all receipts with what proves each, under one checkpoint. Only they are proven; what
// the file says beside them, of the site and its services, is not.
/* exported readExport */
/* global notOfTheForm, withExactly, withKnown, textsOf, checkRecorded, readHashes, excerpt */
"use strict";

/**
 * @param {any} file
 * @param {any} rules what an export and its receipts may hold, as the page says it
 */
function readExport(file, rules) {
  withKnown(file, "", rules.exportKeys);
  if (file.v !== rules.exportVersion)
    notOfTheForm("v", `${rules.exportVersion}, the version of this form`, excerpt(file.v));
  if (!file.log)
    notOfTheForm(
      "log",
      "the checkpoint and its keys: this export carries no proofs, so that nothing shows whether its receipts were changed. " +
        "What a visitor downloads as JSON carries them",
      "nothing",
    );
  const { checkpoint, keys } = withExactly(file.log, "log", ["checkpoint", "keys"]);
  if (typeof checkpoint != "string") notOfTheForm("log.checkpoint", "a signed checkpoint");
  textsOf(keys, "log.keys");
  const { receipts, count } = file;
  if (!Array.isArray(receipts) || !receipts.length)
    notOfTheForm("receipts", "a list of one or more", excerpt(receipts));
  if (count !== receipts.length)
    notOfTheForm("count", `${receipts.length}, as many as there are receipts`, excerpt(count));
  return { receipts: receipts.map((entry, at) => readEntry(entry, `receipts[${at}]`)), keys };

  function readEntry(entry, place) {
    const { receipt, received, leaf, salt, proof } = withKnown(entry, place, rules.exportedReceiptKeys);
    const recorded = { receipt, received, salt };
    checkRecorded(recorded, place, rules);
    if (proof === null) return { ...recorded, proof };
    const hashes = readHashes(withExactly(proof, `${place}.proof`, ["leafHash", "path"]), `${place}.proof`);
    if (!Number.isSafeInteger(leaf))
      notOfTheForm(`${place}.leaf`, "its place in the log, counted from 0", excerpt(leaf));
    return { ...recorded, proof: { index: leaf, ...hashes, checkpoint } };
  }
}
