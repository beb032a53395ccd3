// What stands in place of held frames and films: who it is, what would load, and how to see it. A frame keeps its size and
// place, and the page its tree: the placeholder is in the frame's document. Where nobody can reach that (`sandbox`), and over
// a film, it is an element that lies over the held one, beside it in the page.
import { findInAllRoots, gate, MARK } from "./gate.js";
import { cardsOver, restore } from "./restore.js";

const LEAST_WIDTH = 120,
  LEAST_HEIGHT = 60; // pixels: what is smaller is not there to be seen

/** Documents of frames that have their placeholder. */
const documentsWithCard = new WeakSet();

/**
 * What the component is told of a held element.
 * @param {number} verdict
 * @param {string} address empty where none is known
 */
export const about = (verdict, address) => {
  const { service, category } = gate.explain_(verdict);
  return [service || "", category, address && new URL(address, document.baseURI).host];
};

/** @param {HTMLElement} element */
export const isPlaceholderOfOurs = (element) => "over" in element.dataset;

/** Shows in place of each held frame and film who it is and what would load. */
export async function showPlaceholders() {
  const frames = findInAllRoots(`iframe[${MARK}]`);
  const films = findInAllRoots(`video[${MARK}],video>source[${MARK}]`).map((it) => it.closest("video"));
  const held = [...frames, ...new Set(films)].filter(
    (element) => isBigEnough(element) && partsOf(element)[0],
  );
  if (!held[0]) return;
  const [component, texts] = await gate.fetchComponent_(gate.language_());
  for (const element of held) {
    const parts = partsOf(element);
    const card = parts[0] && placeCard(element);
    if (!card) continue;
    card.addEventListener("consentry-once", () => showOnce(parts));
    const what = about(gate.verdictOfMarked_(parts[0]), gate.targetOf_(parts[0]));
    component.placeholder(gate.forComponent_, texts, card, ...what);
  }
}

const isBigEnough = (element) => {
  const { width, height } = element.getBoundingClientRect();
  return width >= LEAST_WIDTH && height >= LEAST_HEIGHT;
};

/**
 * The held elements that must be let go to see one: a frame itself; a film itself, or its sources. None where a film has a
 * file that is not held, such as one of which only the poster is.
 * @param {any} element
 */
function partsOf(element) {
  const isMarked = (it) => gate.getAttribute_(it, MARK) !== null;
  if (element.localName == "iframe") return [element].filter(isMarked);
  const names = (it) => ["src", MARK + "-src"].some((name) => gate.getAttribute_(it, name) !== null);
  const parts = [element, ...element.children].filter((it) => /video|source/.test(it.localName) && names(it));
  return parts.every(isMarked) ? parts : [];
}

// The place for a placeholder, in the element or over it; null where there is one.
function placeCard(element) {
  const { contentDocument } = element;
  if (!contentDocument) return lieOver(element);
  if (!contentDocument.body || documentsWithCard.has(contentDocument)) return null;
  documentsWithCard.add(contentDocument);
  const card = contentDocument.createElement("consentry-placeholder");
  card.dataset.inFrame = "";
  contentDocument.documentElement.lang = gate.language_();
  contentDocument.body.append(card);
  contentDocument.body.style.margin = "0";
  return card;
}

function lieOver(element) {
  if (cardsOver.get(element)?.isConnected) return null;
  const card = document.createElement("consentry-placeholder");
  card.dataset.over = "";
  element.after(card);
  cardsOver.set(element, card);
  const follow = () => {
    if (!element.isConnected) card.remove();
    if (!card.isConnected) return observer.disconnect();
    if (card.previousSibling != element) element.after(card);
    card.hidden = !isBigEnough(element);
    // Whatever it is placed by: it is put at the beginning of that, and then moved by what is missing.
    card.style.left = card.style.top = "0";
    const { left, top, width, height } = element.getBoundingClientRect();
    const begin = card.getBoundingClientRect();
    card.style.left = left - begin.left + "px";
    card.style.top = top - begin.top + "px";
    card.style.width = width + "px";
    card.style.height = height + "px";
  };
  // What comes or goes before an element moves it, and changes the size of the page.
  const observer = new ResizeObserver(follow);
  for (const watched of [element, element.parentElement, document.body]) observer.observe(watched);
  return card;
}

const addressesOf = (element) =>
  ["src", "poster"]
    .flatMap((name) => [name, `${MARK}-${name}`])
    .map((name) => gate.getAttribute_(element, name))
    .filter((address) => address !== null);

// For this page and these addresses alone, until the visitor withdraws.
function showOnce(parts) {
  for (const part of parts) gate.shownOnce_.set(part, addressesOf(part));
  parts.forEach(restore);
  const holdAgain = () => {
    for (const part of parts) {
      gate.shownOnce_.delete(part);
      gate.holdElement_(part, true);
      if (part.localName == "source") part.parentNode?.load(); // it plays on otherwise
    }
  };
  document.addEventListener("consentry:withdrawn", holdAgain, { once: true });
}
