// The gate's start: what happens before the first script of the page, in order. Bundled into one function
// that the build calls with the module, the table, the labels and the baked configuration.
import { expose } from "./api.js";
import { startWithStoredChoice, setPageEffects, catchUp, followOtherTabs } from "./choice.js";
import { arriving, compileAgain, config, configure } from "./config.js";
import { descriptorOf, ownTag, warn } from "./captured.js";
import { askVisitor } from "./banner.js";
import { gateParts } from "./gate-parts.js";
import { giveToAfter } from "./later.js";
import { rulesCame } from "./rust.js";
import { holdFrames } from "./doors/html.js";
import { watchElements } from "./doors/elements.js";
import { closeHeldConnections, watchNetwork } from "./doors/network.js";
import { watchDatabases } from "./doors/databases.js";
import { watchCookiesAndStorage } from "./doors/cookies-and-storage.js";
import { watchStyles } from "./doors/styles.js";
import { watchBlobs } from "./doors/blobs.js";
import { updateReopenButton, watchControls } from "./controls.js";

function start() {
  giveToAfter(gateParts);
  setPageEffects({ hold: () => (holdFrames(), closeHeldConnections()), ask: askVisitor });
  configure();
  watchNetwork();
  watchBlobs();
  watchCookiesAndStorage();
  watchDatabases();
  watchStyles();
  watchElements();
  expose();
  watchControls();
  const catchUpAndOffer = () => {
    catchUp();
    updateReopenButton();
  };
  if (arriving) arriving.then(catchUpAndOffer);
  else startWithStoredChoice();
  // Where the rules could not be had at the first try, the page has gone on without any.
  rulesCame?.then(() => arriving || (compileAgain(), catchUpAndOffer()));
  followOtherTabs();
  // A warning asks for its place in the script, which takes milliseconds. Scripts before ours that only carry data, such as our own inline configuration, do no harm.
  if (
    ownTag?.async ||
    document.readyState != "loading" ||
    document.querySelector("script:not([type*=json])") != ownTag
  )
    setTimeout(warn, 0, "not the first script");
}

// A second tag does nothing.
if (!descriptorOf(window, "consentry")?.value?.on) start(); // an element or a frame of this name is not ours
