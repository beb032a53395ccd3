import { createHead, renderSSRHead } from "unhead/server";
import { renderToString } from "vue/server-renderer";
import { appOf } from "./vue-page.js";
import { shell } from "./shell.js";

export async function render(site) {
  const head = createHead();
  const app = await renderToString(appOf(site, head));
  const { headTags, bodyTags } = await renderSSRHead(head);
  // Our tag is in the head that unhead keeps.
  return shell("", { head: headTags, body: `<div id="app">${app}</div>${bodyTags}` });
}
