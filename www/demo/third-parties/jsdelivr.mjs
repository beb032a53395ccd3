// Plays jsDelivr, which serves files of npm packages: here the real libraries of Snowplow and GrowthBook.
import { packageFile } from "./stand-in.mjs";

const PACKAGES = ["@snowplow/browser-tracker", "@growthbook/growthbook"];

export default {
  name: "jsdelivr",
  hosts: ["cdn.jsdelivr.net"],
  answer({ path }) {
    const [, name, file] = /^\/npm\/(@[\w-]+\/[\w-]+)(?:@[\d.]+)?\/(dist\/[\w./-]+\.js)$/.exec(path) ?? [];
    return PACKAGES.includes(name) && !file.includes("..") ? packageFile(name, file) : undefined;
  },
};
