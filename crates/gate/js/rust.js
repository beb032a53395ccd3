// The gate's Rust: the compiled rules, and the banner's first layer, which it paints through the four functions below.
// Without WebAssembly the same Rust comes as JavaScript, a little later.
import { appendChild, call, setAttribute } from "./captured.js";
import { importBeside, orLost } from "./beside.js";

// What Rust exports (crates/gate/src/lib.rs); undefined until it is there.
export let rust;
// All of its memory, and the part of it through which texts are passed.
let memory;
export let buffer;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

// Puts a text into the buffer; returns its length in bytes.
export const pass = (text) => encoder.encodeInto(text, buffer).written;
const read = (start, length) => decoder.decode(memory.subarray(start, start + length));

// Where Rust paints: an element, or whatever else has `append`.
let current;
const painting = {
  open(start, length) {
    const [name, ...attributes] = read(start, length).split(" ");
    const element = document.createElement(name);
    for (const attribute of attributes) setAttribute(element, ...attribute.split("="));
    call(appendChild, current, [element]);
    current = element;
  },
  attribute(name, nameLength, value, valueLength) {
    setAttribute(current, read(name, nameLength), read(value, valueLength));
  },
  text(start, length) {
    current.append(read(start, length));
  },
  close() {
    current = current.parentNode;
  },
};

// Lets Rust paint into `place`: the function of this name, with a text and numbers.
export function paint(place, name, text, ...numbers) {
  current = place;
  rust[name](pass(text), ...numbers);
}

function take(exports) {
  rust = exports;
  memory = new Uint8Array(rust.memory.buffer);
  buffer = memory.subarray(rust.buffer());
}

// Where there is no WebAssembly: resolves when the rules are there, or could not be had at the first try and everything
// stays held until they are, which is when `rulesCame` resolves.
export let late;
export let rulesCame;
try {
  const bytes =
    Uint8Array.fromHex?.(WASM) || Uint8Array.from(WASM.match(/../g), (pair) => parseInt(pair, 16));
  take(new WebAssembly.Instance(new WebAssembly.Module(bytes), { page: painting }).exports);
} catch {
  rulesCame = importBeside("gate.wasm.js").then((module) => take(module.start(painting)));
  late = orLost(rulesCame).catch(() => {});
}
