// Serves the real mixpanel-browser from its npm package and plays Mixpanel's ingestion.
import { json, packageFile } from "./stand-in.mjs";

const FILES = { "mixpanel-2-latest.min.js": "mixpanel.min.js" };

export default {
  name: "mixpanel",
  hosts: ["cdn.mxpnl.com", "api-js.mixpanel.com", "api.mixpanel.com"],
  answer({ host, path }) {
    const name = path.split("/").pop();
    if (host === "cdn.mxpnl.com") return packageFile("mixpanel-browser/dist", FILES[name] ?? name);
    if (path.startsWith("/settings")) return json({ sdk_config: { config: {} } });
    if (path.startsWith("/flags")) return json({ flags: {} });
    return json(1);
  },
};
