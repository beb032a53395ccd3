// A whole document of React 18, as Remix renders it: the server's half and the browser's.
import { createElement as h, useState } from "react";

/** @param {{host: string, tag: string, differs?: boolean}} props */
export function Page({ host, tag, differs = false }) {
  const [name, setName] = useState("one");
  const inBrowser = typeof window == "object";
  if (inBrowser) window["act"] = () => setName("two");
  const vendor = (file) => `https://${host}/${file}`;
  return h(
    "html",
    { lang: "en" },
    h(
      "head",
      null,
      h("meta", { charSet: "utf-8" }),
      tag && h("script", { src: tag }),
      h("link", { rel: "icon", href: "data:," }),
      h("title", null, "A whole document"),
      h("script", { src: "common.js" }),
      h("script", { async: true, src: vendor("in-head.js") }),
      h("link", { rel: "preconnect", href: vendor("") }),
      h("link", { rel: "stylesheet", href: vendor("sheet.css") }),
    ),
    h(
      "body",
      null,
      h("p", { id: "name" }, differs && inBrowser ? "another " : "", name),
      h("button", { id: "count", onClick: () => window["log"]("clicked") }, "Click"),
      h("img", { alt: "", src: vendor(name + ".gif") }),
      h("iframe", { title: "frame", src: vendor("frame.html") }),
      h("script", { src: vendor("in-body.js") }),
      h("script", { src: "app.js", defer: true }),
    ),
  );
}
