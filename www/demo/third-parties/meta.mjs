// Plays the Meta pixel: fbevents.js works off the fbq queue, sets _fbp and calls /tr by image.
import { pixel, script } from "./stand-in.mjs";

export default {
  name: "meta",
  hosts: ["connect.facebook.net", "www.facebook.com"],
  answer({ host }) {
    return host === "connect.facebook.net" ? script("meta", events) : pixel();
  },
};

/* Browser code. */
function events({ countRun, setWidestCookie, randomNumber }) {
  countRun();
  const fbq = window.fbq;
  if (!fbq) return;
  const ids = [];
  fbq.callMethod = (verb, what) => {
    if (verb === "init") ids.push(what);
    if (verb !== "track") return;
    if (!document.cookie.includes("_fbp="))
      setWidestCookie("_fbp", `fb.1.${Date.now()}.${randomNumber()}`, 90);
    for (const id of ids)
      new Image().src = `https://www.facebook.com/tr/?id=${id}&ev=${what}&dl=${encodeURIComponent(location.href)}`;
  };
  while (fbq.queue.length) fbq.callMethod(...fbq.queue.shift());
}
