// What each element loads, by attribute.
export const LOADS = { __proto__: null };
for (const line of (
  "script src href xlink:href,iframe src,frame src,img src srcset,source src srcset,video src poster,audio src,track src,embed src," +
  "object data,input src,link href imagesrcset,image href xlink:href,use href xlink:href,feImage href xlink:href," +
  "body background,table background,tr background,td background,th background,a ping,area ping"
).split(",")) {
  const [tag, ...names] = line.split(" ");
  LOADS[tag] = names;
}

// Every attribute that is looked at when it is set.
export const NAMES = new Set(["style", "srcdoc", ...Object.values(LOADS).flat()]);

// Elements whose text acts, and waits under the type text/plain; and those that bring a window.
export const TEXT = 1, FRAME = 2;
export const KINDS = { __proto__: null, script: TEXT, style: TEXT, iframe: FRAME, frame: FRAME, object: FRAME, embed: FRAME };

// Finds them in a tree, with all else that is looked at.
export const SELECTOR = Object.keys(LOADS) + ",style,[style],[data-consent]";
