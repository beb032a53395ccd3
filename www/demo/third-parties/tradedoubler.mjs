// Plays the affiliate network Tradedoubler: the wrapper script, which fetches a banner, the impression that sets the
// network's cookie, and the click that redirects to the shop.
import { pixel, redirect, script } from "./stand-in.mjs";

const SEEN = {
  "set-cookie":
    "TradeDoublerGUID=stand-in; Domain=.tradedoubler.com; Path=/; Max-Age=31536000; Secure; SameSite=None",
};

export default {
  name: "tradedoubler",
  hosts: ["swrap.tradedoubler.com", "imp.tradedoubler.com", "clk.tradedoubler.com"],
  answer({ host, query }) {
    if (host === "clk.tradedoubler.com") return redirect("https://butik.example.com/", SEEN);
    if (host === "imp.tradedoubler.com") return pixel(SEEN);
    return script("tradedoubler", wrap, query.get("id"));
  },
};

/* Browser code. */
function wrap({ countRun, setWidestCookie, randomNumber }, program) {
  countRun();
  setWidestCookie("tduid", `${program}${randomNumber()}`, 365);
  new Image().src = `https://imp.tradedoubler.com/imp?type(img)g(${program})a(3100001)${randomNumber()}`;
}
