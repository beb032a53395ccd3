// Odd markup: HTML that asks for one URL, in spellings that only a parser understands.
import { UNKNOWN } from "../stage.mjs";
import { withSomeCapitals } from "./random.mjs";
import { plainUrl } from "./urls.mjs";

/**
 * HTML that asks for something, as an author would never write it.
 * @param {import('./random.mjs').Random} random
 * @param {number} id stands in the URL
 * @returns {string}
 */
export function oddMarkup(random, id) {
  const { pick, maybe, insert } = random;
  const inCapitals = (text) => withSomeCapitals(random, text, 0.2);
  const space = () => pick([" ", " ", "\n", "\t", "\f", "/", " / ", "  "]);
  const withReferences = (text) =>
    text.replace(/[a-z:/.~]/g, (character) =>
      maybe(
        0.08,
        () =>
          pick([
            `&#${character.charCodeAt(0)};`,
            `&#x${character.charCodeAt(0).toString(16)};`,
            `&#0${character.charCodeAt(0)}x`.slice(0, -1) + ";",
            { ":": "&colon;", "/": "&sol;", ".": "&period;" }[character] ?? character,
            `${character}&Tab;`,
            `${character}&NewLine;`,
            `${character}\n`,
          ]),
        character,
      ),
    );
  const url = withReferences(plainUrl(random, id));
  const quote = (value) =>
    pick([
      `"${value}"`,
      `"${value}"`,
      `'${value}'`,
      /[\s]/.test(value) ? `"${value}"` : value,
      ` "${value}"`,
    ]);
  const perhapsMore = () =>
    maybe(
      0.3,
      () =>
        space() +
        pick([
          "alt",
          'alt=">"',
          "alt='<'",
          'alt="',
          "x=y",
          "alt=<",
          '"',
          "'",
          "=",
          "src",
          "SRC=/ok.gif",
          "data-a=//",
          "hidden",
          "width=1",
          "loading=eager",
          "/",
          "type=image",
          `data-b=https://${UNKNOWN}/`,
        ]),
    );
  const attribute = (name) =>
    perhapsMore() + space() + inCapitals(name) + maybe(0.1, space) + "=" + quote(url) + perhapsMore();
  const tagEnd = () => pick([">", ">", ">", "/>", " >", "\n>", ""]);
  const tag = pick([
    () => `<${inCapitals("img")}${attribute("src")}${tagEnd()}`,
    () => `<${inCapitals("img")}${attribute("src")}${tagEnd()}`,
    () => `<${inCapitals("img")}${attribute("srcset")}${tagEnd()}`,
    () => `<${inCapitals("image")}${attribute("src")}${tagEnd()}`,
    () => `<${inCapitals("iframe")}${attribute("src")}${tagEnd()}</iframe>`,
    () => `<${inCapitals("link")} rel=stylesheet${attribute("href")}${tagEnd()}`,
    () => `<${inCapitals("video")}${attribute("poster")}${tagEnd()}</video>`,
    () => `<${inCapitals("audio")}${attribute("src")}${tagEnd()}</audio>`,
    () => `<video>${maybe(0.3, () => "<p>")}<${inCapitals("source")}${attribute("src")}${tagEnd()}</video>`,
    () => `<picture><${inCapitals("source")}${attribute("srcset")}${tagEnd()}<img></picture>`,
    () => `<${inCapitals("input")} type=image${attribute("src")}${tagEnd()}`,
    () => `<${inCapitals("embed")}${attribute("src")}${tagEnd()}`,
    () => `<${inCapitals("object")}${attribute("data")}${tagEnd()}</object>`,
    () => `<table${attribute("background")}${tagEnd()}<td>x</table>`,
    () => `<svg><${inCapitals("image")}${attribute(pick(["href", "xlink:href"]))}${tagEnd()}</svg>`,
    () => `<svg><${inCapitals("feImage")}${attribute("href")}${tagEnd()}</svg>`,
    () => `<p style${pick(["=", " = "])}${quote(`background:url(${url})`)}${tagEnd()}x</p>`,
    () => `<style>.x${id}{background:url(${plainUrl(random, id)})}</style><p class=x${id}>x</p>`,
  ])();
  const around = pick([
    ...Array(12).fill((tagText) => tagText),
    (tagText) => `<!-- a -->${tagText}`,
    (tagText) => `<!-->${tagText}<!-- -->`,
    (tagText) => `<!--->${tagText}-->`,
    (tagText) => `<!-- --!>${tagText}-->`,
    (tagText) => `<!a>${tagText}`,
    (tagText) => `<?a>${tagText}`,
    (tagText) => `</ a>${tagText}`,
    (tagText) => `<![CDATA[>${tagText}]]>`,
    (tagText) => `<svg><![CDATA[ > ]]>${tagText}</svg>`,
    (tagText) => `<math><mtext>${tagText}</mtext></math>`,
    (tagText) => `<title></title >${tagText}`,
    (tagText) => `<textarea></textarea\n>${tagText}`,
    (tagText) => `<textarea><img src="</textarea>${tagText}">`,
    (tagText) => `<xmp></xmp/>${tagText}`,
    (tagText) => `<style></style x>${tagText}`,
    (tagText) => `<script></script x>${tagText}`,
    (tagText) => `<style><!--</style>${tagText}--></style>`,
    (tagText) => `<script><!--</script>${tagText}`,
    (tagText) => `<noembed></noembed>${tagText}`,
    (tagText) => `<noframes></noframes>${tagText}`,
    (tagText) => `<noscript>${tagText}</noscript>`,
    (tagText) => `<select>${tagText}</select>`,
    (tagText) => `<select><option>${tagText}</select>`,
    (tagText) => `<table>${tagText}</table>`,
    (tagText) => `<template>${tagText}</template>`,
    (tagText) => `<p title="<">${tagText}`,
    (tagText) => `<p title='"'>${tagText}<p title='"'>`,
    (tagText) => `<p title=">${tagText}">`,
    (tagText) => `<a"b">${tagText}`,
    (tagText) => `<${tagText}`,
    (tagText) => `<a ${tagText}`,
    (tagText) => `<p x='${tagText}`,
    (tagText) => `<style>${tagText}`,
    (tagText) => `<title>${tagText}`,
    (tagText) => `<plaintext>${tagText}`,
    (tagText) => `<p>${"<b>".repeat(20)}${tagText}`,
    (tagText) => tagText + tagText.replace(`~${id}~`, `~${id}~again`),
    (tagText) => `<iframe>${tagText}</iframe>`,
    (tagText) => `<div><template shadowrootmode=open>${tagText}</template></div>`,
  ])(tag);
  return maybe(
    0.25,
    () =>
      insert(
        around,
        pick(["<", ">", '"', "'", "=", "/", "&", "\0", "<!--", "-->", "\u00a0", "\r", "x", "<p>", "</p>"]),
      ),
    around,
  );
}
