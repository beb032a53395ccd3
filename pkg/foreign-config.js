// Finds the configuration of another consent manager in the script that gives it. The script is the owner's own and is run on
// the owner's machine, without a browser: whatever it asks a browser for is a stand-in that can be called, constructed and
// asked for anything, and that remembers every object that it was given. Knows no manager: Rust tells which object is a
// configuration. `node:vm` is no sandbox for scripts of strangers. The script runs in a thread of its own, which is ended when
// it takes too long.
import vm from "node:vm";
import { types } from "node:util";
import * as nodeModule from "node:module";
import { Worker, parentPort, workerData } from "node:worker_threads";

/** How Rust is told of what JSON cannot say (src/convert/remark.rs). */
const FUNCTION = "[function]";
const UNKNOWN = "[unknown]";

/**
 * Longest time that a script may take, in milliseconds; most functions that are called for it; most objects that are looked at;
 * most values of one, and its deepest nesting.
 */
const TIMEOUT = 5000;
const MOST_CALLS = 1000;
const MOST_OBJECTS = 1000;
const MOST_VALUES = 100_000;
const DEEPEST = 100;

/** Every stand-in, to be told from functions. */
const standIns = new WeakSet();

/** Whether a file must be run to be read. */
export const isScript = (file) => /\.([mc]?js|jsx|[mc]?ts|tsx)$/i.test(file);
const isTypeScript = (file) => /\.([mc]?ts|tsx)$/i.test(file);

/**
 * A value as JSON has it: functions and what only a browser can tell as words, regular expressions as `/source/flags`.
 * @param {unknown} value
 * @throws where it holds too much
 */
export function asJson(value) {
  let count = 0;
  return JSON.stringify(plain(value, []));

  function plain(value, holders) {
    if (++count > MOST_VALUES) {
      const error = new Error(`found an object of more than ${MOST_VALUES} values, expected a configuration`);
      throw Object.assign(error, { code: "bad-value" });
    }
    if (typeof value == "function") return standIns.has(value) ? UNKNOWN : FUNCTION;
    if (typeof value == "symbol" || typeof value == "bigint") return UNKNOWN;
    if (typeof value != "object" || !value) return value;
    if (types.isRegExp(value)) return String(value);
    if (holders.includes(value) || holders.length == DEEPEST) return UNKNOWN;
    const inside = [...holders, value];
    if (Array.isArray(value)) return Array.from(value, (item) => plain(item, inside));
    return Object.fromEntries(Object.keys(value).map((key) => [key, plain(read(value, key), inside)]));
  }
}

/** A getter may throw. */
function read(object, key) {
  try {
    return object[key];
  } catch {
    return UNKNOWN;
  }
}

/**
 * Every object that a script gives to something, assigns, returns or exports, as JSON, those first that it gives first; and
 * what it failed with, if it did. Functions that it gives are called, as a browser would call listeners.
 * @param {string} file its name tells whether it has types
 * @param {string} code
 * @returns {Promise<{ found: string[], failure?: string }>}
 */
export function objectsIn(file, code) {
  return new Promise((resolve) => {
    const worker = new Worker(new URL(import.meta.url), { workerData: { foreignScript: { file, code } } });
    let told = { found: [], failure: undefined };
    const timer = setTimeout(() => {
      told.failure = `it timed out after ${TIMEOUT / 1000} seconds`;
      void worker.terminate();
    }, TIMEOUT);
    worker.on("message", (message) => (told = { ...told, ...message }));
    worker.on("error", ({ message }) => (told.failure = message));
    worker.on("exit", () => {
      clearTimeout(timer);
      resolve(told);
    });
  });
}

/** Runs the script and tells what it found: once before waiting functions are called, as they may never end, and once after. */
async function tellObjects({ file, code }) {
  let failure;
  const fail = (error) => void (failure ??= String(error?.message ?? error));
  process.on("unhandledRejection", fail);
  const { scope, found, waiting, take, standIn } = browserStandIn();
  const module = { exports: {} };
  const context = vm.createContext(scope({ module, exports: module.exports }));
  let script = "";
  try {
    script = asClassicScript(isTypeScript(file) ? withoutTypes(code) : code);
    vm.runInContext(script, context);
  } catch (error) {
    fail(error);
  }
  const exported = () => [module.exports, ...Object.values(module.exports ?? {})];
  tell();
  exported().forEach((value) => typeof value == "function" && take(value));
  for (let calls = 0; calls < MOST_CALLS; calls++) {
    await new Promise(setImmediate); // what awaits something goes on
    const next = waiting.shift();
    if (!next) break;
    try {
      const returned = next.call(standIn(), standIn(), standIn());
      if (!standIns.has(returned)) Promise.resolve(returned).then(take, fail);
    } catch (error) {
      fail(error);
    }
  }
  if (waiting[0]) fail(`more than ${MOST_CALLS} functions that wait to be called`);
  tell();

  function tell() {
    const objects = new Set([...found, ...exported(), ...namesIn(script).map(valueOf)].filter(isObject));
    // Deeper ones last: a framework's own configuration may hold it.
    for (const object of objects)
      for (const key of Object.keys(object)) {
        const value = read(object, key);
        if (objects.size < MOST_OBJECTS && isObject(value) && !Array.isArray(value)) objects.add(value);
      }
    const texts = new Set();
    for (const object of objects)
      try {
        texts.add(asJson(object));
      } catch (error) {
        fail(error);
      }
    parentPort?.postMessage({ found: [...texts], ...(failure && { failure }) });
  }

  /** What a `const` of the script holds: no property of anything. */
  function valueOf(name) {
    try {
      return vm.runInContext(name, context);
    } catch {
      return undefined; // It was never reached.
    }
  }
}

