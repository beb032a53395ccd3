import { createElement } from "react";
import { renderToReadableStream } from "react-dom/server.edge";
import { Page } from "./react-19-document.js";

export async function render(site) {
  const later = new Promise((resolve) => setTimeout(resolve, 20));
  const stream = await renderToReadableStream(createElement(Page, { ...site, later }));
  return new Response(stream).text();
}
