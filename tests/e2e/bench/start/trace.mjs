// Owns what a browser's trace says of one visit: how long scripts of given addresses ran before the page's
// own, and how long the page's main thread worked. Times are those of the thread's processor clock, not of
// the wall.

/**
 * What the browser is asked to record. No more than is needed: each recorded event takes time itself, and a
 * variant that causes more events would look slower than it is.
 */
export const CATEGORIES = ["devtools.timeline", "blink.user_timing", "toplevel"];

/** The whole work of a thread: its tasks, and the promises that are settled after each. */
const WORK_EVENTS = new Set(["ThreadControllerImpl::RunTask", "BlinkScheduler_PerformMicrotaskCheckpoint"]);

const SCRIPT_EVENTS = new Set([
  "EvaluateScript",
  "v8.compile",
  "v8.compileModule",
  "v8.evaluateModule",
  "FunctionCall",
  "RunMicrotasks",
]);

/** The address of the script that an event speaks of, if it names one. */
const addressOf = ({ args }) => args?.data?.url ?? args?.fileName ?? args?.data?.fileName ?? "";

/** Events that lie in no other one of the list, of those of one thread. */
function outermost(events) {
  let end = -Infinity;
  return [...events]
    .sort((one, other) => one.ts - other.ts || other.dur - one.dur)
    .filter((event) => {
      if (event.ts < end) return false;
      end = event.ts + event.dur;
      return true;
    });
}

const processorTime = (events) => events.reduce((sum, { tdur = 0 }) => sum + tdur, 0) / 1000;

/**
 * What a variant's script does at its start. A classic script stands before the page's own: all that runs
 * until the first of those is its work, what it has left for later included. A module runs after them: its
 * evaluation counts.
 */
function atStart(scripts, own) {
  const isOwn = (event) => addressOf(event).startsWith(own);
  const classic = scripts.find((event) => event.name === "EvaluateScript" && isOwn(event));
  if (!classic)
    return scripts.filter(
      (event) => event.name === "v8.evaluateModule" || (isOwn(event) && event.name === "v8.compileModule"),
    );
  const next = scripts.find(
    (event) => event.name === "EvaluateScript" && !isOwn(event) && addressOf(event).startsWith("http"),
  );
  return scripts.filter(
    (event) =>
      event.ts < next.ts && (isOwn(event) || (event.name === "RunMicrotasks" && event.ts > classic.ts)),
  );
}

/**
 * @param {Buffer} trace as the browser wrote it
 * @param {{page: string, own: string, afterLoad: number}} visit the page's address, how the variant's own
 *   addresses begin, and for how many milliseconds after its load the page is followed
 * @returns {{script: number, mainThread: number}} milliseconds
 */
export function figuresOf(trace, { page, own, afterLoad }) {
  const { traceEvents } = JSON.parse(trace.toString());
  const begun = traceEvents.find(
    ({ name, args }) => name === "navigationStart" && args?.data?.documentLoaderURL === page,
  );
  if (!begun) throw new Error(`trace: found no navigation, expected one to ${page}`);
  const here = traceEvents
    .filter(({ pid, tid, ts }) => pid === begun.pid && tid === begun.tid && ts >= begun.ts)
    .sort((one, other) => one.ts - other.ts);
  const load = here.find(({ name }) => name === "loadEventEnd");
  if (!load) throw new Error(`trace: found no load event, expected one of ${page}`);
  const end = load.ts + afterLoad * 1000;

  const scripts = here.filter(({ name, ph }) => ph === "X" && SCRIPT_EVENTS.has(name));
  const tasks = here.filter(({ name, ph, ts }) => ph === "X" && WORK_EVENTS.has(name) && ts < end);
  return {
    script: processorTime(outermost(atStart(scripts, own))),
    mainThread: processorTime(outermost(tasks)),
  };
}
