// Plays Google's tag (gtag.js) and the Analytics collectors: reads dataLayer, sets _ga cookies, sends
// /g/collect calls. An AW- id makes it do what the Google Ads part of the real tag does. Plays the older ga.js too,
// whose __utm cookies tell first, last and present visit, their number and where the visitor came from.
import { pixel, script } from "./stand-in.mjs";

export default {
  name: "google-analytics",
  hosts: [
    "www.googletagmanager.com",
    "*.google-analytics.com",
    "analytics.google.com",
    "stats.g.doubleclick.net",
  ],
  answer({ host, path, query }) {
    if (path === "/ga.js") return script("ga", olderTag);
    if (host !== "www.googletagmanager.com") return /collect$/.test(path) ? { status: 204 } : pixel();
    if (path === "/gtag/js") return script("gtag", tag, query.get("id") ?? "");
    if (path === "/gtm.js") return script("gtm", container, query.get("id") ?? "");
    return undefined;
  },
};

/* Browser code below. */
function container({ countRun }) {
  countRun();
  (window.dataLayer = window.dataLayer || []).push({ event: "gtm.stand-in" });
}

function olderTag({ countRun, setWidestCookie, randomNumber }) {
  countRun();
  const now = Math.floor(Date.now() / 1000);
  const calls = /** @type {any} */ (window)._gaq ?? [];
  const timeout = calls.find(([name]) => name === "_setVisitorCookieTimeout")?.[1] ?? 63072000000;
  const [, visitor = randomNumber(), first = now, , present = now, visits = 0] =
    /__utma=\d+\.(\d+)\.(\d+)\.(\d+)\.(\d+)\.(\d+)/.exec(document.cookie) ?? [];
  setWidestCookie(
    "__utma",
    ["1", visitor, first, present, now, Number(visits) + 1].join("."),
    timeout / 864e5,
  );
  setWidestCookie("__utmb", `1.1.10.${now}`, 0.02);
  setWidestCookie("__utmc", "1");
  setWidestCookie("__utmz", `1.${now}.1.1.utmcsr=(direct)|utmccn=(direct)|utmcmd=(none)`, 182);
  new Image().src = `https://ssl.google-analytics.com/__utm.gif?utmwv=5.7.2&utmn=${randomNumber()}`;
}

function tag({ countRun, setWidestCookie, randomNumber }, id) {
  countRun();
  const layer = (window.dataLayer = window.dataLayer || []);
  const consent = {};
  // Days of its cookies, by the id that is measured for.
  const measured = new Map();
  const send = (target, event) => {
    if (consent.analytics_storage !== "denied") {
      const days = measured.get(target);
      if (!document.cookie.includes("_ga="))
        setWidestCookie("_ga", `GA1.1.${randomNumber()}.${Math.floor(Date.now() / 1000)}`, days);
      setWidestCookie(`_ga_${target.slice(2)}`, `GS2.1.s${Date.now()}$o1`, days);
    }
    const url = `https://region1.google-analytics.com/g/collect?v=2&tid=${target}&en=${event}&dl=${encodeURIComponent(location.href)}`;
    if (event === "page_view") navigator.sendBeacon(url);
    else
      fetch(url, { method: "POST", mode: "no-cors", keepalive: true, credentials: "include" }).catch(
        () => {},
      );
  };
  const advertise = (target) => {
    const number = target.slice(3);
    if (consent.ad_storage !== "denied")
      setWidestCookie("_gcl_au", `1.1.${randomNumber()}.${Math.floor(Date.now() / 1000)}`, 90);
    const remarketing = document.createElement("script");
    remarketing.async = true;
    remarketing.src = `https://googleads.g.doubleclick.net/pagead/viewthroughconversion/${number}/?random=${randomNumber()}&fmt=3`;
    document.head.appendChild(remarketing);
    const auction = document.createElement("iframe");
    auction.src = `https://td.doubleclick.net/td/rul/${number}?random=${randomNumber()}`;
    auction.hidden = true;
    auction.title = "Google Ads";
    (document.body || document.documentElement).appendChild(auction);
    new Image().src = `https://www.google.com/pagead/1p-user-list/${number}/?random=${randomNumber()}`;
  };
  const handle = (command) => {
    const [verb, what, more] = Array.from(command);
    if (verb === "consent") Object.assign(consent, more);
    if (verb === "event") for (const target of measured.keys()) send(target, what);
    if (verb !== "config") return;
    if (what.startsWith("AW-")) return void advertise(what);
    measured.set(what, (more?.cookie_expires ?? 34560000) / 86400);
    send(what, "page_view");
  };
  layer.filter((entry) => typeof entry === "object" && "length" in entry).forEach(handle);
  const push = layer.push;
  layer.push = (...entries) => {
    entries.filter((entry) => typeof entry === "object" && "length" in entry).forEach(handle);
    return push.apply(layer, entries);
  };
  window.google_tag_manager = { ...window.google_tag_manager, [id]: {} };
}
