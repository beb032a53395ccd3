import { createElement } from "react";
import { hydrateRoot } from "react-dom/client";
import { Page } from "./react-18-document.js";

const differs = location.pathname.includes("differs");
hydrateRoot(document, createElement(Page, { ...window["site"], differs }), {
  onRecoverableError: (error) => window["log"](String(error)),
});
