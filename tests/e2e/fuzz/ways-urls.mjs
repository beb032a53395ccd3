// Ways to contact the host that a URL names. Each function runs in the page, so it must not use anything of
// this file.

/** @type {Record<string, (url: string) => void>} */
export const WAYS_FOR_A_URL = {
  image: (url) => {
    new Image().src = url;
  },
  image_by_attribute: (url) => {
    document.createElement("img").setAttribute("src", url);
  },
  image_set: (url) => {
    document.createElement("img").srcset = url + " 1x";
  },
  images_of_a_set: (url) => {
    document.createElement("img").srcset = ",, /ok.gif\t9x," + url + "\n 1x , /ok.gif 8x,";
  },
  source_of_a_picture: (url) => {
    const picture = document.createElement("picture");
    const source = document.createElement("source");
    source.srcset = url;
    picture.append(source, document.createElement("img"));
    document.body.append(picture);
  },
  image_input: (url) => {
    const input = document.createElement("input");
    input.type = "image";
    input.src = url;
    document.body.append(input);
  },
  image_of_svg: (url) => {
    const image = document.createElementNS("http://www.w3.org/2000/svg", "image");
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    image.setAttributeNS("http://www.w3.org/1999/xlink", "xlink:href", url);
    svg.append(image);
    document.body.append(svg);
  },
  poster: (url) => {
    const video = document.createElement("video");
    video.poster = url;
    document.body.append(video);
  },
  audio: (url) => {
    // Chromium 156 asks for nothing where the argument has half of a surrogate pair in it.
    new Audio(url.replace(/\p{Surrogate}/gu, "\ufffd"));
  },
  script: (url) => {
    const script = document.createElement("script");
    script.src = url;
    document.head.append(script);
  },
  script_of_svg: (url) => {
    const script = document.createElementNS("http://www.w3.org/2000/svg", "script");
    script.setAttribute("href", url);
    document.head.append(script);
  },
  stylesheet: (url) => {
    const link = document.createElement("link");
    link.rel = "stylesheet";
    link.href = url;
    document.head.append(link);
  },
  preload: (url) => {
    const link = document.createElement("link");
    link.rel = "preload";
    link.as = "image";
    link.href = url;
    document.head.append(link);
  },
  preloaded_set: (url) => {
    const link = document.createElement("link");
    link.rel = "preload";
    link.as = "image";
    link.imageSrcset = url;
    document.head.append(link);
  },
  fetch: (url) => {
    fetch(url).catch(() => {});
  },
  request: (url) => {
    fetch(new Request(url)).catch(() => {});
  },
  xhr: (url) => {
    const request = new XMLHttpRequest();
    request.open("GET", url);
    request.send();
  },
  beacon: (url) => {
    navigator.sendBeacon(url);
  },
  event_source: (url) => {
    const source = new EventSource(url);
    source.onerror = () => source.close();
  },
  socket: (url) => {
    new WebSocket(url);
  },
  frame: (url) => {
    // What may be a `javascript:` URL would run in the page.
    if (/^[^a-z]*j/i.test(url)) return;
    const frame = document.createElement("iframe");
    document.body.append(frame);
    frame.src = url;
  },
  object: (url) => {
    const object = document.createElement("object");
    object.data = url;
    document.body.append(object);
  },
  ping: (url) => {
    const anchor = document.createElement("a");
    anchor.href = "#x";
    anchor.ping = url;
    document.body.append(anchor);
    anchor.click();
  },
};
