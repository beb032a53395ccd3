// Nodes, `consentry serve`, for a benchmark, and pages that send them receipts.
import { spawn, spawnSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import path from "node:path";
import { performance } from "node:perf_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";

const PROGRAM = fileURLToPath(new URL("../../../../target/release/consentry", import.meta.url));
const ORIGIN = "https://shop.example";
const SITE = { site: "shop", backend: { url: "https://consent.example", origins: [ORIGIN], rateLimit: 0 } };
const ALLOWED = `--allow=${[
  ...[
    "missing-controller",
    "missing-authority",
    "missing-policy-url",
    "missing-purpose",
    "missing-recipient",
  ],
  ...["missing-retention", "missing-legal-basis", "missing-language-text"],
]}=a benchmark`;

/** Starts a node in a folder, with the signing keys of another one; `database` is nothing for the embedded store. */
export async function startNode(folder, database, keysOf) {
  mkdirSync(path.join(folder, "data"), { recursive: true });
  writeFileSync(path.join(folder, "site.json"), JSON.stringify(SITE));
  const keys = (of) => path.join(of, "data/signing-keys");
  if (keysOf && existsSync(keys(keysOf))) copyFileSync(keys(keysOf), keys(folder));
  const words = ["serve", "--config", "site.json", "--data", "data", "--listen", "127.0.0.1:0", ALLOWED];
  const env = { ...process.env, DATABASE_URL: database ?? "" };
  const child = spawn(PROGRAM, words, { cwd: folder, env, stdio: ["ignore", "pipe", "inherit"] });
  const address = await new Promise((done, fail) => {
    child.once("exit", () => fail(new Error("a node did not start")));
    child.stdout.on("data", (text) => {
      const port = /listening on http:\/\/127\.0\.0\.1:(\d+)/.exec(text)?.[1];
      if (port) done(Number(port));
    });
  });
  return { child, port: address, folder };
}

/** Ends a node and waits. */
export function endNode(node, signal = "SIGTERM") {
  if (node.child.exitCode !== null || node.child.signalCode) return Promise.resolve();
  const ended = new Promise((done) => node.child.once("exit", done));
  node.child.kill(signal);
  return ended;
}

/** What `consentry verify` says of the ledger, and whether it found nothing. */
export function verify(folder, database) {
  const words = ["verify", "--data", "data"];
  const done = spawnSync(PROGRAM, words, {
    cwd: folder,
    env: { ...process.env, DATABASE_URL: database ?? "" },
    encoding: "utf8",
  });
  return { text: `${done.stdout}${done.stderr}`.trim(), whole: done.status === 0 };
}

/** A connection that is kept open; each answer's status, or 0 where it broke. */
class Connection {
  #socket;
  #text = "";
  #answer = null;

  constructor(port) {
    this.#socket = connect(port, "127.0.0.1").setNoDelay();
    this.#socket.on("data", (data) => this.#read(data));
    this.#socket.on("error", () => this.#done(0));
    this.#socket.on("close", () => this.#done(0));
  }

  #read(data) {
    this.#text += data;
    const head = this.#text.indexOf("\r\n\r\n");
    if (head < 0) return;
    const length = Number(/content-length: (\d+)/i.exec(this.#text)?.[1] ?? 0);
    if (this.#text.length < head + 4 + length) return;
    const status = Number(this.#text.slice(9, 12));
    this.#text = "";
    this.#done(status);
  }

  #done(status) {
    this.#answer?.(status);
    this.#answer = null;
  }

  post(body) {
    const head = `POST /v1/receipts HTTP/1.1\r\nHost: x\r\nOrigin: ${ORIGIN}\r\nContent-Type: text/plain\r\n`;
    return new Promise((answer) => {
      if (this.#socket.destroyed) return answer(0);
      this.#answer = answer;
      this.#socket.write(`${head}Content-Length: ${body.length}\r\n\r\n${body}`);
    });
  }

  end() {
    this.#socket.destroy();
  }
}

const digits = (number, length) => number.toString(16).padStart(length, "0");

function receipt(id, number) {
  return JSON.stringify({
    ...{
      v: 1,
      id,
      site: "shop",
      subject: digits(number, 32),
      time: "2026-11-21T20:00:00.000Z",
      action: "reject-all",
    },
    ...{
      granted: [],
      denied: ["functional", "analytics", "advertising"],
      revision: "1",
      language: "sv",
      layer: 1,
    },
    ...{ notice: `sha256:${"ab".repeat(32)}`, validUntil: "2027-05-25T20:00:00.000Z", previous: null },
  });
}

/** Pages that send receipts for some seconds, one after the other on each connection, and each until it is acknowledged. */
export class Load {
  /** The ids that were acknowledged, when, and after how long, in milliseconds. */
  acknowledged = [];
  /** How often something was sent again. */
  repeated = 0;
  #running = true;
  #number;
  #pages;

  /** `first`: the number of the first receipt, which no other load has. */
  constructor(nodes, connections, first = 0) {
    this.#number = first;
    this.#pages = Array.from({ length: connections }, (_, at) => this.#page(nodes, at));
  }

  async #page(nodes, at) {
    let [node, connection] = [at % nodes.length, null];
    while (this.#running) {
      const number = (this.#number += 1);
      const id = `019aa7f0-${digits(number >>> 16, 4)}-7${digits(at, 3)}-8000-${digits(number, 12)}`;
      const body = receipt(id, number);
      const begun = performance.now();
      for (;;) {
        connection ??= new Connection(nodes[node].port);
        if ((await connection.post(body)) === 200) break;
        this.repeated += 1;
        connection.end();
        connection = null;
        node = (node + 1) % nodes.length;
        if (performance.now() - begun > 30_000) throw new Error(`nobody took ${id}`);
        await sleep(10);
      }
      const now = performance.now();
      this.acknowledged.push({ id, at: now, took: now - begun });
    }
    connection?.end();
  }

  async end() {
    this.#running = false;
    await Promise.all(this.#pages);
  }

  /** The longest time without any acknowledgement from one moment to another. */
  longestSilence(from, to) {
    const times = [
      from,
      ...this.acknowledged.map((one) => one.at).filter((at) => at >= from && at <= to),
      to,
    ].sort((a, b) => a - b);
    return Math.max(...times.slice(1).map((at, before) => at - times[before]));
  }

  /** The time after which this share was acknowledged. */
  took(share, from = 0, to = Infinity) {
    const times = this.acknowledged
      .filter((one) => one.at >= from && one.at <= to)
      .map((one) => one.took)
      .sort((a, b) => a - b);
    return times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? NaN;
  }
}
