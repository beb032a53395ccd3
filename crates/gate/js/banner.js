// The banner, <consentry-banner>: lets Rust paint its first layer, carries out what the visitor does there,
// and brings the preferences. What is said, and in which order, is decided in crates/notice, never here.
import {
  appendChild,
  attachShadow,
  emit,
  fail,
  findAll,
  inFrame,
  insertBefore,
  listen,
  makeElement,
  newSheet,
  setTimeout,
  whenBody,
} from "./captured.js";
import { fetchBeside, rejectWhenLost } from "./fetch-files.js";
import { askedCategories, startWaitsFor, config } from "./config.js";
import { consent, decide, keepChoice, signalsPrivacy } from "./choice.js";
import { fetchComponent, fetchComponentWhenIdle } from "./preferences.js";
import { isBalanced } from "./balance.js";
import { keepInPage } from "./keep-in-page.js";
import { LINE_DIRECTION } from "./numbers.js";
import { aboutUndescribed, language, linesOfFirstLayer, withTexts } from "./texts.js";
import { paintFirstLayer, rulesAsJavaScript, rust } from "./rust.js";
import { readStoredChoice } from "./stored.js";
import { undescribedHosts } from "./verdicts.js";

// What is shown, as receipts number it: the banner is the first layer, the preferences are the second.
export const NO_LAYER = 0;
export const FIRST_LAYER = 1;
export const PREFERENCES = 2;

let banner; // the element
let root; // its shadow root
/** @type {any} */
let section; // the first layer in it, while it is shown
let lines; // the texts of its language
let component; // what shows all but the first layer, once it has come
let sheet; // the style of both layers, where the browser knows constructed sheets

let isLayoutLost = false;
/** The layout of the site's, or the usual one. */
const layout = () => (!isLayoutLost && config.banner?.layout) || "box";

/**
 * Makes an element of ours, and its shadow root.
 * @param {string} name
 * @param {() => void} insert puts it where it belongs
 * @returns {[HTMLElement, ShadowRoot]}
 */
export function makeHost(name, insert) {
  const host = makeElement(name);
  host.dataset.theme = config.banner?.theme || "auto";
  host.lang = language();
  keepInPage(host, insert);
  return [host, attachShadow(host, { mode: "open" })];
}

function makeBanner() {
  [banner, root] = makeHost("consentry-banner", insertBanner);
  Object.assign(banner.dataset, { layout: layout(), position: config.banner?.position || "" });
  banner.dir = lines[LINE_DIRECTION];
  addStyle(root);
  for (const event of ["click", "keydown", "pointerover", "focusin"]) root.addEventListener(event, handle);
  listen("consent", (choice) => {
    if (choice) hide(); // else a choice has ended, and it is asked again
  });
  listen("held", countUndescribed);
  document.addEventListener("focusin", () => setTimeout(giveWay, 0));
}

// Where the first layer covers what has the focus, it goes to the other side of the window (WCAG 2.2, 2.4.11). What is
// larger than the layer is seen beside it.
function giveWay() {
  const { activeElement } = document;
  if (!activeElement || activeElement.clientHeight > banner.offsetHeight) return;
  const { left, top, width, height } = activeElement.getBoundingClientRect();
  if (activeElement != banner && document.elementFromPoint(left + width / 2, top + height / 2) == banner)
    banner.dataset.position = (banner.dataset.position || "bottom").replace(/top|bottom|center/, (side) =>
      side == "bottom" ? "top" : "bottom",
    );
}

/**
 * Gives a shadow root of ours its style.
 * @param {ShadowRoot} root
 */
export function addStyle(root) {
  if ((sheet ||= newSheet())) {
    sheet.replaceSync(style);
    root.adoptedStyleSheets = [sheet];
  } else root.appendChild(document.createElement("style")).textContent = style;
}

// The style, with that of the layout. Where that cannot be had, the usual layout is shown.
let style = STYLE;
const withStyle = (use) =>
  style.includes(`=${layout()}]`)
    ? use()
    : rejectWhenLost(fetchBeside(`layout.${layout()}.css`, "text"))
        .then(
          (rules) => (style += rules),
          () => (isLayoutLost = true),
        )
        .then(use);

// Puts the banner before <body>: first in reading order, and outside of what a framework renders.
function putIntoPage() {
  if (!banner) makeBanner();
  removeHidden();
  banner.hidden = false;
  if (!banner.isConnected) insertBanner();
}

const insertBanner = () => insertBefore(document.documentElement, banner, document.body);

/**
 * Shows a layer, or none. Resolves once it is shown; rejects when a file for it goes on to be lost, and shows
 * it when that has come.
 * @param {number} layer
 */
export const show = (layer) => rejectWhenLost(showLayer(layer));

/** Shows the preferences for a click, which waits for nothing. */
export const openPreferences = () => showLayer(PREFERENCES).catch(() => {});

async function showLayer(layer) {
  if (layer != NO_LAYER) await startWaitsFor; // what is decided is decided for the site's configuration
  if (layer == FIRST_LAYER && !rust) await rulesAsJavaScript;
  if (layer == PREFERENCES) {
    await useComponent((component, texts) => component.open(forComponent, texts));
  } else if (layer) await showFirstLayer();
  else hide();
}

