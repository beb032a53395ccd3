// Plays programmatic advertising, as the exchange Xandr sells it: a script in the manner of Prebid asks the page for a
// consent string (`__tcfapi`), bids in real time with what it may, and shows the winning advertisement in a frame.
// Without a consent string it sends neither a pseudonymous id nor a segment code, and what it shows is contextual.
import { frame, json, pixel, script } from "./stand-in.mjs";

const KNOWN = {
  "set-cookie": "uuid2=stand-in; Domain=.adnxs.com; Path=/; Max-Age=7776000; Secure; HttpOnly; SameSite=None",
};

export default {
  name: "xandr",
  hosts: ["acdn.adnxs.com", "ib.adnxs.com", "nym1-ib.adnxs.com"],
  answer({ host, path, query }) {
    if (host === "acdn.adnxs.com" && path.endsWith(".js")) return script("xandr", auction);
    if (path === "/ut/v3/prebid")
      return { ...json({ tags: [{ ads: [{ cpm: 1.2, rtb: { banner: { width: 300, height: 250 } } }] }] }) };
    if (path === "/ad") {
      const kind = query.get("kind") === "personal" ? "personal" : "contextual";
      return frame(`xandr-${kind}`, { title: "Annons", text: `Stand-in for a ${kind} advertisement` });
    }
    return pixel(KNOWN);
  },
};

/* Browser code. */
function auction({ countRun, setWidestCookie, randomNumber }) {
  countRun();
  const slots = () => document.querySelectorAll("[data-auction]");
  const bid = (consentString) => {
    const isPersonal = !!consentString;
    const user = {};
    if (isPersonal) {
      setWidestCookie("_pubcid", String(randomNumber()), 180);
      localStorage.setItem("_pubcid_segment", "seg-417");
      user.id = randomNumber();
      user.segments = ["seg-417"];
    }
    fetch("https://ib.adnxs.com/ut/v3/prebid", {
      method: "POST",
      headers: { "content-type": "text/plain" },
      body: JSON.stringify({
        user,
        gdpr_consent: { consent_required: true, consent_string: consentString ?? "" },
        tags: [...slots()].map(({ id }) => ({ id, sizes: [[300, 250]] })),
      }),
    })
      .then((answer) => answer.json())
      .then(() => {
        for (const slot of slots()) {
          const shown = document.createElement("iframe");
          shown.title = "Annons";
          shown.src = `https://nym1-ib.adnxs.com/ad?kind=${isPersonal ? "personal" : "contextual"}`;
          slot.replaceChildren(shown);
        }
      })
      .catch(() => {});
  };
  const begin = () => {
    const ask = /** @type {any} */ (window).__tcfapi;
    if (typeof ask !== "function") return bid(undefined);
    ask("addEventListener", 2, ({ tcString }, works) => bid(works ? tcString : undefined));
  };
  if (document.readyState === "loading") addEventListener("DOMContentLoaded", begin);
  else begin();
}
