// The five sites as data: what each runs and keeps on its start page before a choice and after a grant of each category.
// A name that ends with `*` stands for every name that begins so.

/**
 * @typedef {object} Kept names that a category's services keep on the site's own host
 * @property {string[]} [cookies]
 * @property {string[]} [local]
 *
 * @typedef {object} System
 * @property {string} language of the pages and of the banner
 * @property {string[]} own scripts that always run, the site's and those of declared necessary hosts
 * @property {string[]} necessaryHosts hosts that may be asked at any time
 * @property {string[]} staticTags hosts of tags in the HTML that nobody marked: the browser asks before any script can act
 * @property {{cookies: string[], local: string[], session: string[]}} always what is stored without consent
 * @property {Record<string, string[]>} vendors who runs with a grant of each category
 * @property {Record<string, Kept>} kept what is stored with it
 * @property {string} partial the one category that the partial choice grants
 * @property {string[]} [separate] services that accepting everything does not grant
 */

/** @type {Record<string, System>} */
export const SYSTEMS = {
  traxmate: {
    language: "en",
    own: ["portal", "measure", "cdnjs"],
    necessaryHosts: ["cdnjs.cloudflare.com"],
    staticTags: ["www.googletagmanager.com", "www.youtube.com"],
    always: { cookies: ["cart_visits"], local: ["wish"], session: ["session_hint"] },
    vendors: {
      functional: ["intercom"],
      analytics: ["gtag", "hotjar", "hotjar-modules", "posthog", "mixpanel", "matomo", "after-matomo"],
      advertising: ["google-ads", "google-ads-frame", "meta", "youtube:traxm8te001", "youtube:traxm8te002"],
    },
    kept: {
      functional: { cookies: ["intercom-id-*"] },
      analytics: { cookies: ["_ga", "_hjSession_*", "_pk_id.*"], local: ["ph_*", "mp_*"] },
      advertising: { cookies: ["_gcl_au", "_fbp"] },
    },
    partial: "functional",
  },
  trackmondo: {
    language: "sv",
    own: ["trackmondo"],
    necessaryHosts: [],
    staticTags: ["www.googletagmanager.com", "www.youtube.com"],
    always: { cookies: ["tm_visit"], local: [], session: ["tm.vehicles"] },
    vendors: {
      functional: [],
      analytics: ["gtag", "amplitude"],
      advertising: ["linkedin", "youtube:trackmondo1"],
    },
    kept: {
      functional: {},
      analytics: { cookies: ["_ga", "AMP_*"] },
      advertising: { cookies: ["li_fat_id"], local: ["li_adsId"] },
    },
    partial: "analytics",
  },
  nordic: {
    language: "en",
    own: ["nordic"],
    necessaryHosts: [],
    staticTags: [],
    always: { cookies: ["home_visit"], local: [], session: [] },
    vendors: {
      functional: ["intercom"],
      analytics: ["snowplow", "hotjar", "hotjar-modules"],
      advertising: ["meta"],
    },
    kept: {
      functional: { cookies: ["intercom-id-*"] },
      analytics: { cookies: ["_sp_id.*", "_hjSessionUser_*"] },
      advertising: { cookies: ["_fbp"] },
    },
    partial: "analytics",
    separate: ["service:location", "service:care"],
  },
  worxmate: {
    language: "sv",
    own: ["worxmate"],
    necessaryHosts: [],
    staticTags: ["www.googletagmanager.com"],
    always: { cookies: [], local: [], session: [] },
    vendors: {
      functional: ["intercom"],
      analytics: ["gtag", "posthog"],
      advertising: ["google-ads", "google-ads-frame"],
    },
    kept: {
      functional: { cookies: ["intercom-id-*"] },
      analytics: { cookies: ["_ga", "ph_*"], local: ["ph_*"] },
      advertising: { cookies: ["_gcl_au"] },
    },
    partial: "analytics",
  },
  itrace: {
    language: "sv",
    own: ["itrace"],
    necessaryHosts: [],
    staticTags: [
      "www.googletagmanager.com",
      "cdn.jsdelivr.net",
      "securepubads.g.doubleclick.net",
      "cdn.adt387.com",
      "swrap.tradedoubler.com",
      "imp.tradedoubler.com",
      "track.double.net",
    ],
    always: { cookies: ["itrace_session", "itrace_csrf"], local: [], session: [] },
    vendors: {
      functional: [],
      analytics: ["gtag", "ga", "growthbook"],
      advertising: [
        "doubleclick",
        "doubleclick-ad",
        "xandr",
        "xandr-contextual",
        "adtraction",
        "adrecord",
        "tradedoubler",
        "double-net",
      ],
    },
    kept: {
      functional: {},
      analytics: { cookies: ["_ga", "__utma", "__utmz", "gbuuid"], local: ["gbFeaturesCache"] },
      advertising: { cookies: ["__gads", "at_channel", "tduid", "dn_visit"], local: ["adrecord.visit"] },
    },
    partial: "advertising",
  },
};

/** Whether a name is one of those listed. */
export const isListed = (name, listed) =>
  listed.some((entry) => (entry.endsWith("*") ? name.startsWith(entry.slice(0, -1)) : name === entry));
