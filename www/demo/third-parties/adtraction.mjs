// Plays the affiliate network Adtraction: the tag on a publisher's page, the click that redirects to the shop, and the
// pixel that counts an impression.
import { pixel, redirect, script } from "./stand-in.mjs";

const CLICK = {
  "set-cookie": "at_gd=stand-in; Domain=.adtraction.com; Path=/; Max-Age=31536000; Secure; SameSite=None",
};

export default {
  name: "adtraction",
  hosts: ["cdn.adt387.com", "track.adtraction.com"],
  answer({ host, path, query }) {
    if (host === "cdn.adt387.com")
      return path === "/jsTag" ? script("adtraction", tag, query.get("ap")) : undefined;
    // `t=2` is a click, `t=1` an impression.
    return query.get("t") === "2" ? redirect("https://butik.example.com/", CLICK) : pixel(CLICK);
  },
};

/* Browser code: names the page's channel and program in every link to the network. */
function tag({ countRun, setWidestCookie, randomNumber }, channel) {
  countRun();
  setWidestCookie("at_channel", `${channel}.${randomNumber()}`, 45);
  const showImpressions = () => {
    for (const link of /** @type {NodeListOf<HTMLAnchorElement>} */ (
      document.querySelectorAll("a[href*='track.adtraction.com']")
    )) {
      const program = new URL(link.href).searchParams.get("a");
      new Image().src = `https://track.adtraction.com/t/t?a=${program}&as=${channel}&t=1&tk=0`;
    }
  };
  if (document.readyState === "loading") addEventListener("DOMContentLoaded", showImpressions);
  else showImpressions();
}
