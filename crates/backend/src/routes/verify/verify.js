// The page `/verify`: takes a file and perhaps a key, and shows what became of the check. Decides nothing and finds no words:
// check-receipt.js and tell-file.js do.
/* global checkFile, element, wordsFor, wordsForFailure */
"use strict";

const byId = (id) => document.getElementById(id);
const fileField = /** @type {HTMLInputElement} */ (byId("file"));
const keyField = /** @type {HTMLInputElement} */ (byId("key"));
const rules = JSON.parse(byId("rules").textContent);

/** @type {File | undefined} */
let chosen;
/** Which check is the newest: an older one that ends later says nothing. */
let newest = 0;

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
    words = wordsFor(await checkFile(text, rules, ownKey), !!ownKey);
  } catch (error) {
    words = wordsForFailure(error);
  }
  if (number == newest) show(...words);
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
