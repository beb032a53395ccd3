import { createElement } from "react";
import { hydrateRoot } from "react-dom/client";
import { Page } from "./react-19-document.js";

hydrateRoot(document, createElement(Page, { ...window["site"], later: Promise.resolve() }), {
  onRecoverableError: (error) => window["log"](String(error)),
});
