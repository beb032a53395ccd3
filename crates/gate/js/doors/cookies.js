// Cookies, as `document.cookie` reads and writes them; the cookie store (asynchronous-storage.js) writes by the same
// rules. A held cookie lives in memory (held-names.js). Deleting must always be let through.
import { asText, call, cookieProperty, parseTime, timeNow } from "../captured.js";
import { mayAct, mustHold, needsConsent, verdictOfCookie } from "../verdicts.js";
import { heldCookies, verdictOfWrittenName } from "./held-names.js";
import { replaceMembers } from "./wrap.js";

/**
 * What a grant let through, whole assignments with their verdicts: a withdrawal deletes each with the very
 * attributes that it was written with.
 * @type {Map<string, number>}
 */
export const writtenCookies = new Map();

/**
 * Writes a cookie by the native way.
 * @param {string} assignment
 */
export const setCookie = (assignment) => call(cookieProperty.set, document, [assignment]);

const trimBlanks = (text) => text.replace(/^[ \t]+|[ \t]+$/g, "");

// Whether an attribute says that the cookie is to go: an age that is zero or negative, or a time that has
// passed.
const deletesCookie = (attribute) =>
  /^\s*max-age\s*=\s*[-0]/i.test(attribute) ||
  parseTime(/^\s*expires\s*=(.*)/i.exec(attribute)?.[1]) <= timeNow();

/**
 * Holds an assignment (`name=value; path=/`), or lets it through.
 * @param {string} assignment
 * @param {(assignment: string) => any} write
 */
export function assignCookie(assignment, write) {
  // Read as RFC 6265bis, 5.6 does: without a "=" all of it is the value.
  const [pair, ...attributes] = assignment.split(";");
  const equals = pair.indexOf("=");
  const name = trimBlanks(pair.slice(0, Math.max(equals, 0)));
  const verdict = verdictOfWrittenName(verdictOfCookie, name);
  // An assignment that is meant to delete must do so: an age outranks a time.
  const deletes = !mayAct(verdict) && attributes.some(deletesCookie);
  if (!deletes && mustHold("cookie", name, verdict)) {
    heldCookies.set(name, [trimBlanks(pair.slice(equals + 1)), verdict, assignment]);
    return;
  }
  heldCookies.delete(name);
  if (needsConsent(verdict)) writtenCookies.set(assignment, verdict);
  return write(deletes ? assignment + ";max-age=0" : assignment);
}

/** Asks from now on about each cookie that is written, and adds held ones to what is read. */
export function watchCookies() {
  replaceMembers(
    "Document",
    "cookie",
    (receiver, args, callNative) =>
      assignCookie(asText(args[0]), (assignment) => {
        args[0] = assignment;
        return callNative();
      }),
    (receiver, args, callNative) => {
      const cookies = callNative();
      if (!heldCookies.size) return cookies;
      const pairs = cookies.split("; ").filter((pair) => pair && !heldCookies.has(pair.split("=")[0]));
      for (const [name, [value]] of heldCookies) pairs.push(name + "=" + value);
      return pairs.join("; ");
    },
  );
}
