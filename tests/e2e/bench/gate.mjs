// `cargo xtask bench gate`: what the gate adds to a page's own calls. Pages with and without the tag take turns in one
// browser; figures are medians over the rounds, and ratios.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { start } from "../../../www/demo/server.mjs";
import { contextWith, launch } from "../browser.mjs";
import { built } from "../site.mjs";

const ROUNDS = 7;

const pages = mkdtempSync(path.join(tmpdir(), "consentry-bench-"));
const page = (head) => `<!doctype html><html lang="en"><head><meta charset="utf-8">
<script>before = performance.now()</script>${head}<script>started = performance.now() - before</script></head><body></body></html>`;
writeFileSync(path.join(pages, "without.html"), page(""));
writeFileSync(path.join(pages, "with.html"), page('<script src="/consentry.js"></script>'));

/** Runs in the page: nanoseconds for each call. */
async function measure() {
  const each = (times, act) => {
    const begun = performance.now();
    for (let at = 0; at < times; at += 1) act(at);
    return ((performance.now() - begun) / times) * 1e6;
  };
  const host = document.body.appendChild(document.createElement("div"));
  const image = document.createElement("img");
  const many = document.createElement("section");
  for (let at = 0; at < 5000; at += 1) many.appendChild(document.createElement(at % 50 ? "p" : "img"));
  const figures = {
    "document.cookie get": each(3000, () => document.cookie),
    "document.cookie set, name seen before": each(2000, () => (document.cookie = "bench=1")),
    "document.cookie set, new name": each(1000, (at) => (document.cookie = `bench${at}=1; max-age=0`)),
    "localStorage.setItem": each(3000, () => localStorage.setItem("bench", "1")),
    "localStorage.getItem": each(5000, () => localStorage.getItem("bench")),
    createElement: each(20000, () => document.createElement("script")),
    appendChild: each(20000, () => host.appendChild(document.createElement("b"))),
    "setAttribute, no URL": each(20000, () => host.setAttribute("title", "x")),
    "img.src, URL seen before": each(3000, () => (image.src = "/pixel.gif")),
    "insertion of 5,000 nodes": each(20, () => (document.body.appendChild(many), many.remove())),
  };
  const begun = performance.now();
  for (let at = 0; at < 100; at += 1) await (await fetch("/without.html")).text();
  figures["fetch, same origin"] = ((performance.now() - begun) / 100) * 1e6;
  return { started: window["started"], figures };
}

const demo = await start({ port: 0, tlsPort: 0, component: built, pages });
const browser = await launch(demo);
const context = await contextWith(browser);
const rounds = { with: [], without: [] };
for (let round = 0; round < ROUNDS; round += 1)
  for (const name of ["without", "with"]) {
    const tab = await context.newPage();
    await tab.goto(`${demo.url}${name}.html`);
    rounds[name].push(await tab.evaluate(measure));
    await tab.close();
  }
await browser.close();
await demo.close();
rmSync(pages, { recursive: true });

const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
console.log(
  `${"call".padEnd(40)} ${"native ns".padStart(12)} ${"gated ns".padStart(12)} ${"added ns".padStart(12)} ${"ratio".padStart(7)}`,
);
for (const call of Object.keys(rounds.with[0].figures)) {
  const [native, gated] = ["without", "with"].map((name) =>
    median(rounds[name].map((it) => it.figures[call])),
  );
  console.log(
    `${call.padEnd(40)} ${native.toFixed(0).padStart(12)} ${gated.toFixed(0).padStart(12)} ${(gated - native).toFixed(0).padStart(12)} ${(gated / native).toFixed(2).padStart(7)}`,
  );
}
console.log(
  `from before the tag to after it, its download from loopback included: ${median(rounds.with.map((it) => it.started)).toFixed(1)} ms`,
);
