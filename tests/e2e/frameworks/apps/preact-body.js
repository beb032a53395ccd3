// What Preact renders into a whole <body>.
import { Fragment, h } from "preact";
import { useState } from "preact/hooks";

/** @param {{host: string}} props */
export function Body({ host }) {
  const [name, setName] = useState("one");
  if (typeof window == "object") window["act"] = () => setName("two");
  const vendor = (file) => `https://${host}/${file}`;
  return h(
    Fragment,
    null,
    h("p", null, name),
    h("img", { alt: "", src: vendor(name + ".gif") }),
    h("iframe", { title: "frame", src: vendor("frame.html") }),
    h("script", { src: vendor("in-body.js") }),
    name == "two" && h("script", { src: vendor("second.js") }),
  );
}
