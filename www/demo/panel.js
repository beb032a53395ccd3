// Owns the demo's panel: reads what consentry, the page and the demo server say, lists it, and tells the demo's start
// page the numbers of it. It changes nothing on the page until the visitor presses "start over".
import { words } from "./panel-words.js";

const panel = document.createElement("aside");
panel.className = "dp";
panel.setAttribute("aria-labelledby", "demo-panel-title");
panel.id = "demo-panel";
panel.hidden = true;
panel.innerHTML = await (await fetch("/demo/panel.html")).text();
for (const place of /** @type {NodeListOf<HTMLElement>} */ (panel.querySelectorAll("[data-word]")))
  place.textContent = words[place.dataset.word];
document.body.append(panel);

const opener = document.createElement("button");
opener.type = "button";
opener.className = "dp-open";
opener.textContent = words.title;
(document.querySelector(".demo-note") ?? document.body).append(opener);

/**
 * The one element of the panel that a selector names.
 * @param {string} selector
 * @returns {HTMLElement}
 */
function partOfPanel(selector) {
  return panel.querySelector(selector);
}

function setOpen(open) {
  panel.hidden = !open;
  opener.hidden = open;
  document.body.classList.toggle("dp-beside", open);
  if (open) refresh();
}
opener.addEventListener("click", () => {
  setOpen(true);
  partOfPanel('[data-panel="close"]').focus({ preventScroll: true });
});
partOfPanel('[data-panel="close"]').addEventListener("click", () => {
  setOpen(false);
  opener.focus();
});
partOfPanel('[data-panel="restart"]').addEventListener("click", startOver);

/** Deletes all that this page's host has stored, empties the demo server's list and loads the page again. */
async function startOver() {
  const parts = location.hostname.split(".");
  const domains = ["", ...parts.map((_, from) => `; domain=${parts.slice(from).join(".")}`)];
  const folders = location.pathname.split("/").map((_, to, all) => all.slice(0, to + 1).join("/") || "/");
  for (const pair of document.cookie.split("; ")) {
    const name = pair.split("=")[0];
    for (const domain of domains)
      for (const path of folders) document.cookie = `${name}=; path=${path}; max-age=0${domain}`;
  }
  // One by one: `clear()` would keep the choice.
  for (const store of [localStorage, sessionStorage])
    for (const key of Object.keys(store)) store.removeItem(key);
  await fetch("/demo/reset", { method: "POST" }).catch(() => {});
  location.reload();
}

/** What a route of the demo server answers; undefined where it does not. */
const fetchJson = (url) =>
  fetch(url)
    .then((answer) => answer.json())
    .catch(() => undefined);
// A URL is shown by its host; a cookie or storage key as it is.
const placeOf = (target) =>
  /^(?:https?:)?\/\//.test(target) && URL.canParse(target, location.href)
    ? new URL(target, location.href).host
    : target;

/** Lists whose tag stands after the text. */
const TAG_LAST = ["ran", "stored"];

/**
 * A line of a list; `twice` marks a script that ran more than once.
 * @typedef {{text: string, tag?: string, more?: string, twice?: boolean, nothing?: boolean}} Row
 */

/**
 * Shows rows in the list of that name, where they differ from what it shows.
 * @param {string} name
 * @param {Row[]} rows
 * @param {object} [options]
 * @param {string} [options.none] what an empty list says
 * @param {number | string} [options.count] what stands at its head
 */
function showList(name, rows, { none, count = rows.length } = {}) {
  const section = partOfPanel(`[data-list="${name}"]`);
  const state = JSON.stringify([rows, none]);
  if (section.dataset.state === state) return;
  section.dataset.state = state;
  section.querySelector(".dp-count").textContent = String(count);
  section.querySelector("ul").replaceChildren(
    ...(rows.length ? rows : [{ text: none ?? words.nothing, nothing: true }]).map((row) => {
      const item = document.createElement("li");
      item.className = row.nothing ? "dp-none" : row.twice ? "dp-twice" : "";
      if (row.tag) {
        const tag = document.createElement("span");
        tag.className = "dp-tag";
        tag.dataset.tag = row.tag;
        tag.textContent = row.tag;
        item.append(tag);
      }
      item[TAG_LAST.includes(name) ? "prepend" : "append"](row.text);
      if (row.more) item.append(Object.assign(document.createElement("small"), { textContent: row.more }));
      return item;
    }),
  );
}

function showChoice() {
  const state = partOfPanel('[data-panel="state"]');
  const consent = window.consentry?.consent;
  const list = (names) => names?.join(", ") || words.none;
  const text = {
    absent: words.noConsentry,
    none: words.noChoice,
    made: `${words.granted}: ${list(consent?.granted)}. ${words.denied}: ${list(consent?.denied)}.`,
  }[choiceState()];
  state.dataset.choice = choiceState();
  if (state.textContent !== text) state.textContent = text;
}

/** @returns {"absent" | "none" | "made"} */
const choiceState = () => (!window.consentry ? "absent" : window.consentry.consent ? "made" : "none");

/**
 * The rows of one list of `consentry.report()`.
 * @param {ReportEntry[]} [entries]
 * @returns {Row[]}
 */
