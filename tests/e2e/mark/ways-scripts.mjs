// Static scripts that run, as markup may spell them.
import { inReferences } from "./spellings.mjs";

/** @type {Record<string, (url: string) => string>} */
export const SCRIPTS = {
  plain: (url) => `<script src="${url}"></script>`,
  asynchronous: (url) => `<script async src='${url}'></script>`,
  deferred: (url) => `<script defer src=${url} ></script>`,
  module: (url) => `<script type="module" src="${url}"></script>`,
  module_in_capitals: (url) => `<script type="MODULE" src="${url}"></script>`,
  in_capitals: (url) => `<SCRIPT SRC="${url}"></SCRIPT>`,
  typed: (url) => `<script type=" text/JavaScript " src="${url}"></script>`,
  twice_named: (url) => `<script src="${url}" src="/own.js"></script>`,
  in_entities: (url) => `<script src="${inReferences(url)}"></script>`,
  with_backslashes: (url) => `<script src="${url.replace("https://", "HTTPS:\\\\")}"></script>`,
  over_lines: (url) => `<script\r\nsrc\t=\n" ${url.slice(0, 9)}\n${url.slice(9)} "\f></script>`,
  after_a_slash: (url) => `<script/src="${url}"/></script>`,
  in_svg: (url) => `<svg><script href="${url}"></script></svg>`,
  in_svg_linked: (url) => `<svg><script xlink:href="${url}"/></svg>`,
  after_an_odd_comment: (url) => `<!----!><script src="${url}"></script><!-- <!-- --!>`,
  after_a_bogus_comment: (url) => `<?php echo "?><script src="${url}"></script>`,
  after_a_script_in_a_comment: (url) =>
    `<script><!--<script></script>--></script><script src="${url}"></script>`,
  after_an_open_text: (url) => `<title>a<script></title><script src="${url}"></script>`,
  after_a_closed_svg: (url) => `<svg/><script>'<!--'</script><script src="${url}"></script>`,
  in_a_table: (url) => `<table><tr><table><td><script src="${url}"></script></table></table>`,
  in_a_select: (url) => `<select><option>a<script src="${url}"></script></select>`,
  inline_import: (url) => `<script type="module">import "${url}"</script>`,
  inline_import_after_a_pattern: (url) => `<script type="module">const a=/["'\`]/g;import"${url}"</script>`,
  inline_import_after_a_template: (url) =>
    `<script type="module">const b=\`it's \${"'"} \`;import"${url}"</script>`,
  inline_import_with_a_comment: (url) => `<script type="module">import /* a */ "${url}"</script>`,
  inline_import_in_escapes: (url) =>
    `<script type="module">import "${url.replace("https", "h\\x74tps").replace("//", "\\u002f/")}"</script>`,
  import_in_a_data_module: (url) =>
    `<script type="module" src="data:text/javascript,import%20'${url}'"></script>`,
  mapped_import: (url) =>
    `<script type="importmap">{"imports":{"mapped":"${url}","own":"/own.js"}}</script>` +
    `<script type="module">import "mapped"</script>`,
};
