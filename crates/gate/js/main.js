// The gate's start: what happens before the first script of the page, and in which order. It alone knows all
// parts and joins them; it decides nothing. The build bundles it with what it imports into one function,
// which it calls with the compiled rules, the table, the texts and the baked configuration (built.d.ts).
import { expose } from "./api.js";
import { startWithStoredChoice, setPageEffects, catchUp, followOtherTabs } from "./choice.js";
import { startWaitsFor, compileAgain, configure } from "./config.js";
import { descriptorOf, findAll, ownTag, warn } from "./captured.js";
import { askVisitor } from "./banner.js";
import { gateParts } from "./gate-parts.js";
import { setPartsForAfter } from "./load-after.js";
import { rulesAsJavaScript } from "./rust.js";
import { holdFrames } from "./doors/html.js";
import { watchElements } from "./doors/all-of-elements.js";
import { closeHeldConnections, watchNetwork } from "./doors/network.js";
import { watchDatabases } from "./doors/asynchronous-storage.js";
import { watchCookies } from "./doors/cookies.js";
import { watchStorage } from "./doors/storage.js";
import { watchStyles } from "./doors/styles.js";
import { watchBlobs } from "./doors/blobs.js";
import { showNativeText } from "./doors/wrap.js";
import { updateReopenButton, watchControls } from "./reopen-controls.js";
import { watchShownElements } from "./shown-elements.js";
import { mayAct, verdictOfUrl } from "./verdicts.js";

function start() {
  setPartsForAfter(gateParts);
  setPageEffects({ hold: holdWhatActs, ask: askVisitor });
  configure();
  showNativeText();
  watchNetwork();
  watchBlobs();
  watchCookies();
  watchStorage();
  watchDatabases();
  watchStyles();
  watchElements();
  expose();
  watchControls();
  watchShownElements();
  if (startWaitsFor) startWaitsFor.then(catchUpAndOfferControl);
  else startWithStoredChoice();
  // Where the rules could not be had at the first tries, the page has gone on without any.
  rulesAsJavaScript?.then(() => {
    if (startWaitsFor) return; // what is waited for brings them
    compileAgain();
    catchUpAndOfferControl();
  });
  followOtherTabs();
  // Scripts before ours that only carry data, such as our own inline configuration, or that are marked, do no harm; nor do
  // those that may act anyway and wait for nobody, which frameworks put in front of all others.
  const firstScript = findAll(document, "script:not([type*=json]):not([data-consent])").find(
    (script) => !script.async || !mayAct(verdictOfUrl(script.src)),
  );
  // A warning asks for its place in the script, which takes milliseconds: it comes after the start.
  if (ownTag?.async || document.readyState != "loading" || firstScript != ownTag)
    setTimeout(warn, 0, "not the first script");
}

// What acts already, and may not any more.
function holdWhatActs() {
  holdFrames();
  closeHeldConnections();
}

// The page has waited, for its configuration or for the rules.
function catchUpAndOfferControl() {
  catchUp();
  updateReopenButton();
}

// A second tag does nothing. An element or a frame of the name `consentry` is not ours.
if (!descriptorOf(window, "consentry")?.value?.on) start();
