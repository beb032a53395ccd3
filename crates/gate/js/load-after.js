// `consentry-after.js`, for what no page waits for: fetched when there is a first task, which is done one
// after the other.
import { fail } from "./captured.js";
import { importBeside, orLost } from "./fetch-files.js";

/** @type {() => import("./gate-parts.js").GateParts} */
let makeParts;
/**
 * Says what the file gets of the gate (main.js, which alone knows all of it).
 * @param {typeof makeParts} make
 */
export const giveToAfter = (make) => (makeParts = make);

/** @returns {Promise<typeof import("./after.js")>} */
export const loadAfter = () =>
  importBeside("after.js").then((module) => (module.takeGateParts(makeParts()), module));

let taskQueue;
/**
 * Queues a task: the name of what the file exports.
 * @param {Exclude<keyof typeof import("./after.js"), "takeGateParts">} task
 * @param {any} [argument]
 * @returns {Promise<any>} what it returns
 */
export const after = (task, argument) =>
  (taskQueue = Promise.resolve(taskQueue)
    .then(loadAfter)
    // @ts-ignore: each task takes what it takes
    .then((module) => module[task](argument))
    .catch(fail));

/** Resolves when what was queued is done, or will be done once a file, which was lost, has come. */
export const done = () => orLost(taskQueue).catch(() => {});

// `consentry.classify()` and `consentry.report()`.
/** @type {typeof import("./after.js").classify} */
export const classify = (kind, value) => orLost(loadAfter().then((module) => module.classify(kind, value)));
/** @type {typeof import("./after.js").report} */
export const report = () => after("report");
