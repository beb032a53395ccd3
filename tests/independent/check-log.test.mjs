// What somebody finds who has only the public files of a log and none of our code: pymerkle's tree and the signatures of
// another library (check_log.py). Every way in which an owner might change the past is found.
import assert from "node:assert/strict";
import { appendFileSync, cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import { receiptOf, serveLedger } from "../e2e/served-ledger.mjs";
import { preparePython, runPython } from "./python.mjs";

const SMALL = 20;
/** More than one tile has. */
const SIZE = 300;

let folder;
/** The ledger's folder; checkpoints over `SMALL` and `SIZE` receipts, a downloaded receipt, and the key, all as files. */
let first, early, late, receipt, key;
/** All of the visitor's receipts, as one file. */
let all;
before(async () => {
  preparePython();
  folder = mkdtempSync(path.join(tmpdir(), "consentry-independent-"));
  first = path.join(folder, "first");
  const ledger = await serveLedger(first);
  await ledger.send(receipts(0, SMALL));
  early = keep("early", await ledger.checkpoint(SMALL));
  receipt = keep("receipt.json", await ledger.kept(7));
  await ledger.send(receipts(SMALL, SIZE));
  late = keep("late", await ledger.checkpoint(SIZE));
  all = keep("all.json", await ledger.keptAll());
  key = (await ledger.key()).trim();
  await ledger.stop();
});
after(() => rmSync(folder, { recursive: true, force: true }));

const receipts = (from, end, more = {}) =>
  Array.from({ length: end - from }, (_, at) => receiptOf(from + at, more));

function keep(name, content) {
  const file = path.join(folder, name);
  writeFileSync(file, content);
  return file;
}

/** Another ledger that begins as the first one is now. */
function copyOfLedger(name, from = first) {
  cpSync(from, path.join(folder, name), { recursive: true });
  return path.join(folder, name);
}

/** Copies the public files that a ledger serves, over HTTP; gives the folder. */
async function publicFiles(ledgerFolder, more = undefined) {
  const ledger = await serveLedger(ledgerFolder);
  try {
    await more?.(ledger);
    const copy = path.join(ledgerFolder, "copy");
    const { ok, said } = await runPython("copy_log.py", [ledger.log, copy]);
    return ok ? copy : said;
  } finally {
    await ledger.stop();
  }
}

const check = (...words) => runPython("check_log.py", words);

async function assertFound(expected, ...words) {
  const { ok, said } = await check(...words);
  assert.match(said, expected);
  assert.match(said, /^does not fit: /m);
  assert.equal(ok, false);
}

test("a_log_is_what_was_signed_and_the_one_that_was_kept_and_has_the_receipt", async () => {
  const copy = await publicFiles(copyOfLedger("good"));
  const kept = ["--kept", early, "--kept", late];
  const { ok, said } = await check(copy, "--key", key, ...kept, "--receipt", receipt);
  assert.equal(ok, true, said);
  assert.match(said, /^consent\.example\.com\/v1\/log\/shop: 300 entries, as they were signed$/m);
  assert.match(said, /early: the same log, which had 20 entries then$/m);
  assert.match(
    said,
    /receipt\.json: the receipt 01932f7a-0000-7000-8000-000000000007 is in the log, unchanged$/m,
  );
});

test("a_receipt_is_checked_without_the_log_too", async () => {
  assert.deepEqual(await check("--receipt", receipt, "--key", key), {
    ok: true,
    said: `${receipt}: the receipt 01932f7a-0000-7000-8000-000000000007 is in the log, unchanged\n`,
  });
  const changed = JSON.parse(readFileSync(receipt, "utf8"));
  changed.receipt.action = "accept-all";
  const file = keep("changed.json", JSON.stringify(changed));
  await assertFound(/not what was recorded/, "--receipt", file, "--key", key);
});

test("all_that_a_visitor_took_away_is_checked_receipt_by_receipt", async () => {
  const { ok, said } = await check("--receipt", all, "--key", key);
  assert.equal(ok, true, said);
  assert.equal(said.match(/all\.json: the receipt \S+ is in the log, unchanged$/gm).length, SIZE);
  const withChange = (change) => {
    const changed = JSON.parse(readFileSync(all, "utf8"));
    change(changed.receipts[270]);
    return keep("changed.json", JSON.stringify(changed));
  };
  const edited = withChange((one) => (one.receipt.action = "accept-all"));
  await assertFound(/not what was recorded/, "--receipt", edited, "--key", key);
  const newer = withChange((one) => (one.proof = null));
  await assertFound(/not provable yet/, "--receipt", newer, "--key", key);
});

test("witnesses_may_sign_the_checkpoint_too", async () => {
  const copy = await publicFiles(copyOfLedger("witnessed"));
  appendFileSync(
    path.join(copy, "checkpoint"),
    `— witness.example ${Buffer.alloc(76, 7).toString("base64")}\n`,
  );
  const { ok, said } = await check(copy, "--kept", early);
  assert.equal(ok, true, said);
});

test("an_erasure_leaves_the_log_what_was_signed_and_kept", async () => {
  const copy = await publicFiles(copyOfLedger("erased"), async (ledger) => {
    assert.equal(await ledger.erase(), SIZE);
    // The erasure itself is a leaf.
    await ledger.checkpoint(SIZE + 1);
  });
  const kept = ["--kept", early, "--kept", late];
  const { ok, said } = await check(copy, "--key", key, ...kept, "--receipt", receipt);
  assert.equal(ok, true, said);
  assert.match(said, /^consent\.example\.com\/v1\/log\/shop: 301 entries, as they were signed$/m);
});

describe("what_does_not_fit_the_signature_is_found_in_the_public_files_alone", () => {
  for (const what of ["edit", "reorder"])
    test(what, async () => {
      const changed = copyOfLedger(`changed-${what}`);
      await runPython("change_database.py", [path.join(changed, "data/ledger.sqlite3"), what]);
      const copy = await publicFiles(changed);
      await assertFound(/its entries have another root than the checkpoint/, copy, "--key", key);
    });

  test("remove", async () => {
    const changed = copyOfLedger("changed-remove");
    await runPython("change_database.py", [path.join(changed, "data/ledger.sqlite3"), "remove"]);
    // The server has no more what it signed.
    assert.match(await publicFiles(changed), /404/);
    const copy = await publicFiles(copyOfLedger("removed-from-copy"));
    const tile = path.join(copy, "tile/entries/000");
    const entries = readFileSync(tile);
    writeFileSync(tile, Buffer.concat([entries.subarray(0, 7 * 34), entries.subarray(8 * 34)]));
    await assertFound(/tile\/entries\/000: found 8670 bytes, expected 256 entries/, copy);
  });

  test("a_tile_of_hashes", async () => {
    const copy = await publicFiles(copyOfLedger("changed-hash"));
    const tile = path.join(copy, "tile/1/000.p/1");
    writeFileSync(tile, Buffer.alloc(32));
    await assertFound(/tile\/1\/000\.p\/1: the hashes do not follow from the entries/, copy);
  });

  test("a_checkpoint", async () => {
    const copy = await publicFiles(copyOfLedger("changed-checkpoint"));
    const file = path.join(copy, "checkpoint");
    writeFileSync(file, readFileSync(file, "utf8").replace("\n300\n", "\n299\n"));
    await assertFound(/is not signed by the key, or was changed/, copy);
  });
});

describe("what_the_owner_signs_anew_is_found_with_a_kept_checkpoint", () => {
  const another = /the log is another one: its first (20|300) entries are not those of the kept checkpoint/;
  const back = /the log was put back: it has 299 entries, the kept checkpoint 300/;
  const cases = { edit: [another, another], reorder: [another, another], remove: [another, back] };
  for (const [what, [ofEarly, ofLate]] of Object.entries(cases))
    test(what, async () => {
      const changed = copyOfLedger(`anew-${what}`);
      const database = path.join(changed, "data/ledger.sqlite3");
      await runPython("change_database.py", [database, what, "sign-anew"]);
      // The server signs nothing over a newer checkpoint of its own: the owner takes that away.
      rmSync(path.join(changed, "data/checkpoints"), { recursive: true });
      const size = what == "remove" ? SIZE - 1 : SIZE;
      const copy = await publicFiles(changed, (ledger) => ledger.checkpoint(size));
      const { ok, said } = await check(copy, "--key", key);
      assert.equal(ok, true, `by itself it is a good log: ${said}`);
      await assertFound(ofEarly, copy, "--key", key, "--kept", early);
      await assertFound(ofLate, copy, "--key", key, "--kept", late);
      await assertFound(another, copy, "--key", key, "--receipt", receipt);
    });
});

test("a_rollback_is_found_with_a_kept_checkpoint", async () => {
  const rolledBack = copyOfLedger("rolled-back");
  let newer;
  await publicFiles(copyOfLedger("grown"), async (ledger) => {
    await ledger.send(receipts(SIZE, SIZE + 5));
    newer = keep("newer", await ledger.checkpoint(SIZE + 5));
  });
  const copy = await publicFiles(rolledBack);
  await assertFound(
    /the log was put back: it has 300 entries, the kept checkpoint 305/,
    copy,
    "--kept",
    newer,
  );
});

test("a_fork_is_found_with_the_checkpoint_that_somebody_else_got", async () => {
  const copies = [];
  const checkpoints = [];
  for (const [name, action] of Object.entries({ one: "withdraw", other: "save" })) {
    const grow = async (ledger) => {
      await ledger.send(receipts(SIZE, SIZE + 5, { action }));
      checkpoints.push(keep(`of-${name}`, await ledger.checkpoint(SIZE + 5)));
    };
    copies.push(await publicFiles(copyOfLedger(name), grow));
  }
  for (const [at, copy] of copies.entries()) {
    const { ok, said } = await check(copy, "--key", key, "--kept", late, "--kept", checkpoints[at]);
    assert.equal(ok, true, said);
    const others = checkpoints[1 - at];
    await assertFound(/the log is another one: its first 305 entries/, copy, "--key", key, "--kept", others);
  }
});
