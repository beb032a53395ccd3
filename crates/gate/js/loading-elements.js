// Which elements make the browser contact a host, and by which of their attributes and properties; and the
// mark of one that is held. Tables alone: what is done with such an element is said elsewhere (held-elements.js,
// doors/all-of-elements.js).

/** The attribute that marks a held element, and begins the names of the attributes that it waits for. */
export const MARK = "data-consent";

/**
 * The attributes that make an element load something, by its local name.
 * @type {Record<string, string[]>}
 */
export const LOADING_ATTRIBUTES = { __proto__: null };
/** The names of the properties that set them, which are the attributes' own but for capital letters. */
export const LOADING_PROPERTIES = [];
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
]) {
  const [property, ...elements] = line.split(" ");
  LOADING_PROPERTIES.push(property);
  for (const element of elements) (LOADING_ATTRIBUTES[element] ||= []).push(property.toLowerCase());
}

/** Every attribute that is looked at when it is set. */
export const WATCHED_ATTRIBUTES = new Set(["style", "srcdoc", ...Object.values(LOADING_ATTRIBUTES).flat()]);

/** The role of an element whose text acts, and waits under the type text/plain. */
export const HOLDS_TEXT = 1;
/** The role of an element that brings a window with it. */
export const BRINGS_WINDOW = 2;
/**
 * The roles of elements, by their local name.
 * @type {Record<string, number>}
 */
export const ELEMENT_ROLES = {
  __proto__: null,
  script: HOLDS_TEXT,
  style: HOLDS_TEXT,
  iframe: BRINGS_WINDOW,
  frame: BRINGS_WINDOW,
  object: BRINGS_WINDOW,
  embed: BRINGS_WINDOW,
};

/**
 * A selector that finds every element that is looked at: those that load, and those with a style or a mark.
 */
export const WATCHED_ELEMENTS = `${Object.keys(LOADING_ATTRIBUTES)},style,[style],[${MARK}]`;

/** The interfaces that have one of these properties. */
export const LOADING_INTERFACES =
  "HTMLScriptElement HTMLIFrameElement HTMLFrameElement HTMLImageElement HTMLSourceElement HTMLMediaElement " +
  "HTMLVideoElement HTMLTrackElement HTMLEmbedElement HTMLInputElement HTMLLinkElement HTMLObjectElement " +
  "HTMLBodyElement HTMLAnchorElement HTMLAreaElement";
