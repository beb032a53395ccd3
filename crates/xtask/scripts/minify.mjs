// Minifies a module: `node minify.mjs FROM TO`.
import { readFileSync, writeFileSync } from "node:fs";
import { minifySync } from "@swc/core";
import { minify as minifyByTerser } from "terser";

const [from, to] = process.argv.slice(2);
// `unsafe_arrows`: no function of ours is asked for its `prototype`. `unsafe_regexp`: no pattern of ours is compared with
// another, or goes on where it stopped, so each can stand where it is used. Not `unsafe`: it makes `x + ""` of `String(x)`,
// which asks an object of the page for another text than the browser does.
/** @type {import("terser").CompressOptions & import("@swc/core").TerserCompressOptions} */
const compress = { ecma: 2020, passes: 2, pure_getters: true, unsafe_arrows: true, unsafe_regexp: true };
// `sequences`: what swc joins by commas compresses worse than statements.
const compressBySwc = { ...compress, sequences: false };
const minifyBySwc = (code) =>
  minifySync(code, { compress: compressBySwc, mangle: true, ecma: 2020, module: true }).code;

// Short names of small letters alone: text with fewer kinds of characters compresses better.
const LETTERS = [..."abcdefghijklmnopqrstuvwxyz"];
const SHORT_NAMES = [...LETTERS, ...LETTERS.flatMap((first) => LETTERS.map((second) => first + second))];
const shortName = (number) => SHORT_NAMES[number] ?? shortName(number - SHORT_NAMES.length) + "_";

// A second time swc joins more, and terser joins what is left.
const joined = minifyBySwc(minifyBySwc(readFileSync(from, "utf8")));
// Its single quotes need no backslash in a text of JSON.
const { code } = await minifyByTerser(joined, {
  compress: { ...compress, passes: 3 },
  mangle: { nth_identifier: { get: shortName } },
  format: { ascii_only: true, quote_style: 1 },
  ecma: 2020,
  module: true,
});
writeFileSync(to, code);
