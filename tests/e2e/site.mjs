// A whole site for a test: the demo's pages and stand-ins, a ledger of its own, and a bundle that joins them.
// It must not hold expectations: what should be the case is said in the tests alone.
import { execFileSync, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { start } from "../../www/demo/server.mjs";
import { hostsOf, SITES } from "../../www/demo/sites.mjs";
import { until } from "./browser.mjs";

/** The checkout's folder. */
export const root = path.join(path.dirname(fileURLToPath(import.meta.url)), "../..");
/** The owner's program. */
export const program = path.join(root, "target/release/consentry");
/** The folder with the built component. */
export const built = path.join(root, "pkg/dist");

/**
 * What lets the small configurations of the tests be used, which tell visitors nothing: arguments of `consentry bundle` and
 * `consentry serve`.
 */
export const SMALL_SITES = [
  "--allow",
  [
    "missing-controller",
    "missing-authority",
    "missing-policy-url",
    "missing-purpose",
    "missing-legal-basis",
    "missing-recipient",
    "missing-retention",
    "missing-language-text",
    "tracker-without-purpose",
    "tracker-without-duration",
    "tracker-without-provider",
  ].join() + "=small pages of a test",
];

/**
 * The configuration of one of the demo's sites.
 * @param {string} name
 * @returns {Record<string, any>}
 */
export const siteConfig = (name) =>
  JSON.parse(readFileSync(path.join(root, "www/demo", name, "site.json"), "utf8"));
/** The configuration of the demo's first site, which most tests use. */
export const demoConfig = () => siteConfig("traxmate");

/** @typedef {Awaited<ReturnType<typeof start>>} Demo what the demo server's `start()` gives */

/**
 * @typedef {object} Ledger
 * @property {string} data the folder that holds it
 * @property {string} token opens all of it
 * @property {(path: string) => Promise<any>} ask what the server answers its owner, who asks for JSON
 * @property {() => Promise<void>} start
 * @property {() => Promise<void>} kill ends the process with kill -9
 * @property {() => Promise<Record<string, any>[]>} receipts every receipt, the oldest first
 */

/**
 * Starts a site.
 * @param {object} [options] those below, and what the demo server's `start()` takes
 * @param {object} [options.config] the configuration; its `backend` is filled in
 * @param {string | string[]} [options.pages] folders of pages in place of the demo's
 * @param {string[]} [options.moreOrigins] further origins whose receipts the ledger takes
 * @param {(request: any) => object|undefined} [options.thirdParty] plays hosts that the demo has no stand-in
 *   for
 * @param {(path: string) => object|undefined} [options.headers] further response headers of the pages' own
 *   hosts
 * @returns {Promise<Demo & {ledger: Ledger, component: string, backend: string}>} `component` is the folder
 *   with the bundle, `backend` the ledger's address
 */
export async function startSite({
  config = demoConfig(),
  pages = path.join(root, "www/demo/traxmate"),
  moreOrigins = [],
  ...options
} = {}) {
  const folder = mkdtempSync(path.join(tmpdir(), "consentry-"));
  const component = path.join(folder, "component");
  const data = path.join(folder, "ledger");
  const token = addToken(data);
  const { port, free } = await reservePort();
  const backend = `http://127.0.0.1:${port}`;
  const demo = await start({ port: 0, tlsPort: 0, component, backend, token, pages, ...options });
  const pageHosts = ["localhost", "127.0.0.1", "www.traxmate.test", "traxmate.test"];
  const origins = [
    ...pageHosts.flatMap((host) => [`http://${host}:${demo.port}`, `https://${host}:${demo.tlsPort}`]),
    ...moreOrigins,
  ];
  const configFile = path.join(folder, "site.json");
  writeFileSync(configFile, JSON.stringify({ site: "test", ...config, backend: { url: backend, origins } }));
  try {
    bundle(configFile, component);
  } catch (error) {
    await demo.close();
    throw error;
  }
  const ledger = ledgerRunBy(
    ["serve", "--config", configFile, "--data", data, "--listen", `127.0.0.1:${port}`, ...SMALL_SITES],
    { backend, data, token },
  );
  const close = async () => {
    await ledger.kill();
    await demo.close();
    rmSync(folder, { recursive: true, force: true });
  };
  await free();
  await ledger.start().catch(async (error) => {
    await close();
    throw error;
  });
  return { ...demo, component, backend, ledger, close };
}

/**
 * Starts all sites of the demo, each on its own hosts, with one ledger.
 * @returns {Promise<Demo & {ledger: Ledger, backend: string, useConfig: (name: string, config: object) => void,
 *   configOf: (name: string) => any}>} `useConfig` gives a site another configuration from now on; where its `backend` is, is
 *   filled in. `configOf` is the one that the server works by
 */
export async function startAllSites() {
  const folder = mkdtempSync(path.join(tmpdir(), "consentry-sites-"));
  const configs = path.join(folder, "sites");
  mkdirSync(configs);
  const data = path.join(folder, "ledger");
  const token = addToken(data);
  const { port, free } = await reservePort();
  const backend = `http://127.0.0.1:${port}`;
  const demo = await start({ port: 0, tlsPort: 0, components: folder, backend, token });
  const useConfig = (name, config) => {
    const site = SITES.find((candidate) => candidate.name == name);
    const origins = hostsOf(site).flatMap((host) => [`http://${host}`, `http://${host}:${demo.port}`]);
    const file = path.join(configs, `${name}.json`);
    writeFileSync(file, JSON.stringify({ ...config, backend: { ...config.backend, url: backend, origins } }));
    bundle(file, path.join(folder, name));
  };
  for (const { name } of SITES) useConfig(name, siteConfig(name));
  const ledger = ledgerRunBy(
    ["serve", "--config", configs, "--data", data, "--listen", `127.0.0.1:${port}`],
    {
      backend,
      data,
      token,
    },
  );
  const close = async () => {
    await ledger.kill();
    await demo.close();
    rmSync(folder, { recursive: true, force: true });
  };
  await free();
  await ledger.start().catch(async (error) => {
    await close();
    throw error;
  });
  const configOf = (name) => JSON.parse(readFileSync(path.join(configs, `${name}.json`), "utf8"));
  return { ...demo, backend, ledger, useConfig, configOf, close };
}

/**
 * Writes `consentry.js`, with a configuration baked in, and the files beside it.
 * @param {string} configFile
 * @param {string} folder where they go
 * @param {string[]} [more] further arguments of `consentry bundle`
 */
export function bundle(configFile, folder, more = []) {
  execFileSync(program, ["bundle", "--config", configFile, "--out", folder, ...SMALL_SITES, ...more], {
    stdio: ["ignore", "ignore", "inherit"],
  });
}

/**
 * Makes a token that opens everything, whether or not a server runs on the ledger.
 * @param {string} data the ledger's folder, made if it is not there
 * @returns {string}
 */
function addToken(data) {
  const command = ["token", "add", "tests", "--scope", "admin", "--data", data];
  return execFileSync(program, command, { encoding: "utf8" }).trim();
}

/**
 * @param {string[]} command the program's arguments
 * @param {object} ledger
 * @param {string} ledger.backend the address that it will answer at
 * @param {string} ledger.data its folder
 * @param {string} ledger.token opens all of it
 * @returns {Ledger}
 */
function ledgerRunBy(command, { backend, data, token }) {
  /** @type {import('node:child_process').ChildProcess} */
  let child;
  const ask = async (asked) => {
    const answer = await fetch(backend + asked, { headers: { authorization: `Bearer ${token}` } });
    if (!answer.ok) throw new Error(`${asked}: found status ${answer.status}, expected 200`);
    return answer.json();
  };
  return {
    data,
    token,
    ask,
    async start() {
      child = spawn(program, command, { stdio: ["ignore", "ignore", "inherit"] });
      await until(async () => (await fetch(`${backend}/healthz`)).ok, "the ledger answers");
    },
    async kill() {
      if (!child || child.exitCode !== null || child.signalCode) return;
      const ended = new Promise((done) => child.once("exit", done));
      child.kill("SIGKILL");
      await ended;
    },
    async receipts() {
      const answer = await ask("/admin/receipts.json?limit=100");
      const entries = Array.isArray(answer) ? answer : answer.receipts;
      return entries.map((entry) => entry.receipt ?? entry).reverse();
    },
  };
}

// A port that nobody else gets before it is freed.
async function reservePort() {
  const server = createServer();
  await new Promise((done) => server.listen(0, "127.0.0.1", () => done(null)));
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  return { port, free: () => new Promise((done) => server.close(done)) };
}
