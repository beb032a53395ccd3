// The banner, <consentry-banner>: lets Rust paint its first layer, carries out what the visitor does there, and brings the
// preferences. What is said, and in which order, is decided in crates/notice.
import { attachShadow, getAttribute, call, emit, inFrame, whenBody } from "./captured.js";
import { fetchBeside, orLost } from "./beside.js";
import { askedSet, config, languages } from "./config.js";
import { consent, decide } from "./choice.js";
import { fetchPreferences } from "./preferences.js";
import { paint } from "./rust.js";
import { undescribedHosts } from "./verdicts.js";

// The language of the page if we have it, else the visitor's, else the first.
export function language() {
  const known = (tags) =>
    tags.map((tag) => tag.toLowerCase().split("-")[0]).find((tag) => languages.includes(tag));
  return known([document.documentElement.lang]) || known(navigator.languages) || languages[0];
}

// Calls `use` with the first layer's texts: at once where they are baked in, else when their file has come.
export function withTexts(use) {
  const tag = language();
  if (TEXTS[tag]) return use(TEXTS[tag]);
  return fetchBeside(`banner.${tag}.txt`, "text").then((texts) => use((TEXTS[tag] = texts)));
}

let banner; // the element
let root; // its shadow root
let section; // the first layer in it
let lines; // what the first layer was painted from (crates/notice/src/lines.rs)
let preferences; // the component of the second layer, once it has come

const needConsent = () => (config.services || []).filter(({ category }) => category != "necessary").length;

// A text of the site's, in the banner's language or in the first that has it.
const wording = (value) =>
  value?.trim ? value : value && (value[language()] || LANGUAGES.map((tag) => value[tag]).find(Boolean));

function makeBanner() {
  banner = document.createElement("consentry-banner");
  root = call(attachShadow, banner, [{ mode: "open" }]);
  addStyle(root, STYLE);
  banner.lang = language();
  banner.dataset.theme = config.banner?.theme || "auto";
  for (const event of ["click", "keydown", "pointerover", "focusin"]) root.addEventListener(event, handle);
  document.addEventListener("consentry:consent", hide);
  document.addEventListener("consentry:held", countUndescribed);
  // What gets the focus behind the first layer is scrolled clear of it (WCAG 2.2, 2.4.11).
  new ResizeObserver(() => {
    document.documentElement.style.scrollPaddingBottom = section ? banner.offsetHeight + "px" : "";
  }).observe(banner);
}

// A style sheet that a Content-Security-Policy lets through; browsers before 2023 do not know it.
function addStyle(root, rules) {
  if (root.adoptedStyleSheets) {
    const sheet = new window.CSSStyleSheet();
    sheet.replaceSync(rules);
    root.adoptedStyleSheets = [sheet];
  } else root.appendChild(document.createElement("style")).textContent = rules;
}

// Puts the banner before <body>: first in reading order, and outside of what a framework renders.
function putIntoPage() {
  if (!banner) makeBanner();
  banner.hidden = false;
  if (!banner.isConnected) document.documentElement.insertBefore(banner, document.body);
}

// Shows a layer: 1 the banner, 2 the preferences, 0 none. Resolves once it is shown; rejects when a file for it was lost,
// and shows it when that has come.
export const show = (layer) => orLost(showOnceLoaded(layer));

async function showOnceLoaded(layer) {
  if (layer == 2) {
    preferences = await fetchPreferences(language());
    putIntoPage();
    preferences.open(forPreferences);
  } else if (layer) showFirstLayer();
  else hide();
}

const showFirstLayer = () =>
  withTexts((texts) => {
    putIntoPage();
    section?.remove();
    lines = [
      texts,
      language(),
      config.policyUrl || "",
      wording(config.controller?.name) || location.hostname,
    ].join("\n");
    paint(root, "paint_first_layer", lines, askedSet, needConsent());
    section = root.lastChild;
    countUndescribed();
    layerChanged(1);
  });

// The configuration is there and nobody has decided.
export function askVisitor() {
  if (!inFrame) whenBody(() => consent || showFirstLayer());
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
  const click = event.type == "click";
  if (control == "preferences") click ? show(2).catch(() => {}) : fetchPreferences(language());
  // What no trusted event made proves no human act.
  else if (click && control)
    decide(event.isTrusted ? control : "api", control == "accept-all", shownNotice());
}

// What the visitor saw, for the receipt: the hash that the bundle knows, else the text that it is made of.
function shownNotice() {
  const notice = config.notices?.[language()];
  if (notice) return { layer: 1, language: language(), notice };
  return { layer: 1, language: language(), artefact: artefact() };
}

// What is on the screen as a document, one item a line, as src/first_layer.rs writes it. The sentence about undescribed
// hosts is no part of it.
function artefact() {
  let document = `consentry notice 1\nlanguage: ${language()}\nlayer: 1\n`;
  for (const element of section.querySelectorAll("h2,p:not(#undescribed),button")) {
    const link = element.querySelector("a");
    const item = { H2: "title ", P: "text ", BUTTON: "control " + element.dataset.consentry }[
      element.tagName
    ];
    document += `${link ? "link " + getAttribute(link, "href") : item}: ${element.textContent}\n`;
  }
  return document;
}

// Takes both layers away. Nothing is decided by it.
function hide() {
  if (!banner || banner.hidden) return;
  section?.remove();
  section = null;
  preferences?.close();
  banner.hidden = true;
  layerChanged(0);
}

// Tells the page which layer is shown.
function layerChanged(layer) {
  banner.dataset.layer = layer;
  emit(layer ? "shown" : "hidden", layer);
}

// What the preferences may see and do (src/ui/gate.rs).
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
  hostname: location.hostname,
  decide,
  undescribed: () => [...undescribedHosts],
  // They are shown, or they are gone and the first layer may wait behind them.
  layerChanged: (layer) => (layer ? layerChanged(layer) : section ? layerChanged(1) : hide()),
};
