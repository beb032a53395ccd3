// Minifies a module: `node minify.mjs FROM TO`.
import { readFileSync, writeFileSync } from "node:fs";
import { minifySync } from "@swc/core";

const [from, to] = process.argv.slice(2);
// `unsafe_arrows`: no function of ours is asked for its `prototype`. Not `unsafe`: it makes `x + ""` of `String(x)`, which
// asks an object of the page for another text than the browser does.
const compress = { ecma: 2020, passes: 2, pure_getters: true, unsafe_arrows: true };
const minify = (code) => minifySync(code, { compress, mangle: true, ecma: 2020, module: true }).code;
// A second time it joins more.
writeFileSync(to, minify(minify(readFileSync(from, "utf8"))));
