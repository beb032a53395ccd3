// Plays the library CDN: a tiny timeago of our own, which the pages use and which must always load.
import { script } from "./stand-in.mjs";

export default {
  name: "cdnjs",
  hosts: ["cdnjs.cloudflare.com"],
  answer({ path }) {
    return path.includes("timeago") ? script("cdnjs", timeago) : undefined;
  },
};

/* Browser code. */
function timeago({ countRun }) {
  countRun();
  /** @type {[Intl.RelativeTimeFormatUnit, number][]} */
  const steps = [
    ["second", 60],
    ["minute", 60],
    ["hour", 24],
    ["day", Infinity],
  ];
  window.timeago = {
    format(date, language = document.documentElement.lang) {
      let amount = (new Date(date).getTime() - Date.now()) / 1000;
      for (const [unit, size] of steps) {
        if (Math.abs(amount) < size)
          return new Intl.RelativeTimeFormat(language).format(Math.round(amount), unit);
        amount /= size;
      }
      return "";
    },
  };
}
