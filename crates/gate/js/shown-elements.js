// Elements of ours that a site puts into its pages, and what stands in place of held frames and films: sees when one is
// there. What they show is the component's affair (src/ui), and comes by consentry-after.js.
import { findAll, inFrame, listen } from "./captured.js";
import { watchedRoots } from "./held-elements.js";
import { queueInAfter } from "./load-after.js";
import { MARK } from "./loading-elements.js";
import { whenIdle } from "./preferences.js";

const HELD = `iframe[${MARK}],video[${MARK}],video>source[${MARK}]`;

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
  let isPlanned = inFrame;
  const planPlaceholders = () => {
    if (isPlanned) return;
    isPlanned = true;
    whenIdle(() => {
      isPlanned = false;
      if (watchedRoots.some((root) => findAll(root.deref(), HELD)[0])) queueInAfter("showPlaceholders");
    });
  };
  planPlaceholders();
  for (const event of ["held", "consent"]) listen(event, planPlaceholders);
}
