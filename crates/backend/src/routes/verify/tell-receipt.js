// Says in plain words what a receipt says and by which key it is proven. Writes texts alone, never HTML.
/* exported element, headlineOf, inWords, keySection, listOf, factsOf, WHAT_HAPPENED */
"use strict";

const WHAT_HAPPENED = {
  "accept-all": "The visitor accepted everything.",
  "reject-all": "The visitor refused everything.",
  save: "The visitor chose one by one.",
  withdraw: "The visitor withdrew consent.",
  expire: "The consent ended by its age, or because what it was given for had changed.",
  gpc: "The visitor's browser asked by its signal (Global Privacy Control) not to be followed.",
  api: "A program on the page decided. This proves no act of a person.",
};
const WHERE = [
  "Nothing was shown",
  "In the banner, its first layer",
  "In the preferences, the banner's second layer",
];

/**
 * An element with texts and elements in it.
 * @param {string} name
 * @param {(string | Node)[]} content
 */
function element(name, ...content) {
  const made = document.createElement(name);
  made.append(...content);
  return made;
}

/** @param {string} time as receipts write it */
const inWords = (time) =>
  element(
    "time",
    `${new Intl.DateTimeFormat("en-GB", { dateStyle: "long", timeStyle: "medium", timeZone: "UTC" }).format(new Date(time))} UTC`,
  );

/** @param {string[]} scopes such as `analytics` and `service:youtube` */
function namesOf(scopes) {
  const names = scopes.map((scope) => scope.replace(/^service:/, "the service "));
  return names.length ? names.join(", ") : "nothing";
}

/** @param {string} tag */
function languageName(tag) {
  try {
    return `${new Intl.DisplayNames(["en"], { type: "language" }).of(tag)} (${tag})`;
  } catch {
    return tag;
  }
}

/** What the receipt says, as pairs of a term and its description. */
function factsOf({ receipt, received, index, checkpoint }) {
  return {
    "On the site": receipt.site,
    Granted: namesOf(receipt.granted),
    Denied: namesOf(receipt.denied),
    "Decided, by the visitor's clock": inWords(receipt.time),
    "Recorded, by the server's clock": inWords(received),
    "Stands until": inWords(receipt.validUntil),
    Language: languageName(receipt.language),
    "Where it was decided": WHERE[receipt.layer],
    "Hash of exactly what was shown": element("code", receipt.notice ?? "none: nothing was shown"),
    "Revision of the site's configuration": element("code", receipt.revision),
    Receipt: element("code", receipt.id),
    "The receipt before it": receipt.previous ? element("code", receipt.previous) : "none",
    Subject: element("code", receipt.subject),
    "Place in the log": `${index + 1} of ${checkpoint.size} in ${checkpoint.origin}`,
  };
}

/** @param {Record<string, string | Node>} facts */
function listOf(facts) {
  const rows = Object.entries(facts).map(([term, description]) =>
    element("div", element("dt", term), element("dd", description)),
  );
  return element("dl", ...rows);
}

/** How to know that the key is the site's: nothing in the file can show it. */
function keySection({ signedBy, checkpoint }, isOwnKey) {
  const section = element("section", element("h3", signedBy.length > 1 ? "The keys" : "The key"));
  section.append(...signedBy.map((key) => element("p", element("code", key))));
  if (isOwnKey) {
    section.append(element("p", "The key that you gave signed the log."));
    return section;
  }
  section.append(
    element(
      "p",
      "The file names this key itself, and whoever forges a file can name a key of their own. Compare it, letter by letter, " +
        "with the key that the site publishes, or better with one that you noted earlier or got from somebody you trust. ",
      "The site publishes it at this address:",
    ),
    element("p", element("code", `https://${checkpoint.origin}/key`)),
    element("p", "Or put the key that you have into the field “Key” above: then only that key counts."),
  );
  return section;
}