/**
 * Lets the component show something in the banner.
 * @param {(component: any, texts: object) => void} show
 */
export async function useComponent(show) {
  let texts;
  await withTexts((found) => void (lines = found));
  [component, texts] = await fetchComponent();
  await withStyle(putIntoPage);
  show(component, texts);
}

const showFirstLayer = () =>
  withTexts((texts) => {
    lines = texts;
    return withStyle(paintFirst);
  });

function paintFirst() {
  putIntoPage();
  section?.remove();
  // A wall lets the page wait behind it, and is an element of its own kind for that.
  section = makeElement(
    (config.banner?.wall && window.HTMLDialogElement ? "dialog" : "section") +
      " class=banner part=banner role=dialog aria-labelledby=t1 aria-describedby=d1",
  );
  paintFirstLayer(section, linesOfFirstLayer(lines));
  // What the page's style sheets reach it by.
  if (hasUsualLook) for (const element of findAll(section, "[part]")) element.removeAttribute("part");
  appendChild(root, section);
  if (section.showModal) {
    section.addEventListener("close", hide);
    section.showModal();
    watchDialog(section);
  }
  countUndescribed();
  requestAnimationFrame(keepBalance);
  tellLayer(FIRST_LAYER);
  fetchComponentWhenIdle();
}

/**
 * Where the page's look makes refusing harder to see or to do than accepting, the usual look comes back, once.
 * @returns {boolean} whether nothing had to be done
 */
function keepBalance() {
  // The preferences may cover one of the buttons.
  if (!section || findAll(root, ".preferences")[0] || isBalanced(section)) return true;
  if (hasUsualLook) return false;
  fail("refusing was harder than accepting: the usual look is shown");
  hasUsualLook = true;
  for (const name of style.match(/--consentry-[\w-]+/g))
    banner.style.setProperty(name, "initial", "important");
  root.textContent = "";
  addStyle(root);
  paintFirst();
  return false;
}
let hasUsualLook;

// A list of filters may hide the banner: what nobody sees must not keep a page waiting behind it.
function watchDialog(dialog) {
  new ResizeObserver(() => {
    if (dialog.isConnected && !dialog.getClientRects()[0]) hide();
  }).observe(dialog);
}

/** The configuration is there and nobody has decided. */
export function askVisitor() {
  // Without rules nothing can be decided: it is asked when they have come.
  if (inFrame || !rust || !askedCategories[0]) return;
  const showUnlessDecided = () => {
    if (!consent) showFirstLayer();
  };
  whenBody(() => withTexts(() => withStyle(showUnlessDecided)));
}

function countUndescribed() {
  const place = section?.querySelector("#undescribed");
  if (place) place.textContent = aboutUndescribed(lines, undescribedHosts.size);
}

function handle(event) {
  if (!event.composedPath().includes(section)) return; // what the component shows listens itself
  if (event.key == "Escape") hide(); // until the next page; grants nothing
  const control = event.target.closest("[data-consentry]")?.dataset.consentry;
  if (event.type != "click") {
    requestAnimationFrame(keepBalance);
    // They are likely to be opened.
    if (control == "preferences") fetchComponent().catch(() => {});
  } else if (control == "preferences") openPreferences();
  // What no trusted event made proves no human act. A grant counts only where refusing was as easy.
  else if (control == "reject-all" || (control && keepBalance()))
    decide(event.isTrusted ? control : "api", control == "accept-all", shownNotice());
}

// What the visitor saw, for the receipt: the hash that the bundle knows, else the HTML of what is on the
// screen, which after/receipts.js makes the notice's artefact of.
function shownNotice() {
  const tag = language();
  const notice = config.notices?.[tag];
  const content = notice ? { notice } : { artefact: section.innerHTML };
  return { layer: FIRST_LAYER, language: tag, ...content };
}

// Takes both layers away. Nothing is decided by it. A visitor waits for it, so the elements go a little later.
function hide() {
  if (!banner || banner.hidden) return;
  banner.hidden = true;
  section?.close?.(); // the focus returns
  section = null;
  if (findAll(root, ".preferences")[0]) component.close();
  setTimeout(removeHidden, 0);
  tellLayer(NO_LAYER);
}

function removeHidden() {
  if (banner.hidden) for (const gone of findAll(root, ".banner")) gone.remove();
}

// Tells the page which layer is shown.
function tellLayer(layer) {
  banner.dataset.layer = layer;
  emit(layer ? "shown" : "hidden", layer);
}

// What the component may see and do (src/ui/gate_interface.rs).
export const forComponent = {
  get config() {
    return config;
  },
  get consent() {
    return consent;
  },
  get language() {
    return language();
  },
  get root() {
    return root;
  },
  get style() {
    return style;
  },
  get signalsPrivacy() {
    return !!signalsPrivacy();
  },
  // Whether the backend may have receipts that this visitor can ask for.
  isRecorded: () => readStoredChoice()?.secret,
  useComponent,
  decide,
  keepChoice,
  openPreferences,
  undescribed: () => [...undescribedHosts],
  // They are shown, or they are gone and the first layer may wait behind them.
  layerChanged(layer) {
    if (layer || section) tellLayer(layer || FIRST_LAYER);
    else hide();
    const dialog = root.querySelector(".preferences");
    if (dialog) watchDialog(dialog);
  },
};
