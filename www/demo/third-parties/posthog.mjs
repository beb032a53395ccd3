// Serves the real posthog-js from its npm package and plays PostHog's ingestion.
import { json, packageFile } from "./stand-in.mjs";

const CONFIG = {
  supportedCompression: ["gzip", "gzip-js"],
  hasFeatureFlags: false,
  captureDeadClicks: false,
  capturePerformance: false,
  autocapture_opt_out: false,
  autocaptureExceptions: false,
  analytics: { endpoint: "/i/v0/e/" },
  elementsChainAsString: true,
  errorTracking: { autocaptureExceptions: false, suppressionRules: [] },
  sessionRecording: false,
  heatmaps: false,
  surveys: false,
  toolbarParams: {},
  isAuthenticated: false,
  siteApps: [],
  defaultIdentifiedOnly: true,
};

export default {
  name: "posthog",
  hosts: ["us-assets.i.posthog.com", "us.i.posthog.com", "eu-assets.i.posthog.com", "eu.i.posthog.com"],
  answer({ host, path }) {
    if (host.includes("-assets.")) {
      const file = /^\/static\/(?:[\d.]+\/)?([\w.-]+\.js)$/.exec(path)?.[1];
      if (file) return packageFile("posthog-js/dist", file);
      const key = /^\/array\/([^/]+)\/config(\.js)?$/.exec(path);
      if (!key) return undefined;
      if (!key[2]) return json(CONFIG);
      const [, token] = key;
      return {
        type: "text/javascript; charset=utf-8",
        body: `(() => { const all = window._POSTHOG_REMOTE_CONFIG = window._POSTHOG_REMOTE_CONFIG || {};
  all[${JSON.stringify(token)}] = { config: ${JSON.stringify(CONFIG)}, siteApps: [] }; })();\n`,
      };
    }
    if (path.startsWith("/flags"))
      return json({ flags: {}, featureFlags: {}, featureFlagPayloads: {}, errorsWhileComputingFlags: false });
    return json({ status: "Ok" });
  },
};
