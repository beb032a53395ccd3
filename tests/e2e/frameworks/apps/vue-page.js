// What Vue renders, with a head that unhead keeps: as Nuxt does.
import { createSSRApp, h, ref } from "vue";

export const appOf = ({ host, tag }, head) => {
  if (tag) head.push({ script: [{ src: tag, tagPriority: -10 }] });
  const vendor = (file) => `https://${host}/${file}`;
  const entryOf = (name) => ({
    title: "Page " + name,
    htmlAttrs: { lang: "en" },
    link: [
      { rel: "preconnect", href: vendor("") },
      { rel: "stylesheet", href: vendor(name + ".css") },
    ],
    script: [
      { src: vendor("in-head.js"), async: true },
      { src: vendor("in-body.js"), tagPosition: "bodyClose", defer: true },
      name == "two" && { src: vendor("second.js"), async: true },
    ].filter(Boolean),
  });
  const entry = head.push(entryOf("one"));
  return createSSRApp({
    setup() {
      const name = ref("one");
      if (typeof window == "object")
        window["act"] = () => {
          name.value = "two";
          entry.patch(entryOf("two"));
        };
      return () =>
        h("section", [
          h("p", name.value),
          h("img", { alt: "", src: vendor(name.value + ".gif") }),
          h("iframe", { title: "frame", src: vendor("frame.html") }),
          h("script", { async: true, src: vendor("in-app.js") }),
          h("div", { innerHTML: `<img alt="" src="${vendor("text.gif")}">` }),
        ]);
    },
  });
};
