// What each element loads, by attribute.
export const LOADING_ATTRIBUTES = { __proto__: null };
for (const line of (
  "src script iframe frame img source video audio track embed input image,srcset img source image,href link script image use feImage," +
  "xlink:href script image use feImage,imagesrcset link,poster video,data object," +
  "background body table thead tbody tfoot tr td th col colgroup,ping a area"
).split(",")) {
  const [name, ...tags] = line.split(" ");
  for (const tag of tags) (LOADING_ATTRIBUTES[tag] ||= []).push(name);
}

// Every attribute that is looked at when it is set.
export const WATCHED_ATTRIBUTES = new Set(["style", "srcdoc", ...Object.values(LOADING_ATTRIBUTES).flat()]);

// Elements whose text acts, and waits under the type text/plain; and those that bring a window.
export const HOLDS_TEXT = 1,
  BRINGS_WINDOW = 2;
export const ELEMENT_ROLES = {
  __proto__: null,
  script: HOLDS_TEXT,
  style: HOLDS_TEXT,
  iframe: BRINGS_WINDOW,
  frame: BRINGS_WINDOW,
  object: BRINGS_WINDOW,
  embed: BRINGS_WINDOW,
};

// Finds them in a tree, with all else that is looked at.
export const WATCHED_ELEMENTS = Object.keys(LOADING_ATTRIBUTES) + ",style,[style],[data-consent]";

// Where the properties of these names are, by interface.
export const INTERFACES_BY_PROPERTY = {
  src: "HTMLScriptElement HTMLIFrameElement HTMLFrameElement HTMLImageElement HTMLSourceElement HTMLMediaElement HTMLTrackElement HTMLEmbedElement HTMLInputElement",
  srcset: "HTMLImageElement HTMLSourceElement",
  href: "HTMLLinkElement",
  imageSrcset: "HTMLLinkElement",
  poster: "HTMLVideoElement",
  data: "HTMLObjectElement",
  background: "HTMLBodyElement",
  ping: "HTMLAnchorElement HTMLAreaElement",
};
