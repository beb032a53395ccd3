// A component of Preact, whose state changes.
import { h, render } from "preact";

const vendor = window["vendor"];
const draw = (name) =>
  render(
    h(
      "section",
      null,
      h("img", { alt: "", src: vendor(name + ".gif"), onError: () => window["log"]("error", name) }),
      h("iframe", { title: "frame", src: vendor("frame.html") }),
      name == "one" && h("video", { src: vendor("film.webm") }),
      h("div", { dangerouslySetInnerHTML: { __html: `<img alt="" srcset="${vendor("text.gif")} 1x">` } }),
    ),
    document.getElementById("app"),
  );
draw("one");
window["act"] = () => draw("two");
