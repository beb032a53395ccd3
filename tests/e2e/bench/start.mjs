// `cargo xtask bench start`: what the banner costs a page until it can be used and on a return, side by
// side with no banner, an earlier build and vanilla-cookieconsent. One browser, and every variant in each
// round.
//
//   node tests/e2e/bench/start.mjs [--rounds N] [--component DIR] [--before DIR] [--only refusal,traced,…]
import path from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { launch } from "../browser.mjs";
import { printTable } from "./start/figures.mjs";
import { CPU_SLOWDOWN } from "./start/limits.mjs";
import { startServer } from "./start/server.mjs";
import { variants } from "./start/variants.mjs";
import { Visitor } from "./start/visits.mjs";

const { values: options } = parseArgs({
  options: {
    rounds: { type: "string", default: "9" },
    component: {
      type: "string",
      default: path.join(path.dirname(fileURLToPath(import.meta.url)), "../../../pkg/dist"),
    },
    before: { type: "string" },
    only: { type: "string", default: "refusal,traced,returning,preferences,decisions,standing" },
  },
});

const rounds = Number(options.rounds);
if (!(rounds >= 1)) throw new Error(`--rounds: found "${options.rounds}", expected a number from 1`);

/** The kinds of visit, each with the figures that it yields. A page without a banner yields less. */
const VISITS = {
  refusal: (visitor) => visitor.refusal(),
  traced: (visitor) => visitor.traced(),
  returning: (visitor) => visitor.banner && visitor.returning(),
  preferences: async (visitor) =>
    visitor.banner && {
      preferences: await visitor.preferences({ slowNetwork: false, slowProcessor: false }),
      preferencesSlow: await visitor.preferences({ slowNetwork: true, slowProcessor: true }),
    },
  decisions: async (visitor) => {
    if (!visitor.banner) return null;
    const [accepted, rejected] = [await visitor.decision("acceptAll"), await visitor.decision("rejectAll")];
    return {
      acceptGone: accepted.gone,
      acceptTask: accepted.longest,
      rejectGone: rejected.gone,
      rejectTask: rejected.longest,
    };
  },
  standing: (visitor) => visitor.standing(),
};

const kinds = options.only.split(",");
for (const kind of kinds)
  if (!VISITS[kind])
    throw new Error(`--only: found "${kind}", expected of ${Object.keys(VISITS).join(", ")}`);

const compared = variants(options);
const server = await startServer(compared);
const browser = await launch(server);
const visitors = Object.entries(compared).map(
  ([variant, { banner }]) => new Visitor(browser, server, variant, banner),
);
/** @type {Record<string, Record<string, number[]>>} by variant and figure, a value a round */
const figures = Object.fromEntries(visitors.map(({ variant }) => [variant, {}]));

// A first visit of a browser starts processes that later ones find: it is made once and not counted.
await visitors[0].traced();
for (let round = 0; round < rounds; round += 1) {
  if (process.stderr.isTTY) process.stderr.write(`\rround ${round + 1} of ${rounds} `);
  for (const kind of kinds)
    for (let at = 0; at < visitors.length; at += 1) {
      const visitor = visitors[(at + round) % visitors.length];
      const found = await VISITS[kind](visitor);
      for (const [figure, value] of Object.entries(found ?? {}))
        (figures[visitor.variant][figure] ??= []).push(value);
    }
}
if (process.stderr.isTTY) process.stderr.write("\r");
console.log(`Chromium ${browser.version()}, medians of ${rounds} rounds.`);
console.log(`Slow 4G and ${CPU_SLOWDOWN}x CPU, unless a row says otherwise.`);
await browser.close();
await server.close();
printTable(figures);
