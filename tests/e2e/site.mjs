// Owns a whole site for a test: the demo's pages and stand-ins, a ledger of its own, and a bundle that joins them.
// It holds no expectations of its own.
import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { start } from "../../www/demo/server.mjs";
import { until } from "./browser.mjs";

const root = path.join(path.dirname(fileURLToPath(import.meta.url)), "../..");
const program = path.join(root, "target/release/consentry");
export const built = path.join(root, "pkg/dist");

/** The demo's configuration. */
export const traxmate = () =>
  JSON.parse(readFileSync(path.join(root, "www/demo/traxmate/site.json"), "utf8"));

/**
 * Starts a site.
 * @param {object} [options]
 * @param {object} [options.config] the configuration; its `backend` is filled in
 * @param {string} [options.pages] a folder of pages in place of the demo's
 * @param {(request: object) => object|undefined} [options.thirdParty] plays hosts that the demo has no stand-in for
 * @returns the demo server's object, with `ledger` (receipts(), kill(), start()), `component` and `close()`
 */
export async function startSite({ config = traxmate(), ...options } = {}) {
  const folder = mkdtempSync(path.join(tmpdir(), "consentry-"));
  const component = path.join(folder, "component");
  const port = await freePort();
  const backend = `http://127.0.0.1:${port}`;
  const demo = await start({ port: 0, tlsPort: 0, component, backend, ...options });
  const origins = ["localhost", "127.0.0.1", "www.traxmate.test", "traxmate.test"].flatMap((host) => [
    `http://${host}:${demo.port}`,
    `https://${host}:${demo.tlsPort}`,
  ]);
  const file = path.join(folder, "site.json");
  writeFileSync(file, JSON.stringify({ site: "test", ...config, backend: { url: backend, origins } }));
  execFileSync(program, ["bundle", "--config", file, "--out", component], {
    stdio: ["ignore", "ignore", "inherit"],
  });
  const data = path.join(folder, "ledger");
  const ledger = ledgerOf(
    ["serve", "--config", file, "--data", data, "--listen", `127.0.0.1:${port}`],
    backend,
    data,
  );
  await ledger.start();
  const close = async () => {
    await ledger.kill();
    await demo.close();
    rmSync(folder, { recursive: true, force: true });
  };
  return { ...demo, component, backend, ledger, close };
}

function ledgerOf(command, backend, data) {
  let child;
  return {
    data,
    async start() {
      child = spawn(program, command, { stdio: "ignore" });
      await until(async () => (await fetch(`${backend}/healthz`)).ok, "the ledger answers");
    },
    /** kill -9 */
    async kill() {
      if (!child || child.exitCode !== null || child.signalCode) return;
      const gone = new Promise((done) => child.once("exit", done));
      child.kill("SIGKILL");
      await gone;
    },
    /** Every receipt, oldest first. */
    async receipts() {
      const answer = await (await fetch(`${backend}/admin/receipts.json?limit=100`)).json();
      return (Array.isArray(answer) ? answer : answer.receipts).map((it) => it.receipt ?? it).reverse();
    },
  };
}

async function freePort() {
  const server = createServer();
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address();
  await new Promise((done) => server.close(done));
  return port;
}
