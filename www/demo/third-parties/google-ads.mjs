// Plays Google Ads and DoubleClick: the remarketing script, the auction frame, the conversion and audience
// pixels, and a publisher's advertisements (gpt.js) chosen by interest.
import { frame, pixel, script } from "./stand-in.mjs";

const IDE = {
  "set-cookie":
    "IDE=AHWqTUk-stand-in; Domain=.doubleclick.net; Path=/; Max-Age=33696000; Secure; HttpOnly; SameSite=None",
};

export default {
  name: "google-ads",
  hosts: [
    "googleads.g.doubleclick.net",
    "td.doubleclick.net",
    "ad.doubleclick.net",
    "www.googleadservices.com",
    "pagead2.googlesyndication.com",
    "securepubads.g.doubleclick.net",
    "tpc.googlesyndication.com",
    "www.google.com",
  ],
  answer({ host, path }) {
    if (host === "td.doubleclick.net") {
      return {
        ...frame("google-ads-frame", { title: "DoubleClick", text: "Stand-in for the auction frame" }),
        headers: IDE,
      };
    }
    if (path === "/tag/js/gpt.js") return { ...script("doubleclick", publisherTag), headers: IDE };
    if (host === "tpc.googlesyndication.com") {
      return frame("doubleclick-ad", { title: "Annons", text: "Stand-in for an advertisement by interest" });
    }
    if (path.startsWith("/pagead/viewthroughconversion") || path.endsWith(".js")) {
      return { ...script("google-ads", remarketing), headers: IDE };
    }
    return pixel(host === "www.google.com" ? undefined : IDE);
  },
};

/* Browser code. */
function remarketing({ countRun, setWidestCookie, randomNumber }) {
  countRun();
  if (!document.cookie.includes("_gcl_au="))
    setWidestCookie("_gcl_au", `1.1.${randomNumber()}.${Math.floor(Date.now() / 1000)}`, 90);
}

function publisherTag({ countRun, setWidestCookie, randomNumber }) {
  countRun();
  if (!document.cookie.includes("__gads=")) {
    setWidestCookie("__gads", `ID=${randomNumber()}:T=${Math.floor(Date.now() / 1000)}`, 390);
    setWidestCookie("__gpi", `UID=${randomNumber()}`, 390);
  }
  const show = () => {
    for (const slot of document.querySelectorAll("[data-gpt]")) {
      const shown = document.createElement("iframe");
      shown.title = "Annons";
      shown.src = `https://tpc.googlesyndication.com/safeframe/1-0-45/html/container.html?n=${randomNumber()}`;
      slot.replaceChildren(shown);
    }
  };
  if (document.readyState === "loading") addEventListener("DOMContentLoaded", show);
  else show();
}
