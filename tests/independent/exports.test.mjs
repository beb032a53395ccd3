// What other programs make of exports: Python's csv, openpyxl, jsonschema, and pyshacl with shapes written from the standard
// (check_export.py). What a page or an owner wrote is never a formula, whatever it looks like; the published form holds; the
// records are those of ISO/IEC TS 27560, and a record that is wrong is found.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { after, before, describe, test } from "node:test";
import { receiptOf, SECRET, serveLedger, SUBJECT } from "../e2e/served-ledger.mjs";
import { program } from "../e2e/site.mjs";
import { preparePython, runPython } from "./python.mjs";

const SHAPES = path.join(path.dirname(fileURLToPath(import.meta.url)), "consent-record.shacl.ttl");

/** What a revision can hold: any printable ASCII without blanks. No other text of a receipt is free. */
const HOSTILE_REVISIONS = [
  "=1+1",
  "=cmd|'/C%20calc'!A0",
  '=HYPERLINK("http://evil.example/","x")',
  "+1+1",
  "-1+1",
  "@SUM(1,1)",
  '"=1+1"',
  "'=1+1",
  "''=1+1",
  ";=1+1",
  "a;=1+1",
  "a,=1+1",
  "a|@SUM(1)",
  "http://evil.example/",
  "mailto:evil@example.com",
  "{=1+1}",
  "%0A=1",
];
/** What an owner's texts can hold beside that. */
const HOSTILE_TEXTS = [
  "＝1+1",
  "＋1",
  "－1",
  "＠SUM(1)",
  "\t=1+1",
  "\r=1+1",
  "a\n=1+1",
  "  =1+1",
  "\u200B=1+1",
  "\uFEFF=1+1",
  "“=1+1”",
  "−1",
  "https://evil.example/",
  "internal:Sheet1!A1",
  "<b>&amp;</b>",
];
const text = (at) => HOSTILE_TEXTS[at % HOSTILE_TEXTS.length];

/** A configuration in which every text of the owner is hostile. */
const HOSTILE = {
  languages: ["en"],
  controller: { name: "=1+1", address: text(0), contact: text(1), dpo: text(2), authority: text(3) },
  services: HOSTILE_TEXTS.map((_, at) => ({
    id: `service-${at}`,
    name: text(at),
    category: "functional",
    purpose: text(at + 1),
    recipients: [text(at + 2), "@SUM(1)"],
    retention: text(at + 3),
    transfers: text(at + 4),
    hosts: [`host-${at}.example`],
    cookies: [{ name: `_cookie_${at}`, purpose: text(at + 5), duration: text(at + 6) }],
  })),
};

/** A receipt of each kind; what the last ones name is declared no longer, or is another visitor's. */
const RECEIPTS = [
  receiptOf(0, { action: "accept-all", granted: ["functional", "analytics"], denied: [], layer: 1 }),
  receiptOf(1, { action: "withdraw", granted: [], notice: null, layer: 0, previous: receiptOf(0).id }),
  receiptOf(2, { action: "expire", granted: [], denied: [], notice: null, layer: 0 }),
  receiptOf(3, { action: "gpc", granted: ["functional"], denied: ["advertising"], notice: null, layer: 0 }),
  receiptOf(4, { action: "api", granted: ["service:gone"], denied: ["analytics"], notice: null, layer: 0 }),
  receiptOf(5, { subject: "f".repeat(32), language: "zh-Hant-TW" }),
  ...HOSTILE_REVISIONS.map((revision, at) => receiptOf(100 + at, { revision })),
];

/** The property in which a field is looked for. */
const PROPERTIES = {
  schema_version: "dct:conformsTo",
  record_id: "dct:identifier",
  pii_principal_id: "dpv:hasDataSubject",
  privacy_notice: "dpv:hasNotice",
  pii_processing: "dpv:hasProcess",
  pii_controllers: "dpv:hasDataController",
  events: "dpv:hasConsentStatus",
};

