// Owns what is made of the rounds' figures: medians, ratios, and the printed table with its limits and goals.
import { MEASURES } from "./limits.mjs";

const NAMES = { none: "no banner", before: "before", consentry: "now", peer: "vanilla-cookieconsent" };

/** What a reader of the table must know, a line each. */
const NOTES = [
  "ratio: this build to vanilla-cookieconsent; for the first paint, to the earlier build (--before).",
  "least: the same ratio of each variant's lowest figures, which a busy machine disturbs less.",
  "delayed, added: less the same round's figure without a banner.",
  "CPU ms: by the main thread's processor clock, made slower as the whole page is.",
];

/** @param {number[]} values */
export const median = (values) => {
  const sorted = [...values].sort((one, other) => one - other);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
};

/**
 * What a measure says of one variant, if the rounds have it.
 * @param {import("./limits.mjs").Measure} measure
 * @param {Record<string, Record<string, number[]>>} figures
 * @param {string} variant
 */
function said({ figure, against, added }, figures, variant) {
  const valuesOf = (name) => {
    const values = figures[name]?.[figure];
    // What is added is taken round by round: visits of one round stand close together in time.
    return added ? values?.map((value, round) => value - figures.none[figure][round]) : values;
  };
  const values = valuesOf(variant);
  if (!values) return null;
  const other = against && valuesOf(against);
  // The figure of the least disturbed visits; what is added is the difference of two such.
  const least = (name) => {
    const less = added ? Math.min(...figures.none[figure]) : 0;
    return Math.min(...figures[name][figure]) - less;
  };
  // Nothing can be compared with a figure that noise has made zero or less.
  const ratioOf = (one, another) => (another > 0 ? one / another : null);
  return {
    middle: median(values),
    lowest: Math.min(...values),
    highest: Math.max(...values),
    ratio: other ? ratioOf(median(values), median(other)) : null,
    leastRatio: other ? ratioOf(least(variant), least(against)) : null,
  };
}

/**
 * Prints a row for each measure that the rounds have figures of.
 * @param {Record<string, Record<string, number[]>>} figures by variant and figure, a value a round
 */
export function printTable(figures) {
  const shown = ["none", "before", "consentry", "peer"].filter((variant) => figures[variant]);
  const row = (cells) =>
    console.log(
      cells.map((cell, at) => (at ? cell.padStart(at > shown.length ? 7 : 24) : cell.padEnd(32))).join(" "),
    );
  row([
    "median (lowest to highest)",
    ...shown.map((variant) => NAMES[variant]),
    "ratio",
    "least",
    "limit",
    "goal",
    "",
  ]);
  for (const measure of MEASURES) {
    const cells = shown.map((variant) => {
      const found = said(measure, figures, variant);
      if (!found || (measure.added && variant === "none")) return "-";
      const [middle, lowest, highest] = [found.middle, found.lowest, found.highest].map((value) =>
        value.toFixed(measure.digits),
      );
      return lowest === highest ? middle : `${middle} (${lowest} to ${highest})`;
    });
    const now = said(measure, figures, "consentry");
    if (!now) continue;
    const judged = measure.held === "ratio" ? now.ratio : now.middle;
    const verdict =
      judged === null ? "" : judged <= measure.goal ? "goal" : judged <= measure.limit ? "within" : "OVER";
    row([
      measure.name,
      ...cells,
      ...[now.ratio, now.leastRatio].map((ratio) => (ratio === null ? "-" : ratio.toFixed(2))),
      String(measure.limit),
      String(measure.goal),
      verdict,
    ]);
  }
  for (const note of NOTES) console.log(note);
}
