// Owns what `cargo xtask bench start` measures: each figure's name, unit, and the limit and goal it is held
// to. It takes no measurement itself: visits.mjs, watch.mjs and trace.mjs do.

/**
 * @typedef {object} Measure
 * @property {string} name as printed
 * @property {string} figure the key under which the visits record it
 * @property {"none"|"before"|"peer"} [against] the variant whose median the ratio divides by
 * @property {boolean} [added] whether the same round's figure without any banner is subtracted first
 * @property {"value"|"ratio"} held which of the two the limit speaks of
 * @property {number} [limit]
 * @property {number} [goal]
 * @property {number} digits decimals of a value
 */

/** @type {Measure[]} */
export const MEASURES = [
  {
    name: "first visit, brotli bytes",
    figure: "bytes",
    held: "value",
    limit: 15_000,
    goal: 13_500,
    digits: 0,
  },
  { name: "first visit, requests", figure: "requests", held: "value", limit: 1, goal: 1, digits: 0 },
  {
    name: "banner visible, ms",
    figure: "visible",
    against: "peer",
    held: "ratio",
    limit: 0.65,
    goal: 0.55,
    digits: 0,
  },
  {
    name: "reject handled, ms",
    figure: "handled",
    against: "peer",
    held: "ratio",
    limit: 0.65,
    goal: 0.55,
    digits: 0,
  },
  {
    name: "own script time at start, CPU ms",
    figure: "script",
    held: "value",
    limit: 55,
    goal: 35,
    digits: 1,
  },
  {
    name: "first paint delayed, ms",
    figure: "firstPaint",
    against: "before",
    added: true,
    held: "ratio",
    limit: 0.6,
    goal: 0.4,
    digits: 0,
  },
  {
    name: "main thread added, CPU ms",
    figure: "mainThread",
    against: "peer",
    added: true,
    held: "ratio",
    limit: 0.6,
    goal: 0.4,
    digits: 0,
  },
  {
    name: "marked tag on return, ms",
    figure: "tagRan",
    against: "peer",
    held: "ratio",
    limit: 1,
    goal: 0.9,
    digits: 0,
  },
  {
    name: "preferences, no throttle, ms",
    figure: "preferences",
    held: "value",
    limit: 100,
    goal: 50,
    digits: 0,
  },
  {
    name: "preferences, 4x CPU, ms",
    figure: "preferencesSlow",
    held: "value",
    limit: 100,
    goal: 50,
    digits: 0,
  },
  {
    name: "accepted to gone, 4x CPU, ms",
    figure: "acceptGone",
    held: "value",
    limit: 40,
    goal: 30,
    digits: 0,
  },
  {
    name: "rejected to gone, 4x CPU, ms",
    figure: "rejectGone",
    held: "value",
    limit: 40,
    goal: 30,
    digits: 0,
  },
  // A task is long from 50 ms (Long Tasks API); a shorter one counts as 0.
  {
    name: "longest task of accepting, ms",
    figure: "acceptTask",
    held: "value",
    limit: 49,
    goal: 0,
    digits: 0,
  },
  {
    name: "longest task of rejecting, ms",
    figure: "rejectTask",
    held: "value",
    limit: 49,
    goal: 0,
    digits: 0,
  },
  {
    name: "elements added to the page",
    figure: "elements",
    added: true,
    held: "value",
    limit: 12,
    goal: 3,
    digits: 0,
  },
  { name: "layout shift added", figure: "shift", added: true, held: "value", limit: 0, goal: 0, digits: 3 },
  {
    name: "visits whose largest paint it is",
    figure: "largest",
    held: "value",
    limit: 0,
    goal: 0,
    digits: 0,
  },
];

/** Slow 4G, as the browser's own tools define it: bytes a second, and milliseconds before each answer. */
export const SLOW_4G = {
  offline: false,
  latency: 150,
  downloadThroughput: (1.6 * 1e6) / 8,
  uploadThroughput: (0.75 * 1e6) / 8,
};

/** How many times slower the processor is made. */
export const CPU_SLOWDOWN = 4;
