// `cargo xtask bench failover`: two nodes on one PostgreSQL with a synchronous standby, under load from 64 connections. The
// primary is killed and the standby takes over; later a node is killed. Says what was acknowledged, and whether any of it is
// lost or there twice.
import path from "node:path";
import { performance } from "node:perf_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import { Load, endNode, startNode, verify } from "./failover/nodes.mjs";
import { Postgres } from "./failover/postgres.mjs";

const CONNECTIONS = 64;
const LONGEST_STALL = 2000;
const PHASE = 5000;

const postgres = new Postgres();
const nodes = [];
const faults = [];
try {
  const { primary, standby } = await postgres.pair();
  const database = `postgres://consentry@127.0.0.1:${primary.port},127.0.0.1:${standby.port}/ledger`;
  for (const name of ["node-1", "node-2"])
    nodes.push(await startNode(path.join(postgres.folder, name), database, nodes[0]?.folder));
  const load = new Load(nodes, CONNECTIONS);
  await sleep(PHASE);
  const killed = performance.now();
  await postgres.kill(primary);
  postgres.promote(standby);
  await sleep(PHASE);
  const killedNode = performance.now();
  await endNode(nodes[0], "SIGKILL");
  await sleep(PHASE);
  const ended = performance.now();
  await load.end();
  await sleep(3000);

  const ids = postgres.query(standby, "ledger", "SELECT encode(id, 'hex') FROM receipts");
  const kept = new Set(ids);
  const lost = load.acknowledged.filter(({ id }) => !kept.has(id.replaceAll("-", "")));
  const [leaves] = postgres.query(standby, "ledger", "SELECT size FROM logs");
  const twice = ids.length - kept.size + (Number(leaves) - kept.size);
  const checked = verify(nodes[1].folder, database);
  const stalls = {
    primary: load.longestSilence(killed, killedNode),
    node: load.longestSilence(killedNode, ended),
  };
  const figures = [
    ["acknowledged", load.acknowledged.length],
    [
      "a second, before the first kill",
      Math.round((load.acknowledged.filter(({ at }) => at < killed).length * 1000) / PHASE),
    ],
    ["sent again", load.repeated],
    ["lost", lost.length],
    ["twice", twice],
    ["stall when the primary was killed", `${Math.round(stalls.primary)} ms`],
    ["the slowest acknowledgement then", `${Math.round(load.took(1, killed, killedNode))} ms`],
    ["stall when a node was killed", `${Math.round(stalls.node)} ms`],
    ["the slowest acknowledgement then", `${Math.round(load.took(1, killedNode, ended))} ms`],
  ];
  for (const [name, figure] of figures) console.log(`${String(figure).padStart(10)}  ${name}`);
  console.log(`consentry verify: ${checked.text.replaceAll("\n", "; ")}`);
  if (lost.length) faults.push(`${lost.length} acknowledged receipts are lost`);
  if (twice) faults.push(`${twice} are there twice, or have no leaf`);
  if (!checked.whole) faults.push("consentry verify found faults");
  if (Math.max(stalls.primary, stalls.node) > LONGEST_STALL)
    faults.push(`a stall was longer than ${LONGEST_STALL} ms`);
} finally {
  for (const node of nodes) await endNode(node, "SIGKILL");
  await postgres.end();
}
for (const fault of faults) console.error(fault);
process.exitCode = faults.length ? 1 : 0;
