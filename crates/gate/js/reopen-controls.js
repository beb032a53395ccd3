// The ways back to a choice: the page's own controls, and a small button where the page has none. What a
// control leads to, banner.js and choice.js do.
import {
  append,
  appendChild,
  findAll,
  inFrame,
  listen,
  makeElement,
  setTimeout,
  whenParsed,
} from "./captured.js";
import { consent, decideSoon } from "./choice.js";
import { addStyle, makeHost, openPreferences } from "./banner.js";
import { LINE_DIRECTION, LINE_REOPEN, LINE_SAVED } from "./numbers.js";
import { withTexts } from "./texts.js";

const SOON = 100; // milliseconds: time to paint what a click did, and to have the status in the page before it speaks

/** Listens to clicks on any element of the page with data-consentry="preferences" or "withdraw". */
export function watchControls() {
  document.addEventListener("click", handleClick, true);
  whenParsed(updateReopenButton);
  // Later, so that the visitor's click is answered first.
  for (const event of ["shown", "hidden", "consent"])
    listen(event, () => setTimeout(updateReopenButton, SOON));
  listen("consent", () => setTimeout(announce, SOON));
}

function handleClick(event) {
  const path = event.composedPath();
  if (path.some((element) => /^consentry-[^r]/.test(element.localName))) return; // these listen themselves
  const action = path.find((element) => element.dataset?.consentry)?.dataset.consentry;
  if (action == "preferences") openPreferences();
  else if (action == "withdraw") decideSoon(event.isTrusted ? "withdraw" : "api", false);
  else return;
  event.preventDefault();
}

/** @type {HTMLElement} */
let reopenElement;
/** @type {HTMLElement} */
let button; // in it
/** @type {HTMLElement} */
let status; // says that a choice is saved, to a screen reader

/**
 * Shows the small button where nothing else leads back to the choice, and hides it elsewhere: it is needed once the banner
 * is hidden, or a choice stands, on a page that has no visible control of its own.
 */
export function updateReopenButton() {
  /** @type {HTMLElement} */
  const banner = findAll(document, "consentry-banner")[0];
  // What stands behind the preferences stays as it is: the focus returns to it.
  if (banner?.dataset.layer == "2") return;
  const controls = findAll(document, "[data-consentry=preferences]");
  const ofPage = controls.find(isSeen);
  watchControl(ofPage);
  // Our banner is gone, or there is none and a choice stands.
  const isNeeded = !inFrame && !ofPage && (banner ? banner.hidden : consent);
  if (isNeeded) makeReopenElement();
  if (reopenElement) button.hidden = !isNeeded;
}

const isSeen = (element) =>
  element.getClientRects()[0] &&
  // Newer than 2020.
  element.checkVisibility?.({ visibilityProperty: true, opacityProperty: true }) != false;

// A page may take its control away later.
let watched;
const observer = new ResizeObserver(updateReopenButton);
function watchControl(element) {
  if (element == watched) return;
  watched = element;
  observer.disconnect();
  if (element) observer.observe(element);
}

function announce() {
  // The visitor has done nothing where the browser's signal ended a grant.
  if (inFrame || !consent || consent.source == "gpc") return;
  makeReopenElement();
  // Once it is in the page: what comes with its text is not said.
  withTexts((lines) => setTimeout(() => (status.textContent = lines[LINE_SAVED]), SOON));
}

const insertReopenElement = () => append(document.documentElement, reopenElement);

function makeReopenElement() {
  if (reopenElement) return;
  const [element, root] = makeHost("consentry-reopen", insertReopenElement);
  reopenElement = element;
  addStyle(root);
  status = appendChild(root, makeElement("p role=status"));
  button = appendChild(root, makeElement("button data-consentry=preferences part=reopen"));
  button.hidden = true;
  withTexts((lines) => {
    button.textContent = lines[LINE_REOPEN];
    reopenElement.dir = lines[LINE_DIRECTION];
  });
  insertReopenElement();
}
