// The page `/verify`: what it says of receipts that a real server kept, one or all of a visitor, whole and changed; that it says
// the same as `consentry verify`; that it asks nobody; and that everybody can use it.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import { pathToFileURL } from "node:url";
import { contextWith, launch, record, until } from "./browser.mjs";
import { randomFrom } from "./fuzz/random.mjs";
import { LOG, idOf, receiptOf, serveLedger } from "./served-ledger.mjs";
import { program, root } from "./site.mjs";
import { changed } from "./verify-receipt/mutations.mjs";
import { downloadByClicks } from "./verify-receipt/panel.mjs";

const AXE = readFileSync(path.join(root, "node_modules/axe-core/axe.min.js"), "utf8");
const NUMBER = 3;
const FILES = [
  "read-receipt.js",
  "read-export.js",
  "read-checkpoint.js",
  "check-receipt.js",
  "tell-receipt.js",
  "tell-file.js",
  "verify.js",
  "verify.css",
];
const BY_ITS_OWN_KEY = "Proven by the key that the file names";
/** The key of another ledger, whose log has the same name. */
const OTHER_KEY = `${LOG}+fa1698ab+AUR4ntLcL2n1XwBIjwYBxLyM1kskuKm9dGn0a1svttak`;
const COMPARE = `https://${LOG}/key`;

