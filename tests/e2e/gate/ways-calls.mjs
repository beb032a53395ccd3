// Ways in which a script calls another host.
// Functions run in the page, so they must not use anything of this file.

/** @type {import("./ways.mjs").Ways} */
export const CALLS = {
  fetch_of_text: {
    act: (url) => {
      fetch(url, { mode: "no-cors" }).catch(() => {});
    },
    notReplayed: true,
  },
  fetch_of_url: {
    act: (url) => {
      fetch(new URL(url)).catch(() => {});
    },
    notReplayed: true,
  },
  fetch_of_request: {
    act: (url) => {
      fetch(new Request(url)).catch(() => {});
    },
    notReplayed: true,
  },
  xhr: {
    act: (url) => {
      const request = new XMLHttpRequest();
      request.open("GET", url);
      request.send();
    },
    notReplayed: true,
  },
  xhr_synchronous: {
    act: (url) => {
      const request = new XMLHttpRequest();
      request.open("GET", url, false);
      try {
        request.send();
      } catch {
        /* It is held. */
      }
    },
    notReplayed: true,
  },
  beacon: {
    act: (url) => {
      navigator.sendBeacon(url, "x");
    },
    notReplayed: true,
  },
  event_source: {
    act: (url) => {
      const source = new EventSource(url);
      source.onerror = () => {
        source.close();
      };
    },
    notReplayed: true,
  },
  web_socket: {
    act: (url) => {
      new WebSocket(url.replace("https", "wss"));
    },
    notReplayed: true,
  },
  audio: {
    act: (url) => {
      new Audio(url);
    },
    notReplayed: true,
  },
};
