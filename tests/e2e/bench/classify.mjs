// How long the classifier takes in WebAssembly: starting, a host that the tables know, one that they do not, a cookie by
// a table and one by the model. Medians of many runs, each over many calls.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import path from "node:path";

const dist = path.join(path.dirname(fileURLToPath(import.meta.url)), "../../../pkg/dist/consentry-classify");
const wasm = readFileSync(dist + ".wasm");
const glue = await import("data:text/javascript;base64," + readFileSync(dist + ".js").toString("base64"));

const began = performance.now();
await glue.load(glue, wasm);
glue.host("example.com");
console.log(`first answer, from the module's bytes: ${(performance.now() - began).toFixed(1)} ms`);

const RUNS = 41,
  CALLS = 4000;
const median = (list) => list.sort((a, b) => a - b)[list.length >> 1];
function time(what, calls) {
  const runs = [];
  for (let run = 0; run < RUNS; run++) {
    const start = performance.now();
    for (let at = 0; at < CALLS; at++) calls[at % calls.length]();
    runs.push(((performance.now() - start) / CALLS) * 1000);
  }
  console.log(`${what}: ${median(runs).toFixed(2)} us`);
}
const each = (names, act) => names.map((name) => () => act(name));
time(
  "a host that the tables know",
  each(
    ["www.google-analytics.com", "securepubads.g.doubleclick.net", "script.hotjar.io", "static.criteo.net"],
    glue.host,
  ),
);
time("a host that no table knows", each(["www.shop.example", "cdn.a.b.c.example.net"], glue.host));
time(
  "a cookie that a table knows",
  each(["_ga", "PHPSESSID", "_gat_UA-1", "OptanonConsent"], (name) => glue.classify("cookie", name, "")),
);
const more =
  "cookie_domain=.shop.example\nsite=www.shop.example\nthird_party=0\nlifetime_s=31536000\nsecure=1\nsame_site=lax\nvalue=GA1.2.1234567890.1612345678";
time(
  "a cookie that the model guesses",
  each(["shopvisitor_77", "acme_basket_view", "ui_state_left"], (name) =>
    glue.classify("cookie", name, more),
  ),
);
