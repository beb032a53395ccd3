// What stands in place of held frames and films (videos): who it is, what would load, and how to see it. The placeholder, here
// called the card, stands in the frame's own document: the frame keeps its size and place, and the page its tree. A film has no
// document, and that of some frames no script can reach (`sandbox`): there the card lies over the held element. It stands after
// the page's body, or in the dialog around the element.
import { findInAllRoots, gate, MARK } from "./gate.js";
import { cardsOver, restore } from "./restore.js";

const LEAST_WIDTH = 120,
  LEAST_HEIGHT = 60; // pixels: what is smaller is not there to be seen
const LOOK_AGAIN_AFTER = 200; // milliseconds

/** Documents of frames that have their placeholder. */
const documentsWithCard = new WeakSet();

/**
 * What the component is told of a held element: its service, its category, its host; empty where unknown.
 * @param {number} verdict
 * @param {string} address empty where none is known
 */
export const about = (verdict, address) => {
  const { service, category } = gate.explain_(verdict);
  return [service || "", category, hostOf(address)];
};

function hostOf(address) {
  try {
    return address && new URL(address, document.baseURI).host;
  } catch {
    return ""; // the page's address is none
  }
}

/** The site's choice of light and dark, as the style sheets know it. */
export const theme = () => gate.config_.banner?.theme || "auto";

/**
 * Whether it is a card of ours that lies over something. Others in the page are those that the page has put there itself.
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
    const card = parts[0] && makeCard(element);
    if (!card) continue;
    card.addEventListener("consentry-once", () => showOnce(parts));
    card.dataset.theme = theme();
    const what = about(gate.verdictOfMarked_(parts[0]), addressOf(parts[0]));
    component.placeholder(gate.forComponent_, texts, card, ...what);
  }
}

// A page may bring frames and films later, or the same ones anew. It is noticed by what a held one hears: a frame that its
// empty document has loaded, a film that it has failed.
let isWatching = false;
let nextLook;
function watchForMore() {
  if (isWatching) return;
  isWatching = true;
  const look = ({ target }) => {
    if (!/^(iframe|video|source)$/.test(target.localName)) return;
    clearTimeout(nextLook);
    nextLook = setTimeout(showPlaceholders, LOOK_AGAIN_AFTER);
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

// The address that an element is held for; that of a film's poster, where the film itself is the site's. Empty for a frame that
// is given as text, which may name several.
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
  const places = [element, ...element.children].filter((it) => /^(video|source)$/.test(it.localName));
  // Of what is held all addresses are.
  return places.every((it) => has(it, MARK) || !has(it, "src")) ? places.filter((it) => has(it, MARK)) : [];
}

// A new card, in the element's document or to lie over it; null where it has one.
function makeCard(element) {
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

// Outside of what a framework renders, as the banner is; or in the dialog around it, above which nothing else of the page
// stands.
function lieOver(element) {
  if (cardsOver.has(element)) return null;
  const card = document.createElement("consentry-placeholder");
  card.dataset.over = "";
  // A part of it that is cut off may have the focus.
  card.addEventListener("focusin", () => element.scrollIntoView({ block: "nearest" }));
  card.style.cssText = "--left:0px;--top:0px"; // from where it is measured first
  cardsOver.set(element, card);
  tellAnew(element);
  return card;
}

// Tells what the browser shows of the elements that have a card. While some of one is seen it is told of whenever the browser
// paints: so its card follows whatever moves it.
const seen = new IntersectionObserver((changes) => {
  for (const { target, isIntersecting, boundingClientRect, intersectionRect } of changes) {
    const card = cardsOver.get(target);
    if (!card) {
      seen.unobserve(target); // it was let go
      continue;
    }
    if (isIntersecting) tellAnew(target);
    if (isIntersecting && isBigEnough(target)) follow(card, target, boundingClientRect, intersectionRect);
    else card.remove();
  }
});
// An observer tells at once of what it begins to observe.
function tellAnew(element) {
  seen.unobserve(element);
  seen.observe(element);
}

// Shows a card over what is seen of its element.
function follow(card, element, whole, visible) {
  const { place, level, isShown } = surroundings(element);
  if (!isShown || isCovered(element, visible)) return card.remove();
  if (card.parentNode != place) place.append(card);
  // Whatever box the card is placed in: it is moved by how far it is from where it should be.
  const now = card.getBoundingClientRect();
  const moved = (name, by) => parseFloat(card.style.getPropertyValue(name)) + by;
  const values = {
    left: moved("--left", visible.left - now.left),
    top: moved("--top", visible.top - now.top),
    width: visible.width,
    height: visible.height,
    "card-left": whole.left - visible.left,
    "card-top": whole.top - visible.top,
    "card-width": whole.width,
    "card-height": whole.height,
  };
  // Given as custom properties: the style sheet (src/ui/placeholder.css) makes them important, so that no page overrides them.
  const put = (name, value) => {
    if (card.style.getPropertyValue(name) != value) card.style.setProperty(name, value);
  };
  for (const [name, value] of Object.entries(values)) put("--" + name, value + "px");
  put("--level", String(level));
}

const HIGHEST_LEVEL = 2147483645; // below the banner and the small button

// Where an element's card belongs, at which level among the page's, and whether the page shows the element. A film that
// fades in when it can play is shown.
function surroundings(element) {
  let level = 0;
  let isShown = getComputedStyle(element).visibility == "visible";
  for (let it = element; it; it = above(it)) {
    if (it.matches("dialog,[popover]")) return { place: it, level, isShown };
    const { opacity, position, zIndex } = getComputedStyle(it);
    if (it != element && opacity == "0") isShown = false;
    if (position != "static" && zIndex != "auto") level = Math.min(+zIndex, HIGHEST_LEVEL);
  }
  return { place: document.documentElement, level, isShown };
}

const above = (element) => element.assignedSlot || element.parentElement || element.getRootNode().host;

// Whether the page has text of its own in front of the element's middle, as where a film is the background.
function isCovered(element, { left, top, width, height }) {
  const [front] = element
    .getRootNode()
    .elementsFromPoint(left + width / 2, top + height / 2)
    .filter((it) => !it.localName.startsWith("consentry-"));
  return !!front && front != element && !front.contains(element) && /\S/.test(front.textContent);
}

// For this page and these addresses alone, until the visitor refuses everything or withdraws.
function showOnce(parts) {
  for (const part of parts) gate.shownOnce_.set(part, addressesOf(part));
  parts.forEach(restore);
  const holdAgain = () => {
    if (gate.consent_?.granted[0]) return;
    document.removeEventListener("consentry:consent", holdAgain);
    for (const part of parts) {
      gate.shownOnce_.delete(part);
      // The page may have given it another address.
      if (gate.mayAct_(gate.verdictOfMarked_(part))) continue;
      gate.holdElement_(part, true);
      if (part.localName == "source") part.parentNode?.load(); // it plays on otherwise
    }
  };
  document.addEventListener("consentry:consent", holdAgain);
}
