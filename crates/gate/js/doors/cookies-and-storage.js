// The names that a page writes synchronously: cookies, and keys of both storages.
import { watchCookies } from "./cookies.js";
import { watchStorage } from "./storage.js";

/** Asks from now on about each name that is written. */
export function watchCookiesAndStorage() {
  watchCookies();
  watchStorage();
}
