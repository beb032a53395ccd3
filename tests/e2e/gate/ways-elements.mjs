// Ways in which other elements, attributes and texts ask another host.
// Functions run in the page, so they must not use anything of this file.

/** @type {import("./ways.mjs").Ways} */
export const ELEMENTS = {
  static_image: {
    markup: (url) => `<img src="${url}" alt="">`,
    leavesBeforeScripts: true,
  },
  static_image_set: {
    markup: (url) => `<img srcset="${url} 1x" alt="">`,
    leavesBeforeScripts: true,
  },
  static_picture: {
    markup: (url) => `<picture><source srcset="${url}"><img src="data:," alt=""></picture>`,
    leavesBeforeScripts: true,
  },
  static_poster: {
    markup: (url) => `<video poster="${url}"></video>`,
    leavesBeforeScripts: true,
  },
  static_background: {
    markup: (url) => `<table background="${url}"><tr><td>x</table>`,
    leavesBeforeScripts: true,
  },
  static_svg_image: {
    markup: (url) => `<svg><image href="${url}" width="9" height="9"/></svg>`,
    leavesBeforeScripts: true,
  },
  image_with_an_odd_url: {
    act: (url) => {
      const image = document.createElement("img");
      image.src = url.replace("https://", "HTTPS:/\t/");
      document.documentElement.append(image);
    },
  },
  image_by_attribute_node: {
    act: (url) => {
      const image = document.createElement("img");
      const attribute = document.createAttribute("src");
      attribute.value = url;
      image.setAttributeNode(attribute);
      document.documentElement.append(image);
    },
  },
  image_by_attribute_value: {
    act: (url) => {
      const image = document.createElement("img");
      document.documentElement.append(image);
      image.setAttribute("src", "data:,");
      const attributes = /** @type {any} */ (image.attributes);
      attributes.src.value = url;
    },
  },
  image_by_named_item: {
    act: (url) => {
      const image = document.createElement("img");
      const attribute = document.createAttribute("src");
      attribute.value = url;
      document.documentElement.append(image);
      image.attributes.setNamedItem(attribute);
    },
  },
  image_imported: {
    act: (url) => {
      document.importNode(
        new DOMParser().parseFromString('<img src="' + url + '">', "text/html").images[0],
        true,
      );
    },
    notReplayed: true,
  },
  image_by_unsafe_html: {
    act: (url) => {
      const holder = document.createElement("div");
      document.documentElement.append(holder);
      holder.setHTMLUnsafe('<div><template shadowrootmode="open"><img src="' + url + '"></template></div>');
    },
  },
  image_in_svg: {
    act: (url) => {
      const image = document.createElementNS("http://www.w3.org/2000/svg", "image");
      const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
      image.setAttribute("href", url);
      svg.append(image);
      document.documentElement.append(svg);
    },
  },
  poster: {
    act: (url) => {
      const video = document.createElement("video");
      video.poster = url;
      document.documentElement.append(video);
    },
  },
  video_source: {
    act: (url) => {
      const video = document.createElement("video");
      const source = document.createElement("source");
      source.src = url;
      video.append(source);
      document.documentElement.append(video);
      video.load();
    },
  },
  body_background: {
    act: (url) => {
      const table = document.createElement("table");
      table.setAttribute("background", url);
      table.innerHTML = "<tr><td>x";
      document.documentElement.append(table);
    },
  },
  link_related_by_its_list: {
    act: (url) => {
      const link = document.createElement("link");
      link.rel = "author";
      link.href = url;
      document.head.append(link);
      link.relList.add("stylesheet");
    },
  },
  link_whose_list_is_set: {
    act: (url) => {
      const link = document.createElement("link");
      link.rel = "author";
      link.href = url;
      document.head.append(link);
      link.relList.value = "stylesheet";
    },
  },
  preload_of_a_set_related_last: {
    act: (url) => {
      const link = document.createElement("link");
      link.imageSrcset = `/blank.html 9x, ${url} 1x`;
      link.as = "image";
      document.head.append(link);
      link.rel = "preload";
    },
    // Seen to ask in Firefox 153, and not in 140.
    isOffered: () => !/Firefox\/1[0-4]/.test(navigator.userAgent),
  },
  link_without_rel_yet: {
    act: (url) => {
      const link = document.createElement("link");
      link.href = url;
      document.head.append(link);
      link.rel = "stylesheet";
    },
  },
  ping: {
    act: (url) => {
      const anchor = document.createElement("a");
      anchor.href = "#x";
      anchor.ping = url;
      document.documentElement.append(anchor);
      anchor.click();
    },
    notReplayed: true,
  },
  form_into_a_frame: {
    act: (url) => {
      const frame = document.createElement("iframe");
      const form = document.createElement("form");
      frame.name = "sink";
      form.target = "sink";
      form.action = url;
      form.method = "post";
      document.documentElement.append(frame, form);
      form.submit();
    },
    notReplayed: true,
  },
  write_in_pieces: {
    act: (url) => {
      document.write("<im");
      document.write('g src="' + url + '" al');
      document.write('t="">');
    },
  },
  inline_import: {
    markup: (url) => `<script type="module">import "${url}"</script>`,
    // Firefox 140 has asked for it before a script can act, and Firefox 153 not: gate.md says so.
    isOffered: () => !/Firefox\/1[0-4]/.test(navigator.userAgent),
  },
  inline_dynamic_import: {
    markup: (url) => `<script>import("${url}").catch(function () {})</script>`,
    notReplayed: true,
  },
  evaluated: {
    act: (url) => {
      (0, eval)("new Image().src = " + JSON.stringify(url));
    },
    notReplayed: true,
  },
  string_timer: {
    act: (url) => {
      setTimeout("new Image().src = " + JSON.stringify(url), 0);
    },
    notReplayed: true,
  },
  handler: {
    markup: (url) =>
      `<img src="data:,x" alt="" onerror="fetch('${url}', { mode: 'no-cors' }).catch(function () {})">`,
    notReplayed: true,
  },
};
