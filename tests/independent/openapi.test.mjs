// Whether the running server answers as /openapi.json says: Schemathesis makes requests of that description, good ones and bad
// ones, and judges the answers. It knows nothing of our code.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, test } from "node:test";
import { until } from "../e2e/browser.mjs";
import { SUBJECT, idOf, receiptOf } from "../e2e/served-ledger.mjs";
import { SMALL_SITES, program } from "../e2e/site.mjs";
import { preparePython, runProgram } from "./python.mjs";

const RECEIPTS = 10;
/** Whose one receipt is erased, so that the others stay for the rest. */
const ERASED = "e".repeat(32);
/** How many requests are drawn for each operation, beside those that cover its parameters one by one. */
const DRAWN = 20;

let programs, folder, server, address, token;
before(async () => {
  programs = preparePython("openapi-requirements.txt");
  folder = mkdtempSync(path.join(tmpdir(), "consentry-openapi-"));
  // The pages have the server's own origin, so that it is known before it listens.
  const port = await freePort();
  address = `http://127.0.0.1:${port}`;
  const config = path.join(folder, "shop.json");
  const backend = { url: address, origins: [address], rateLimit: 0 };
  writeFileSync(config, JSON.stringify({ site: "shop", observe: true, backend }));
  const words = ["serve", "--config", config, "--data", path.join(folder, "data")];
  server = spawn(program, [...words, "--listen", `127.0.0.1:${port}`, ...SMALL_SITES], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let printed = "";
  server.stdout.on("data", (text) => (printed += text));
  [token] = await until(() => /consentry_\S+/.exec(printed), "the first token");
  const erased = receiptOf(RECEIPTS, { subject: ERASED });
  const body = JSON.stringify([...Array.from({ length: RECEIPTS }, (_, at) => receiptOf(at)), erased]);
  const headers = { Origin: address, "Content-Type": "application/json" };
  const sent = await fetch(`${address}/v1/receipts`, { method: "POST", headers, body });
  assert.equal(sent.status, 200, await sent.text());
  await until(async () => (await proofOf(RECEIPTS)).ok, "the log is signed");
});
after(async () => {
  server?.kill();
  rmSync(folder, { recursive: true, force: true });
});

/** @returns {Promise<number>} */
function freePort() {
  return new Promise((done, failed) => {
    const probe = createServer().once("error", failed);
    probe.listen(0, "127.0.0.1", () => {
      const { port } = /** @type {import("node:net").AddressInfo} */ (probe.address());
      probe.close(() => done(port));
    });
  });
}

/** @param {number} number */
const proofOf = (number) => fetch(`${address}/v1/log/proof/${idOf(number)}`);

/** What Schemathesis cannot know: which sites and receipts there are, and what a schema cannot say. */
const configuration = () => `
seed = 1
continue-on-failure = true
warnings = false
# Of what is drawn for a receipt most has to be thrown away.
suppress-health-check = ["filter_too_much"]

[headers]
Authorization = "Bearer ${token}"
Origin = "${address}"

[generation]
max-examples = ${DRAWN}

[phases.stateful]
enabled = false

# A body whose every value is a good one may still contradict itself, as a receipt that ends before it begins (422), or be too
# large (413).
[checks.positive_data_acceptance]
expected-statuses = ["2xx", "3xx", 401, 403, 404, 409, 413, 422, 429]

# A body that is bad and too large is told that it is too large.
[checks.negative_data_rejection]
expected-statuses = [400, 401, 403, 404, 405, 409, 413, 415, 422, 429]

[[operations]]
include-tag = "log"
parameters = { site = "shop", tile = "0/000.p/${RECEIPTS}", id = "${idOf(0)}" }

# Two days, each a good one, may be the wrong way round, or before all receipts.
[[operations]]
include-path-regex = "^/v1/sites/.+/(stats|export)$"
parameters = { site = "shop" }
checks.positive_data_acceptance.expected-statuses = ["2xx", 400, 401, 403, 404]

[[operations]]
include-path-regex = "^/admin/(receipts/|observed|notices)"
parameters = { site = "shop", id = "${idOf(0)}" }

# Of two that fit an operation the first is taken.
[[operations]]
include-name = "DELETE /v1/subjects/{subject}"
parameters = { site = "shop", subject = "${ERASED}" }

[[operations]]
include-tag = "visitors"
parameters = { site = "shop", subject = "${SUBJECT}", id = "${idOf(0)}" }
`;

test("every_answer_is_one_that_the_description_names", async () => {
  const headers = { Authorization: `Bearer ${token}` };
  const description = await (await fetch(`${address}/openapi.json`, { headers })).text();
  writeFileSync(path.join(folder, "openapi.json"), description);
  writeFileSync(path.join(folder, "schemathesis.toml"), configuration());
  const words = ["--config-file", "schemathesis.toml", "--no-color", "run", "openapi.json", "--url", address];
  const options = { cwd: folder, env: { ...process.env, COLUMNS: "160" } };
  const { ok, said } = await runProgram(path.join(programs, "schemathesis"), words, options);
  assert.ok(ok, said);
  // It asked for all there is, erased what was to be erased and nothing else, and is well afterwards.
  const { paths } = JSON.parse(description);
  const operations = Object.values(paths).flatMap((item) => Object.keys(item)).length;
  assert.match(said, new RegExp(`Tested: ${operations}$`, "m"));
  assert.equal((await proofOf(RECEIPTS)).status, 404);
  assert.equal((await proofOf(0)).status, 200);
  assert.equal((await fetch(`${address}/readyz`)).status, 200);
});
