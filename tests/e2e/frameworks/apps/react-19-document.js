// A whole document of React 19, as its own server streams it: what React hoists into the head stands in front of all
// that the head holds; a part that comes late, with a style sheet of its own; hints by react-dom.
import { Suspense, createElement as h, use, useState } from "react";
import { preconnect, preinit, preload } from "react-dom";

function Late({ vendor, later }) {
  use(later);
  return h(
    "section",
    null,
    h("link", { rel: "stylesheet", href: vendor("late.css"), precedence: "high" }),
    h("script", { async: true, src: vendor("late.js") }),
    h("p", null, "Late"),
  );
}

/** @param {{host: string, tag: string, later: Promise<unknown>}} props */
export function Page({ host, tag, later }) {
  const [name, setName] = useState("one");
  if (typeof window == "object") window["act"] = () => setName("two");
  const vendor = (file) => `https://${host}/${file}`;
  preconnect(vendor(""));
  preload(vendor("ahead.js"), { as: "script" });
  preload(vendor("ahead.gif"), { as: "image" });
  preinit(vendor("begun.js"), { as: "script" });
  preinit(vendor("begun.css"), { as: "style" });
  return h(
    "html",
    { lang: "en" },
    h(
      "head",
      null,
      h("meta", { charSet: "utf-8" }),
      tag && h("script", { src: tag }),
      h("link", { rel: "icon", href: "data:," }),
      h("title", null, "A whole document, " + name),
      h("script", { src: "common.js" }),
    ),
    h(
      "body",
      null,
      h("p", { id: "name" }, name),
      h("button", { id: "count", onClick: () => window["log"]("clicked") }, "Click"),
      h("script", { async: true, src: vendor("hoisted.js") }),
      h("link", { rel: "stylesheet", href: vendor("sheet.css"), precedence: "low" }),
      h("img", { alt: "", src: vendor(name + ".gif") }),
      h("iframe", { title: "frame", src: vendor("frame.html") }),
      h(Suspense, { fallback: h("p", null, "Wait") }, h(Late, { vendor, later })),
      name == "two" && [
        h("script", { key: "script", async: true, src: vendor("second.js") }),
        h("link", { key: "link", rel: "stylesheet", href: vendor("second.css"), precedence: "low" }),
      ],
      h("script", { src: "app.js", defer: true }),
    ),
  );
}
