// Owns what each site's pages last told of themselves, for the start page: numbers and short words, nothing else.

/**
 * What a page told: numbers are null where it has not looked.
 * @typedef {{choice: "none" | "made" | "absent", granted: string[], denied: string[], held: number | null,
 *   released: number | null, ran: string[], stored: number, time: string}} SiteState
 */

const CHOICES = ["none", "made", "absent"];
const words = (value) =>
  Array.isArray(value)
    ? value.filter((word) => typeof word === "string" && word.length <= 80).slice(0, 100)
    : [];
const count = (value) => (Number.isInteger(value) && value >= 0 ? value : null);

export function siteStates() {
  /** @type {Map<string, SiteState>} */
  const states = new Map();
  return {
    /**
     * @param {string} name
     * @param {any} told from the page; what is not of its form is left out
     */
    set(name, told) {
      states.set(name, {
        choice: CHOICES.includes(told?.choice) ? told.choice : "absent",
        granted: words(told?.granted),
        denied: words(told?.denied),
        held: count(told?.held),
        released: count(told?.released),
        ran: words(told?.ran),
        stored: count(told?.stored) ?? 0,
        time: new Date().toISOString(),
      });
    },
    /** @param {string} name */
    of: (name) => states.get(name) ?? null,
    /** @param {string} [name] one site, or all */
    forget: (name) => (name ? void states.delete(name) : states.clear()),
  };
}
