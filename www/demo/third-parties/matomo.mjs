// Plays Matomo's cloud: matomo.js offers Matomo.getTracker, sets _pk cookies and calls matomo.php by image.
import { pixel, script } from "./stand-in.mjs";

export default {
  name: "matomo",
  hosts: ["cdn.matomo.cloud", "traxmate.matomo.cloud"],
  answer({ path }) {
    return path.endsWith("/matomo.js") ? script("matomo", library) : pixel();
  },
};

/* Browser code. */
function library({ countRun, setWidestCookie, randomNumber }) {
  countRun();
  window.Matomo = {
    getTracker: (url, site) => ({
      trackPageView() {
        setWidestCookie(`_pk_id.${site}.1fff`, `${randomNumber()}.${Math.floor(Date.now() / 1000)}.`, 393);
        setWidestCookie(`_pk_ses.${site}.1fff`, "1", 0.02);
        new Image().src = `${url}?idsite=${site}&rec=1&url=${encodeURIComponent(location.href)}`;
      },
    }),
  };
}
