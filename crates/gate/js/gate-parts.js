// What consentry.js gives consentry-after.js of itself, by name; after/gate.js takes it. This is the
// one list.
//
// Every name here ends in an underscore, as no name of the web platform, of the public interface or of a
// stored form does. By that the build knows them (`--mangle-props`) and makes each a letter or two, the same
// in both files (`--mangle-cache`), so that a long name costs no visitor a byte.
import { config } from "./config.js";
import { consent } from "./choice.js";
import { fetchBeside, importBeside, orLost } from "./beside.js";
import { base, emit, local, nativeFetch, note, noted, policy, setAttr } from "./page.js";
import { language } from "./banner.js";
import { forget, read, unstored, write } from "./stored.js";
import { keys, noteLeaks, remains } from "./remains.js";
import { VERDICTS, rememberedHosts, teachHost } from "./remembered.js";
import { CATEGORIES, UNKNOWN, explain, ofKey, ofMark, ofUrl, permits, undescribed } from "./verdicts.js";
import { hold, ordered, putBack, released, roots } from "./marks.js";
import { targetOf, verdictOfMarked } from "./doors/html.js";
import { plain } from "./doors/text.js";
import { cookies, memory, met, setCookie, written } from "./doors/names.js";

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
  base_: base,
  importBeside_: importBeside,
  fetchBeside_: fetchBeside,
  orLost_: orLost,
  fetch_: (address, options) => nativeFetch(address, options),

  // The rules.
  CATEGORIES_: CATEGORIES,
  UNKNOWN_: UNKNOWN,
  permits_: permits,
  explain_: explain,
  verdictOfUrl_: ofUrl,
  verdictOfKey_: ofKey,
  verdictOfMark_: ofMark,
  undescribedHosts_: undescribed,
  rememberedVerdictsKey_: VERDICTS,
  rememberedHosts_: rememberedHosts,
  teachHost_: teachHost,

  // What was held, released or found.
  note_: note,
  noted_: noted,
  noteLeaks_: noteLeaks,
  findLeftovers_: remains,
  undeclaredNames_: met,

  // Held elements, and text that names hosts.
  roots_: roots,
  holdElement_: hold,
  scriptsInOrder_: ordered,
  releasedScripts_: released,
  readCssUrl_: plain,
  verdictOfMarked_: verdictOfMarked,
  targetOfMarked_: targetOf,
  putBack_: putBack,
  setAttribute_: setAttr,
  trustedByPolicy_: policy,

  // Held cookies and keys, and what we store ourselves.
  heldCookies_: cookies,
  heldKeys_: memory,
  writtenCookies_: written,
  setCookie_: setCookie,
  storedKeys_: () => keys(local),
  readStored_: read,
  writeStored_: write,
  forgetStored_: forget,
  unstoredReceipts_: unstored,
});