const isObject = (value) => typeof value == "object" && value && !types.isRegExp(value);

/**
 * The script without its types.
 * @throws where this Node cannot
 */
function withoutTypes(code) {
  const { stripTypeScriptTypes } = /** @type {any} */ (nodeModule);
  if (!stripTypeScriptTypes)
    throw new Error(`Node ${process.versions.node} cannot read TypeScript, expected 22.13 or later`);
  return stripTypeScriptTypes(code);
}

/** Names that are declared where a statement begins. */
const namesIn = (script) =>
  [...script.matchAll(/(?:^|[;}])\s*(?:const|let|var)\s+([\w$]+)/gm)].map(([, name]) => name);

/**
 * Without what only a module may have: names that were imported become stand-ins. A stand-in is truthy, so that
 * `window.x = window.x || {…}` would keep it: such defaults become plain assignments.
 */
function asClassicScript(code) {
  return code
    .replace(/^#!.*/, "")
    .replace(/(?<=[;}])(?=[ \t]*(?:import|export)\b)/g, "\n")
    .replace(
      /^[ \t]*import\b\s*(?:[\w$*{}\s,]+?\s*from\s*)?(["'])[^"'\n]+\1(?:\s*(?:with|assert)\s*\{[^}]*\})?[ \t]*;?/gm,
      "",
    )
    .replace(/^[ \t]*export\s*(?:\*[^;\n]*|\{[^}]*\})(?:\s*from\s*(["'])[^"'\n]+\1)?[ \t]*;?/gm, "")
    .replace(/^[ \t]*export\s+default\b/gm, "module.exports.default =")
    .replace(/^[ \t]*export\s+(?=(?:const|let|var|function|async|class)\b)/gm, "")
    .replace(/\bimport\s*\(/g, "importedLater(")
    .replace(/\bimport\.meta\b/g, "importMeta")
    .replace(/(\b(?:window|self|globalThis)\.[\w$.]+\s*)(?:\|\||\?\?)=/g, "$1=")
    .replace(/(=\s*)(?:window|self|globalThis)\.[\w$.]+\s*(?:\|\||\?\?)(?=\s*\{)/g, "$1")
    .replace(/(\bvar\s+([\w$]+)\s*=\s*)\2\s*(?:\|\||\?\?)(?=\s*\{)/g, "$1");
}

/** What stands for a browser: the names that a script finds, what it gave away, and the functions that wait to be called. */
function browserStandIn() {
  const found = [];
  const waiting = [];
  /** The language's own objects come from a context of their own. */
  const language = vm.runInNewContext("globalThis");
  const isOfLanguage = (name) => Object.hasOwn(language, name) && name != "globalThis";

  function take(value) {
    if (typeof value == "function" && !standIns.has(value)) waiting.push(value);
    else if (isObject(value)) found.push(value);
  }

  /** `then` of a stand-in. It is settled with a stand-in without one: `await` would follow another for ever. */
  function then(settle) {
    if (typeof settle == "function") waiting.push(() => settle(standIn({}, false)));
    return standIn();
  }

  function standIn(own = {}, canWait = true) {
    const known = new Map(Object.entries(own));
    const target = function () {}.bind(undefined); // has no property that a proxy must tell
    const takeAll = (given) => {
      given.forEach(take);
      return standIn();
    };
    const keep = (key, value) => {
      take(value);
      known.set(key, value);
      return true;
    };
    const proxy = new Proxy(target, {
      get(_, key) {
        if (key == Symbol.toPrimitive || key == "toString" || key == "toJSON") return () => UNKNOWN;
        if (key == Symbol.iterator) return [][Symbol.iterator];
        if (typeof key == "symbol") return undefined;
        if (key == "then") return canWait ? then : undefined;
        if (!known.has(key)) known.set(key, standIn());
        return known.get(key);
      },
      set: (_, key, value) => keep(key, value),
      has: () => true,
      defineProperty: (_, key, { value }) => keep(key, value),
      apply: (_, __, given) => takeAll(given),
      construct: (_, given) => takeAll(given),
    });
    standIns.add(proxy);
    return proxy;
  }

  function scope(own) {
    const names = /** @type {any} */ (standIn(own));
    for (const name of ["window", "self", "globalThis", "top", "parent", "frames"]) names[name] = names;
    return new Proxy(
      {},
      {
        has: (_, name) => typeof name == "string",
        get: (_, name) =>
          typeof name == "symbol" ? undefined : isOfLanguage(name) ? language[name] : names[name],
        set: (_, name, value) => Reflect.set(names, name, value),
        defineProperty: (_, name, descriptor) => Reflect.set(names, name, descriptor.value),
      },
    );
  }

  return { scope, found, waiting, take, standIn };
}

if (workerData?.foreignScript)
  tellObjects(workerData.foreignScript).catch(({ message }) => parentPort?.postMessage({ failure: message }));
