// Plays LinkedIn: the insight tag, and the collector that it and pages call by image.
import { pixel, script } from "./stand-in.mjs";

export default {
  name: "linkedin",
  hosts: ["px.ads.linkedin.com", "snap.licdn.com"],
  answer: ({ host }) =>
    host === "snap.licdn.com"
      ? script("linkedin", insight)
      : pixel({
          "set-cookie":
            "bcookie=stand-in; Domain=.linkedin.com; Path=/; Max-Age=31536000; Secure; SameSite=None",
        }),
};

/* Browser code. */
function insight({ countRun, setWidestCookie, randomNumber }) {
  countRun();
  const [partner] = /** @type {any} */ (window)._linkedin_data_partner_ids ?? [];
  setWidestCookie("li_fat_id", `${randomNumber()}-${randomNumber()}`, 30);
  localStorage.setItem("li_adsId", String(randomNumber()));
  new Image().src = `https://px.ads.linkedin.com/collect/?v=2&fmt=js&pid=${partner}&time=${Date.now()}`;
}
