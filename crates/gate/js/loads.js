// What each element loads, by attribute.
export const LOADS = { __proto__: null };
for (const line of (
  "src script iframe frame img source video audio track embed input image,srcset img source image,href link script image use feImage," +
  "xlink:href script image use feImage,imagesrcset link,poster video,data object," +
  "background body table thead tbody tfoot tr td th col colgroup,ping a area"
).split(",")) {
  const [name, ...tags] = line.split(" ");
  for (const tag of tags) (LOADS[tag] ||= []).push(name);
}

// Every attribute that is looked at when it is set.
export const NAMES = new Set(["style", "srcdoc", ...Object.values(LOADS).flat()]);

// Elements whose text acts, and waits under the type text/plain; and those that bring a window.
export const TEXT = 1,
  FRAME = 2;
export const KINDS = {
  __proto__: null,
  script: TEXT,
  style: TEXT,
  iframe: FRAME,
  frame: FRAME,
  object: FRAME,
  embed: FRAME,
};

// Finds them in a tree, with all else that is looked at.
export const SELECTOR = Object.keys(LOADS) + ",style,[style],[data-consent]";

// Where the properties of these names are, by interface.
export const PROPERTIES = {
  src: "HTMLScriptElement HTMLIFrameElement HTMLFrameElement HTMLImageElement HTMLSourceElement HTMLMediaElement HTMLTrackElement HTMLEmbedElement HTMLInputElement",
  srcset: "HTMLImageElement HTMLSourceElement",
  href: "HTMLLinkElement",
  imageSrcset: "HTMLLinkElement",
  poster: "HTMLVideoElement",
  data: "HTMLObjectElement",
  background: "HTMLBodyElement",
  ping: "HTMLAnchorElement HTMLAreaElement",
};