const trackerRows = (entries = []) =>
  entries.map(({ door, target, category, service, reason, name }) => ({
    text: `${service ? `${service}: ` : ""}${placeOf(String(target ?? name ?? ""))}`,
    tag: category,
    more: [door, reason].filter(Boolean).join(" · "),
  }));

/** @returns {Row[]} what is stored for this page's host */
function storedRows() {
  const keys = (store) => {
    try {
      return Object.keys(window[store]);
    } catch {
      return [];
    }
  };
  const cookies = document.cookie ? document.cookie.split("; ").map((pair) => pair.split("=")[0]) : [];
  return [
    ...cookies.map((text) => ({ text, tag: words.cookie })),
    ...keys("localStorage").map((text) => ({ text, tag: words.localStorage })),
    ...keys("sessionStorage").map((text) => ({ text, tag: words.sessionStorage })),
  ];
}

function showRequests(requests) {
  if (!requests) return showList("requests", [], { none: words.noServer, count: "–" });
  const byHost = new Map();
  for (const request of requests) byHost.set(request.host, [...(byHost.get(request.host) ?? []), request]);
  showList(
    "requests",
    [...byHost].map(([host, all]) => ({
      text: host,
      tag: `${all.length} ×`,
      more: [...new Set(all.map(({ method, path }) => `${method} ${path}`))].slice(-3).join(", "),
    })),
    { none: words.noRequests, count: requests.length },
  );
}

function showReceipts(receipts) {
  const rows = Array.isArray(receipts) ? receipts : undefined;
  showList(
    "receipts",
    (rows ?? []).slice(0, 20).map((receipt) => ({
      text: new Date(receipt.time).toLocaleTimeString(),
      tag: receipt.action,
      more:
        `${words.granted}: ${receipt.granted?.join(", ") || words.none} · ` +
        `${words.denied}: ${receipt.denied?.join(", ") || words.none} · ${receipt.id}`,
    })),
    {
      none: rows ? words.noReceipts : `${words.noBackend} ${receipts?.message ?? ""}`,
      count: rows?.length ?? "–",
    },
  );
}

/** Keeps the panel above a banner that stands at the bottom of the window. */
function makeRoom() {
  const banner = document.querySelector("consentry-banner");
  const boxes = banner ? [banner, ...(banner.shadowRoot?.querySelectorAll("*") ?? [])] : [];
  const bottom = boxes
    .filter((element) => getComputedStyle(element).position === "fixed")
    .map((element) => element.getBoundingClientRect())
    .filter(
      ({ height, bottom: end, right }) =>
        height > 0 &&
        height < innerHeight * 0.8 &&
        end > innerHeight - 60 &&
        (innerWidth < 1000 || right > innerWidth - panel.offsetWidth),
    );
  const height = Math.max(0, ...bottom.map(({ top }) => innerHeight - top));
  panel.style.setProperty("--dp-banner", `${Math.round(height)}px`);
}

let lastTold;

/**
 * Tells the start page what is on this page, when it has changed. Without a report it does not know what is held: a
 * report fetches files that a page without the panel would not, so a closed panel asks for none.
 * @param {Awaited<ReturnType<Consentry["report"]>>} [report]
 */
function tellStartPage(report) {
  const state = JSON.stringify({
    choice: choiceState(),
    granted: window.consentry?.consent?.granted ?? [],
    denied: window.consentry?.consent?.denied ?? [],
    held: report?.held.length ?? null,
    released: report?.released.length ?? null,
    ran: Object.keys(window.__ran ?? {}),
    stored: storedRows().length,
  });
  if (state === lastTold) return;
  lastTold = state;
  fetch("/demo/state", { method: "POST", body: state }).catch(() => {});
}

async function refresh() {
  if (document.visibilityState === "hidden") return;
  if (panel.hidden) return tellStartPage();
  makeRoom();
  showChoice();
  const [report, requests, receipts] = await Promise.all([
    Promise.resolve(window.consentry?.report?.()).catch(() => undefined),
    fetchJson("/demo/requests"),
    fetchJson("/demo/receipts"),
  ]);
  if (report)
    report.held = report.held.filter(
      ({ service, category }) => !window.consentry.allowed(service ?? category),
    );
  for (const name of ["held", "released", "leaked", "left", "unknown"])
    showList(name, trackerRows(report?.[name]));
  showList(
    "ran",
    Object.entries(window.__ran ?? {}).map(([text, times]) => ({
      text,
      tag: `${times} ×`,
      twice: times > 1,
    })),
  );
  showRequests(requests);
  showReceipts(receipts);
  showList("stored", storedRows());
  tellStartPage(report);
  makeRoom();
}

let plannedRefresh;
function refreshSoon() {
  clearTimeout(plannedRefresh);
  plannedRefresh = setTimeout(refresh, 150);
}
for (const event of ["ready", "shown", "hidden", "consent", "withdrawn", "held", "released", "reported"]) {
  if (window.consentry?.on) window.consentry.on(event, refreshSoon);
  else document.addEventListener(`consentry:${event}`, refreshSoon);
}
addEventListener("resize", refreshSoon);
setInterval(refresh, 2000);
setOpen(matchMedia("(min-width: 1000px)").matches);
