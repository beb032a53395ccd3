// The gate's Rust: the compiled rules, which verdicts.js asks, and the banner's first layer, which banner.js lets it paint
// through the functions of `painting`. Without WebAssembly the same Rust comes as JavaScript, a little later.
import { append, appendChild, makeElement, setAttribute } from "./captured.js";
import { importBeside, rejectWhenLost } from "./fetch-files.js";

/**
 * What Rust exports (crates/gate/src/lib.rs); undefined until it is there.
 * @type {any}
 */
export let rust;
// All of its memory.
let memory;
/**
 * The part of it through which texts are passed.
 * @type {Uint8Array<ArrayBuffer>}
 */
export let buffer;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/**
 * Puts a text into the buffer, cut to its size.
 * @param {string} text
 * @returns {number} its length in bytes
 */
export const putIntoBuffer = (text) => encoder.encodeInto(text, buffer).written;
const read = (start, length) => decoder.decode(memory.subarray(start, start + length));

// The element that Rust paints into. Only natives are called here: what a page put in their place could ask Rust
// something while it paints.
let current;
const painting = {
  open(start, length) {
    current = appendChild(current, makeElement(read(start, length)));
  },
  attribute(name, nameLength, value, valueLength) {
    setAttribute(current, read(name, nameLength), read(value, valueLength));
  },
  text(start, length) {
    append(current, read(start, length));
  },
  close() {
    current = current.parentNode;
  },
};

/**
 * Lets Rust paint the first layer.
 * @param {Node} place into which it paints
 * @param {string} lines as crates/notice/src/packed_texts.rs says
 */
export function paintFirstLayer(place, lines) {
  current = place;
  rust.paint_first_layer(putIntoBuffer(lines));
}

const BUFFER_LENGTH = 1 << 16; // bytes (BUFFER in crates/gate/src/lib.rs)
function useExports(exports) {
  rust = exports;
  memory = new Uint8Array(rust.memory.buffer);
  const start = rust.buffer();
  buffer = memory.subarray(start, start + BUFFER_LENGTH);
}

/**
 * Where there is no WebAssembly: resolves when the rules are there, or could not be had at the first tries and
 * everything stays held until they are.
 * @type {Promise<void> | undefined}
 */
export let firstTriesAtRules;
/**
 * Where there is no WebAssembly: resolves when the rules are there.
 * @type {Promise<void> | undefined}
 */
export let rulesAsJavaScript;
try {
  // A character stands for a byte, whose code is 35 less; each tilde before it adds 95 (`printable` in
  // crates/xtask/src/build/gate.rs).
  const bytes = Uint8Array.from(
    WASM.match(/~*./g),
    (shifted) => shifted.charCodeAt(shifted.length - 1) + 95 * (shifted.length - 1) - 35,
  );
  useExports(new WebAssembly.Instance(new WebAssembly.Module(bytes), { page: painting }).exports);
} catch {
  rulesAsJavaScript = importBeside("gate.wasm.js").then((module) => useExports(module.start(painting)));
  firstTriesAtRules = rejectWhenLost(rulesAsJavaScript).catch(() => {});
}
