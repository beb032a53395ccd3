// The examples in the documentation, as they are written. Says nothing of what they should do.
import { readFileSync, readdirSync } from "node:fs";
import path from "node:path";
import { root } from "../site.mjs";

const docs = path.join(root, "www/docs");
/** A comment in the first line of an example. Astro has it inside a fence. */
const OWN_NAME = /^(?:---\n)?(?:\/\/|<!--) ([\w./-]+\.\w+)(?: -->)?\n/;

/**
 * @typedef {object} Example
 * @property {string} page the file that it stands in
 * @property {number} line
 * @property {string} place both, for messages
 * @property {string} [file] the file that it is, as its own first line or the sentence before it says
 * @property {string} section the heading of the second level above it
 * @property {string} language `json`, `html`, `js` …
 * @property {string} text
 */

/**
 * Every example of a file, in its order.
 * @param {string} page
 * @returns {Example[]}
 */
export function examplesOf(page) {
  const markdown = readFileSync(path.join(docs, page), "utf8");
  return [...markdown.matchAll(/^( *)```(\w+)\n([^]*?)^ *```$/gm)].map((found) => {
    const [, indent, language, text] = found;
    const before = markdown.slice(0, found.index);
    const line = before.split("\n").length;
    return {
      page,
      line,
      place: `${page}:${line}`,
      file: (text.match(OWN_NAME) ?? before.match(/`([\w.-]+\.\w+)`[^\n`]*:\n\n$/))?.[1],
      section:
        before
          .match(/^## .*$/gm)
          ?.at(-1)
          ?.slice(3) ?? "",
      language,
      text: text.replaceAll(new RegExp(`^${indent}`, "gm"), ""),
    };
  });
}

/** Every example of the documentation. */
export const allExamples = () =>
  readdirSync(docs)
    .filter((name) => name.endsWith(".md"))
    .flatMap(examplesOf);

/** The files in the documentation that configure a framework or its server, which `tests/packaging` builds applications with. */
export const filesForFrameworks = () =>
  examplesOf("frameworks.md").filter((example) => example.file !== undefined);

/**
 * What a JSON example says: it may leave out the braces around it.
 * @param {string} text
 * @returns {Record<string, any>}
 */
export const valueOf = (text) => JSON.parse(/^\s*[{[]/.test(text) ? text : `{${text}}`);
