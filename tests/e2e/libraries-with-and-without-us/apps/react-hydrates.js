import { createElement as h } from "react";
import { hydrateRoot } from "react-dom/client";
import { Tree } from "./react-tree.js";

hydrateRoot(document.getElementById("app"), h(Tree, { vendor: window["vendor"] }), {
  onRecoverableError: (error) => window["log"](String(error)),
});
