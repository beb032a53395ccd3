// `cargo xtask contact-sheet`: one page with a picture of every layer, layout, theme, language and width, to be looked at.
// It holds no expectations. Arguments: the folder to write to, and optionally the parts of pictures' names to make alone.
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { contextWith, launch, layerShown } from "./browser.mjs";
import { bundle, demoConfig } from "./site.mjs";
import { start } from "../../www/demo/server.mjs";

const [folder = "target/contact-sheet", ...only] = process.argv.slice(2);
const LANGUAGES = ["en", "sv", "de", "ar"];
const THEMES = ["light", "dark"];
const WIDTHS = { 320: 568, 1280: 800 };
const PLACES = {
  box: ["bottom-left", "top-right"],
  bar: ["bottom", "top"],
  dialog: ["center", "bottom"],
};
const PALETTES = ["slate", "ink", "forest", "ocean", "berry", "sand"];

const pages = mkdtempSync(path.join(tmpdir(), "consentry-sheet-"));
copyFileSync("www/demo/traxmate/film.svg", path.join(pages, "film.svg")); // the film's poster
const TEXT =
  "<p>Some paragraphs of text stand here, as they do on most pages, so that one can see what a banner covers and what it " +
  "leaves to be read.</p>";
const pageOf = (site, language) => `<!doctype html><html lang="${language}"><head><meta charset="utf-8">
<script src="/${site}/consentry.js"></script><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark"><link rel="icon" href="data:,"><title>${site}</title><style>
body{margin:0;font:16px/1.6 Georgia,serif}header{padding:16px 24px;border-bottom:1px solid #8884;font-weight:bold}
main{max-width:680px;margin:24px auto;padding:0 24px}iframe{width:100%;height:300px;border:0}</style></head><body>
<header>An ordinary page</header><main><h1>What a visitor came for</h1>${TEXT.repeat(3)}
<iframe src="https://www.youtube.com/embed/traxm8te001" title="A film"></iframe>
<consentry-declaration></consentry-declaration></main></body></html>`;

const sites = {};
for (const [layout, positions] of Object.entries(PLACES))
  for (const position of positions) sites[`${layout}-${position}`] = { layout, position };
for (const palette of PALETTES) sites[`palette-${palette}`] = { palette };
for (const [site, banner] of Object.entries(sites)) {
  /** @type {Record<string, any>} */
  const config = { ...demoConfig(), languages: LANGUAGES, banner };
  delete config.backend;
  const file = path.join(pages, `${site}.json`);
  writeFileSync(file, JSON.stringify(config));
  bundle(file, path.join(pages, site));
  for (const language of LANGUAGES)
    writeFileSync(path.join(pages, `${site}.${language}.html`), pageOf(site, language));
}

/** Every picture: its name, the page, the visitor's settings, and what is done before it is taken. */
const pictures = [];
for (const [site, { layout }] of Object.entries(sites))
  for (const theme of THEMES)
    for (const language of layout ? LANGUAGES : ["en"])
      for (const width of Object.keys(WIDTHS)) {
        const of = { site, theme, language, width: +width };
        pictures.push({ ...of, layer: "banner" });
        if (site == "box-bottom-left")
          for (const layer of ["preferences", "page"]) pictures.push({ ...of, layer });
      }

mkdirSync(folder, { recursive: true });
const demo = await start({ port: 0, tlsPort: 0, pages });
const browser = await launch(demo);
const made = [];
for (const { site, theme, language, width, layer } of pictures) {
  const name = [site, layer, theme, language, width].join(".") + ".png";
  if (only.length && !only.every((part) => name.includes(part))) continue;
  const settings = { viewport: { width, height: WIDTHS[width] }, colorScheme: /** @type {any} */ (theme) };
  const context = await contextWith(browser, settings);
  const page = await context.newPage();
  page.on("pageerror", (e) => console.log(name, e.message));
  page.on("console", (m) => console.log(name, m.text()));
  await page.goto(new URL(`${site}.${language}.html`, demo.url).href);
  await layerShown(page, 1);
  if (layer == "preferences") {
    await page.locator('consentry-banner [data-consentry="preferences"]').click();
    await layerShown(page, 2);
    await page
      .locator("consentry-banner dialog details")
      .nth(1)
      .evaluate((it) => it.setAttribute("open", ""));
  }
  if (layer == "page") {
    await page.locator('consentry-banner [data-consentry="reject-all"]').click();
    await page.waitForTimeout(2500);
  }
  await page.waitForTimeout(300);
  await page.screenshot({ path: path.join(folder, name), fullPage: layer == "page" });
  await context.close();
  made.push(name);
}
await browser.close();
await demo.close();
rmSync(pages, { recursive: true, force: true });
writeFileSync(
  path.join(folder, "index.html"),
  `<!doctype html><meta charset="utf-8"><title>Contact sheet</title><style>body{font:12px system-ui;display:flex;
flex-wrap:wrap;gap:12px;background:#777}figure{margin:0}img{height:300px;display:block}</style>
${made.map((name) => `<figure><a href="${name}"><img src="${name}" alt=""></a><figcaption>${name}</figcaption></figure>`).join("\n")}`,
);
console.log(`${made.length} pictures: ${path.join(folder, "index.html")}`);
