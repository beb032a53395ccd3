// `cargo xtask bench stores`: how many receipts a second one node stores from 64 connections, in its own file and in
// PostgreSQL, without and with a synchronous standby. Load, node and database share this machine: compare, do not quote.
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Load, endNode, startNode, verify } from "./failover/nodes.mjs";
import { Postgres } from "./failover/postgres.mjs";

const CONNECTIONS = 64;
const SECONDS = 5;

async function measure(name, folder, database) {
  const node = await startNode(folder, database);
  const warming = new Load([node], CONNECTIONS);
  await sleep(1000);
  await warming.end();
  await endNode(node);
  const again = await startNode(folder, database);
  const load = new Load([again], CONNECTIONS, 2 ** 30);
  await sleep(SECONDS * 1000);
  await load.end();
  await sleep(2000);
  const rate = Math.round(load.acknowledged.length / SECONDS);
  const took = [0.5, 0.99].map((share) => `${load.took(share).toFixed(1)} ms`);
  await endNode(again);
  const { whole } = verify(folder, database);
  console.log(
    `${name.padEnd(40)} ${String(rate).padStart(7)} a second, p50 ${took[0]}, p99 ${took[1]}${whole ? "" : ", FAULTS"}`,
  );
}

const postgres = new Postgres();
try {
  await measure("SQLite", path.join(postgres.folder, "sqlite"), null);
  postgres.make("alone");
  const alone = await postgres.start("alone");
  postgres.query(alone, "postgres", "CREATE DATABASE ledger");
  const address = (...servers) =>
    `postgres://consentry@${servers.map(({ port }) => `127.0.0.1:${port}`)}/ledger`;
  await measure("PostgreSQL", path.join(postgres.folder, "node-alone"), address(alone));
  await postgres.kill(alone);
  const { primary, standby } = await postgres.pair();
  await measure(
    "PostgreSQL with a synchronous standby",
    path.join(postgres.folder, "node"),
    address(primary, standby),
  );
} finally {
  await postgres.end();
}
