"use client";
// React bindings. They hold no state but a count of what has changed: all else is in the page's object.
import { createElement, useMemo, useSyncExternalStore } from "react";
import { consentry } from "./index.js";

const EVENTS = /** @type {const} */ (["ready", "consent"]);

// What is allowed can change while the choice stays the same object (when the configuration arrives), so changes are counted,
// from 1: 0 is the server's.
let changes = 1;
for (const event of EVENTS) consentry.on(event, () => changes++);

function subscribe(listener) {
  const unsubscribers = EVENTS.map((event) => consentry.on(event, listener));
  return () => unsubscribers.forEach((end) => end());
}
const countOfChanges = () => changes;
// The first render in a browser must equal the server's, where nobody has decided.
const serversCount = () => 0;

/** The choice in force, and the functions that change it. See react.d.ts. */
export function useConsent() {
  const count = useSyncExternalStore(subscribe, countOfChanges, serversCount);
  return useMemo(() => {
    const { acceptAll, rejectAll, save, withdraw, showPreferences } = consentry;
    const allowed = (name) => (count ? consentry.allowed(name) : name == "necessary");
    const consent = count ? consentry.consent : null;
    return { consent, allowed, acceptAll, rejectAll, save, withdraw, showPreferences };
  }, [count]);
}

/** Shows its children where the category or the service is allowed, and `fallback` where it is not. */
export function ConsentGate({ category, service, fallback = null, children }) {
  const { allowed } = useConsent();
  return allowed(service ?? category) ? children : fallback;
}

/** All services, cookies and keys of the site, with the visitor's choice. */
export function Declaration({ className, ...attributes }) {
  // React 18 writes `className` of a custom element literally, hence `class`. The component sets its language on the element,
  // which React would call a hydration mismatch.
  const all = { ...attributes, class: className, suppressHydrationWarning: true };
  return createElement("consentry-declaration", all);
}
