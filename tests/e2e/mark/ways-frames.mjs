// Static frames, as markup may spell them.
import { asAttribute, inReferences } from "./spellings.mjs";

/** @type {Record<string, (url: string) => string>} */
/** A frame given as text. */
const withText = (text) => `<iframe srcdoc='${text}'></iframe>`;

export const FRAMES = {
  frame: (url) => `<iframe src="${url}"></iframe>`,
  frame_in_a_frame_of_text: (url) =>
    `<iframe srcdoc="${asAttribute(`<iframe src="${url}"></iframe>`)}"></iframe>`,
  frame_of_text_in_text: (url) =>
    withText(inReferences(`<iframe srcdoc="${asAttribute(`<iframe src=${url}></iframe>`)}">`)),
  frame_of_data: (url) => `<iframe src="data:text/html,<iframe src=${url}></iframe>"></iframe>`,
  object: (url) => `<object data="${url}" type="text/html"></object>`,
  embed: (url) => `<embed src="${url}" type="text/html">`,
};
