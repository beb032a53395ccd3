// A part of a page of React 18 that keeps the head by react-helmet-async.
import { createElement as h, useState } from "react";
import { Helmet, HelmetProvider } from "react-helmet-async";

/** @param {{host: string, context?: object}} props */
export function Page({ host, context }) {
  const [name, setName] = useState("one");
  if (typeof window == "object") window["act"] = () => setName("two");
  const vendor = (file) => `https://${host}/${file}`;
  return h(
    HelmetProvider,
    { context },
    h(
      Helmet,
      null,
      h("title", null, "Page " + name),
      h("link", { rel: "stylesheet", href: vendor(name + ".css") }),
      h("script", { async: true, src: vendor("in-head.js") }),
      name == "two" && h("script", { async: true, src: vendor("second.js") }),
    ),
    h("p", null, name),
    h("img", { alt: "", src: vendor(name + ".gif") }),
  );
}
