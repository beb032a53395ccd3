// Owns the start page: asks the demo's server every few seconds what happened on each site, and shows it. What a page has
// not told yet is said to be unknown, never shown as nothing.
const list = /** @type {HTMLElement} */ (document.querySelector("[data-sites]"));
const away = /** @type {HTMLElement} */ (document.querySelector("[data-away]"));
const EVERY = 2000;

/**
 * An element with text, or with others in it.
 * @param {string} tag
 * @param {Record<string, string>} [attributes]
 * @param {...(string | Node)} content
 */
function element(tag, attributes = {}, ...content) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...content);
  return made;
}

const LANGUAGES = { en: "English", sv: "Swedish" };
const plural = (number, one, many) => `${number} ${number === 1 ? one : many}`;

/** What is known of the choice. */
function choiceSentence({ state }) {
  if (!state) return "Not opened yet.";
  if (state.choice === "absent") return "Opened, but Consentry is not on the page.";
  if (state.choice === "none") return "Opened, no choice yet: only what is necessary runs.";
  return state.granted.length ? `Granted: ${state.granted.join(", ")}.` : "Everything refused.";
}

/** The first few names, and how many more there are. */
const few = (names, most = 6) =>
  names.slice(0, most).join(", ") + (names.length > most ? ` and ${names.length - most} more` : "");

const panelIsNeeded = "unknown until “Behind the scenes” is open on the page";

/** The rows of a card: a name, and what is known. */
function rows(site) {
  const { state, requests, hosts, receipts, latest } = site;
  const held = !state
    ? "nothing known yet"
    : state.held === null
      ? panelIsNeeded
      : `${plural(state.held, "tracker waits", "trackers wait")}, ${state.released} released`;
  const ran = state ? few(state.ran, 10) || "nothing" : "nothing known yet";
  const asked = requests
    ? `${plural(requests, "request", "requests")} to ${plural(hosts.length, "host", "hosts")}: ${few(hosts)}`
    : state
      ? "none has left for another host"
      : "none";
  const received = latest
    ? `${plural(receipts, "receipt", "receipts")}, the latest ${latest.action} at ${new Date(latest.time).toLocaleTimeString()}`
    : "no receipt";
  return Object.entries({ Held: held, Ran: ran, Requests: asked, Ledger: received });
}

function card(site) {
  const facts = rows(site).map(([name, text]) =>
    element("div", {}, element("dt", {}, name), element("dd", {}, text)),
  );
  return element(
    "li",
    { class: "site", "data-site": site.name },
    element("h2", {}, element("a", { href: site.url, target: "_blank", rel: "noopener" }, site.title)),
    element("p", { class: "kind" }, `${LANGUAGES[site.language]}. ${site.layout}.`),
    element("p", {}, site.about),
    element("p", { class: "choice", "data-choice": site.state?.choice ?? "unopened" }, choiceSentence(site)),
    element("dl", {}, ...facts),
  );
}

let shown;
async function refresh() {
  if (document.visibilityState === "hidden") return;
  const found = await fetch("/demo/overview")
    .then((answer) => answer.json())
    .catch(() => undefined);
  const trouble = !found ? "The demo’s server does not answer." : found.backend;
  away.hidden = !trouble;
  away.textContent = trouble ?? "";
  const text = JSON.stringify(found?.sites);
  if (!found || text === shown) return;
  shown = text;
  // Who stands on a site's link keeps the focus.
  const focused = document.activeElement?.closest("[data-site]")?.getAttribute("data-site");
  list.replaceChildren(...found.sites.map(card));
  list.removeAttribute("aria-busy");
  /** @type {HTMLElement} */ (list.querySelector(`[data-site="${focused}"] a`))?.focus();
}

/** Tells how to get in, where the demo made a token. */
async function showAdmin() {
  const admin = await fetch("/demo/admin")
    .then((answer) => answer.json())
    .catch(() => undefined);
  if (!admin) return;
  document.querySelector("[data-admin-link]").setAttribute("href", admin.url);
  document.querySelector("[data-admin-token]").textContent = admin.token;
  /** @type {HTMLElement} */ (document.querySelector("[data-admin]")).hidden = false;
}

document.querySelector("[data-reset]").addEventListener("click", async () => {
  await fetch("/demo/reset", { method: "POST" }).catch(() => {});
  refresh();
});
document.addEventListener("visibilitychange", refresh);
setInterval(refresh, EVERY);
refresh();
showAdmin();
