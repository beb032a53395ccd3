// Owns which sites the demo has, by which hosts each is reached, and what the start page says of it.
import { answerLogIn } from "./log-in.mjs";

/**
 * A site; its pages and its `site.json` lie in the folder of its name. `answer` is the site's own server, for what
 * is not a file: it says whether it has answered.
 * @typedef {{name: string, title: string, language: string, about: string, layout: string,
 *   answer?: (req: import('node:http').IncomingMessage, res: import('node:http').ServerResponse, url: URL) =>
 *   Promise<boolean>}} Site
 */

/** @type {Site[]} */
export const SITES = [
  {
    name: "traxmate",
    title: "Traxmate",
    language: "en",
    about:
      "A customer portal for trackers: a legal basis for every purpose, a map, a chat, films, and a checkout.",
    layout: "A card in a corner",
  },
  {
    name: "trackmondo",
    title: "Trackmondo",
    language: "sv",
    about: "Tracking for companies, protected by default: whoever does nothing is measured by nobody.",
    layout: "A bar",
  },
  {
    name: "nordic",
    title: "The Nordic services company",
    language: "en",
    about: "Equipment in the home: position and health data, each asked for by itself, where it is used.",
    layout: "A dialog in the middle",
  },
  {
    name: "worxmate",
    title: "Worxmate",
    language: "sv",
    about: "Payroll and invoices: a log-in, Billmate at checkout, and a policy that has been revised.",
    layout: "A card in a corner",
    answer: answerLogIn,
  },
  {
    name: "itrace",
    title: "iTrace",
    language: "sv",
    about: "A magazine that advertisements pay for: affiliates, auctions, films, an A/B test and a player.",
    layout: "A dialog at the bottom",
  },
];

/** @param {Site} site */
export const hostsOf = ({ name }) => [`${name}.localhost`, `${name}.test`, `www.${name}.test`];

/** @param {string} host lower-case, without port */
export const siteOfHost = (host) => SITES.find((site) => hostsOf(site).includes(host));
