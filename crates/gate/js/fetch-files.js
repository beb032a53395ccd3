// Fetches the files that lie beside consentry.js when they are needed, and tries again by itself until they have
// come: a visitor's line may be bad for a while. Knows nothing of what is in them.
import { besideAddress, fail, nativeFetch } from "./captured.js";

const FIRST_PAUSE = 500,
  LONGEST_PAUSE = 60000; // milliseconds
const PATIENT_TRIES = 2; // how many further tries somebody waits for who does not want to wait for ever

let waiting = [];

/**
 * A promise for somebody who does not want to wait for a bad line: it rejects when requests go on to be lost
 * before it is kept. What it is about goes on.
 * @template T
 * @param {Promise<T>} promise
 * @returns {Promise<T>}
 */
export const rejectWhenLost = (promise) =>
  Promise.race([promise, /** @type {Promise<never>} */ (new Promise((_, reject) => waiting.push(reject)))]);

/**
 * Loads a file with growing pauses between the tries, and at once when the browser is online again. A browser
 * remembers for the life of a page that an import has failed, so each further try is a fresh address. The module
 * still is there only once, since one that could not be had never ran.
 * @template T
 * @param {string} name what follows `consentry-` in the file's name
 * @param {(address: string) => Promise<T>} load
 * @returns {Promise<T>}
 */
async function untilLoaded(name, load) {
  for (let tries = 0; ; tries++) {
    try {
      return await load(besideAddress + name + (tries ? "?retry=" + tries : ""));
    } catch (error) {
      if (!tries) fail(name + ": " + error);
      if (tries >= PATIENT_TRIES) {
        for (const reject of waiting) reject(error);
        waiting = [];
      }
    }
    await new Promise((resume) => {
      setTimeout(resume, Math.min(FIRST_PAUSE * 2 ** tries, LONGEST_PAUSE));
      addEventListener("online", resume, { once: true });
    });
  }
}

const modules = {};

/**
 * The module of a file; the same one whoever asks, however often.
 * @param {string} name what follows `consentry-` in the file's name
 * @returns {Promise<any>}
 */
export const importBeside = (name) => (modules[name] ||= untilLoaded(name, (address) => import(address)));

/**
 * The content of a file.
 * @param {string} name what follows `consentry-` in the file's name
 * @param {"json" | "text" | "arrayBuffer"} form
 * @returns {Promise<any>}
 */
export const fetchBeside = (name, form) =>
  untilLoaded(name, async (address) => {
    const response = await nativeFetch(address);
    if (!response.ok) throw response.status;
    return response[form]();
  });
