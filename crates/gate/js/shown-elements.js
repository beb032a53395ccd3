// Elements of ours that a site puts into its pages, and what stands in place of held frames and films: sees when one is
// there. What they show is the component's affair (src/ui), and comes by consentry-after.js.
import { inFrame, listen } from "./captured.js";
import { queueInAfter } from "./load-after.js";
import { whenIdle } from "./preferences.js";

/** Watches for `<consentry-declaration>`, `<consentry-placeholder>`, held frames and held films. */
export function watchShownElements() {
  for (const name of ["declaration", "placeholder"])
    customElements.define(
      "consentry-" + name,
      class extends HTMLElement {
        connectedCallback() {
          queueInAfter("showElement", this);
        }
      },
    );
  let isPlanned = false;
  const planPlaceholders = (entry) => {
    if (!/iframe|video|source/.test(entry?.door) || isPlanned || inFrame) return;
    isPlanned = true;
    whenIdle(() => {
      isPlanned = false;
      queueInAfter("showPlaceholders");
    });
  };
  listen("held", planPlaceholders);
  listen("withdrawn", () => planPlaceholders({ door: "iframe" }));
}
