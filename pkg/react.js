"use client";
// React bindings. They hold no state but a count of what has changed: all else is in the page's object.
import { createElement, useMemo, useSyncExternalStore } from "react";
import { consentry } from "./index.js";

// A choice may change what is allowed without being another one, as when the configuration comes: changes are counted.
let changes = 1;
function subscribe(listener) {
  const changed = () => {
    changes++;
    listener();
  };
  const ends = ["ready", "consent"].map((event) => consentry.on(event, changed));
  return () => ends.forEach((end) => end());
}
const countOfChanges = () => changes;
// The first picture in the browser is the server's, on which nobody has decided.
const onServer = () => 0;

/** The choice in force, and what acts on it. See react.d.ts. */
export function useConsent() {
  const count = useSyncExternalStore(subscribe, countOfChanges, onServer);
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
  // React 18 takes `className` of an element with a dash for an attribute of that name. The component says its language on
  // the element itself, which React would take for a mistake of the server.
  const all = { ...attributes, class: className, suppressHydrationWarning: true };
  return createElement("consentry-declaration", all);
}
