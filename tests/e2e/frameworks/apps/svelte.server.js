import { render as renderPage } from "svelte/server";
import Page from "./svelte-page.svelte";
import { shell } from "./shell.js";

export function render({ tag, host }) {
  const { head, body } = renderPage(Page, { props: { host } });
  return shell(tag, { head, body: `<div id="app" style="display: contents">${body}</div>` });
}
