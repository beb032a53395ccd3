// PostgreSQL from Debian's package for a benchmark: clusters of its own in a folder of its own, on loopback.
import { execFileSync, spawn } from "node:child_process";
import { chownSync, existsSync, mkdtempSync, openSync, readdirSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const INSTALLED = "/usr/lib/postgresql";

/** Where the newest server's programs are. */
function programs() {
  const versions = existsSync(INSTALLED) ? readdirSync(INSTALLED).sort() : [];
  const found = versions
    .map((version) => path.join(INSTALLED, version, "bin"))
    .filter((bin) => existsSync(path.join(bin, "initdb")));
  if (!found.length)
    throw new Error("found no PostgreSQL server, expected Debian's package: apt-get install postgresql");
  return found.at(-1);
}

/** PostgreSQL refuses to run as root: then it runs as the account that its package made. */
function account() {
  if (process.getuid() !== 0) return {};
  const number = (flag) => Number(execFileSync("id", [flag, "postgres"], { encoding: "utf8" }));
  return { uid: number("-u"), gid: number("-g") };
}

/** A port of loopback that nobody uses. */
export async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((done) => server.once("listening", done));
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
  await new Promise((done) => server.close(done));
  return port;
}

/** Clusters in a folder that is gone at the end. */
export class Postgres {
  folder = mkdtempSync(path.join(tmpdir(), "consentry-failover-"));
  #account = account();
  #servers = [];

  constructor() {
    if (this.#account.uid) chownSync(this.folder, this.#account.uid, this.#account.gid);
  }

  /** What a program of PostgreSQL prints. */
  run(program, ...words) {
    return execFileSync(path.join(programs(), program), words, {
      ...this.#account,
      cwd: this.folder,
      encoding: "utf8",
      maxBuffer: 1 << 30,
      stdio: ["ignore", "pipe", "pipe"],
    });
  }

  /** Makes an empty cluster. */
  make(name) {
    this.run(
      "initdb",
      "--pgdata",
      name,
      "--username",
      "consentry",
      "--auth",
      "trust",
      "--no-locale",
      "--encoding",
      "UTF8",
    );
  }

  /** Starts a cluster and waits until it answers. */
  async start(name) {
    const port = await freePort();
    const settings = [
      "listen_addresses=127.0.0.1",
      `unix_socket_directories=${this.folder}`,
      "max_connections=200",
    ];
    // A standby that lost its primary sleeps so long, and is not promoted meanwhile.
    settings.push("wal_retrieve_retry_interval=200ms");
    const log = openSync(path.join(this.folder, `${name}.log`), "a");
    const words = ["-D", name, "-p", String(port), ...settings.flatMap((setting) => ["-c", setting])];
    const child = spawn(path.join(programs(), "postgres"), words, {
      ...this.#account,
      cwd: this.folder,
      stdio: ["ignore", log, log],
    });
    const server = { name, port, child };
    this.#servers.push(server);
    for (let tries = 0; ; tries += 1) {
      try {
        this.run("pg_isready", "--quiet", "--host", "127.0.0.1", "--port", String(port));
        return server;
      } catch (error) {
        if (tries > 300) throw error;
        await sleep(50);
      }
    }
  }

  /** Rows of a query, a line each, columns with a tab between. */
  query(server, database, sql) {
    const words = [
      "--host",
      "127.0.0.1",
      "--port",
      String(server.port),
      "--username",
      "consentry",
      "--no-align",
      "--tuples-only",
    ];
    return this.run("psql", ...words, "--dbname", database, "--field-separator", "\t", "--command", sql)
      .trim()
      .split("\n");
  }

  /** A primary with a synchronous standby, and an empty database `ledger`. */
  async pair() {
    this.make("primary");
    const primary = await this.start("primary");
    const from = `host=127.0.0.1 port=${primary.port} user=consentry application_name=standby`;
    this.run(
      "pg_basebackup",
      "--dbname",
      from,
      "--pgdata",
      "standby",
      "--write-recovery-conf",
      "--checkpoint",
      "fast",
    );
    const standby = await this.start("standby");
    // Not before the copy: the standby must not wait for another one when it takes over.
    this.query(primary, "postgres", "ALTER SYSTEM SET synchronous_standby_names = 'ANY 1 (standby)'");
    this.query(primary, "postgres", "SELECT pg_reload_conf()");
    while (this.query(primary, "postgres", "SELECT sync_state FROM pg_stat_replication")[0] !== "quorum")
      await sleep(50);
    this.query(primary, "postgres", "CREATE DATABASE ledger");
    return { primary, standby };
  }

  /** Kills a server with all its processes, as a crash does, but for the machine's. */
  kill(server) {
    const ended = new Promise((done) => server.child.once("exit", done));
    server.child.kill("SIGKILL");
    return ended;
  }

  /** Makes a standby the primary. */
  promote(server) {
    this.run("pg_ctl", "promote", "--pgdata", server.name, "--no-wait");
  }

  /** Ends all that was started. */
  async end() {
    for (const server of this.#servers) {
      if (server.child.exitCode !== null || server.child.signalCode) continue;
      const ended = new Promise((done) => server.child.once("exit", done));
      server.child.kill("SIGQUIT");
      await ended;
    }
    rmSync(this.folder, { recursive: true, force: true });
  }
}
