// What a server renders and React 18 takes over.
import { createElement as h, useState } from "react";

/** @param {{vendor: (file: string) => string}} props */
export function Tree({ vendor }) {
  const [name, setName] = useState("one");
  if (typeof window == "object") window["act"] = () => setName("two");
  return h(
    "section",
    null,
    h("img", { alt: "", src: vendor(name + ".gif") }),
    h("img", { alt: "", srcSet: vendor(name + ".gif") + " 1x", sizes: "9px" }),
    h("iframe", { title: "frame", src: vendor("frame.html") }),
    h("video", { src: vendor("film.webm") }),
    h("object", { data: vendor("object.gif"), type: "image/gif" }),
    h("p", null, name),
  );
}
