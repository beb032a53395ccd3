// What stands in place of held frames and films: who it is, what would load, and how to see it. A frame keeps its size and
// place, and the page its tree: the placeholder is in the frame's document. Where nobody can reach that (`sandbox`), and over
// a film, it is an element that lies over the held one, after the page's body.
import { findInAllRoots, gate, MARK } from "./gate.js";
import { cardsOver, restore } from "./restore.js";

const LEAST_WIDTH = 120,
  LEAST_HEIGHT = 60; // pixels: what is smaller is not there to be seen
const A_MOMENT = 200; // milliseconds

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

/** The site's choice of light and dark, as the style sheets know it. */
export const theme = () => gate.config_.banner?.theme || "auto";

/**
 * Whether we have put a placeholder over something held; the others are the page's own.
 * @param {HTMLElement} element
 */
export const isPlaceholderOfOurs = (element) => "over" in element.dataset;

/** Shows in place of each held frame and film who it is and what would load. */
export async function showPlaceholders() {
  watchForMore();
  const frames = findInAllRoots(`iframe[${MARK}]`);
  const films = findInAllRoots(`video[${MARK}],video>source[${MARK}]`).map((it) => it.closest("video"));
  const held = [...frames, ...new Set(films)].filter((element) => partsOf(element)[0]);
  held.filter((element) => !isBigEnough(element)).forEach(watchSize);
  if (!held.some(isBigEnough)) return;
  const [component, texts] = await gate.fetchComponent_();
  for (const element of held.filter(isBigEnough)) {
    const parts = partsOf(element);
    const card = parts[0] && placeCard(element);
    if (!card) continue;
    card.addEventListener("consentry-once", () => showOnce(parts));
    card.dataset.theme = theme();
    const what = about(gate.verdictOfMarked_(parts[0]), addressOf(parts[0]));
    component.placeholder(gate.forComponent_, texts, card, ...what);
  }
}

// A page may bring frames and films later, or the same ones anew: a held one loads its empty document, or fails.
let isWatching = false;
let nextLook;
function watchForMore() {
  if (isWatching) return;
  isWatching = true;
  const look = ({ target }) => {
    if (!/iframe|video|source/.test(target.localName)) return;
    clearTimeout(nextLook);
    nextLook = setTimeout(showPlaceholders, A_MOMENT);
  };
  for (const event of ["load", "error"]) document.addEventListener(event, look, true);
}

// What is too small to be seen may grow: in a tab that opens, or when it is unfolded.
const watchedSizes = new WeakSet();
const sizes = new ResizeObserver((changes) => {
  if (changes.some(({ target }) => isBigEnough(target))) showPlaceholders();
});
function watchSize(element) {
  if (!watchedSizes.has(element)) sizes.observe(element);
  watchedSizes.add(element);
}

const addressesOf = (element) =>
  ["src", "poster"]
    .map((name) => gate.getAttribute_(element, `${MARK}-${name}`) ?? gate.getAttribute_(element, name))
    .filter((address) => address !== null);

// The one that is held for: of a film of the site that may be its poster's. None where it is the text of a frame, which may
// name several.
const addressOf = (element) => {
  const addresses = addressesOf(element);
  return addresses.find((it) => !gate.mayAct_(gate.verdictOfUrl_(it))) || addresses[0] || "";
};

const isBigEnough = (element) => {
  const { width, height } = element.getBoundingClientRect();
  return width >= LEAST_WIDTH && height >= LEAST_HEIGHT;
};

/**
 * The held elements that must be let go to see one: a frame itself; a film itself, or its sources. None where a film has a
 * file that is not held.
 * @param {any} element
 */
function partsOf(element) {
  const has = (it, name) => gate.getAttribute_(it, name) !== null;
  if (element.localName == "iframe") return [element].filter((it) => has(it, MARK));
  const places = [element, ...element.children].filter((it) => /video|source/.test(it.localName));
  const parts = places.filter((it) => has(it, "src") || has(it, MARK + "-src"));
  return parts.every((it) => has(it, MARK + "-src")) ? parts : [];
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

// Outside of what a framework renders, as the banner is; within a dialog, above which nothing else of the page stands.
function lieOver(element) {
  if (cardsOver.get(element)?.isConnected) return null;
  const card = document.createElement("consentry-placeholder");
  card.dataset.over = "";
  (element.closest("dialog,[popover]") || document.documentElement).append(card);
  if (!cardsOver.size) for (const event of MOVING) addEventListener(event, followAll, true);
  cardsOver.set(element, card);
  // What comes or goes before an element moves it, and changes the size of the page.
  for (const watched of [element, element.parentElement, document.body]) boxes.observe(watched);
  follow(card, element);
  return card;
}

const MOVING = ["scroll", "resize", "transitionend", "animationend"];
const followAll = () => cardsOver.forEach(follow);
const boxes = new ResizeObserver(followAll);

// Puts a placeholder where its element is, and cuts off what the boxes around that hide.
function follow(card, element) {
  if (!element.isConnected || !card.isConnected) {
    card.remove();
    cardsOver.delete(element);
    return;
  }
  let { left, top, right, bottom } = element.getBoundingClientRect();
  const whole = { left, top, right, bottom };
  let level = 0;
  let isSeen = isBigEnough(element) && getComputedStyle(element).visibility == "visible";
  for (let it = element; it && it != document.body; it = it.parentElement) {
    const { opacity, overflow, zIndex } = getComputedStyle(it);
    if (+opacity == 0) isSeen = false;
    level = Math.max(level, +zIndex || 0);
    if (it == element || overflow == "visible") continue;
    const box = it.getBoundingClientRect();
    left = Math.max(left, box.left);
    top = Math.max(top, box.top);
    right = Math.min(right, box.right);
    bottom = Math.min(bottom, box.bottom);
  }
  card.hidden = !isSeen;
  // The style sheet takes these values for what a page's style cannot reach.
  const put = (values, unit = "px") => {
    for (const [name, value] of Object.entries(values)) card.style.setProperty("--" + name, value + unit);
  };
  // Whatever the placeholder is placed by: it is put at the beginning of that, and then moved by what is missing.
  put({ left: 0, top: 0 });
  const begin = card.getBoundingClientRect();
  put({
    left: whole.left - begin.left,
    top: whole.top - begin.top,
    width: whole.right - whole.left,
    height: whole.bottom - whole.top,
    "cut-top": top - whole.top,
    "cut-right": whole.right - right,
    "cut-bottom": whole.bottom - bottom,
    "cut-left": left - whole.left,
  });
  put({ level }, "");
}

// For this page and these addresses alone, until the visitor refuses everything or withdraws.
function showOnce(parts) {
  for (const part of parts) gate.shownOnce_.set(part, addressesOf(part));
  parts.forEach(restore);
  const follow = () => {
    if (gate.consent_?.granted[0]) return;
    document.removeEventListener("consentry:consent", follow);
    for (const part of parts) {
      gate.shownOnce_.delete(part);
      // The page may have given it another address.
      if (gate.mayAct_(gate.verdictOfMarked_(part))) continue;
      gate.holdElement_(part, true);
      if (part.localName == "source") part.parentNode?.load(); // it plays on otherwise
    }
  };
  document.addEventListener("consentry:consent", follow);
}
