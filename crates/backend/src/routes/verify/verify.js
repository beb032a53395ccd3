// The page `/verify`: takes a file and perhaps a key, and says in plain words what the receipt says and whether it is proven.
// Decides nothing: check-receipt.js does. Writes texts alone, never HTML.
/* global checkReceipt */
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

const byId = (id) => document.getElementById(id);
const fileField = /** @type {HTMLInputElement} */ (byId("file"));
const keyField = /** @type {HTMLInputElement} */ (byId("key"));
const rules = JSON.parse(byId("rules").textContent);

/** @type {File | undefined} */
let chosen;
/** Which check is the newest: an older one that ends later says nothing. */
let newest = 0;

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

/** @returns {[string, string, (string | Node)[]]} the state, the headline, and what stands below it */
function wordsFor(verdict, isOwnKey) {
  const happened = element("p", WHAT_HAPPENED[verdict.receipt.action]);
  happened.className = "happened";
  const facts = [happened, listOf(factsOf(verdict))];
  if (!verdict.signatureWasChecked)
    return [
      "open",
      "Not proven here: the signature was not checked",
      [
        element(
          "p",
          "The receipt fits the log that the file describes. Whether the site signed that log cannot be checked here: this " +
            "browser does not know Ed25519 signatures. Open the page in a newer browser, or run the command below.",
        ),
        element("p", element("code", "consentry verify receipt.json")),
        ...facts,
      ],
    ];
  const key = isOwnKey ? "the key you gave" : "the key below";
  const said = `The log that is signed with ${key} has this receipt, and it is unchanged since it was recorded.`;
  const headline = isOwnKey ? "Proven" : "Proven by the key that the file names";
  return ["proven", headline, [element("p", said), ...facts, keySection(verdict, isOwnKey)]];
}

/**
 * @param {string} state the style: `proven`, `open` or `refused`
 * @param {string} headline
 * @param {(string | Node)[]} content
 */
function show(state, headline, content) {
  const result = byId("result");
  result.dataset.state = state;
  result.hidden = false;
  byId("verdict").textContent = headline;
  byId("findings").replaceChildren(...content);
  // Said to whoever does not see it; the rest is there to be read.
  const [first] = content;
  byId("announcement").textContent = `${headline}. ${typeof first == "string" ? first : first.textContent}`;
}

async function check() {
  newest += 1;
  const number = newest;
  if (!chosen) return;
  const ownKey = keyField.value.trim();
  /** @type {Parameters<typeof show>} */
  let words;
  try {
    const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
    const text = decoder.decode(await chosen.arrayBuffer());
    words = wordsFor(await checkReceipt(text, rules, ownKey), !!ownKey);
  } catch (error) {
    words = wordsForFailure(error);
  }
  if (number == newest) show(...words);
}

/** @returns {[string, string, (string | Node)[]]} */
function wordsForFailure(error) {
  if (error.kind == "proof")
    return [
      "refused",
      "Not proven",
      [
        element("p", `What does not fit: ${error.message}.`),
        element("p", "Do not rely on anything that this file says."),
      ],
    ];
  if (error.kind == "form") return ["refused", "Not checked", [element("p", `${error.message}.`)]];
  return ["refused", "Not checked", [element("p", `The file cannot be read: ${error.message}`)]];
}

/** @param {FileList | undefined} files */
function choose(files) {
  if (!files?.length) return;
  chosen = files[0];
  byId("chosen").textContent = `Chosen: ${chosen.name}`;
  check();
}

if (globalThis.crypto?.subtle) {
  const place = byId("drop");
  fileField.addEventListener("change", () => choose(fileField.files));
  keyField.addEventListener("input", check);
  // A file that misses the place must not replace the page.
  for (const name of ["dragover", "drop"]) document.addEventListener(name, (event) => event.preventDefault());
  place.addEventListener("dragover", () => place.classList.add("over"));
  for (const name of ["dragleave", "drop"])
    place.addEventListener(name, () => place.classList.remove("over"));
  document.addEventListener("drop", (event) => choose(event.dataTransfer.files));
} else {
  fileField.disabled = true;
  show("refused", "Nothing can be checked here", [
    element(
      "p",
      "Browsers lend their cryptography only to pages that come over https, or from a file: open this page with https.",
    ),
  ]);
}
