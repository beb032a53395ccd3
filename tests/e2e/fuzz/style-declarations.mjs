// Odd style declarations: each asks for one URL, in spellings that only a parser of style sheets understands.
import { withSomeCapitals } from "./random.mjs";
import { plainUrl } from "./urls.mjs";

/**
 * One style declaration that asks for something, as an author would hardly write it.
 * @param {import('./random.mjs').Random} random
 * @param {number} id stands in the URL
 * @returns {string}
 */
export function oddDeclaration(random, id) {
  const { pick, maybe } = random;
  const url = plainUrl(random, id);
  const inCapitals = (text) => withSomeCapitals(random, text, 0.3);
  const inEscapes = (text) =>
    text.replace(/[a-z/:]/g, (character) =>
      maybe(
        0.15,
        () =>
          pick([
            `\\${character.charCodeAt(0).toString(16)} `,
            `\\0000${character.charCodeAt(0).toString(16)}`,
            /[^a-f]/.test(character) ? `\\${character}` : character,
          ]),
        character,
      ),
    );
  const oddly = (text) =>
    pick([
      text,
      text,
      text,
      text.replace("//", "/\\\\"),
      text.replace("https://", "https:"),
      text.replace("//", "///"),
      text.replace("//", "\\/\\/"),
      inCapitals(text),
      inEscapes(text),
      text.replace("//", "/\\\n/"),
      text.replace("//", "/\\9/"),
    ]);
  const spelled = oddly(url);
  const gap = () => maybe(0.3, () => pick([" ", "\n", "\t", "  "]));
  const value = pick([
    () => `url(${gap()}${spelled.replace(/\\\n/, "")}${gap()})`,
    () => `url(${gap()}"${spelled}"${gap()})`,
    () => `url('${spelled}')`,
    () => `${inCapitals("url")}(${gap()}"${spelled}")`,
    () => `image-set("${spelled}" 1x)`,
    () => `-webkit-image-set(url("${spelled}") 1x)`,
    () => `image-set(${gap()}'${spelled}'${gap()}1x, url(/ok.gif) 2x)`,
    () => `linear-gradient(red, blue), url("${spelled}")`,
    () => `url("/ok.gif"), url("${spelled}")`,
    () => `url("data:,"), url(${spelled.replace(/\\\n/, "")})`,
    () => `cross-fade(url("${spelled}"), url("${spelled}"))`,
    () => `u\\72l("${spelled}")`,
    () => `/* " */ url("${spelled}")`,
    () => `/**/url(/**/"${spelled}")`,
    () => `var(--none, url("${spelled}"))`,
    () => `src("${spelled}")`,
  ])();
  const property = pick([
    "background",
    "background-image",
    "background-image",
    "list-style-image",
    "border-image-source",
    "-webkit-mask-image",
    "cursor",
    "content",
    "shape-outside",
    "filter",
  ]);
  const whole = property == "cursor" ? `${value}, auto` : value;
  return `${property}${gap()}:${gap()}${whole}` + maybe(0.2, () => " !important") + maybe(0.3, () => ";");
}
