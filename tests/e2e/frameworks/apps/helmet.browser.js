import { createElement } from "react";
import { hydrateRoot } from "react-dom/client";
import { Page } from "./helmet-page.js";

hydrateRoot(document.getElementById("app"), createElement(Page, window["site"]), {
  onRecoverableError: (error) => window["log"](String(error)),
});
