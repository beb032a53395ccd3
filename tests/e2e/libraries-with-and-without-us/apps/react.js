// A component of React 19: images, frames, media, a style sheet and a script that React hoists, HTML as text.
import { createElement as h, useState } from "react";
import { createRoot } from "react-dom/client";
import { flushSync } from "react-dom";

function App() {
  const [state, setState] = useState({ name: "one", isShown: true });
  window["act"] = () => flushSync(() => setState({ name: "two", isShown: false }));
  const log = (word) => () => window["log"](word, state.name);
  const vendor = window["vendor"];
  return h(
    "section",
    null,
    h("img", { alt: "", src: vendor(state.name + ".gif"), onError: log("error"), onLoad: log("load") }),
    h("img", { alt: "", srcSet: vendor(state.name + ".gif") + " 1x", sizes: "9px" }),
    h("iframe", { title: "frame", key: state.name, src: vendor(state.name + ".html") }),
    state.isShown && h("video", { poster: vendor("poster.gif"), src: vendor("film.webm"), muted: true }),
    h("script", { async: true, src: vendor("hoisted.js") }),
    h("link", { rel: "stylesheet", href: vendor("sheet.css"), precedence: "low" }),
    h("div", { dangerouslySetInnerHTML: { __html: `<img alt="" src="${vendor("text.gif")}">` } }),
    h("p", null, state.name),
  );
}
createRoot(document.getElementById("app")).render(h(App));
