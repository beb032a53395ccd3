// A ledger with weeks of decisions, for tests of what is told along a period: what comes from pages is always of today.
// It must not hold expectations: what should be the case is said in the tests alone.
import { execFileSync } from "node:child_process";
import path from "node:path";

/** Writes the sums of days into a ledger that no server has open. */
const WRITE_SUMS = `
import json, sqlite3, sys
ledger = sqlite3.connect(sys.argv[1])
for day, sums in json.load(sys.stdin):
    ledger.execute("INSERT OR REPLACE INTO statistics SELECT number, ?, ? FROM logs", (day, json.dumps(sums)))
ledger.commit()
`;

/** The visitors of a usual day, by language, with the share of them that says yes. */
const BY_LANGUAGE = { sv: [40, 0.7], en: [16, 0.5], fi: [10, 0.6], de: [8, 0.3], da: [4, 0.8], nl: [2, 0.4] };

/** Between 0.7 and 1.3, another on each day: a number that nobody has to believe. */
const change = (day, seed) => 1 + 0.3 * Math.sin(day * (1 + seed / 7) + seed);

/** How many decided on a day, and how many of them said yes. */
const tallyOf = (day, seed, decided, rate) => {
  const count = Math.round(decided * change(day, seed));
  return [count, Math.min(count, Math.round(count * rate * change(day, seed + 3)))];
};

/** What a day adds up to, as the ledger keeps it. */
function sumsOf(day) {
  const tallies = Object.entries(BY_LANGUAGE).map(([, [decided, rate]], seed) =>
    tallyOf(day, seed, decided, rate),
  );
  const add = (at) => tallies.reduce((sum, tally) => sum + tally[at], 0);
  const [decided, accepted] = [add(0), add(1)];
  const saved = Math.min(decided - accepted, Math.round(9 * change(day, 2)));
  /** Two groups that add up to all: the later one has this share. */
  const two = (first, second, share) => {
    const [count, yes] = [Math.round(decided * share), Math.round(accepted * share * change(day, 1))];
    return {
      [first]: [decided - count, accepted - Math.min(yes, count)],
      [second]: [count, Math.min(yes, count)],
    };
  };
  return {
    v: 1,
    all: [decided, accepted],
    action: {
      "accept-all": [accepted, accepted],
      "reject-all": [decided - accepted - saved, 0],
      save: [saved, 0],
      withdraw: [Math.round(3 * change(day, 4)), 0],
    },
    category: {
      analytics: [decided, Math.round(accepted * 0.9)],
      advertising: [decided, Math.round(accepted * 0.7)],
      functional: [decided, accepted],
    },
    language: Object.fromEntries(Object.keys(BY_LANGUAGE).map((name, at) => [name, tallies[at]])),
    revision: two("2026-09-01", "2026-11-01", 0.3),
    layer: two("1", "2", 0.15),
  };
}

/**
 * Puts so many days before today into a ledger that already has a receipt, and starts its server again.
 * @param {import('./site.mjs').Ledger} ledger
 * @param {number} days
 */
export async function fillDaysBeforeToday(ledger, days) {
  const today = Math.floor(Date.now() / 86_400_000);
  const before = Array.from({ length: days }, (_, at) => today - days + at);
  const rows = JSON.stringify(before.map((day) => [day, sumsOf(day)]));
  await ledger.kill();
  execFileSync("python3", ["-c", WRITE_SUMS, path.join(ledger.data, "ledger.sqlite3")], { input: rows });
  await ledger.start();
}
