// What consentry.js gives consentry-after.js of itself, by name; after/gate.js takes it. This is the
// one list.
//
// Every name here ends in an underscore, as no name of the web platform, of the public interface or of a
// stored form does. By that the build knows them (`--mangle-props`) and makes each a letter or two, the same
// in both files (`--mangle-cache`), so that a long name costs no visitor a byte.
import { config } from "./config.js";
import { askedSince, consent } from "./choice.js";
import { fetchBeside, importBeside, rejectWhenLost } from "./fetch-files.js";
import {
  Event,
  asJson,
  parseTime,
  timeNow,
  besideAddress,
  emit,
  localArea,
  nativeFetch,
  addNote,
  htmlOf,
  notesOf,
  makeTrusted,
  getAttribute,
  getAttributeNames,
  setAttribute,
  createElement,
  appendChild,
  insertBefore,
  removeChild,
  callingScripts,
} from "./captured.js";
import { forComponent, useComponent } from "./banner.js";
import { fetchComponent } from "./preferences.js";
import { language } from "./texts.js";
import { removeStored, readStored, unstoredReceipts, writeStored } from "./stored.js";
import { keysOf, noteLeaks, findLeftovers } from "./leftovers.js";
import { VERDICTS, rememberedHosts, teachHost } from "./remembered.js";
import {
  explain,
  needsConsent,
  verdictOfKey,
  verdictOfMark,
  verdictOfUrl,
  mayAct,
  trackersMayHaveRun,
  undescribedHosts,
} from "./verdicts.js";
import {
  holdElement,
  isHeld,
  fromParser,
  isDormant,
  endDormancy,
  putBack,
  reinsert,
  releasedScripts,
  dormantReferences,
  parsedScripts,
  moduleLoader,
  scriptsBeforeLoader,
  scriptsInOrder,
  stoppedScripts,
  watchedRoots,
} from "./held-elements.js";
import { droppedScripts } from "./failures.js";
import { shownOnce, targetOf, verdictOfMarked } from "./element-verdicts.js";
import { deadScripts, parsedElsewhere } from "./doors/html.js";
import { readCssUrl } from "./doors/urls-in-code.js";
import { setCookie, writtenCookies } from "./doors/cookies.js";
import { replaceMembers } from "./doors/wrap.js";
import { heldCookies, heldKeys, undeclaredNames } from "./doors/held-names.js";

/** @typedef {ReturnType<typeof gateParts>} GateParts */

export const gateParts = () => ({
  // The site, and the choice in force.
  get config_() {
    return config;
  },
  get consent_() {
    return consent;
  },
  language_: language,
  emit_: emit,

  // The component that shows all but the first layer, and what it may see and do.
  fetchComponent_: fetchComponent,
  useComponent_: useComponent,
  askedSince_: askedSince,
  forComponent_: forComponent,

  // The files beside us, and what lies elsewhere.
  besideAddress_: besideAddress,
  importBeside_: importBeside,
  fetchBeside_: fetchBeside,
  rejectWhenLost_: rejectWhenLost,
  // Natives that a page may have replaced.
  Event_: Event,
  parseTime_: parseTime,
  timeNow_: timeNow,
  asJson_: asJson,
  nativeFetch_: (address, options) => nativeFetch(address, options),

  // The rules.
  mayAct_: mayAct,
  needsConsent_: needsConsent,
  explain_: explain,
  verdictOfUrl_: verdictOfUrl,
  verdictOfKey_: verdictOfKey,
  verdictOfMark_: verdictOfMark,
  undescribedHosts_: undescribedHosts,
  get trackersMayHaveRun_() {
    return trackersMayHaveRun;
  },
  VERDICTS_: VERDICTS,
  rememberedHosts_: rememberedHosts,
  teachHost_: teachHost,

  // What was held, released or found.
  addNote_: addNote,
  notesOf_: notesOf,
  noteLeaks_: noteLeaks,
  findLeftovers_: findLeftovers,
  undeclaredNames_: undeclaredNames,

  // Held elements, and text that names hosts.
  watchedRoots_: watchedRoots,
  holdElement_: holdElement,
  isHeld_: isHeld,
  isDormant_: isDormant,
  fromParser_: fromParser,
  droppedScripts_: droppedScripts,
  dormantReferences_: dormantReferences,
  parsedScripts_: parsedScripts,
  deadScripts_: deadScripts,
  parsedElsewhere_: parsedElsewhere,
  stoppedScripts_: stoppedScripts,
  endDormancy_: endDormancy,
  scriptsInOrder_: scriptsInOrder,
  moduleLoader_: moduleLoader,
  scriptsBeforeLoader_: scriptsBeforeLoader,
  releasedScripts_: releasedScripts,
  readCssUrl_: readCssUrl,
  verdictOfMarked_: verdictOfMarked,
  shownOnce_: shownOnce,
  targetOf_: targetOf,
  putBack_: putBack,
  reinsert_: reinsert,
  htmlOf_: htmlOf,
  getAttribute_: getAttribute,
  getAttributeNames_: getAttributeNames,
  setAttribute_: setAttribute,
  createElement_: createElement,
  appendChild_: appendChild,
  insertBefore_: insertBefore,
  removeChild_: removeChild,
  makeTrusted_: makeTrusted,

  // The page's natives, and who calls them.
  replaceMembers_: replaceMembers,
  callingScripts_: callingScripts,

  // Held cookies and keys, and what we store ourselves.
  heldCookies_: heldCookies,
  heldKeys_: heldKeys,
  writtenCookies_: writtenCookies,
  setCookie_: setCookie,
  storedKeys_: () => keysOf(localArea),
  readStored_: readStored,
  writeStored_: writeStored,
  removeStored_: removeStored,
  unstoredReceipts_: unstoredReceipts,
});
