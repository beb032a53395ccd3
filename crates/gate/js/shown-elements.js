// Elements of ours that a site puts into its pages, and what stands in held frames: sees when one is there. What they show
// is the component's affair (src/ui), and comes by consentry-after.js.
import { inFrame, listen } from "./captured.js";
import { queueInAfter } from "./load-after.js";
import { whenIdle } from "./preferences.js";

/** Watches for `<consentry-declaration>`, `<consentry-placeholder>` and held frames. */
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
    if (entry?.door != "iframe" || isPlanned || inFrame) return;
    isPlanned = true;
    whenIdle(() => {
      isPlanned = false;
      queueInAfter("showPlaceholders");
    });
  };
  listen("held", planPlaceholders);
  listen("withdrawn", () => planPlaceholders({ door: "iframe" }));
}
