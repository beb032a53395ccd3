import { consentry } from "consentry";
import { readable } from "svelte/store";

/** The choice in force, as a store. */
export const consent = readable(consentry.consent, (set) => {
  set(consentry.consent);
  return consentry.on("consent", set);
});
