import { consentry } from "consentry";
import { computed, shallowRef } from "vue";

const consent = shallowRef(consentry.consent);
consentry.on("consent", (changed) => (consent.value = changed));

/** Whether a category or a service is allowed, as a value that follows the visitor's choice. */
export const useAllowed = (name) => computed(() => (consent.value, consentry.allowed(name)));
