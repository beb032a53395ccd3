// The gate's Rust: the compiled rules, and the banner's first layer, which it paints through the four
// functions below. Without WebAssembly the same Rust comes as JavaScript, a little later. What is asked of
// it, others say.
import { append, appendChild, call, createElement, setAttribute } from "./captured.js";
import { importBeside, orLost } from "./fetch-files.js";

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
export const pass = (text) => encoder.encodeInto(text, buffer).written;
const read = (start, length) => decoder.decode(memory.subarray(start, start + length));

// The element that Rust paints into. Only natives are called here: what a page put in their place could ask Rust
// something while it paints.
let current;
const painting = {
  open(start, length) {
    const [name, ...attributes] = read(start, length).split(" ");
    const element = call(createElement, document, [name]);
    for (const attribute of attributes) setAttribute(element, ...attribute.split("="));
    call(appendChild, current, [element]);
    current = element;
  },
  attribute(name, nameLength, value, valueLength) {
    setAttribute(current, read(name, nameLength), read(value, valueLength));
  },
  text(start, length) {
    call(append, current, [read(start, length)]);
  },
  close() {
    current = current.parentNode;
  },
};

/**
 * Lets Rust paint.
 * @param {Node} place into which it paints
 * @param {"paint_first_layer" | "count_undescribed"} name of the function that Rust exports
 * @param {string} text
 * @param {...number} numbers
 */
export function paint(place, name, text, ...numbers) {
  current = place;
  rust[name](pass(text), ...numbers);
}

function take(exports) {
  rust = exports;
  memory = new Uint8Array(rust.memory.buffer);
  buffer = memory.subarray(rust.buffer());
}

/**
 * Where there is no WebAssembly: resolves when the rules are there, or could not be had at the first tries and
 * everything stays held until they are.
 * @type {Promise<void> | undefined}
 */
export let late;
/**
 * Where there is no WebAssembly: resolves when the rules are there.
 * @type {Promise<void> | undefined}
 */
export let rulesCame;
try {
  /** @type {any} */
  const bytes =
    Uint8Array.fromHex?.(WASM) || Uint8Array.from(WASM.match(/../g), (pair) => parseInt(pair, 16));
  take(new WebAssembly.Instance(new WebAssembly.Module(bytes), { page: painting }).exports);
} catch {
  rulesCame = importBeside("gate.wasm.js").then((module) => take(module.start(painting)));
  late = orLost(rulesCame).catch(() => {});
}
