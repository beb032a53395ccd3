// `consentry-after.js`, for what no page waits for: fetched when something in it is first needed. What is queued for it is
// done one after the other.
import { fail, setTimeout } from "./captured.js";
import { importBeside, rejectWhenLost } from "./fetch-files.js";

const LATEST = 99; // milliseconds that a paint is waited for

/** @type {() => import("./gate-parts.js").GateParts} */
let makeParts;
/**
 * Says what the file gets of the gate (main.js, which alone knows all of it).
 * @param {typeof makeParts} make
 */
export const setPartsForAfter = (make) => (makeParts = make);

/** @returns {Promise<typeof import("./after.js")>} */
export const loadAfter = () =>
  importBeside("after.js").then((module) => (module.takeGateParts(makeParts()), module));

let afterQueue;
// @ts-ignore: each export takes what it takes
const call = async (name, ...given) => (await afterQueue, (await loadAfter())[name](...given));

/**
 * Calls an export of the file when all that was queued before has been done.
 * @param {Exclude<keyof typeof import("./after.js"), "takeGateParts">} task
 * @param {any} [argument]
 * @returns {Promise<any>} what it returns; undefined where it throws, which the console says
 */
export const queueInAfter = (task, argument) => (afterQueue = call(task, argument).catch(fail));

/** Resolves when the browser has painted. What is queued from now on waits for that too. */
export function later() {
  const painted = new Promise((done) => {
    requestAnimationFrame(() => setTimeout(done, 0));
    setTimeout(done, LATEST); // a hidden page paints nothing
  });
  afterQueue = Promise.resolve(afterQueue).then(() => painted);
  return painted;
}

/** Resolves when what was queued is done; earlier when files go on to be lost, and it is done once they have come. */
export const queuedTasksDone = () => rejectWhenLost(afterQueue).catch(() => {});

/**
 * Calls an export of the file for a page, which hears of its failure, and of files that go on to be lost.
 * @param {keyof typeof import("./after.js")} name
 * @returns {Promise<any>} what it returns
 */
export const callInAfter = (name, ...given) => rejectWhenLost(call(name, ...given));
