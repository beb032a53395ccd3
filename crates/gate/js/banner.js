// The banner, <consentry-banner>: lets Rust paint its first layer, carries out what the visitor does there,
// and brings the preferences. What is said, and in which order, is decided in crates/notice, never here.
import {
  attachShadow,
  createElement,
  emit,
  inFrame,
  insertBefore,
  listen,
  newSheet,
  whenBody,
} from "./captured.js";
import { fetchBeside, rejectWhenLost } from "./fetch-files.js";
import { startWaitsFor, askedSet, config, languages, servicesThatNeedConsent } from "./config.js";
import { consent, decide } from "./choice.js";
import { fetchPreferences, fetchPreferencesWhenIdle } from "./preferences.js";
import { keepInPage } from "./keep-in-page.js";
import { paint, rulesAsJavaScript, rust } from "./rust.js";
import { undescribedHosts } from "./verdicts.js";

// What is shown, as receipts number it: the banner is the first layer, the preferences are the second.
export const NO_LAYER = 0;
export const FIRST_LAYER = 1;
export const PREFERENCES = 2;

/**
 * The language of the page if we have it, else the visitor's, else the first.
 * @returns {string}
 */
export function language() {
  // Fixed at first use: the receipt must name the language that was on the screen, even if the page changes its `lang`.
  if (startWaitsFor) return pageLanguage();
  shownLanguage ||= pageLanguage();
  return shownLanguage;
}

let shownLanguage;

function pageLanguage() {
  const firstKnown = (tags) =>
    tags.map((tag) => tag.toLowerCase().split("-")[0]).find((tag) => languages.includes(tag));
  return firstKnown([document.documentElement.lang]) || firstKnown(navigator.languages) || languages[0];
}

/**
 * Calls `use` with the first layer's texts: at once where they are baked in, else when their file has come.
 * @param {(texts: string) => void} use
 */
export function withTexts(use) {
  const tag = language();
  if (TEXTS[tag]) return use(TEXTS[tag]);
  return fetchBeside(`banner.${tag}.txt`, "text").then((texts) => {
    TEXTS[tag] = texts;
    use(texts);
  });
}

let banner; // the element
let root; // its shadow root
let section; // the first layer in it, while it is shown
let lines; // what the first layer was painted from (crates/notice/src/packed_texts.rs)
let preferences; // the component of the second layer, once it has come

// A text of the site's, which may be one by language: in the banner's language or in the first that has it.
const wording = (text) =>
  typeof text == "string" ? text : [language(), ...LANGUAGES].map((tag) => text?.[tag]).find(Boolean);

function makeBanner() {
  banner = createElement(document, "consentry-banner");
  root = attachShadow(banner, { mode: "open" });
  addStyle(root, STYLE);
  banner.lang = language();
  banner.dataset.theme = config.banner?.theme || "auto";
  for (const event of ["click", "keydown", "pointerover", "focusin"]) root.addEventListener(event, handle);
  listen("consent", (choice) => {
    if (choice) hide(); // else a choice has ended, and it is asked again
  });
  listen("held", countUndescribed);
  keepInPage(banner, insertBanner);
  // What gets the focus behind the first layer is scrolled clear of it (WCAG 2.2, 2.4.11).
  new ResizeObserver(keepClear).observe(banner);
}

// In a style sheet of its own: an attribute of <html> would be a fault to a framework that hydrates the document.
let clearance;
function keepClear() {
  const padding = section ? banner.offsetHeight + "px" : "";
  if ((clearance ||= newSheet())) {
    clearance.replaceSync(padding && `html{scroll-padding-bottom:${padding}}`);
    if (!document.adoptedStyleSheets.includes(clearance))
      document.adoptedStyleSheets = [...document.adoptedStyleSheets, clearance];
  } else document.documentElement.style.scrollPaddingBottom = padding;
}

function addStyle(root, rules) {
  const sheet = newSheet();
  if (sheet) {
    sheet.replaceSync(rules);
    root.adoptedStyleSheets = [sheet];
  } else root.appendChild(document.createElement("style")).textContent = rules;
}

// Puts the banner before <body>: first in reading order, and outside of what a framework renders.
function putIntoPage() {
  if (!banner) makeBanner();
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
    preferences = await fetchPreferences(language());
    putIntoPage();
    preferences.open(forPreferences);
  } else if (layer) await showFirstLayer();
  else hide();
}

function showFirstLayer() {
  return withTexts((texts) => {
    putIntoPage();
    section?.remove();
    const controller = wording(config.controller?.name) || location.hostname;
    lines = [texts, config.policyUrl || "", controller].join("\n");
    paint(root, "paint_first_layer", lines, askedSet, servicesThatNeedConsent().length);
    section = root.lastChild;
    countUndescribed();
    tellLayer(FIRST_LAYER);
    fetchPreferencesWhenIdle(language());
  });
}

/** The configuration is there and nobody has decided. */
export function askVisitor() {
  if (inFrame || !rust) return; // without rules nothing can be decided: it is asked when they have come
  const showUnlessDecided = () => {
    if (!consent) showFirstLayer();
  };
  whenBody(() => withTexts(showUnlessDecided));
}

function countUndescribed() {
  const place = section?.querySelector("#undescribed");
  if (!place) return;
  place.textContent = "";
  paint(place, "count_undescribed", lines, undescribedHosts.size);
}

function handle(event) {
  if (event.target.closest("dialog")) return; // the preferences listen themselves
  if (event.key == "Escape") hide(); // until the next page; grants nothing
  const control = event.target.closest("[data-consentry]")?.dataset.consentry;
  if (event.type != "click") {
    // They are likely to be opened.
    if (control == "preferences") fetchPreferences(language()).catch(() => {});
  } else if (control == "preferences") openPreferences();
  // What no trusted event made proves no human act.
  else if (control) decide(event.isTrusted ? control : "api", control == "accept-all", shownNotice());
}

// What the visitor saw, for the receipt: the hash that the bundle knows, else the HTML of what is on the
// screen, which after/receipts.js makes the notice's artefact of.
function shownNotice() {
  const tag = language();
  const notice = config.notices?.[tag];
  const content = notice ? { notice } : { artefact: section.innerHTML };
  return { layer: FIRST_LAYER, language: tag, ...content };
}

// Takes both layers away. Nothing is decided by it.
function hide() {
  if (!banner || banner.hidden) return;
  section?.remove();
  section = null;
  preferences?.close();
  banner.hidden = true;
  tellLayer(NO_LAYER);
}

// Tells the page which layer is shown.
function tellLayer(layer) {
  banner.dataset.layer = layer;
  emit(layer ? "shown" : "hidden", layer);
}

// What the preferences may see and do (src/ui/gate_interface.rs).
const forPreferences = {
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
  decide,
  undescribed: () => [...undescribedHosts],
  // They are shown, or they are gone and the first layer may wait behind them.
  layerChanged(layer) {
    if (layer || section) tellLayer(layer || FIRST_LAYER);
    else hide();
  },
};