let folder, ledger;
before(async () => {
  preparePython();
  folder = mkdtempSync(path.join(tmpdir(), "consentry-exports-"));
  ledger = await serveLedger(folder, HOSTILE);
  await ledger.send(RECEIPTS);
  await ledger.checkpoint(RECEIPTS.length);
});
after(async () => {
  await ledger?.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** What the owner's command writes; gives the file. */
function exported(format, { config = path.join(folder, "shop.json"), more = [] } = {}) {
  const file = path.join(folder, `all.${format}`);
  const words = ["export", "--data", ledger.data, "--site", "shop", "--format", format, "--out", file];
  execFileSync(program, [...words, "--config", config, ...more]);
  return file;
}

/** What the visitor takes away; gives the file. */
async function takenAway(format) {
  const address = `${ledger.address}/v1/subjects/${SUBJECT}/export?site=shop&format=${format}`;
  const answer = await fetch(address, { headers: { Authorization: `Bearer ${SECRET}` } });
  assert.equal(answer.status, 200);
  const file = path.join(folder, `own.${format}`);
  writeFileSync(file, Buffer.from(await answer.arrayBuffer()));
  return file;
}

/** What check_export.py says. */
async function read(...words) {
  const { ok, said } = await runPython("check_export.py", words);
  assert.ok(ok, said);
  return JSON.parse(said);
}

/** Those of the visitor whose secret this is. */
const OWN = RECEIPTS.filter(({ subject }) => subject == SUBJECT);

describe("a_table_is_safe_to_open", () => {
  const begins = /^[\s"'“”\u200B\uFEFF]*[=+\-@＝＋－＠−]/;

  for (const { whose, count } of [
    { whose: "all", count: RECEIPTS.length },
    { whose: "own", count: OWN.length },
  ]) {
    test(`${whose} as CSV`, async () => {
      const file = whose == "all" ? exported("csv") : await takenAway("csv");
      const { rows } = await read("csv", file);
      const [titles, ...cells] = rows;
      assert.equal(cells.length, count);
      const at = titles.indexOf("Revision");
      const plain = (revision) => revision.replaceAll("'", "");
      assert.deepEqual(
        cells.map((row) => plain(row[at])),
        (whose == "all" ? RECEIPTS : OWN).map(({ revision }) => plain(revision)),
      );
      for (const cell of cells.flat())
        if (begins.test(cell)) assert.ok(cell.startsWith("'"), `${cell} begins a formula`);
      // However a line is split: no part begins one.
      for (const part of readFileSync(file, "utf8").split(/[,;|\t\r\n]/))
        assert.ok(!/^[\s"]*[=+\-@]/.test(part), `${part} begins a formula`);
    });

    test(`${whose} as a workbook`, async () => {
      const { sheets, unsafe } = await read(
        "xlsx",
        whose == "all" ? exported("xlsx") : await takenAway("xlsx"),
      );
      assert.deepEqual(unsafe, []);
      assert.deepEqual(Object.keys(sheets), ["Receipts", "Explanation"]);
      assert.equal(sheets.Receipts.length, count + 1);
      const told = new Set(Object.values(sheets).flat(2));
      const expected = [...HOSTILE_REVISIONS, ...HOSTILE_TEXTS, "=1+1"];
      // A reader turns the end of a line into one character.
      const lost = expected.filter((one) => !told.has(one) && !told.has(one.replace("\r", "_x000D_")));
      assert.deepEqual(lost, [], "each text is there as it was written");
    });
  }

  test("nobody_elses_receipt_is_in_a_visitors_own", async () => {
    for (const format of ["json", "csv", "ts27560"])
      assert.ok(!readFileSync(await takenAway(format), "utf8").includes("f".repeat(32)), format);
    const { sheets } = await read("xlsx", await takenAway("xlsx"));
    assert.ok(!JSON.stringify(sheets).includes("f".repeat(32)));
  });
});

describe("the_published_form_of_json_holds", () => {
  let schema;
  before(() => {
    schema = path.join(folder, "export.schema.json");
    writeFileSync(schema, execFileSync(program, ["schema", "export"]));
  });
  const check = async (file) => (await read("json", file, schema)).departures;

  test("for_all_and_for_one_visitor", async () => {
    assert.deepEqual(await check(exported("json")), []);
    assert.deepEqual(
      await check(exported("json", { more: ["--from", "2026-01-01", "--to", "2999-12-31"] })),
      [],
    );
    assert.deepEqual(await check(await takenAway("json")), []);
  });

  /** What the visitor took away, with something in it changed. */
  const changedOwn = async (change) => {
    const document = JSON.parse(readFileSync(await takenAway("json"), "utf8"));
    change(document);
    const file = path.join(folder, "changed-own.json");
    writeFileSync(file, JSON.stringify(document));
    return file;
  };
  /** @type {Record<string, [(document: any) => unknown, "holds" | "refused"]>} */
  const ofProofs = {
    one_that_is_not_provable_yet: [({ receipts }) => (receipts[0].proof = null), "holds"],
    an_older_one_without_proofs: [
      (document) => {
        delete document.log;
        for (const receipt of document.receipts) for (const part of ["salt", "proof"]) delete receipt[part];
      },
      "holds",
    ],
    a_salt_alone: [({ receipts }) => delete receipts[0].proof, "refused"],
    a_salt_that_is_none: [({ receipts }) => (receipts[0].salt = "5A"), "refused"],
    a_hash_that_is_none: [({ receipts }) => (receipts[0].proof.leafHash = "A"), "refused"],
    a_log_without_keys: [({ log }) => delete log.keys, "refused"],
    a_key_that_is_none: [({ log }) => (log.keys[0] = "key"), "refused"],
  };
  for (const [name, [change, expected]] of Object.entries(ofProofs))
    test(`for_a_visitors_own_with_${name}_it_${expected == "holds" ? "holds" : "does_not"}`, async () => {
      const departures = await check(await changedOwn(change));
      assert.equal(departures.length == 0, expected == "holds", departures.join("; "));
    });

  for (const [name, change] of Object.entries({
    one_that_was_cut_off: (document) => delete document.count,
    another_version: (document) => (document.v = 2),
    something_more: (document) => (document.receipts[0].address = "192.0.2.1"),
    a_receipt_without_its_time: (document) => delete document.receipts[0].receipt.time,
  }))
    test(`and_refuses_${name}`, async () => {
      const document = JSON.parse(readFileSync(exported("json"), "utf8"));
      change(document);
      const file = path.join(folder, "changed.json");
      writeFileSync(file, JSON.stringify(document));
      assert.notDeepEqual(await check(file), []);
    });
});

describe("records_are_those_of_ts_27560", () => {
  const check = (file) => read("ts27560", file, SHAPES);

  test("for_all_and_for_one_visitor", async () => {
    for (const [file, count] of [
      [exported("ts27560"), RECEIPTS.length],
      [await takenAway("ts27560"), OWN.length],
    ]) {
      const { conforms, records, said } = await check(file);
      assert.ok(conforms, said);
      assert.equal(records, count);
    }
  });

  test("where_the_configuration_says_nothing_of_what_they_ask_for", async () => {
    const config = path.join(folder, "small.json");
    writeFileSync(config, JSON.stringify({ site: "shop" }));
    const { conforms, records, said } = await check(exported("ts27560", { config }));
    assert.ok(conforms, said);
    assert.equal(records, RECEIPTS.length);
  });

  /**
   * What is wrong on purpose, and the field that is named.
   * @type {Record<string, [string, (parts: any) => unknown]>}
   */
  const wrong = {
    no_schema_version: ["schema_version", ({ record }) => delete record["dct:conformsTo"]],
    another_schema_version: [
      "schema_version",
      ({ record }) => (record["dct:conformsTo"] = { "@id": "https://w3id.org/dpv/schema/dpv-27560#receipt" }),
    ],
    no_record_id: ["record_id", ({ record }) => delete record["dct:identifier"]],
    no_principal: ["pii_principal_id", ({ record }) => delete record["dpv:hasDataSubject"]],
    no_notice: ["privacy_notice", ({ record }) => delete record["dpv:hasNotice"]],
    no_language: ["privacy_notice", ({ record }) => delete record["dpv:hasNotice"]["dct:language"]],
    a_notice_that_nobody_can_find: [
      "privacy_notice",
      ({ record }) => delete record["dpv:hasNotice"]["dct:source"],
    ],
    no_processing: ["pii_processing", ({ record }) => delete record["dpv:hasProcess"]],
    no_purpose: ["pii_processing", ({ process }) => delete process["dpv:hasPurpose"]],
    no_recipients: ["pii_processing", ({ process }) => delete process["dpv:hasRecipient"]],
    no_retention: [
      "pii_processing",
      ({ process }) => {
        const conditions = process["dpv:hasStorageCondition"];
        process["dpv:hasStorageCondition"] = conditions.filter((it) => it["@type"] != "dpv:StorageDuration");
      },
    ],
    no_withdrawal: ["pii_processing", ({ process }) => delete process["dpv:hasConsentControl"]],
    no_jurisdiction: ["pii_processing", ({ process }) => delete process["dpv:hasJurisdiction"]],
    no_type_of_data: [
      "pii_processing",
      ({ process }) => delete process["dpv:hasPersonalData"]["skos:broader"],
    ],
    no_address_of_the_controller: [
      "pii_controllers",
      ({ controller }) => delete controller["dpv:hasAddress"],
    ],
    no_name_of_the_controller: ["pii_controllers", ({ controller }) => delete controller["dpv:hasName"]],
    no_event: ["events", ({ record }) => delete record["dpv:hasConsentStatus"]],
    no_state: ["events", ({ event }) => (event["@type"] = ["dpv:ExpressedConsent"])],
    two_states: ["events", ({ event }) => event["@type"].push("dpv:ConsentRefused")],
    no_event_type: ["events", ({ event }) => (event["@type"] = ["dpv:ConsentGiven"])],
    no_time_of_the_event: ["events", ({ event }) => delete event["dpv:isIndicatedAtTime"]],
    a_time_that_is_none: ["events", ({ event }) => (event["dpv:isIndicatedAtTime"] = "yesterday")],
    no_end: ["events", ({ event }) => delete event["dpv:hasDuration"]],
    nobody_who_decided: ["events", ({ event }) => delete event["dpv:isIndicatedBy"]],
  };
  for (const [name, [field, change]] of Object.entries(wrong))
    test(`and_${name}_is_found`, async () => {
      const document = JSON.parse(readFileSync(exported("ts27560"), "utf8"));
      const nodes = document["@graph"];
      const record = nodes.find((node) => node["@id"] == `urn:uuid:${RECEIPTS[0].id}`);
      const process = nodes.find((node) => node["@id"] == record["dpv:hasProcess"][0]["@id"]);
      const controller = nodes.find((node) => node["@id"].endsWith("#controller"));
      change({ record, process, controller, event: record["dpv:hasConsentStatus"][0] });
      const file = path.join(folder, "changed.jsonld");
      writeFileSync(file, JSON.stringify(document));
      const { conforms, said } = await check(file);
      assert.equal(conforms, false);
      assert.ok(said.includes(PROPERTIES[field]), said);
    });
});
