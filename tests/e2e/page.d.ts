// What the pages of the browser tests put into their window, for the functions that a test hands to a page.

interface Window {
  // Each page has names of its own; `window.name` says that one of them is meant.
  [name: string]: any;
}

declare const consentry: any;
/** How often each script ran, by its name. */
declare const __ran: Record<string, number>;
/** What a page noted, in order. */
declare const __log: any[];
declare const __reports: any[];
/** Notes what a harmless page observed. */
declare const log: (...entry: any[]) => void;
/** Notes what a call throws. */
declare const thrown: (...entry: any[]) => any;
/** Waits for one event. */
declare const once: (...wanted: any[]) => Promise<any>;
/** The page's own Trusted Types policy. */
declare const trust: any;

// Libraries that a page loads.
declare const DOMPurify: any;
declare const preact: any;
declare const preactHooks: any;
