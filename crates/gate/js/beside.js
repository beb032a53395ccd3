// Fetches files that lie beside consentry.js.
import { base, nativeFetch } from "./page.js";

export const importBeside = (name) => import(base + name);
export const fetchBeside = (name) => nativeFetch(base + name);
