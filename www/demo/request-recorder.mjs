// Owns the list of requests that reached a third party, and which of the demo's sites each came from. It must not keep
// more of a request than time, method, host, path and the site's name.
const REMEMBERED = 5000;

/**
 * A request that left for another host; `site` is the name of the site of the demo that asked, where it is known.
 * @typedef {{time: string, method: string, host: string, path: string, site?: string}} SeenRequest
 *
 * @typedef {object} Recorder
 * @property {(req: import('node:http').IncomingMessage, host: string, path: string) => void} add
 * @property {(site?: string) => SeenRequest[]} requests those of one site, or all
 * @property {(site?: string) => void} reset forgets those of one site, or all
 */

/**
 * @param {(host: string) => string | undefined} siteOf the name of the site at a host
 * @returns {Recorder}
 */
export function requestRecorder(siteOf) {
  /** @type {SeenRequest[]} */
  let seen = [];
  // A frame's own requests name the frame's host: they count for the site that asked for that host last.
  const lastSiteAt = new Map();
  const siteThatAsked = ({ headers }) => {
    const from = headers.referer ?? headers.origin ?? "";
    if (!URL.canParse(from)) return undefined;
    const { hostname } = new URL(from);
    return siteOf(hostname) ?? lastSiteAt.get(hostname);
  };
  return {
    add(req, host, path) {
      const site = siteThatAsked(req);
      if (site) lastSiteAt.set(host, site);
      seen.push({ time: new Date().toISOString(), method: req.method, host, path, ...(site && { site }) });
      if (seen.length > REMEMBERED) seen.shift();
    },
    requests: (site) => (site ? seen.filter((request) => request.site === site) : [...seen]),
    reset: (site) => void (seen = site ? seen.filter((request) => request.site !== site) : []),
  };
}
