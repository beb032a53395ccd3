// Elements that load something. There are few ways to make one do so: a URL can only be set
// (attributes.js), come in with an element from another document or be parsed from text (insertion.js,
// document-write.js); whatever the parser itself builds is seen by an observer (watched-documents.js). This file only
// starts all of them.
import { watchAttributes } from "./attributes.js";
import { watchDocumentWrite } from "./document-write.js";
import { watchInsertion } from "./insertion.js";
import { showWhatThePageWrote } from "./what-a-page-reads.js";
import { watchRoots } from "./watched-documents.js";

/** Looks from now on at every element that may load something; at those that are there already at once. */
export function watchElements() {
  watchAttributes();
  watchInsertion();
  watchDocumentWrite();
  watchRoots();
  showWhatThePageWrote();
}
