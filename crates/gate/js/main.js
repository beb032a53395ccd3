// The gate's start: what happens before the first script of the page, in order. Bundled into one function
// that the build calls with the module, the table, the labels and the baked configuration.
import { expose } from "./api.js";
import { begin, carryOutBy, catchUp, followOtherTabs } from "./choice.js";
import { arriving, compileAgain, config, configure } from "./config.js";
import { describe, tag, warn } from "./page.js";
import { askVisitor } from "./banner.js";
import { gateParts } from "./gate-parts.js";
import { giveToAfter } from "./later.js";
import { rulesCame } from "./rust.js";
import { holdFrames } from "./doors/html.js";
import { watchElements } from "./doors/elements.js";
import { closeHeld, watchNetwork } from "./doors/network.js";
import { watchDatabases } from "./doors/databases.js";
import { watchNames } from "./doors/names.js";
import { watchStyles } from "./doors/styles.js";
import { watchBlobs } from "./doors/blobs.js";
import { offerReopening, watchControls } from "./controls.js";

function start() {
  giveToAfter(gateParts);
  carryOutBy({ hold: () => (holdFrames(), closeHeld()), ask: askVisitor });
  configure();
  watchNetwork();
  watchBlobs();
  watchNames();
  watchDatabases();
  watchStyles();
  watchElements();
  expose();
  watchControls();
  const catchUpAndOffer = () => {
    catchUp();
    offerReopening();
  };
  if (arriving) arriving.then(catchUpAndOffer);
  else begin();
  // Where the rules could not be had at the first try, the page has gone on without any.
  rulesCame?.then(() => arriving || (compileAgain(), catchUpAndOffer()));
  followOtherTabs();
  // A warning asks for its place in the script, which takes milliseconds. Scripts before ours that only carry data, such as our own inline configuration, do no harm.
  if (
    tag?.async ||
    document.readyState != "loading" ||
    document.querySelector("script:not([type*=json])") != tag
  )
    setTimeout(warn, 0, "not the first script");
}

// A second tag does nothing.
if (!describe(window, "consentry")?.value?.on) start(); // an element or a frame of this name is not ours
