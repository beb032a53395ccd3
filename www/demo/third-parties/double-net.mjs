// Plays the affiliate network Double.net: its script, the click that redirects to the shop, and the pixel.
import { pixel, redirect, script } from "./stand-in.mjs";

const SEEN = {
  "set-cookie": "dn_channel=stand-in; Domain=.double.net; Path=/; Max-Age=3888000; Secure; SameSite=None",
};

export default {
  name: "double-net",
  hosts: ["track.double.net"],
  answer({ path, query }) {
    if (path.startsWith("/click")) return redirect("https://butik.example.com/", SEEN);
    return path.endsWith(".js") ? script("double-net", counter, query.get("channel")) : pixel(SEEN);
  },
};

/* Browser code. */
function counter({ countRun, setWidestCookie, randomNumber }, channel) {
  countRun();
  setWidestCookie("dn_visit", `${channel}-${randomNumber()}`, 45);
  new Image().src = `https://track.double.net/show/?channel=${channel}`;
}
