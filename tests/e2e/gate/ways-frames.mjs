// Ways in which a page of another host comes into a frame.
// Functions run in the page, so they must not use anything of this file.

/** @type {import("./ways.mjs").Ways} */
export const FRAMES = {
  static_frame: {
    markup: (url) => `<iframe src="${url}"></iframe>`,
    leavesBeforeScripts: true,
  },
  frame_with_source_before_insertion: {
    act: (url) => {
      const frame = document.createElement("iframe");
      frame.src = url;
      document.documentElement.append(frame);
    },
  },
  frame_with_source_after_insertion: {
    act: (url) => {
      const frame = document.createElement("iframe");
      document.documentElement.append(frame);
      frame.src = url;
    },
  },
  frame_by_attribute: {
    act: (url) => {
      const frame = document.createElement("iframe");
      frame.setAttribute("src", url);
      document.documentElement.append(frame);
    },
  },
  frame_by_inner_html: {
    act: (url) => {
      const holder = document.createElement("div");
      document.documentElement.append(holder);
      holder.innerHTML = '<p><iframe src="' + url + '"></iframe>';
    },
  },
  frame_by_adjacent_html: {
    act: (url) => {
      document.head.insertAdjacentHTML("beforeend", '<iframe src="' + url + '"></iframe>');
    },
  },
};
