// SHA-256. A page on plain http has no WebCrypto, and the receipt of a decision there has a subject and a
// notice too: so the rounds are here as well, in the lazily fetched file, at a tenth of what a library would
// add to it.
const hex = (bytes) => [...bytes].map((byte) => (byte + 256).toString(16).slice(1)).join("");

/**
 * The hash as lower-case hex digits; by WebCrypto where the browser has it.
 * @param {Uint8Array<ArrayBuffer>} bytes
 * @returns {Promise<string>}
 */
export const sha256 = async (bytes) =>
  hex(
    globalThis.crypto?.subtle
      ? new Uint8Array(await crypto.subtle.digest("SHA-256", bytes))
      : sha256Rounds(bytes),
  );

// FIPS 180-4.
function sha256Rounds(bytes) {
  const blocks = new DataView(new ArrayBuffer(((bytes.length + 72) >> 6) << 6));
  bytes.forEach((byte, at) => blocks.setUint8(at, byte));
  blocks.setUint8(bytes.length, 0x80);
  blocks.setUint32(blocks.byteLength - 4, bytes.length * 8);
  const primes = [];
  for (let number = 2; primes.length < 64; number++)
    if (primes.every((prime) => number % prime)) primes.push(number);
  const fraction = (root) => ((root - Math.floor(root)) * 2 ** 32) | 0;
  const constants = primes.map((prime) => fraction(Math.cbrt(prime)));
  const state = primes.slice(0, 8).map((prime) => fraction(Math.sqrt(prime)));
  const turn = (word, by) => (word >>> by) | (word << (32 - by));
  for (let block = 0; block < blocks.byteLength; block += 64) {
    const words = [];
    let [a, b, c, d, e, f, g, h] = state;
    for (let round = 0; round < 64; round++) {
      const [x, y] = [words[round - 15], words[round - 2]];
      const low = turn(x, 7) ^ turn(x, 18) ^ (x >>> 3),
        high = turn(y, 17) ^ turn(y, 19) ^ (y >>> 10);
      words[round] =
        round < 16
          ? blocks.getInt32(block + round * 4)
          : (words[round - 16] + low + words[round - 7] + high) | 0;
      const sum1 = turn(e, 6) ^ turn(e, 11) ^ turn(e, 25),
        sum0 = turn(a, 2) ^ turn(a, 13) ^ turn(a, 22);
      const first = (h + sum1 + ((e & f) ^ (~e & g)) + constants[round] + words[round]) | 0;
      const second = (sum0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      [h, g, f, e, d, c, b, a] = [g, f, e, (d + first) | 0, c, b, a, (first + second) | 0];
    }
    [a, b, c, d, e, f, g, h].forEach((word, at) => (state[at] = (state[at] + word) | 0));
  }
  const out = new DataView(new ArrayBuffer(32));
  state.forEach((word, at) => out.setInt32(at * 4, word));
  return new Uint8Array(out.buffer);
}
