// The sites of the soak: documentation, demos and whole templates that npm packages ship as files. `pages` are where a
// visit may begin, as paths in the package.

/**
 * @typedef {object} Site
 * @property {string} name the package
 * @property {string[]} pages
 */

/** @type {Site[]} */
export const SITES = [
  {
    name: "ckeditor4",
    pages: [
      "samples/index.html",
      "samples/toolbarconfigurator/index.html",
      "samples/old/ajax.html",
      "samples/old/dialog/dialog.html",
      "samples/old/inlineall.html",
      "samples/old/tableresize/tableresize.html",
      "samples/old/sharedspace/sharedspace.html",
      "samples/old/codesnippet/codesnippet.html",
    ],
  },
  { name: "pdfjs-dist-viewer-min", pages: ["build/minified/web/viewer.html"] },
  { name: "swagger-ui-dist", pages: ["index.html"] },
  { name: "reveal.js", pages: ["demo.html", "index.html"] },
  { name: "mediaelement", pages: ["demo/index.html", "test/player.html"] },
  {
    name: "medium-editor",
    pages: [
      "demo/index.html",
      "demo/auto-link.html",
      "demo/button-example.html",
      "demo/multi-editor.html",
      "demo/nested-editable.html",
      "demo/static-toolbar.html",
      "demo/table-extension.html",
      "demo/textarea.html",
    ],
  },
  {
    name: "leaflet.markercluster",
    pages: [
      "example/marker-clustering.html",
      "example/marker-clustering-realworld.388.html",
      "example/marker-clustering-everything.html",
      "example/marker-clustering-spiderfier.html",
      "example/geojson.html",
    ],
  },
  {
    name: "vis",
    pages: [
      "examples/network/basicUsage.html",
      "examples/network/events/interactionEvents.html",
      "examples/network/other/manipulation.html",
      "examples/timeline/basicUsage.html",
      "examples/timeline/editing/editingItems.html",
      "examples/timeline/groups/groupsEditable.html",
      "examples/graph2d/01_basic.html",
      "examples/graph3d/01_basics.html",
    ],
  },
  {
    name: "uikit",
    pages: [
      "tests/index.html",
      "tests/modal.html",
      "tests/lightbox.html",
      "tests/video.html",
      "tests/form.html",
      "tests/navbar.html",
      "tests/image.html",
      "tests/sortable.html",
      "tests/upload.html",
    ],
  },
  {
    name: "owl.carousel",
    pages: [
      "docs/index.html",
      "docs/demos/video.html",
      "docs/demos/lazyLoad.html",
      "docs/demos/urlhashnav.html",
      "docs/docs/api-options.html",
    ],
  },
  {
    name: "jsoneditor",
    pages: [
      "examples/03_switch_mode.html",
      "examples/04_load_and_save.html",
      "examples/07_json_schema_validation.html",
      "examples/16_synchronize_editors.html",
      "examples/18_custom_validation.html",
      "examples/requirejs_demo/requirejs_demo.html",
    ],
  },
  {
    name: "gentelella",
    pages: [
      "production/index.html",
      "production/index2.html",
      "production/calendar.html",
      "production/form_advanced.html",
      "production/form_wizards.html",
      "production/general_elements.html",
      "production/inbox.html",
      "production/map.html",
      "production/tables_dynamic.html",
      "production/echarts.html",
    ],
  },
  {
    name: "todomvc",
    pages: [
      "index.html",
      "examples/backbone/index.html",
      "examples/knockoutjs/index.html",
      "examples/angularjs/index.html",
      "examples/react/index.html",
      "examples/vue/index.html",
      "examples/vanillajs/index.html",
      "examples/yui/index.html",
      "examples/polymer/index.html",
      "examples/dojo/index.html",
    ],
  },
];
