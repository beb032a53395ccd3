// Owns the weight of the measured page: scripts, style sheets and images that are as large and as busy as
// those of an ordinary shop, and the same in every run. Nothing in them means anything.
import { crc32, deflateSync } from "node:zlib";

/** Numbers that look random and are the same in every run. @param {number} seed */
export function numbers(seed) {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const SYLLABLES = "ba co du fe gi ha jo ku la me ni po qua re si tu va wo xe zy".split(" ");
const word = (next) => Array.from({ length: 2 + next(3) }, () => SYLLABLES[next(SYLLABLES.length)]).join("");

/**
 * A script that declares functions and calls every third of them, as libraries do.
 * @param {number} seed
 * @param {number} functions
 */
export function script(seed, functions) {
  const next = numbers(seed);
  const parts = ["(() => {", "const found = [];"];
  for (let at = 0; at < functions; at += 1) {
    const [first, second, third] = [word(next), word(next), word(next)];
    parts.push(`function ${first}${at}(${second}, ${third}Of) {
      const ${third} = { ${word(next)}: ${next(1e6)}, ${word(next)}: "${word(next)}-${word(next)}" };
      for (let turn = 0; turn < ${10 + next(60)}; turn += 1)
        ${third}.total = ((${third}.total ?? ${next(1e4)}) * ${next(97) + 2} + ${second}) % ${next(1e6) + 7};
      if (${third}.total > ${next(1e6)} && ${third}Of)
        return ${third}Of.${word(next)} ?? "${word(next)} ${word(next)}";
      return { ...${third}, ${word(next)}: ${second} > ${next(500)} ? "${word(next)}" : ${next(1e5)} };
    }`);
    if (at % 3 === 0) parts.push(`found.push(${first}${at}(${next(1000)}, found[0]));`);
  }
  return [...parts, "window.__found = (window.__found ?? 0) + found.length;", "})();"].join("\n");
}

/**
 * A style sheet of so many rules, few of which apply to the page.
 * @param {number} seed
 * @param {number} rules
 */
export function styleSheet(seed, rules) {
  const next = numbers(seed);
  const colour = () => `#${next(0x1000000).toString(16).padStart(6, "0")}`;
  return Array.from(
    { length: rules },
    () => `.${word(next)}-${word(next)} > .${word(next)}:not(:first-child) {
  margin: ${next(40)}px ${next(40)}px; color: ${colour()}; background: ${colour()};
  border-radius: ${next(20)}px; font: ${12 + next(20)}px/1.${next(9)} system-ui, sans-serif }`,
  ).join("\n");
}

/**
 * A picture of noise, which no compression makes smaller: `detail` of 256 grey tones.
 * @param {number} seed
 * @param {number} width
 * @param {number} height
 * @param {number} detail
 */
export function picture(seed, width, height, detail) {
  const next = numbers(seed);
  const chunk = (type, data) => {
    const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
    const whole = Buffer.alloc(body.length + 8);
    whole.writeUInt32BE(data.length, 0);
    body.copy(whole, 4);
    whole.writeUInt32BE(crc32(body), body.length + 4);
    return whole;
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header[8] = 8; // bits for each grey tone
  const rows = Buffer.alloc((width + 1) * height);
  for (let at = 0; at < rows.length; at += 1) rows[at] = at % (width + 1) ? 255 - next(detail) : 0;
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([
    signature,
    chunk("IHDR", header),
    chunk("IDAT", deflateSync(rows)),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

/** The products that the page fetches. @param {number} seed @param {number} count */
export function products(seed, count) {
  const next = numbers(seed);
  return Array.from({ length: count }, (_, at) => ({
    name: `${word(next)} ${word(next)}`,
    text: Array.from({ length: 14 }, () => word(next)).join(" "),
    price: `${20 + next(400)} €`,
    image: `product-${at % 6}.png`,
  }));
}
