import { h } from "preact";
import { renderToString } from "preact-render-to-string";
import { Body } from "./preact-body.js";
import { shell } from "./shell.js";

export const render = (site) =>
  shell(site.tag, { head: "<title>A body</title>", body: renderToString(h(Body, site)) });
