// The ways back to a choice: the page's own controls, and a small button where the page has none. What a
// control leads to, banner.js and choice.js do.
import {
  append,
  appendChild,
  attachShadow,
  createElement,
  findAll,
  inFrame,
  listen,
  setAttribute,
  whenParsed,
} from "./captured.js";
import { config } from "./config.js";
import { keepInPage } from "./keep-in-page.js";
import { consent, decideSoon } from "./choice.js";
import { FIRST_LAYER, language, openPreferences, withTexts } from "./banner.js";

/** Listens to clicks on any element of the page with data-consentry="preferences" or "withdraw". */
export function watchControls() {
  document.addEventListener("click", handleClick, true);
  whenParsed(updateReopenButton);
  for (const event of ["shown", "hidden", "consent"]) listen(event, updateReopenButton);
}

function handleClick(event) {
  const path = event.composedPath();
  if (path.some((element) => element.localName == "consentry-banner")) return; // it listens itself
  const action = path.find((element) => element.dataset?.consentry)?.dataset.consentry;
  if (action == "preferences") openPreferences();
  else if (action == "withdraw") decideSoon(event.isTrusted ? "withdraw" : "api", false);
  else return;
  event.preventDefault();
}

const BUTTON_STYLE =
  "position:fixed;z-index:99999999;left:12px;bottom:12px;padding:6px 12px;font:12px system-ui;border:1px solid GrayText;border-radius:12px";
/** @type {HTMLElement} */
let reopenElement;

/**
 * Shows the small button when nothing else leads back to the choice: no banner of ours is there, and the page
 * has no visible control.
 */
export function updateReopenButton() {
  /** @type {HTMLElement} */
  const banner = findAll(document, "consentry-banner")[0];
  const controls = findAll(document, "[data-consentry=preferences]");
  const pageHasControl = controls.some((element) => element.getClientRects()[0]);
  // Our banner does not show its first layer, or there is none and a choice stands.
  const nothingIsAsked = banner ? +banner.dataset.layer != FIRST_LAYER : consent;
  const isNeeded = !inFrame && !pageHasControl && nothingIsAsked;
  if (isNeeded) reopenElement ||= makeReopenElement();
  if (!reopenElement) return;
  reopenElement.style.colorScheme = (config.banner?.theme || "auto").replace("auto", "light dark");
  reopenElement.hidden = !isNeeded;
  if (!reopenElement.isConnected) insertReopenElement();
}

const insertReopenElement = () => append(document.documentElement, reopenElement);

function makeReopenElement() {
  const element = createElement(document, "consentry-reopen");
  const control = createElement(document, "button");
  control.style.cssText = BUTTON_STYLE;
  control.lang = language();
  withTexts((texts) => (control.textContent = texts.split("\n")[0]));
  control.dataset.consentry = "preferences";
  setAttribute(control, "part", "reopen");
  appendChild(attachShadow(element, { mode: "open" }), control);
  keepInPage(element, insertReopenElement);
  return element;
}
