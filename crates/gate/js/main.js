// The gate's start: what happens before the first script of the page, in order. Bundled into one function
// that the build calls with the module, the table, the labels and the baked configuration.
import { expose } from "./api.js";
import { begin, carryOutBy, catchUp, consent, decide, followOtherTabs } from "./choice.js";
import { arriving, config, configure } from "./config.js";
import {
  describe,
  emit,
  inFrame,
  local,
  nativeFetch,
  note,
  noted,
  policy,
  setAttr,
  tag,
  warn,
} from "./page.js";
import { askVisitor, language, show } from "./banner.js";
import { lend } from "./later.js";
import { forget, read, stored, unstored, write } from "./stored.js";
import { keys, noteLeaks, remains } from "./remains.js";
import { explain, ofKey, ofMark, ofUrl, permits, teach, undescribed } from "./verdicts.js";
import { deciding, hold, ordered, released, roots, verdictOn } from "./marks.js";
import { named, plain, urlsIn } from "./doors/text.js";
import { holdFrames } from "./doors/html.js";
import { watchElements } from "./doors/elements.js";
import { closeHeld, watchNetwork } from "./doors/network.js";
import { watchDatabases } from "./doors/databases.js";
import { cookies, memory, met, setCookie, watchNames, written } from "./doors/names.js";
import { watchStyles } from "./doors/styles.js";
import { watchBlobs } from "./doors/blobs.js";
import { offerReopening, watchControls } from "./controls.js";

// What the banner and after.js may see and do, once the configuration is there.
const lent = () => ({
  config,
  get consent() {
    return consent;
  },
  language: language(),
  decide,
  hostname: location.hostname,
  emit,
  preferences: () => show(2),
  changed: offerReopening,
  undescribed: () => [...undescribed],
  // For after.js alone, which names them in this order.
  own: [
    cookies,
    deciding,
    explain,
    nativeFetch,
    forget,
    hold,
    () => keys(local),
    memory,
    met,
    named,
    note,
    noteLeaks,
    noted,
    ofKey,
    ofMark,
    ofUrl,
    ordered,
    permits,
    plain,
    policy,
    read,
    released,
    remains,
    roots,
    setAttr,
    setCookie,
    teach,
    unstored,
    urlsIn,
    verdictOn,
    write,
    written,
  ],
});

function start() {
  lend(lent);
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
  if (arriving)
    arriving.then(() => {
      catchUp();
      offerReopening();
    });
  else begin();
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
