// Checks built scripts: `node check-built.mjs FILE…` prints file, line and column of everything that a
// browser of 2020 cannot read or does not have, and fails where there is something. It changes no file.
import { readFileSync } from "node:fs";
import { findings } from "./es2020.mjs";

// What the component's Rust asks the browser for before it calls it (src/ui/style.rs, src/ui/dialog.rs): the
// bindings between the two show the call alone.
const ASKED_FOR_IN_RUST = /^newer than 2020 and not asked for before: (CSSStyleSheet|\.showModal\(\))$/;
const isAskedForInRust = (file, { what }) => /consentry-ui\./.test(file) && ASKED_FOR_IN_RUST.test(what);

/** The line and the column of a place, both counted from 1, and what stands there. */
function placeOf(source, start) {
  const before = source.slice(0, start).split("\n");
  const excerpt = source.slice(start, start + 60).split("\n")[0];
  return `${before.length}:${before[before.length - 1].length + 1}: \`${excerpt}\``;
}

let count = 0;
for (const file of process.argv.slice(2)) {
  const source = readFileSync(file, "utf8");
  for (const finding of findings(source)) {
    const { start, what } = finding;
    if (isAskedForInRust(file, finding)) continue;
    console.error(`${file}:${placeOf(source, start)}: ${what}`);
    count += 1;
  }
}
if (count > 0) {
  console.error(`found ${count}, expected none: say it in ES2020, or ask for it before it is called`);
  process.exitCode = 1;
}
