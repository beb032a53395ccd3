// Odd spellings of URLs: what a script may give to the browser, far from what an author would write.
import { ADVERTISING, ANALYTICS, NECESSARY, UNKNOWN } from "../stage.mjs";
import { withSomeCapitals } from "./random.mjs";

// The page's own host is localhost; the rest is as the configuration of `configuredTag()` and the table of
// library hosts say.
const HOSTS_WITHOUT_CONSENT = ["localhost", NECESSARY, "cdnjs.cloudflare.com"];
/** Whether a host needs no consent. */
export const needsNoConsent = (host) =>
  HOSTS_WITHOUT_CONSENT.some((end) => `.${host.replace(/\.$/, "")}`.endsWith(`.${end}`));
const HOSTS = [
  ...HOSTS_WITHOUT_CONSENT,
  `sub.${NECESSARY}`,
  "a.localhost",
  UNKNOWN,
  ANALYTICS,
  ADVERTISING,
  "doubleclick.net",
  "www.google-analytics.com",
  `localhost.${UNKNOWN}`,
  `${NECESSARY}.${UNKNOWN}`,
  `not${NECESSARY}`,
  "notlocalhost",
  "local",
  "bücher-example.net",
  "xn--bcher-example-xob.net",
  "127.0.0.1",
  "127.1",
  "2130706433",
  "0x7f.1",
  "0177.0.0.01",
  "0x7f000001",
  "1.2.3",
  "256.1.1.1",
  "[::1]",
  "[::ffff:1.2.3.4]",
  "[2001:DB8::1]",
  "[::1",
  "",
  ".",
  "..",
  "*",
  "%",
  "a b",
];

/** Characters and pieces that parsers of URLs treat in ways of their own. */
const ODD_PIECES = [
  "\t",
  "\n",
  "\r",
  " ",
  "\0",
  "\x0b",
  "\x0c",
  "\x1f",
  "\x7f",
  "\u00a0",
  "\u00ad",
  "\u200b",
  "\u200d",
  "\u2028",
  "\ufeff",
  "\ud800",
  "\udc00",
  "😀",
  "\\",
  "/",
  "//",
  ":",
  "@",
  "#",
  "?",
  "%",
  "%00",
  "%2f",
  "%2e",
  "[",
  "]",
  "|",
  "<",
  ">",
  '"',
  "'",
  "`",
  "^",
  "{",
  ",",
  ";",
  "&",
  "=",
  "ß",
  "İ",
  "．",
  "。",
  "／",
  "：",
  "＠",
];

/**
 * One spelling of one URL.
 * @param {import('./random.mjs').Random} random
 * @param {number} id tells cases apart, where the spelling leaves it in the URL
 * @returns {string}
 */
export function oddUrl(random, id) {
  const { below, pick, maybe, some, insert } = random;
  const inFullWidth = (text) =>
    text.replace(/[a-z]/g, (letter) =>
      maybe(0.3, () => String.fromCharCode(letter.charCodeAt(0) + 0xfee0), letter),
    );
  const percentCode = (character) => {
    const encoded = encodeURIComponent(character.replace(/[\ud800-\udfff]/, "?"));
    return encoded.length == 1 ? `%${encoded.charCodeAt(0).toString(16)}` : encoded;
  };
  const inPercentCodes = (text) =>
    text.replace(/[^]/g, (character) => maybe(0.2, () => percentCode(character), character));
  const inCapitals = (text) => withSomeCapitals(random, text, 0.4);
  const gap = () => maybe(0.1, () => pick(["\t", "\n", "\r", "\n\t"]));
  let host = pick(HOSTS);
  host = maybe(0.35, () => pick([inFullWidth, inPercentCodes, inCapitals, inCapitals])(host), host);
  host =
    maybe(0.15, () => insert(host, pick(ODD_PIECES)), host) +
    maybe(0.12, () => pick([".", "..", "。", "%2e", ".%00"]));
  const scheme = maybe(
    0.8,
    () =>
      inCapitals(
        pick([
          "http",
          "https",
          "https",
          "https",
          "ws",
          "wss",
          "ftp",
          "data",
          "blob",
          "about",
          "x",
          "filesystem:https",
          "view-source:https",
        ]),
      ) +
      gap() +
      ":",
  );
  const slashes = pick([
    "//",
    "//",
    "//",
    "//",
    "//",
    "/",
    "",
    "\\\\",
    "/\\",
    "\\/",
    "///",
    "////",
    `/${gap()}/`,
    "\\",
  ]);
  const user = maybe(0.15, () =>
    pick([
      "u@",
      "u:p@",
      "localhost@",
      "localhost:80@",
      `${UNKNOWN}@`,
      `${NECESSARY}:x@`,
      "a@b@",
      "@",
      "%40@",
      ":@",
      "localhost\\@",
      "localhost#@",
      "localhost?@",
      "localhost/@",
    ]),
  );
  const port = maybe(0.2, () =>
    pick([":", ":80", ":443", ":0443", ":8080", ":65535", ":65536", ":x", ":-1", ":80:80", ": 80"]),
  );
  const place = pick([
    `/~${id}~`,
    `/~${id}~`,
    `?~${id}~`,
    `\\~${id}~`,
    `/a/../~${id}~`,
    `/%2e%2e/~${id}~`,
    `/~${id}~#x`,
    `/~${id}~?//${UNKNOWN}/`,
    `/~${id}~/https://${UNKNOWN}/`,
    `~${id}~`,
  ]);
  let text =
    maybe(0.12, () => pick(ODD_PIECES)) +
    scheme +
    slashes +
    user +
    host +
    port +
    place +
    maybe(0.12, () => pick(ODD_PIECES));
  if (text.length > 3) text = maybe(0.15, () => insert(text, pick(ODD_PIECES)), text);
  return pick([
    () => text,
    () => text,
    () => text,
    () => text,
    () => text,
    () => text,
    () => text,
    () => text,
    () => text,
    () => some(3, () => pick(ODD_PIECES)).join("") + text,
    () => `${text}?${"x".repeat(below(5000))}`,
    () => `${pick(["", ".", "..", "/", "\\", "?", "0;url="])}~${id}~`,
    () => some(9, () => pick([...ODD_PIECES, ...HOSTS, "http:", "https:"])).join(""),
  ])();
}

/**
 * A plain URL, of a host that needs consent or of one that does not.
 * @param {import('./random.mjs').Random} random
 * @param {number} id
 */
export const plainUrl = ({ pick }, id) =>
  pick(["https://", "https://", "http://", "//"]) +
  pick([UNKNOWN, UNKNOWN, ANALYTICS, "doubleclick.net", NECESSARY, "cdnjs.cloudflare.com"]) +
  `/~${id}~`;