let folder, ledger, browser;
/** A receipt as it was downloaded, all seven of them, and the key of the log. */
let kept, keptAll, key;
before(async () => {
  folder = mkdtempSync(path.join(tmpdir(), "consentry-verify-"));
  ledger = await serveLedger(folder);
  await ledger.send([0, 1, 2, 3, 4, 5, 6].map((number) => receiptOf(number)));
  await ledger.checkpoint(7);
  kept = await ledger.kept(NUMBER);
  keptAll = await ledger.keptAll();
  key = (await ledger.key()).trim();
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await ledger?.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** The page in a fresh browser context, and what it asked for. */
async function openPage(t, { settings = {}, script = undefined, address = `${ledger.address}/verify` } = {}) {
  const context = await contextWith(browser, settings);
  t.after(() => context.close());
  const requests = record(context);
  if (script) await context.addInitScript(script);
  const page = await context.newPage();
  const complaints = [];
  page.on("console", (message) => complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(error.message));
  await page.goto(address);
  return { page, requests, complaints };
}

const chooseFile = (page, content, name = "receipt.json") =>
  page.setInputFiles("#file", { name, mimeType: "application/json", buffer: Buffer.from(content) });

/** What the page says of a file: its headline, and everything below it. */
async function saidOf(page, content) {
  await page.evaluate(() => (document.getElementById("verdict").textContent = ""));
  await chooseFile(page, content);
  const headline = await until(() => page.textContent("#verdict"), "a verdict");
  return [headline, await page.innerText("#findings")];
}

/** A file with something in it changed: the receipt's, unless another is given. */
const withChange = (change, text = kept) => {
  const file = JSON.parse(text);
  change(file);
  return JSON.stringify(file);
};
const withChangeInAll = (change) => withChange((file) => change(file.receipts, file), keptAll);
/** One that was changed, one that no checkpoint covered. */
const mixed = () =>
  withChangeInAll((receipts) => {
    receipts[1].receipt.granted = ["functional"];
    receipts[6].proof = null;
  });

test("a_whole_receipt_is_proven_and_told_in_plain_words", async (t) => {
  const { page, requests, complaints } = await openPage(t);
  const [headline, said] = await saidOf(page, kept);
  assert.equal(headline, BY_ITS_OWN_KEY);
  const received = new Date(JSON.parse(kept).received).toISOString();
  const minutes = received.slice(11, 16);
  for (const expected of [
    "The visitor chose one by one.",
    "functional, the service video",
    "analytics, advertising",
    "21 November 2026 at 20:00:00 UTC",
    `${minutes}:`,
    "Swedish (sv)",
    `sha256:${"5e".repeat(32)}`,
    "In the preferences",
    idOf(NUMBER),
    `4 of 7 in ${LOG}`,
    key,
    COMPARE,
  ])
    assert.ok(said.includes(expected), `${expected} in:\n${said}`);
  // Its own files, and nothing since.
  const asked = requests.list.map(({ url }) => url.slice(ledger.address.length)).sort();
  assert.deepEqual(asked, ["/verify", ...FILES.map((name) => `/verify/${name}`)].sort());
  assert.deepEqual(complaints, []);
});

test("only_a_key_that_signed_is_called_one", async (t) => {
  const { page } = await openPage(t);
  const [headline, said] = await saidOf(
    page,
    withChange((file) => file.keys.unshift(OTHER_KEY)),
  );
  assert.equal(headline, BY_ITS_OWN_KEY);
  assert.ok(said.includes(key) && !said.includes(OTHER_KEY), said);
});

test("a_key_that_is_given_counts_alone", async (t) => {
  const { page } = await openPage(t);
  await page.fill("#key", key);
  let [headline, said] = await saidOf(page, kept);
  assert.equal(headline, "Proven");
  assert.match(said, /The key that you gave signed the log/);
  assert.ok(!said.includes(COMPARE), said);
  /** @type {[string, RegExp][]} */
  const others = [
    [OTHER_KEY, /Not proven.*not signed by the expected key/s],
    [OTHER_KEY.replace("fa16", "0000"), /Not checked.*key: found something else, expected a key such as/s],
    ["no key", /Not checked.*key: found something else, expected a key such as/s],
  ];
  for (const [value, expected] of others) {
    await page.fill("#key", value);
    [headline, said] = await saidOf(page, kept);
    assert.match(`${headline} ${said}`, expected, value);
  }
});

describe("each_change_is_refused_with_its_reason", () => {
  const recorded = /Not proven.*is not what was recorded: the leaf has another hash/s;
  /** @type {Record<string, [(file: any) => unknown, RegExp]>} */
  const cases = {
    what_was_decided: [(file) => (file.receipt.action = "accept-all"), recorded],
    what_was_granted: [(file) => file.receipt.granted.pop(), recorded],
    when_it_was_decided: [(file) => (file.receipt.time = "2026-11-21T20:00:00.001Z"), recorded],
    when_it_was_recorded: [(file) => (file.received = "2026-11-21T20:00:00.000Z"), recorded],
    what_was_shown: [(file) => (file.receipt.notice = `sha256:${"00".repeat(32)}`), recorded],
    the_salt: [(file) => (file.salt = "0".repeat(32)), recorded],
    the_leaf: [(file) => (file.proof.leafHash = file.proof.path[0]), recorded],
    its_place: [(file) => (file.proof.index = 2), /Not proven.*leads to another root/s],
    a_place_outside: [(file) => (file.proof.index = 7), /Not proven.*a place outside the log/s],
    the_path: [(file) => file.proof.path.reverse(), /Not proven.*leads to another root/s],
    a_shorter_path: [(file) => file.proof.path.pop(), /Not proven.*another number of hashes/s],
    a_longer_path: [
      (file) => file.proof.path.push(file.proof.path[0]),
      /Not proven.*another number of hashes/s,
    ],
    the_size: [
      (file) => (file.proof.checkpoint = file.proof.checkpoint.replace("\n7\n", "\n8\n")),
      /Not proven.*not signed by the expected key, or was changed/s,
    ],
    the_signature: [
      (file) => (file.proof.checkpoint = file.proof.checkpoint.replace(/ \S+\n$/, ` ${"A".repeat(91)}=\n`)),
      /Not proven.*not signed by the expected key/s,
    ],
    no_signature: [
      (file) => (file.proof.checkpoint = file.proof.checkpoint.replace(/— .*\n$/, "")),
      /Not proven.*expected a checkpoint/s,
    ],
    no_key: [(file) => (file.keys = []), /Not proven.*not signed by the expected key/s],
    a_part_left_out: [(file) => delete file.proof, /Not checked.*proof: found nothing/s],
    a_part_too_many: [(file) => (file.note = "x"), /Not checked.*note: found an unknown key/s],
    a_word_that_no_receipt_has: [
      (file) => (file.receipt.action = "agree"),
      /Not checked.*receipt\.action: found "agree", expected one of accept-all/s,
    ],
  };
  for (const [name, [change, expected]] of Object.entries(cases))
    test(name, async (t) => {
      const { page } = await openPage(t);
      const [headline, said] = await saidOf(page, withChange(change));
      assert.match(`${headline}\n${said}`, expected);
      assert.equal(await page.locator("#findings dl").count(), 0, "nothing of it is told as if it were true");
    });

  test("no_receipt_at_all", async (t) => {
    const { page } = await openPage(t);
    for (const content of ["", "{}", "[]", "null", "<p>", Buffer.from([0xff, 0xfe])])
      assert.equal((await saidOf(page, content))[0], "Not checked");
  });
});

describe("of_a_file_with_all_receipts_of_a_visitor_each_has_its_line", () => {
  const linesOf = (page) => page.locator("#findings li").allInnerTexts();

  test("which_opens_where_it_is_proven", async (t) => {
    const { page, requests, complaints } = await openPage(t);
    const before = requests.list.length;
    const [headline, said] = await saidOf(page, keptAll);
    assert.equal(headline, "All 7 proven by the key that the file names");
    assert.ok(said.includes(key) && said.includes(COMPARE), said);
    const lines = await linesOf(page);
    assert.equal(lines.length, 7);
    for (const line of lines)
      assert.equal(line, "Proven · 21 November 2026 at 20:00:00 UTC · The visitor chose one by one.");
    await page.locator("#findings summary").nth(NUMBER).click();
    await until(async () => (await page.locator("#findings dl").count()) == 1, "one is open");
    const opened = (await linesOf(page))[NUMBER];
    for (const expected of [idOf(NUMBER), `4 of 7 in ${LOG}`, "functional, the service video"])
      assert.ok(opened.includes(expected), `${expected} in:\n${opened}`);
    assert.deepEqual([requests.list.length, complaints], [before, []]);
    await page.fill("#key", key);
    assert.equal((await saidOf(page, keptAll))[0], "All 7 receipts are proven");
    await page.fill("#key", OTHER_KEY);
    assert.equal((await saidOf(page, keptAll))[0], "Not proven: 7 of 7 receipts");
  });

  test("and_says_what_does_not_fit_and_what_cannot_be_proven_yet", async (t) => {
    const { page } = await openPage(t);
    assert.equal((await saidOf(page, mixed()))[0], "Not proven: 1 of 7 receipts");
    const lines = await linesOf(page);
    assert.match(lines[1], new RegExp(`^Not proven · receipt ${idOf(1)}: the receipt, its time or its salt`));
    assert.equal(lines[6], `Not provable yet · receipt ${idOf(6)}`);
    assert.equal(lines.filter((line) => line.startsWith("Proven · ")).length, 5);
    const newer = withChangeInAll((receipts) => (receipts[6].proof = null));
    const [headline, said] = await saidOf(page, newer);
    assert.equal(headline, "Not provable yet: 1 of 7 receipts");
    assert.match(said, /Download the file again/);
  });

  test("one_alone_is_told_as_a_single_receipt_is", async (t) => {
    const { page } = await openPage(t);
    const alone = withChangeInAll((receipts, file) => {
      receipts.splice(1);
      file.count = 1;
    });
    const [headline, said] = await saidOf(page, alone);
    assert.equal(headline, BY_ITS_OWN_KEY);
    assert.ok(said.includes(idOf(0)) && said.includes("Swedish (sv)"), said);
    const newer = JSON.parse(alone);
    newer.receipts[0].proof = null;
    assert.equal((await saidOf(page, JSON.stringify(newer)))[0], "Not provable yet");
  });

  test("without_proofs_it_says_so", async (t) => {
    const { page } = await openPage(t);
    const old = withChangeInAll((receipts, file) => {
      delete file.log;
      for (const receipt of receipts) for (const part of ["salt", "proof"]) delete receipt[part];
    });
    const [headline, said] = await saidOf(page, old);
    assert.equal(headline, "Not checked");
    assert.match(said, /^log: found nothing, .*this export carries no proofs/);
    assert.equal((await verdictOfProgram(old, "old")).kind, "form");
  });
});

test("what_a_visitor_saves_with_a_click_in_the_preferences_is_proven", async (t) => {
  const { content, ids } = await downloadByClicks(t);
  const { page } = await openPage(t);
  const [headline] = await saidOf(page, content);
  assert.equal(headline, "All 2 proven by the key that the file names");
  const lines = await page.locator("#findings li").allInnerTexts();
  assert.match(lines[0], /The visitor accepted everything\.$/);
  assert.match(lines[1], /The visitor (refused everything|withdrew consent)\.$/);
  assert.equal((await verdictOfProgram(content, "clicked")).kind, "proven");
  assert.deepEqual(
    JSON.parse(content).receipts.map(({ receipt }) => receipt.id),
    ids,
  );
  const changed = withChange((file) => (file.receipts[0].receipt.language = "sv"), content);
  assert.equal((await saidOf(page, changed))[0], "Not proven: 1 of 2 receipts");
});

test("witnesses_may_sign_the_checkpoint_too", async (t) => {
  const { page } = await openPage(t);
  const cosigned = withChange((file) => {
    file.proof.checkpoint += `— witness.example ${Buffer.alloc(76, 7).toString("base64")}\n`;
  });
  assert.equal((await saidOf(page, cosigned))[0], BY_ITS_OWN_KEY);
  assert.equal((await verdictOfProgram(cosigned, "cosigned")).kind, "proven");
});

test("a_browser_without_ed25519_says_that_the_signature_was_not_checked", async (t) => {
  const script = () => {
    const importKey = /** @type {any} */ (SubtleCrypto.prototype.importKey);
    /** @type {any} */ (SubtleCrypto.prototype).importKey = function (format, data, algorithm, ...more) {
      const isEd25519 = String(algorithm.name ?? algorithm) == "Ed25519";
      if (isEd25519) return Promise.reject(new DOMException("Unrecognized name.", "NotSupportedError"));
      return importKey.call(this, format, data, algorithm, ...more);
    };
  };
  const { page } = await openPage(t, { script });
  const [headline, said] = await saidOf(page, kept);
  assert.match(headline, /Not proven here: the signature was not checked/);
  assert.match(said, /does not know Ed25519 signatures/);
  // What can be seen without it is seen.
  const [refused] = await saidOf(
    page,
    withChange((file) => (file.received = "2026-11-21T20:00:00.000Z")),
  );
  assert.equal(refused, "Not proven");
});

test("a_page_that_came_without_https_says_that_it_cannot_check", async (t) => {
  const script = () => Object.defineProperty(globalThis, "crypto", { value: {} });
  const { page } = await openPage(t, { script });
  assert.equal(await page.textContent("#verdict"), "Nothing can be checked here");
  assert.ok(await page.isDisabled("#file"));
});

test("the_page_works_from_a_saved_copy", async (t) => {
  const copy = path.join(folder, "copy");
  mkdirSync(path.join(copy, "verify"), { recursive: true });
  for (const name of ["verify", ...FILES.map((file) => `verify/${file}`)]) {
    const text = await (await fetch(`${ledger.address}/${name}`)).text();
    writeFileSync(path.join(copy, name == "verify" ? "verify.html" : name), text);
  }
  const address = pathToFileURL(path.join(copy, "verify.html")).href;
  const { page } = await openPage(t, { address, settings: { offline: true } });
  assert.equal((await saidOf(page, kept))[0], BY_ITS_OWN_KEY);
});

test("the_browser_is_told_to_let_the_page_ask_nobody", async (t) => {
  const { page } = await openPage(t);
  const headers = (await fetch(`${ledger.address}/verify`)).headers;
  const policy = headers.get("content-security-policy");
  for (const part of [
    "default-src 'none'",
    "script-src 'self'",
    "connect-src 'none'",
    "frame-ancestors 'none'",
  ])
    assert.ok(policy.includes(part), policy);
  const outcome = await page.evaluate(() =>
    fetch("/healthz").then(
      () => "sent",
      () => "not sent",
    ),
  );
  assert.equal(outcome, "not sent");
});

/** What `consentry verify` says: of each receipt that is not proven why not, or `form`. */
function verdictOfProgram(content, name) {
  const file = path.join(folder, `${name}.json`);
  writeFileSync(file, content);
  return new Promise((done) =>
    execFile(program, ["verify", file], (error, _, printed) => {
      if (!error) return done({ kind: "proven" });
      const faults = [...printed.matchAll(/: (?:not proven: (.*)|not provable yet: .*)$/gm)];
      done(
        faults.length
          ? { kind: "proof", faults: faults.map(([, why]) => why ?? "not yet") }
          : { kind: "form" },
      );
    }),
  );
}

/** What the page says of files, in the same words. */
const verdictsOfPage = (page, files) =>
  page.evaluate(
    ([texts]) => {
      const { checkFile, rules } = /** @type {any} */ (globalThis).eval("({ checkFile, rules })");
      const verdictOf = (outcomes) => {
        const faults = outcomes
          .filter(({ state }) => state != "proven")
          .map(({ fault }) => fault ?? "not yet");
        return faults.length ? { kind: "proof", faults } : { kind: "proven" };
      };
      return Promise.all(
        texts.map((text) => checkFile(text, rules).then(verdictOf, ({ kind }) => ({ kind }))),
      );
    },
    [files],
  );

for (const [name, textOf] of Object.entries({
  one_receipt: () => kept,
  all_of_a_visitor: () => keptAll,
  some_that_are_not_provable_yet: mixed,
}))
  test(`the_page_and_the_program_say_the_same_of_changed_files_with_${name}`, async (t) => {
    const { page } = await openPage(t);
    const random = randomFrom(Number(process.env.FUZZ_SEED ?? 1));
    const files = Array.from({ length: 240 }, () => changed(textOf(), random));
    const ofPage = await verdictsOfPage(page, files);
    const counts = {};
    for (const [at, file] of files.entries()) {
      const { kind } = ofPage[at];
      counts[kind] = (counts[kind] ?? 0) + 1;
      assert.deepEqual(ofPage[at], await verdictOfProgram(file, `changed-${name}-${at}`), file);
    }
    t.diagnostic(JSON.stringify(counts));
    assert.ok(counts.proof > 40 && counts.form > 40, JSON.stringify(counts));
    assert.ok(textOf == mixed || counts.proven > 5, JSON.stringify(counts));
  });

for (const colorScheme of /** @type {const} */ (["light", "dark"]))
  for (const width of [320, 1280])
    test(`everybody_can_use_it_on_${colorScheme}_at_${width}_px`, async (t) => {
      const settings = { colorScheme, viewport: { width, height: 800 }, bypassCSP: true };
      const { page } = await openPage(t, { settings });
      await page.evaluate(AXE);
      const assertGood = async (name) => {
        const { violations } = await page.evaluate(() => /** @type {any} */ (window).axe.run());
        assert.deepEqual(
          violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`),
          [],
          name,
        );
        const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        assert.ok(overflow <= 0, `${name}: ${overflow} px too wide`);
        if (process.env.PICTURES)
          await page.screenshot({
            path: path.join(process.env.PICTURES, `${name}-${colorScheme}-${width}.png`),
            fullPage: true,
          });
      };
      await assertGood("empty");
      await saidOf(page, kept);
      await assertGood("proven");
      await saidOf(
        page,
        withChange((file) => (file.received = "2026-11-21T20:00:00.000Z")),
      );
      await assertGood("refused");
      await saidOf(page, keptAll);
      await page.locator("#findings summary").nth(2).click();
      await assertGood("all-proven");
      await saidOf(page, mixed());
      await assertGood("some-refused");
      await saidOf(
        page,
        withChangeInAll((receipts) => (receipts[6].proof = null)),
      );
      await assertGood("one-not-yet");
    });

test("it_works_by_keyboard_and_is_heard", async (t) => {
  const { page } = await openPage(t);
  await page.keyboard.press("Tab");
  assert.equal(await page.evaluate(() => document.activeElement.id), "file");
  await page.keyboard.press("Tab");
  assert.equal(await page.evaluate(() => document.activeElement.id), "key");
  await saidOf(page, kept);
  assert.match(await page.textContent("[role=status]"), /^Proven by the key that the file names\. The log/);
  await saidOf(page, "{}");
  assert.match(await page.textContent("[role=status]"), /^Not checked\. receipt: found nothing/);
});

test("a_file_can_be_dropped_anywhere_on_the_page", async (t) => {
  const { page } = await openPage(t);
  const files = await page.evaluateHandle((text) => {
    const files = new DataTransfer();
    files.items.add(new File([text], "receipt.json"));
    return files;
  }, kept);
  await page.dispatchEvent("h1", "drop", { dataTransfer: files });
  await until(async () => (await page.textContent("#verdict")) == BY_ITS_OWN_KEY, "a verdict");
  assert.match(await page.textContent("#chosen"), /receipt\.json/);
});
