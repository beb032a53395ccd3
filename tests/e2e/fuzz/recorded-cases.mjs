// Inputs that failed once, in `tests/cases/fuzz`: a file for each test, a JSON list with one input an entry.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { root } from "../site.mjs";

const folder = path.join(root, "tests/cases/fuzz");
const fileOf = (what) => path.join(folder, `${what}.json`);

/** More than this many of one run are hardly of different causes. */
const MOST_OF_ONE_RUN = 20;

/**
 * The inputs that are kept for a test.
 * @param {string} what the file's name without its ending
 * @returns {any[]}
 */
export const readCases = (what) =>
  existsSync(fileOf(what)) ? JSON.parse(readFileSync(fileOf(what), "utf8")) : [];

/**
 * Adds inputs to those that are kept, each once.
 * @param {string} what
 * @param {any[]} inputs
 * @returns {string} where they are, in words
 */
export function keepAsCases(what, inputs) {
  const kept = readCases(what);
  const known = new Set(kept.map((input) => JSON.stringify(input)));
  const fresh = inputs.filter((input) => !known.has(JSON.stringify(input))).slice(0, MOST_OF_ONE_RUN);
  if (!fresh.length) return `All of them are in tests/cases/fuzz/${what}.json already.`;
  mkdirSync(folder, { recursive: true });
  writeFileSync(fileOf(what), JSON.stringify([...kept, ...fresh], null, 2) + "\n");
  return `${fresh.length} were added to tests/cases/fuzz/${what}.json, so that every later run replays them.`;
}
