// Minifies a module: `node minify.mjs FROM TO`.
import { readFileSync, writeFileSync } from "node:fs";
import { minifySync } from "@swc/core";

const [from, to] = process.argv.slice(2);
// "Unsafe" for code that asks a function for its name or its source, or makes a string of a symbol: ours does
// neither.
const compress = { ecma: 2020, passes: 2, pure_getters: true, unsafe: true, unsafe_arrows: true };
const { code } = minifySync(readFileSync(from, "utf8"), { compress, mangle: true, ecma: 2020, module: true });
writeFileSync(to, code);
