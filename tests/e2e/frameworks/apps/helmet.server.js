import { createElement } from "react";
import { renderToString } from "react-dom/server";
import { Page } from "./helmet-page.js";
import { shell } from "./shell.js";

export function render(site) {
  const context = {};
  const app = renderToString(createElement(Page, { ...site, context }));
  const { title, link, script } = context.helmet;
  return shell(site.tag, { head: [title, link, script].join(""), body: `<div id="app">${app}</div>` });
}
