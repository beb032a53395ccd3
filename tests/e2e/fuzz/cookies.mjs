// Odd assignments to `document.cookie`: names, values, blanks and lifetimes that browsers read in ways of
// their own.

/** What trackers call their cookies. */
const TRACKER_NAMES = ["_ga", "_ga_ABC", "_fbp", "_gcl_au", "stat_id", "stat_7_x", "ad_id"];
/** Whether a cookie or key of this name is held. */
export const isTrackerName = (name) =>
  /^(_ga|_ga_[^]*|_fbp|_gcl_[^]*|stat_(id|key|[^]*_x)|ad_(id|key|[^]*_x))$/.test(name);
/** What a shop could call its cookies. */
export const SHOP_NAMES = [
  "cart_visits",
  "wish",
  "ga",
  "_g",
  "_ga2",
  "x_ga",
  "GA",
  "_GA",
  "stat",
  "1",
  "length",
  "__proto__",
  "ü",
  "日本",
  "__Host-x",
  "__Secure-x",
  "__host-x",
  "",
];
// No lone surrogate is among them: with one the browser forgets what it was given before.
const ODD_PIECES = [
  " ",
  "  ",
  "\t",
  " \t",
  "\n",
  "\r",
  "\r\n",
  "\0",
  "\x01",
  "\x0b",
  "\x0c",
  "\x7f",
  "\u00a0",
  "\u2028",
  "\ufeff",
  '"',
  "'",
  ",",
  "\\",
  "%20",
  "é",
];

/**
 * One assignment to `document.cookie`.
 * @param {import('./random.mjs').Random} random
 * @returns {string}
 */
export function oddCookie({ below, pick, maybe, some, insert }) {
  const name = pick(pick([TRACKER_NAMES, SHOP_NAMES]));
  const oddPiece = (chance) => maybe(chance, () => pick(ODD_PIECES));
  const value = () =>
    pick([
      "",
      "1",
      "a=b",
      '"quoted"',
      '"',
      "a b",
      "GA1.1.2",
      "=",
      "x,y",
      "ä",
      "x".repeat(below(4400)),
      `${name}=2`,
    ]);
  const pair = pick([
    () => `${name}=${value()}`,
    () => `${name}=${value()}`,
    () => `${name}=${value()}`,
    () => `${name}=${value()}`,
    () => name,
    () => `=${name}`,
    () => `=${name}=1`,
    () => `${name} = ${value()}`,
    () => "",
  ])();
  const inOtherCase = (text) =>
    text.replace(/[a-z]/gi, (letter) =>
      maybe(0.2, () => (letter < "a" ? letter.toLowerCase() : letter.toUpperCase()), letter),
    );
  const ages = [
    "0",
    "-1",
    "00",
    "-0",
    "+1",
    "1",
    "1.5",
    "3600",
    "99999999999",
    "1e3",
    "",
    " 0",
    '"0"',
    "0x",
    "\t0 ",
    "-",
    "--1",
    "0;",
    "a",
  ];
  const dates = [
    "Thu, 01 Jan 1970 00:00:00 GMT",
    "Thu, 01-Jan-1970 00:00:01 GMT",
    "01 jan 1970 0:0:0",
    "Thursday, 01-Jan-70 00:00:00 GMT",
    "Fri, 31 Dec 2038 23:59:59 GMT",
    "0",
    "-1",
    "now",
    "1970",
    "Jan 1 1970",
    "1970-01-01T00:00:00Z",
    "2999-01-01",
    "Thu, 32 Jan 1970 00:00:00 GMT",
    "Tue Jan 01 1980 00:00:00 GMT+0100 (CET)",
    '"Thu, 01 Jan 1970 00:00:00 GMT"',
    "",
    "1 January 1970 00:00:00",
    "Thu 01 Jan 1970 00:00:00 GMT",
    "70 01 jan 00:00:00",
    "Wed, 31 Dec 1600 00:00:00 GMT",
    "1 1 1970",
    "Thu, 01 Jan 1970",
    "01 Jan 1970 24:00:00",
  ];
  const attributes = some(
    3,
    () =>
      oddPiece(0.2) +
      pick([
        () => inOtherCase("Max-Age") + oddPiece(0.1) + pick(["=", "=", " = ", ""]) + pick(ages),
        () => inOtherCase("Expires") + oddPiece(0.1) + pick(["=", "=", " = "]) + pick(dates),
        () => inOtherCase("Path") + "=" + pick(["/", "", "/fuzz", "x", "/fuzz-", '"/"', "/../"]),
        () =>
          inOtherCase("Domain") +
          "=" +
          pick(["", "localhost", ".localhost", "evil.example", "com", "127.0.0.1"]),
        () => inOtherCase("SameSite") + pick(["=Lax", "=none", "=Strict", "=", ""]),
        () =>
          inOtherCase(
            pick([
              "Secure",
              "HttpOnly",
              "Partitioned",
              "Priority=High",
              "max age=0",
              "expires",
              "_ga=1",
              "=",
            ]),
          ),
      ])() +
      oddPiece(0.1),
  );
  const text =
    oddPiece(0.3) +
    pair +
    attributes.map((attribute) => pick([";", "; ", " ;", ";;", "; ; "]) + attribute).join("");
  return maybe(0.2, () => insert(text, pick(ODD_PIECES), below(Math.min(text.length, 30) + 1)), text);
}
