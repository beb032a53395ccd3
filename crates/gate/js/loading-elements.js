// Which elements make the browser contact a host, and by which of their attributes and properties; and the
// mark of one that is held. Tables alone: what is done with such an element is said elsewhere (held-elements.js,
// doors/all-of-elements.js).

/** The attribute that marks a held element. Its own attributes wait under this name, a hyphen and theirs (`data-consent-src`). */
export const MARK = "data-consent";

/**
 * A URL that cannot be read: it contacts nobody. What stands in brackets must be an IPv6 address (URL standard, 3.5). Every
 * browser shows it as it is written, also in computed styles.
 */
export const NO_URL = "http://[consentry]/";

/**
 * An image or a video that cannot be read. It fails when the browser comes to load it, which may be later, as an
 * address of the web does; but a Content-Security-Policy may have to name `data:`.
 */
export const NO_MEDIA = "data:video/mp4,";

/**
 * The attributes that make an element load something, by its local name.
 * @type {Record<string, string[]>}
 */
export const LOADING_ATTRIBUTES = { __proto__: null };
/**
 * The names of the properties that are looked at when they are set, which are the attributes' own but for capital letters.
 */
export const WATCHED_PROPERTIES = [];
for (const line of [
  "src script iframe frame img source video audio track embed input image",
  "srcset img source image",
  "href link script image use feImage",
  "xlink:href script image use feImage",
  "imageSrcset link",
  "poster video",
  "data object",
  "background body table thead tbody tfoot tr td th col colgroup",
  "ping a area",
  // These load nothing by themselves, and decide whether something loads.
  "srcdoc",
  "rel",
  "disabled",
]) {
  const [property, ...elements] = line.split(" ");
  WATCHED_PROPERTIES.push(property);
  for (const element of elements) (LOADING_ATTRIBUTES[element] ||= []).push(property.toLowerCase());
}

/** Every attribute that is looked at when it is set. */
export const WATCHED_ATTRIBUTES = new Set(["style", ...WATCHED_PROPERTIES.map((name) => name.toLowerCase())]);

/**
 * Whether it is an element whose text acts, and which waits under the type text/plain.
 * @param {any} node may be no node
 */
export const textActs = (node) => /^(script|style)$/.test(node?.localName);
/**
 * Whether it is an element that brings a window with it.
 * @param {any} node may be no node
 */
export const bringsWindow = (node) => /^(i?frame|object|embed)$/.test(node?.localName);

/**
 * A selector that finds every element that is looked at: those that load, and those with a style or a mark.
 */
export const WATCHED_ELEMENTS = `${Object.keys(LOADING_ATTRIBUTES)},style,[style],[${MARK}]`;

/** The interfaces on which WATCHED_PROPERTIES are replaced, all but `href` (doors/attributes.js). */
export const LOADING_INTERFACES =
  "HTMLScriptElement HTMLIFrameElement HTMLFrameElement HTMLImageElement HTMLSourceElement HTMLMediaElement " +
  "HTMLVideoElement HTMLTrackElement HTMLEmbedElement HTMLInputElement HTMLLinkElement HTMLObjectElement " +
  "HTMLBodyElement HTMLAnchorElement HTMLAreaElement SVGAElement";
