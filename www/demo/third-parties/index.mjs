// Owns which stand-in answers for which host; a new third party is a new file and one line in this list.
import { emptyAnswer } from "./stand-in.mjs";
import adrecord from "./adrecord.mjs";
import adtraction from "./adtraction.mjs";
import amplitude from "./amplitude.mjs";
import billmate from "./billmate.mjs";
import cdnjs from "./cdnjs.mjs";
import doubleNet from "./double-net.mjs";
import googleAds from "./google-ads.mjs";
import googleAnalytics from "./google-analytics.mjs";
import growthbook from "./growthbook.mjs";
import hotjar from "./hotjar.mjs";
import intercom from "./intercom.mjs";
import jsdelivr from "./jsdelivr.mjs";
import klarna from "./klarna.mjs";
import linkedin from "./linkedin.mjs";
import matomo from "./matomo.mjs";
import meta from "./meta.mjs";
import mixpanel from "./mixpanel.mjs";
import nordicPlatform from "./nordic-platform.mjs";
import openstreetmap from "./openstreetmap.mjs";
import payson from "./payson.mjs";
import posthog from "./posthog.mjs";
import segment from "./segment.mjs";
import snowplow from "./snowplow.mjs";
import tradedoubler from "./tradedoubler.mjs";
import xandr from "./xandr.mjs";
import youtube from "./youtube.mjs";

/** @type {import("./stand-in.mjs").ThirdParty[]} */
export const thirdParties = [
  adrecord,
  adtraction,
  amplitude,
  billmate,
  cdnjs,
  doubleNet,
  googleAds,
  googleAnalytics,
  growthbook,
  hotjar,
  intercom,
  jsdelivr,
  klarna,
  linkedin,
  matomo,
  meta,
  mixpanel,
  nordicPlatform,
  openstreetmap,
  payson,
  posthog,
  segment,
  snowplow,
  tradedoubler,
  xandr,
  youtube,
];

/** All host names the stand-ins play, a leading `*.` meaning everything below. */
export function thirdPartyHosts() {
  return [...new Set(thirdParties.flatMap((party) => party.hosts))];
}

/** Whether a pattern, a leading `*.` meaning everything below, matches a host. */
const matches = (pattern, host) =>
  pattern.startsWith("*.") ? host.endsWith(pattern.slice(1)) : host === pattern;

// Milliseconds: as far away as a real player. From the same machine, a frame that stands in the HTML could
// begin to run before the thread of a busy page sees it in the document and holds it.
const DISTANCE_OF_FRAMES = 150;

/**
 * Answers a request to a host that is not the pages' own; a host that nobody plays gets an empty answer of the
 * right kind.
 * @param {import('node:http').IncomingMessage} req
 * @param {import('node:http').ServerResponse} res
 * @param {object} target
 * @param {string} target.host
 * @param {URL} target.url
 * @param {(request: import("./stand-in.mjs").Request) => import("./stand-in.mjs").Answer | undefined} [target.override]
 *   asked before the stand-ins
 */
export function answerThirdParty(req, res, { host, url, override }) {
  const cors = {
    "access-control-allow-origin": req.headers.origin ?? "*",
    ...(req.headers.origin && { "access-control-allow-credentials": "true" }),
    "cross-origin-resource-policy": "cross-origin",
    "cache-control": "no-store",
    vary: "origin",
  };
  if (req.method === "OPTIONS") {
    res.writeHead(204, {
      ...cors,
      "access-control-allow-methods": "GET, POST, PUT, DELETE, OPTIONS",
      "access-control-allow-headers": req.headers["access-control-request-headers"] ?? "*",
    });
    return void res.end();
  }
  const request = {
    method: req.method,
    host,
    path: url.pathname,
    query: url.searchParams,
    dest: req.headers["sec-fetch-dest"] ?? "",
  };
  const party = thirdParties.find((candidate) => candidate.hosts.some((pattern) => matches(pattern, host)));
  const answer = override?.(request) ?? party?.answer(request) ?? emptyAnswer(request);
  const { status = answer.body === undefined ? 204 : 200, type, body, headers = {} } = answer;
  res.writeHead(status, { ...cors, ...(type && { "content-type": type }), ...headers });
  const end = () => res.end(req.method === "HEAD" ? undefined : body);
  if (request.dest === "iframe") setTimeout(end, DISTANCE_OF_FRAMES);
  else end();
}
