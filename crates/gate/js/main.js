// The gate's start: what happens before the first script of the page, in order. Bundled into one function
// that the build calls with the module, the table, the labels and the baked configuration.
import { expose } from "./api.js";
import { begin, choice, followOtherTabs } from "./choice.js";
import { configure, needsFetch, fetchConfig } from "./config.js";
import { inFrame, tag, warn } from "./page.js";
import { configurationIsKnown, loadComponent } from "./component.js";
import { watchElements } from "./doors/elements.js";
import { watchNetwork } from "./doors/network.js";
import { watchNames } from "./doors/names.js";
import { watchControls } from "./controls.js";

function start() {
  const fetched = needsFetch();
  // One hop: the banner's files are asked for before anything else is done, where they will be needed.
  if (!inFrame && !choice()) loadComponent();
  configure();
  watchNetwork();
  watchNames();
  watchElements();
  expose();
  watchControls();
  const known = () => (configurationIsKnown(), begin());
  if (fetched) fetchConfig(fetched).then(known);
  else known();
  followOtherTabs();
  if (tag && (tag.async || document.readyState != "loading" || document.scripts[0] != tag && !onlyData(document.scripts)))
    warn("the tag is not the first script of the page: what ran before it was not held");
}

// Scripts before ours that only carry data, such as our own inline configuration.
function onlyData(scripts) {
  for (const script of scripts) {
    if (script == tag) return true;
    if (!/json/.test(script.type)) return false;
  }
  return true;
}

// A second tag does nothing.
if (!window.consentry) start();
