// The classifier natively, as WebAssembly and as plain JavaScript: the same answer to whatever is asked.
// Random rows with every column; ROWS and SEED choose how many and which.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { randomFrom } from "./fuzz/random.mjs";
import { built, program } from "./site.mjs";

const ROWS = Number(process.env.ROWS || 1500);
const { below, pick } = randomFrom(Number(process.env.SEED || 20261122));
/** One to `most` of what `make` gives, joined. */
const several = (make, most, between = "") =>
  Array.from({ length: 1 + below(most) }, () => make()).join(between);

const PIECES = [
  "_",
  "__",
  "-",
  ".",
  "id",
  "uid",
  "session",
  "cart",
  "lang",
  "track",
  "visit",
  "ads",
  "consent",
  "optout",
  "_ga",
  "_gid",
  "_fbp",
  "_hj",
  "ph_",
  "mp_",
  "wp-",
  "Optanon",
  "PHPSESSID",
  "IDE",
  "A",
  "z",
  "7",
  "1612345678",
  "deadbeef01",
  "3f2504e0-4f89-11d3-9a0c-0305e82c3301",
  "é",
  "\u{1f36a}",
  '"',
  ",",
  " ",
  "%7B",
  "{",
  "=",
];
const HOSTS = [
  "shop.example",
  ".shop.example",
  "www.svt.se",
  ".svt.se",
  ".doubleclick.net",
  "ads.linkedin.com",
  ".google.com",
  ".youtube.com",
  "cdn.unknown.test",
  "1.2.3.4",
  "[::1]",
  "a.co.uk",
  "static.criteo.net:443",
  ".Hotjar.IO.",
  "",
];
const name = () => several(() => pick(PIECES), 5);
const COLUMNS = {
  name,
  cookie_domain: () => pick(HOSTS),
  site: () => pick(HOSTS),
  setter: () => pick(["", "", pick(HOSTS)]),
  third_party: () => pick(["", "0", "1", "x"]),
  path: () => pick(["", "/", "/a"]),
  lifetime_s: () =>
    pick(["", "0", "1799", String(below(1e9)), "31536000.5", "-1", "99999999999999999999", "soon"]),
  session: () => pick(["", "0", "1"]),
  http_only: () => pick(["", "0", "1"]),
  host_only: () => pick(["", "true", "FALSE"]),
  secure: () => pick(["", "0", "1"]),
  same_site: () => pick(["", "lax", "strict", "no_restriction", "unspecified"]),
  value: () =>
    pick([
      "",
      name(),
      String(below(1e9)),
      "GA1.2.1." + (1.4e9 + below(5e8)),
      "true",
      "sv-SE",
      '{"a":1}',
      "x".repeat(below(400)),
    ]),
};

test("native_wasm_and_javascript_answer_alike", async () => {
  const rows = Array.from({ length: ROWS }, () => ({
    kind: pick(["cookie", "cookie", "storage"]),
    ...Object.fromEntries(Object.entries(COLUMNS).map(([column, make]) => [column, make()])),
  }));
  const columns = Object.keys(rows[0]);
  const quoted = (text) => `"${text.replaceAll('"', '""')}"`;
  const csv = [
    columns.join(),
    ...rows.map((row) => columns.map((column) => quoted(row[column])).join()),
  ].join("\n");
  const printed = execFileSync(program, ["classify", "--csv", "-"], {
    input: csv,
    maxBuffer: 1 << 28,
    stdio: ["pipe", "pipe", "ignore"],
  }).toString();
  const native = printed
    .trim()
    .split("\n")
    .slice(1)
    .map((line) => line.match(/,(\w+),([\d.]+),(\w+),("(?:[^"]|"")*"|[^,]*)$/).slice(1));
  assert.equal(native.length, rows.length);
  // A module of its own type, wherever the nearest package says what files are.
  const load = (file) =>
    import("data:text/javascript;base64," + readFileSync(path.join(built, file)).toString("base64"));
  const wasm = await load("consentry-classify.js");
  await wasm.load(wasm, readFileSync(path.join(built, "consentry-classify.wasm")));
  const plain = await load("consentry-classify.wasm.js");
  plain.load();
  for (const [at, row] of rows.entries()) {
    const more = columns
      .slice(2)
      .map((column) => `${column}=${row[column]}`)
      .join("\n");
    const answers = [wasm, plain].map((module) => module.classify(row.kind, row["name"], more));
    assert.deepEqual(answers[0], answers[1], JSON.stringify(row));
    const [category, confidence, rule, , vendor] = answers[0];
    const answered = [category, (confidence / 100).toFixed(2), rule, vendor];
    assert.deepEqual(
      answered,
      native[at].map((it) => it.replace(/^"|"$/g, "")),
      JSON.stringify(row),
    );
  }
  const hosts = Array.from({ length: 300 }, () =>
    several(
      () =>
        pick([
          "a",
          "www",
          "google",
          "criteo",
          "doubleclick",
          "com",
          "net",
          "co",
          "uk",
          "hotjar",
          "io",
          "xn--e1afmkfd",
        ]),
      4,
      ".",
    ),
  );
  for (const host of hosts) assert.equal(wasm.categoryOfHost(host), plain.categoryOfHost(host), host);
});
