// Builds an application with webpack: `node webpack.mjs FOLDER OUT`.
import path from "node:path";
import { pathToFileURL } from "node:url";
import webpack from "webpack";

const [folder, out] = process.argv.slice(2);
const { default: config } = await import(pathToFileURL(path.join(folder, "webpack.config.js")).href);
webpack({ ...config, context: folder, output: { ...config.output, path: out } }, (error, stats) => {
  if (!error && !stats.hasErrors()) return;
  console.error(error ?? stats.toString());
  process.exitCode = 1;
});
