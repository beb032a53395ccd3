import { createElement } from "react";
import { renderToString } from "react-dom/server";
import { Page } from "./react-18-document.js";

export const render = (site) => "<!doctype html>" + renderToString(createElement(Page, site));
