// Plays Hotjar: the site script sets session cookies, a local storage entry, and loads its second script.
import { json, script } from "./stand-in.mjs";

export default {
  name: "hotjar",
  hosts: ["static.hotjar.com", "script.hotjar.com", "content.hotjar.io", "metrics.hotjar.io"],
  answer({ host, path }) {
    const site = /^\/c\/hotjar-(\d+)\.js$/.exec(path)?.[1];
    if (site) return script("hotjar", start, site);
    if (host === "script.hotjar.com") return script("hotjar-modules", modules);
    return json({ success: true });
  },
};

/* Browser code below. */
function start({ countRun, setWidestCookie, randomNumber }, site) {
  countRun();
  const session = btoa(JSON.stringify({ id: randomNumber(), c: Date.now() }));
  setWidestCookie(`_hjSession_${site}`, session, 0.02);
  setWidestCookie(`_hjSessionUser_${site}`, session, 365);
  localStorage.setItem(`_hjUserAttributesHash_${site}`, String(randomNumber()));
  sessionStorage.setItem("_hjViewportId", String(randomNumber()));
  const more = document.createElement("script");
  more.async = true;
  more.src = "https://script.hotjar.com/modules.stand-in.js";
  document.head.appendChild(more);
}

function modules({ countRun }) {
  countRun();
  fetch("https://content.hotjar.io/?gzip=1", { method: "POST", body: "{}" }).catch(() => {});
}
