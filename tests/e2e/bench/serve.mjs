// `cargo xtask bench serve [--sites N] [--like NAME] [--program FILE]`: what a server of many sites takes, and what a first
// visit takes from it over the wire. Each site is like the demo's of that name. `--program` measures another build of the
// program, such as an earlier one.
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import http from "node:http";
import { tmpdir } from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { program, siteConfig, SMALL_SITES } from "../site.mjs";

const IDLE = 10; // seconds
const CLOCK_TICKS = 100; // a second, in /proc (USER_HZ)

const { values } = parseArgs({
  options: {
    sites: { type: "string", default: "1000" },
    like: { type: "string", default: "traxmate" },
    program: { type: "string", default: program },
  },
});
const count = Number(values.sites);

const folder = mkdtempSync(path.join(tmpdir(), "consentry-bench-"));
const configs = path.join(folder, "sites");
mkdirSync(configs);
const key = (at) => `site${at}`;
const model = siteConfig(values.like);
/** Writes every site's file, whole or not at all, as a deployment does. */
function writeAll(revision) {
  for (let at = 0; at < count; at += 1) {
    const backend = { url: "https://consent.example.com", origins: [`https://${key(at)}.example.com`] };
    const file = path.join(configs, `${key(at)}.json`);
    writeFileSync(file + ".part", JSON.stringify({ ...model, site: key(at), revision, backend }));
    renameSync(file + ".part", file);
  }
}
writeAll("first");

const begun = performance.now();
const child = spawn(
  values.program,
  [
    "serve",
    "--config",
    configs,
    "--data",
    path.join(folder, "data"),
    "--listen",
    "127.0.0.1:0",
    ...SMALL_SITES,
  ],
  { stdio: ["ignore", "pipe", "inherit"] },
);
const origin = await new Promise((found, lost) => {
  let said = "";
  child.stdout.on("data", (part) => {
    said += part;
    const line = /listening on (\S+)/.exec(said);
    if (line) found(line[1]);
  });
  child.on("exit", (code) => lost(new Error(`the server ended with ${code}`)));
});
const say = (what, figure) => console.log(`${what.padEnd(62)} ${figure}`);
const seconds = (since) => `${((performance.now() - since) / 1000).toFixed(2)} s`;
const pause = (ms) => new Promise((resume) => setTimeout(resume, ms));

/** Resident and most resident memory in MB. */
function memory() {
  const status = readFileSync(`/proc/${child.pid}/status`, "utf8");
  const megabytes = (name) => (Number(new RegExp(`${name}:\\s+(\\d+) kB`).exec(status)[1]) / 1024).toFixed(1);
  return `${megabytes("VmRSS").padStart(7)} MB, at most ${megabytes("VmHWM")} MB`;
}
/** Processor time since the start, in seconds. */
function processorTime() {
  const fields = readFileSync(`/proc/${child.pid}/stat`, "utf8").split(") ")[1].split(" ");
  return (Number(fields[11]) + Number(fields[12])) / CLOCK_TICKS;
}
/** Waits until the program has nothing left to do. */
async function settled() {
  for (let before = -1; processorTime() - before > 0.02;) {
    before = processorTime();
    await pause(1000);
  }
}
/** @returns {Promise<{status: number, headers: http.IncomingHttpHeaders, body: Buffer}>} as it came over the wire */
const ask = (address, accepted = "br, gzip") =>
  new Promise((resolve, reject) => {
    http
      .get(origin + address, { headers: { "Accept-Encoding": accepted } }, (answer) => {
        const parts = [];
        answer.on("data", (part) => parts.push(part));
        answer.on("end", () =>
          resolve({ status: answer.statusCode, headers: answer.headers, body: Buffer.concat(parts) }),
        );
      })
      .on("error", reject);
  });

say(`${count} sites: until the server listens`, seconds(begun));
await settled();
say("memory after the start", memory());
let before = processorTime();
await pause(IDLE * 1000);
say(`processor time while idle for ${IDLE} s`, `${(processorTime() - before).toFixed(2)} s`);

const lastScript = () => ask(`/${key(count - 1)}/consentry.js`, "identity");
let written = performance.now();
writeAll("second");
say("all files written anew", seconds(written));
written = performance.now();
while (!(await lastScript()).body.includes('"revision":"second"')) await pause(20);
say("from the last write until the last site is served anew", seconds(written));
await settled();
say("memory after all files were written anew", memory());

before = performance.now();
for (let at = 0; at < count; at += 1) await ask(`/${key(at)}/consentry.js`);
say("every site's consentry.js, asked for one after the other", seconds(before));
say("memory right after", memory());
await settled();
say("memory once all of them are compressed", memory());

// One first visit: the script, and what the page fetches ahead when it is idle.
await ask(`/${key(0)}/consentry.js`);
await settled();
const script = await ask(`/${key(0)}/consentry.js`);
const language = model.languages?.[0] ?? "en";
const plain = await ask(`/${key(0)}/consentry.js`, "identity");
const beside =
  /"((?:[0-9a-f]+\/)?)consentry-","[0-9a-f]{8}",\/\*config\*\//.exec(plain.body.toString())?.[1] ?? "";
const names = ["ui.js", "ui.wasm", `preferences.${language}.json`].map(
  (name) => `${beside}consentry-${name}`,
);
await Promise.all(names.map((name) => ask(`/${key(0)}/${name}`)));
await settled();
let sum = 0;
for (const name of ["consentry.js", ...names]) {
  const { status, headers, body } = name == "consentry.js" ? script : await ask(`/${key(0)}/${name}`);
  if (name != "consentry.js") sum += body.length;
  say(
    `first visit: ${name} (${headers["content-encoding"] ?? "not compressed"}, ${headers["cache-control"]})`,
    `${status} ${body.length} bytes`,
  );
}
say("first visit: the preferences together", `${sum} bytes`);
child.removeAllListeners("exit");
child.kill();
rmSync(folder, { recursive: true });
