// Ways in which a script asks for an image, a style sheet or a preload of another host.
// Functions run in the page, so they must not use anything of this file.

/** @type {import("./ways.mjs").Ways} */
export const IMAGES = {
  image_object: {
    act: (url) => {
      new Image().src = url;
    },
    notReplayed: true,
  },
  image_element: {
    act: (url) => {
      const image = document.createElement("img");
      image.src = url;
      document.documentElement.append(image);
    },
  },
  image_by_attribute: {
    act: (url) => {
      document.createElement("img").setAttribute("src", url);
    },
    notReplayed: true,
  },
  image_set: {
    act: (url) => {
      document.createElement("img").srcset = "/blank.html 2x, " + url + " 1x";
    },
    notReplayed: true,
  },
  image_by_inner_html: {
    act: (url) => {
      document.createElement("div").innerHTML = '<img src="' + url + '">';
    },
    notReplayed: true,
  },
  image_by_outer_html: {
    act: (url) => {
      const holder = document.createElement("div");
      holder.innerHTML = "<p></p>";
      holder.firstElementChild.outerHTML = '<img src="' + url + '">';
    },
    notReplayed: true,
  },
  stylesheet_link: {
    act: (url) => {
      const link = document.createElement("link");
      link.rel = "stylesheet";
      link.href = url;
      document.head.append(link);
    },
  },
  preload_link: {
    act: (url) => {
      const link = document.createElement("link");
      link.href = url;
      link.rel = "preload";
      link.as = "fetch";
      document.head.append(link);
    },
  },
};
