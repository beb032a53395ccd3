// Plays the affiliate network Adrecord: the publisher's script, which gives links to shops a tracked address, the click
// that redirects, and the pixel of an impression.
import { pixel, redirect, script } from "./stand-in.mjs";

const CLICK = {
  "set-cookie":
    "adrecord_click=stand-in; Domain=.adrecord.com; Path=/; Max-Age=3888000; Secure; SameSite=None",
};

export default {
  name: "adrecord",
  hosts: ["track.adrecord.com", "click.adrecord.com"],
  answer({ host, path, query }) {
    if (host === "click.adrecord.com") return redirect("https://butik.example.com/", CLICK);
    return path.endsWith(".js") ? script("adrecord", links, query.get("c")) : pixel(CLICK);
  },
};

/* Browser code. */
function links({ countRun, randomNumber }, channel) {
  countRun();
  localStorage.setItem("adrecord.visit", `${channel}.${randomNumber()}`);
  new Image().src = `https://track.adrecord.com/impression.gif?c=${channel}&r=${randomNumber()}`;
}
