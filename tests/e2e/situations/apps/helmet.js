import { createElement } from "react";
import { createRoot } from "react-dom/client";
import { Helmet } from "react-helmet";
const root = createRoot(document.getElementById("app"));
window.showRoute = (name) =>
  root.render(
    createElement(
      "main",
      null,
      createElement(
        Helmet,
        null,
        createElement("title", null, name),
        createElement("script", { src: "https://cdn.vendor-example.net/count.js", async: true }),
        createElement("link", { rel: "stylesheet", href: "https://cdn.vendor-example.net/style.css" }),
      ),
      name,
    ),
  );
