// What each element loads, by attribute.
const SVG = ["href", "xlink:href"];
export const LOADS = {
  __proto__: null,
  script: ["src", ...SVG],
  iframe: ["src"],
  frame: ["src"],
  img: ["src", "srcset"],
  source: ["src", "srcset"],
  video: ["src", "poster"],
  audio: ["src"],
  track: ["src"],
  embed: ["src"],
  object: ["data"],
  input: ["src"],
  link: ["href", "imagesrcset"],
  image: SVG,
  use: SVG,
  feImage: SVG,
  body: ["background"],
  table: ["background"],
  td: ["background"],
  th: ["background"],
  a: ["ping"],
  area: ["ping"],
};

// Finds them in a document, with all else that is looked at, scripts first.
export const SELECTOR =
  'script,iframe,frame,img,source,video,audio,track,embed,object,input[src],link,image,use,feImage,style,[ping],[background],[srcdoc],[style*="//"],[data-consent]';
