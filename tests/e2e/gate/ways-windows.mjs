// Ways through another window or a worker, which have natives of their own.
// Functions run in the page, so they must not use anything of this file.

/** @type {import("./ways.mjs").Ways} */
export const WINDOWS = {
  fetch_of_a_frame: {
    act: (url) => {
      const frame = document.createElement("iframe");
      document.documentElement.append(frame);
      frame.contentWindow.fetch(url, { mode: "no-cors" }).catch(() => {});
    },
    notReplayed: true,
  },
  fetch_of_the_first_frame: {
    act: (url) => {
      document.documentElement.append(document.createElement("iframe"));
      frames[frames.length - 1].fetch(url, { mode: "no-cors" }).catch(() => {});
    },
    notReplayed: true,
  },
  image_of_a_frame: {
    act: (url) => {
      const frame = document.createElement("iframe");
      document.documentElement.append(frame);
      new frame.contentWindow.Image().src = url;
    },
    notReplayed: true,
  },
  beacon_of_a_frame: {
    act: (url) => {
      const frame = document.createElement("iframe");
      document.documentElement.append(frame);
      frame.contentWindow.navigator.sendBeacon(url);
    },
    notReplayed: true,
  },
  xhr_of_a_frame: {
    act: (url) => {
      const frame = document.createElement("iframe");
      document.documentElement.append(frame);
      const request = new frame.contentWindow.XMLHttpRequest();
      request.open("GET", url);
      request.send();
    },
    notReplayed: true,
  },
  native_of_a_frame: {
    act: (url) => {
      const frame = document.createElement("iframe");
      document.documentElement.append(frame);
      frame.contentWindow.fetch.call(window, url, { mode: "no-cors" }).catch(() => {});
    },
    notReplayed: true,
  },
  setter_of_a_frame: {
    act: (url) => {
      const frame = document.createElement("iframe");
      document.documentElement.append(frame);
      Object.getOwnPropertyDescriptor(frame.contentWindow.HTMLImageElement.prototype, "src").set.call(
        new Image(),
        url,
      );
    },
    notReplayed: true,
  },
  written_into_a_frame: {
    act: (url) => {
      const frame = document.createElement("iframe");
      document.documentElement.append(frame);
      frame.contentDocument.write('<img src="' + url + '">');
      frame.contentDocument.close();
    },
  },
  script_text_in_a_frame: {
    act: (url) => {
      const frame = document.createElement("iframe");
      document.documentElement.append(frame);
      const script = frame.contentDocument.createElement("script");
      script.text = 'new Image().src = "' + url + '"';
      frame.contentDocument.body.append(script);
    },
    notReplayed: true,
  },
  frame_of_text: {
    act: (url) => {
      const frame = document.createElement("iframe");
      frame.srcdoc = '<script>new Image().src = "' + url + '"</scr' + "ipt>";
      document.documentElement.append(frame);
    },
    notReplayed: true,
  },
  frame_of_a_blob: {
    act: (url) => {
      const frame = document.createElement("iframe");
      frame.src = URL.createObjectURL(
        new Blob(['<script>new Image().src = "' + url + '"</scr' + "ipt>"], { type: "text/html" }),
      );
      document.documentElement.append(frame);
    },
    notReplayed: true,
  },
  frame_of_script: {
    act: (url) => {
      const frame = document.createElement("iframe");
      frame.src = "javascript:'<img src=\"" + url + "\">'";
      document.documentElement.append(frame);
    },
  },
  frame_of_data: {
    act: (url) => {
      const frame = document.createElement("iframe");
      frame.src = "data:text/html," + encodeURIComponent('<img src="' + url + '">');
      document.documentElement.append(frame);
    },
  },
  worker_of_a_blob: {
    act: (url) => {
      new Worker(
        URL.createObjectURL(new Blob(['fetch("' + url + '", { mode: "no-cors" }).catch(() => {})'])),
      );
    },
    notReplayed: true,
  },
  worker_importing: {
    act: (url) => {
      new Worker(URL.createObjectURL(new Blob(['importScripts("' + url + '")']))).onerror = (event) => {
        event.preventDefault();
      };
    },
    notReplayed: true,
  },
  worker_of_data: {
    act: (url) => {
      new Worker(
        "data:text/javascript," +
          encodeURIComponent('fetch("' + url + '", { mode: "no-cors" }).catch(() => {})'),
      );
    },
    notReplayed: true,
  },
};
