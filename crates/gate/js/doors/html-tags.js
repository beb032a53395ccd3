// Where the tags stand in a text of HTML: as the HTML standard's tokenizer finds them (13.2.5), looking at
// each character once. Text, comments and what the standard calls bogus comments are no tags. Must not know
// what becomes of a tag (html.js).

// The pieces of a pattern; BLANKS and NAME_END are what they are in HTML, and less than `\s` of a pattern.
const BLANKS = "\\t\\n\\f\\r ";
const NAME_END = `(?=[${BLANKS}/>])`;
// In quotes, without, or missing.
const VALUE = `"[^"]*"|'[^']*'|[^${BLANKS}>"'][^${BLANKS}>]*(?=[${BLANKS}>])|(?=>)`;
// With a value, or without; a name may begin with an equals sign.
const ATTRIBUTE =
  `[^${BLANKS}/>][^${BLANKS}/>=]*` + `(?:[${BLANKS}]*=[${BLANKS}]*(?:${VALUE})|${NAME_END}(?![${BLANKS}]*=))`;
const REST_OF_TAG = `[^${BLANKS}/>]*(?:[${BLANKS}/]|${ATTRIBUTE})*>`;

// The text of a script ends at the first end tag. But between `<!--` and `-->`, which may share their
// dashes, a start tag of a script makes its end tag a part of the text (13.2.5.17 to 13.2.5.31).
const SCRIPT_START = `<script${NAME_END}`;
const SCRIPT_END = `</script${NAME_END}`;
const ESCAPED_CHARACTER = `[^<-]+|(?!-->|${SCRIPT_END})[^]`;
const DOUBLE_ESCAPED = `${SCRIPT_START}(?:${ESCAPED_CHARACTER})*(?:${SCRIPT_END})?`;
const SCRIPT_TEXT = `(?:[^<]+|<!(?=--)(?:${DOUBLE_ESCAPED}|${ESCAPED_CHARACTER})*|(?!${SCRIPT_END})<)*`;

const TAGS = new RegExp(
  [
    `(${SCRIPT_START}${REST_OF_TAG})${SCRIPT_TEXT}`,
    // Other elements with text that goes on to their end tag.
    `(<(style|textarea|title|xmp|iframe|noembed|noframes)${NAME_END}${REST_OF_TAG})` +
      `([^]*?)(?=</\\3${NAME_END}|$)`,
    "<!--(?:-?>|[^]*?--!?>)",
    `</?[a-z]${REST_OF_TAG}`,
    "<[!?/][^>]*>",
  ].join("|"),
  "gi",
);

/**
 * HTML with its tags and the texts in it changed.
 * @param {string} html
 * @param {(tag: string) => string} changeTag is given comments and end tags too
 * @param {(text: string, name: string) => string} changeText is given the text of an element that holds no
 *   tags, such as a style, and its name in small letters; a script's text stays
 */
export const changeTags = (html, changeTag, changeText) =>
  html.replace(TAGS, (all, scriptTag, tag, name, text) => {
    if (scriptTag) return changeTag(scriptTag) + all.slice(scriptTag.length);
    return tag ? changeTag(tag) + changeText(text, name.toLowerCase()) : changeTag(all);
  });
