"use client";
// React bindings. They hold no state: it is all in the page's object, which React is told of when it changes.
import { createElement, useMemo, useSyncExternalStore } from "react";
import { consentry } from "./index.js";

function subscribe(changed) {
  const ends = ["ready", "consent"].map((event) => consentry.on(event, changed));
  return () => ends.forEach((end) => end());
}

// The first picture in the browser is the server's, on which nobody has decided.
const nothing = () => null;
const neverChanges = () => () => {};

/** The choice in force, and what acts on it. See react.d.ts. */
export function useConsent() {
  const consent = useSyncExternalStore(subscribe, () => consentry.consent, nothing);
  const isInBrowser = useSyncExternalStore(
    neverChanges,
    () => true,
    () => false,
  );
  return useMemo(() => {
    const { acceptAll, rejectAll, save, withdraw, showPreferences } = consentry;
    const allowed = (name) => (isInBrowser ? consentry.allowed(name) : name == "necessary");
    return { consent, allowed, acceptAll, rejectAll, save, withdraw, showPreferences };
  }, [consent, isInBrowser]);
}

/** Shows its children where the category or the service is allowed, and `fallback` where it is not. */
export function ConsentGate({ category, service, fallback = null, children }) {
  const { allowed } = useConsent();
  return allowed(service ?? category) ? children : fallback;
}

// The component says its language on the element itself, which React would take for a mistake of the server.
const ofOurs = (name, attributes) => createElement(name, { ...attributes, suppressHydrationWarning: true });

/** All services, cookies and keys of the site, with the visitor's choice. */
export const Declaration = (attributes) => ofOurs("consentry-declaration", attributes);
