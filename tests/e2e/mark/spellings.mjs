// Spellings in which markup may carry a text.

/** Every character as a character reference. */
export const inReferences = (text) => [...text].map((character) => `&#${character.charCodeAt(0)};`).join("");
/** Every character as an escape of a style sheet. */
export const inEscapes = (text) =>
  [...text].map((character) => `\\${character.charCodeAt(0).toString(16)} `).join("");
export const inBase64 = (text) => Buffer.from(text).toString("base64");
/** As the value of an attribute in double quotes. */
export const asAttribute = (text) => text.replaceAll("&", "&amp;").replaceAll('"', "&quot;");
/** A sheet in which `SELF` stands for an element of its own, and the element. */
export const sheetAndElement = (name, rules) =>
  `<style>${rules.replaceAll("SELF", `#m_${name}`)}</style><p id="m_${name}">x</p>`;
