// The document around an app that is not the whole of it.

/**
 * @param {string} tag the address of our tag, or nothing
 * @param {{head?: string, body: string}} parts
 */
export const shell = (tag, { head = "", body }) => `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    ${tag && `<script src="${tag}"></script>`}
    ${head}
    <link rel="icon" href="data:,">
    <script src="common.js"></script>
    <script type="module" src="app.js"></script>
  </head>
  <body>${body}</body>
</html>`;
