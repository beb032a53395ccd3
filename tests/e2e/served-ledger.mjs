// A ledger that `consentry serve` keeps, without pages: for tests of what it tells those who check it.
// It must not hold expectations: what should be the case is said in the tests alone.
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { until } from "./browser.mjs";
import { program, SMALL_SITES } from "./site.mjs";

/** The secret of the visitor whose receipts these are, and what it hashes to. */
export const SECRET = "000102030405060708090a0b0c0d0e0f";
export const SUBJECT = createHash("sha256").update(Buffer.from(SECRET, "hex")).digest("hex").slice(0, 32);
const ORIGIN = "https://www.example.com";
/** The name of the log: the address that the configuration says, wherever the test listens. */
export const LOG = "consent.example.com/v1/log/shop";

/** @param {number} number */
export const idOf = (number) => `01932f7a-0000-7000-8000-${String(number).padStart(12, "0")}`;

/**
 * A receipt.
 * @param {number} number
 * @param {Record<string, unknown>} [more] other values
 */
export const receiptOf = (number, more = {}) => ({
  v: 1,
  id: idOf(number),
  site: "shop",
  subject: SUBJECT,
  time: "2026-11-21T20:00:00.000Z",
  action: "save",
  granted: ["functional", "service:video"],
  denied: ["analytics", "advertising"],
  revision: "2026-11-01",
  notice: `sha256:${"5e".repeat(32)}`,
  language: "sv",
  layer: 2,
  validUntil: "2027-05-25T20:00:00.000Z",
  previous: null,
  ...more,
});

/**
 * Starts a server over the ledger in `<folder>/data`, which it makes if it is not there.
 * @param {string} folder
 * @param {Record<string, unknown>} [more] what its configuration says beside that
 */
export async function serveLedger(folder, more = {}) {
  mkdirSync(folder, { recursive: true });
  const config = path.join(folder, "shop.json");
  const backend = { url: "https://consent.example.com", origins: [ORIGIN] };
  writeFileSync(config, JSON.stringify({ site: "shop", backend, ...more }));
  const data = path.join(folder, "data");
  const server = spawn(
    program,
    ["serve", "--config", config, "--data", data, "--listen", "127.0.0.1:0", ...SMALL_SITES],
    { stdio: ["ignore", "pipe", "inherit"] },
  );
  let printed = "";
  server.stdout.on("data", (text) => (printed += text));
  const [, address] = await until(() => /listening on (\S+)/.exec(printed), "the ledger listens");
  const log = `${address}/v1/log/shop`;
  const text = async (url, options) => {
    const answer = await fetch(url, options);
    return answer.ok ? answer.text() : undefined;
  };
  return {
    address,
    data,
    log,
    /** Stores receipts. */
    async send(receipts) {
      for (let at = 0; at < receipts.length; at += 10) {
        const body = JSON.stringify(receipts.slice(at, at + 10));
        const headers = { Origin: ORIGIN, "Content-Type": "application/json" };
        const answer = await fetch(`${address}/v1/receipts`, { method: "POST", headers, body });
        if (!answer.ok) throw new Error(await answer.text());
      }
    },
    /** The signed checkpoint, once it covers so many receipts. */
    checkpoint: (size) =>
      until(async () => {
        const note = await text(`${log}/checkpoint`);
        return note?.split("\n")[1] == String(size) && note;
      }, `a checkpoint over ${size} receipts`),
    key: () => text(`${log}/key`),
    /** The file that the visitor downloads. */
    kept: (number) =>
      until(
        () =>
          text(`${address}/v1/subjects/${SUBJECT}/receipts/${idOf(number)}?site=shop`, {
            headers: { Authorization: `Bearer ${SECRET}` },
          }),
        "a receipt with its proof",
      ),
    /** All of the visitor's, as downloaded as JSON. */
    keptAll: () =>
      text(`${address}/v1/subjects/${SUBJECT}/export?site=shop`, {
        headers: { Authorization: `Bearer ${SECRET}` },
      }),
    /** Erases the visitor's receipts; how many there were. */
    async erase() {
      const headers = { Authorization: `Bearer ${SECRET}` };
      const answer = await fetch(`${address}/v1/subjects/${SUBJECT}?site=shop`, {
        method: "DELETE",
        headers,
      });
      return (await answer.json()).erased;
    },
    async stop() {
      if (server.exitCode !== null) return;
      const ended = new Promise((done) => server.once("exit", done));
      server.kill();
      await ended;
    },
  };
}
