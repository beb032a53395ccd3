// Static elements and styles that ask for something, as markup may spell them.
import { inBase64, inEscapes, inReferences, sheetAndElement } from "./spellings.mjs";

/** @type {Record<string, (url: string) => string>} */
export const OTHER_ELEMENTS = {
  image: (url) => `<img src="${url}" alt="">`,
  image_by_its_old_name: (url) => `<image src=${url}>`,
  image_set: (url) =>
    `<img srcset="data:, 1x,${url} 1.0x, /blank.html 9x" sizes=1px alt="">`.replace("data:, 1x,", ""),
  image_set_without_spaces: (url) => `<img srcset="/own.gif 9x,${url} 1x" alt="">`,
  picture: (url) => `<picture><source srcset="${url}"><img src="data:," alt=""></picture>`,
  poster: (url) => `<video poster="${url}"></video>`,
  video: (url) => `<video src="${url}" preload="auto"></video>`,
  audio_source: (url) => `<audio preload="auto"><source src="${url}"></audio>`,
  image_input: (url) => `<input type="IMAGE" src="${url}">`,
  background: (url) => `<table background="${url}"><tr><td>x</table>`,
  row_background: (url) => `<table><tr background="${url}"><td>x</table>`,
  svg_image: (url) => `<svg><image href="${url}" width="9" height="9"/></svg>`,
  svg_image_set_by_animation: (url) =>
    `<svg><image width="9" height="9"><set attributeName="href" to="${url}"/></image></svg>`,
  svg_image_animated: (url) =>
    `<svg><image width="9" height="9">` +
    `<animate attributeName="href" values="data:,;${url}" dur="1s" fill="freeze"/></image></svg>`,
  svg_filter_image: (url) =>
    `<svg><filter id="f"><feImage href="${url}"/></filter>` +
    `<rect width="9" height="9" filter="url(#f)"/></svg>`,
  image_in_svg_text: (url) => `<svg><desc><img src="${url}" alt=""></desc></svg>`,
  image_in_math: (url) => `<math><mtext><img src="${url}" alt=""></mtext></math>`,
  image_out_of_svg: (url) => `<svg><g><style><img src="${url}" alt=""></style></g></svg>`,
  image_in_a_shadow_root: (url) =>
    `<div><template shadowrootmode="open"><img src="${url}" alt=""></template></div>`,
  image_in_a_frame_of_text: (url) => `<iframe srcdoc="<img src='${url}'>"></iframe>`,
  image_in_a_frame_of_data: (url) =>
    `<iframe src="data:text/html;base64,${inBase64(`<img src="${url}">`)}"></iframe>`,
  image_in_entities_in_a_frame_of_data: (url) =>
    `<iframe src="data:text/html,${encodeURIComponent(`<img src="${inReferences(url)}">`)}"></iframe>`,
  image_in_a_frame_of_script: (url) => `<iframe src="javascript:'<img src=${url}>'"></iframe>`,
  refresh_in_a_frame_of_text: (url) =>
    `<iframe srcdoc="<meta http-equiv=refresh content='0; url=${url}'>"></iframe>`,
  stylesheet: (url) => `<link rel="stylesheet" href="${url}">`,
  stylesheet_of_data: (url) => `<link rel="stylesheet" href="data:text/css,@import '${url}';">`,
  preload: (url) => `<link rel="preload" as="image" href="${url}">`,
  preload_set: (url) => `<link rel="preload" as="image" imagesrcset="${url}">`,
  module_preload: (url) => `<link rel="modulepreload" href="${url}">`,
  prefetch: (url) => `<link rel="prefetch" href="${url}">`,
  style_attribute: (url) => `<p style="background: url('${url}')">x</p>`,
  style_attribute_in_entities: (url) => `<p style="background:url(${inReferences(url)})">x</p>`,
  style_attribute_in_escapes: (url) => `<p style="background:u\\72l('${inEscapes(url)}')">x</p>`,
  style_attribute_image_set: (url) => `<p style="background:image-set('${url}' 1x)">x</p>`,
  style_over_a_broken_line: (url) => `<p style="background:url('${url.replace("//", "/\\\r\n/")}')">x</p>`,
  sheet_import: (url) => `<style>@import "${url}";</style>`,
  sheet_import_in_capitals: (url) => `<style>@IMPORT URL(${url}) screen;</style>`,
  sheet_import_in_escapes: (url) => `<style>@\\69 mport "${inEscapes(url)}";</style>`,
  sheet_import_after_a_comment: (url) => `<style>/* ; */@import/**/'${url}';</style>`,
  sheet_import_of_data: (url) => `<style>@import "data:text/css,@import '${url}'";</style>`,
  sheet_import_of_another_type: (url) => `<style type="text/x-less">@import "${url}";</style>`,
  sheet_in_svg: (url) => `<svg><style>@im<!-- -->port <![CDATA["${url}"]]>;</style></svg>`,
  sheet_rule: (url) => sheetAndElement("rule", `SELF{background:url( "${url}" )}`),
  sheet_rule_in_escapes: (url) =>
    sheetAndElement("escaped", `SELF{background:\\75\\72\\6c(${inEscapes(url)})}`),
  sheet_font: (url) =>
    sheetAndElement("font", `@font-face{font-family:m;src:url(${url})}SELF{font-family:m}`),
  sheet_variable: (url) => sheetAndElement("variable", `SELF{--u:url(${url});background:var(--u)}`),
  sheet_never_closed: (url) => sheetAndElement("open", `SELF{background:url(${url}`),
  speculation: (url) =>
    `<script type="speculationrules">{"prefetch":[{"urls":["${url}"],"eagerness":"immediate"}]}</script>`,
};
