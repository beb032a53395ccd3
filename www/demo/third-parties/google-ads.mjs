// Plays Google Ads and DoubleClick: the remarketing script, the auction frame, the conversion and audience
// pixels.
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
    "www.google.com",
  ],
  answer({ host, path }) {
    if (host === "td.doubleclick.net") {
      return {
        ...frame("google-ads-frame", { title: "DoubleClick", text: "Stand-in for the auction frame" }),
        headers: IDE,
      };
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
