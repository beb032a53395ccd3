// Serves the real @amplitude/analytics-browser from its npm package, byte for byte (the snippet checks its hash), and
// plays Amplitude's ingestion.
import { json, packageFile } from "./stand-in.mjs";

export default {
  name: "amplitude",
  hosts: ["cdn.amplitude.com", "api2.amplitude.com", "api.eu.amplitude.com", "sr-client-cfg.amplitude.com"],
  answer({ host, path }) {
    if (host === "cdn.amplitude.com")
      return /^\/libs\/analytics-browser-[\d.]+-min\.js(?:\.gz)?$/.test(path)
        ? packageFile("@amplitude/analytics-browser/lib/scripts", "amplitude-min.js")
        : undefined;
    if (host.startsWith("sr-client-cfg")) return json({ configs: {} });
    return json({ code: 200, events_ingested: 1, payload_size_bytes: 1, server_upload_time: Date.now() });
  },
};
