// The gate's start: what happens before the first script of the page, in order. Bundled into one function
// that the build calls with the module, the table, the labels and the baked configuration.
import { expose } from "./api.js";
import { begin, catchUp, followOtherTabs, stored } from "./choice.js";
import { arriving, configure } from "./config.js";
import { describe, inFrame, tag, warn } from "./page.js";
import { loadComponent } from "./component.js";
import { watchElements } from "./doors/elements.js";
import { watchNetwork } from "./doors/network.js";
import { watchDatabases } from "./doors/databases.js";
import { watchNames } from "./doors/names.js";
import { watchStyles } from "./doors/styles.js";
import { watchBlobs } from "./doors/text.js";
import { watchControls } from "./controls.js";

function start() {
  configure();
  watchNetwork();
  watchBlobs();
  watchNames();
  watchDatabases();
  watchStyles();
  watchElements();
  expose();
  watchControls();
  if (!arriving) begin();
  else {
    arriving.then(catchUp);
    if (!inFrame && !stored()) loadComponent(); // one hop: it will be needed
  }
  followOtherTabs();
  // A warning asks for its place in the script, which takes milliseconds. Scripts before ours that only carry data, such as our own inline configuration, do no harm.
  if (tag?.async || document.readyState != "loading" || document.querySelector("script:not([type*=json])") != tag)
    setTimeout(warn, 0, "not the first script");
}

// A second tag does nothing.
if (!describe(window, "consentry")?.value?.on) start(); // an element or a frame of this name is not ours
