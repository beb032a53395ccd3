// What consentry.js gives consentry-after.js of itself, by name; after/gate.js takes it. This is the
// one list.
//
// Every name here ends in an underscore, as no name of the web platform, of the public interface or of a
// stored form does. By that the build knows them (`--mangle-props`) and makes each a letter or two, the same
// in both files (`--mangle-cache`), so that a long name costs no visitor a byte.
import { config } from "./config.js";
import { consent } from "./choice.js";
import { fetchBeside, importBeside, orLost } from "./fetch-files.js";
import {
  besideAddress,
  emit,
  localArea,
  nativeFetch,
  addNote,
  notesOf,
  trusted,
  setAttribute,
  callingScripts,
} from "./captured.js";
import { language } from "./banner.js";
import { removeStored, readStored, unstoredReceipts, writeStored } from "./stored.js";
import { keysOf, noteLeaks, findLeftovers } from "./leftovers.js";
import { VERDICTS, rememberedHosts, teachHost } from "./remembered.js";
import { explain, needsConsent, verdictOfKey, verdictOfUrl, mayAct, undescribedHosts } from "./verdicts.js";
import {
  holdElement,
  isHeld,
  isResting,
  cameFromParser,
  putBack,
  releasedScripts,
  scriptsAtRest,
  scriptsInOrder,
  wake,
  watchedRoots,
} from "./held-elements.js";
import { droppedScripts } from "./failures.js";
import { targetOf, verdictOfMarked } from "./element-verdicts.js";
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

  // The files beside us, and what lies elsewhere.
  base_: besideAddress,
  importBeside_: importBeside,
  fetchBeside_: fetchBeside,
  orLost_: orLost,
  fetch_: (address, options) => nativeFetch(address, options),

  // The rules.
  permits_: mayAct,
  needsConsent_: needsConsent,
  explain_: explain,
  verdictOfUrl_: verdictOfUrl,
  verdictOfKey_: verdictOfKey,
  undescribedHosts_: undescribedHosts,
  rememberedVerdictsKey_: VERDICTS,
  rememberedHosts_: rememberedHosts,
  teachHost_: teachHost,

  // What was held, released or found.
  note_: addNote,
  noted_: notesOf,
  noteLeaks_: noteLeaks,
  findLeftovers_: findLeftovers,
  undeclaredNames_: undeclaredNames,

  // Held elements, and text that names hosts.
  roots_: watchedRoots,
  holdElement_: holdElement,
  isHeld_: isHeld,
  isResting_: isResting,
  cameFromParser_: cameFromParser,
  droppedScripts_: droppedScripts,
  scriptsAtRest_: scriptsAtRest,
  wake_: wake,
  scriptsInOrder_: scriptsInOrder,
  releasedScripts_: releasedScripts,
  readCssUrl_: readCssUrl,
  verdictOfMarked_: verdictOfMarked,
  targetOfMarked_: targetOf,
  putBack_: putBack,
  setAttribute_: setAttribute,
  trustedByPolicy_: trusted,

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
  forgetStored_: removeStored,
  unstoredReceipts_: unstoredReceipts,
});
