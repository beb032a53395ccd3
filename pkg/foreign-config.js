// Finds the configuration of another consent manager in the script that gives it. The script is the owner's own and is run on
// the owner's machine, without a browser: whatever it asks a browser for is a stand-in that can be called, constructed and
// asked for anything, and that remembers every object that it was given. Knows no manager: Rust tells which object is a
// configuration. `node:vm` is no sandbox for scripts of strangers.
import vm from "node:vm";
import { types } from "node:util";
import * as nodeModule from "node:module";

/** How Rust is told of what JSON cannot say (src/convert/remark.rs). */
const FUNCTION = "[function]";
const UNKNOWN = "[unknown]";

/** Longest time that a script may take, in milliseconds; most functions that are called for it; deepest nesting kept. */
const TIMEOUT = 5000;
const MOST_CALLS = 1000;
const DEEPEST = 100;

/** The name under which a function is called in the script's own context, where the time is limited. */
const CALL_NEXT = "consentryCallsNext";

/** Every stand-in, to be told from functions. */
const standIns = new WeakSet();

/** Whether a file must be run to be read. */
export const isScript = (file) => /\.([mc]?js|jsx|[mc]?ts|tsx)$/i.test(file);
export const isTypeScript = (file) => /\.([mc]?ts|tsx)$/i.test(file);

/**
 * A value as JSON has it: functions and what only a browser can tell as words, regular expressions as `/source/flags`.
 * @param {unknown} value
 */
export const asJson = (value) => JSON.stringify(plain(value, []));

function plain(value, around) {
  if (typeof value == "bigint") return Number(value);
  if (typeof value == "function") return standIns.has(value) ? UNKNOWN : FUNCTION;
  if (typeof value != "object" || !value) return typeof value == "symbol" ? UNKNOWN : value;
  if (types.isRegExp(value)) return String(value);
  if (types.isDate(value) || types.isBoxedPrimitive(value)) return value.valueOf();
  if (around.includes(value) || around.length == DEEPEST) return UNKNOWN;
  const inside = [...around, value];
  if (Array.isArray(value)) return Array.from(value, (item) => plain(item, inside));
  return Object.fromEntries(Object.keys(value).map((key) => [key, plain(read(value, key), inside)]));
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
 * The script without its types.
 * @throws where this Node cannot
 */
export function withoutTypes(code) {
  const { stripTypeScriptTypes } = /** @type {any} */ (nodeModule);
  if (!stripTypeScriptTypes)
    throw new Error(`Node ${process.versions.node} cannot read TypeScript, expected 22.13 or later`);
  return stripTypeScriptTypes(code);
}

/**
 * Every object that a script gives to something, assigns or exports, those first that it gives first; and what it failed
 * with, if it did. Functions that it gives are called, as a browser would call listeners.
 * @param {string} code
 * @returns {Promise<{ found: object[], failure: Error | undefined }>}
 */
export async function objectsIn(code) {
  const { scope, found, callWaiting } = browserStandIn();
  const module = { exports: {} };
  const context = vm.createContext(scope({ module, exports: module.exports }));
  const run = (text) => vm.runInContext(text, context, { timeout: TIMEOUT });
  let failure;
  const keepQuiet = (error) => (failure ??= error);
  process.on("unhandledRejection", keepQuiet);
  try {
    run(asClassicScript(code));
  } catch (error) {
    failure = error;
  }
  const exported = [module.exports, ...Object.values(module.exports ?? {})];
  const values = [...exported, ...namesIn(code).map(valueOf)];
  const functions = exported.filter((it) => typeof it == "function" && !standIns.has(it));
  await callWaiting(run, functions);
  process.off("unhandledRejection", keepQuiet);
  const all = [...found, ...values].filter(isObject);
  // Deeper ones last: a framework's own configuration may hold it.
  for (let start = 0, level = 0; level < 3; level++) {
    const end = all.length;
    for (const object of all.slice(start, end))
      for (const key of Object.keys(object)) {
        const value = read(object, key);
        if (isObject(value) && !Array.isArray(value)) all.push(value);
      }
    start = end;
  }
  return { found: [...new Set(all)].slice(0, MOST_CALLS), failure };

  /** What a `const` of the script holds: no property of anything. */
  function valueOf(name) {
    try {
      return run(name);
    } catch {
      return undefined; // It was never reached.
    }
  }
}

const isObject = (value) => typeof value == "object" && value && !types.isRegExp(value);

/** Names that are declared at the beginning of a line. */
const namesIn = (code) =>
  [...code.matchAll(/^\s*(?:export\s+)?(?:const|let|var)\s+([\w$]+)/gm)].map(([, name]) => name);

/** Without what only a module may have: names that were imported become stand-ins. */
function asClassicScript(code) {
  return code
    .replace(/^#!.*/, "")
    .replace(
      /^[ \t]*import\s+(?:[\w$*{}\s,]+?\s+from\s*)?(["'])[^"'\n]+\1(?:\s*with\s*\{[^}]*\})?[ \t]*;?/gm,
      "",
    )
    .replace(/^[ \t]*export\s*(?:\*[^;\n]*|\{[^}]*\})(?:\s*from\s*(["'])[^"'\n]+\1)?[ \t]*;?/gm, "")
    .replace(/^[ \t]*export\s+default\b/gm, "module.exports.default =")
    .replace(/^[ \t]*export\s+(?=(?:const|let|var|function|async|class)\b)/gm, "")
    .replace(/\bimport\s*\(/g, "importedLater(")
    .replace(/\bimport\.meta\b/g, "importMeta");
}

/** What stands for a browser: the names that a script finds, what it gave away, and the functions that wait to be called. */
function browserStandIn() {
  const found = [];
  const waiting = [];
  let next = () => {};
  /** The language's own objects come from a context of their own. */
  const language = vm.runInNewContext("globalThis");
  const isOfLanguage = (name) => Object.hasOwn(language, name) && name != "globalThis";

  function take(value) {
    if (typeof value == "function" && !standIns.has(value)) waiting.push(value);
    else if (isObject(value)) found.push(value);
  }

  /** A promise is settled with what is none, or it would be waited for again. */
  function settles(settle) {
    if (typeof settle == "function") waiting.push(() => settle(standIn({}, false)));
    return standIn();
  }

  function standIn(own = {}, canWait = true) {
    const known = new Map(Object.entries(own));
    const target = function () {}.bind(undefined); // has no property that a proxy must tell
    const called = (given) => {
      given.forEach(take);
      return standIn();
    };
    const proxy = new Proxy(target, {
      get(_, key) {
        if (key == Symbol.toPrimitive || key == "toString" || key == "toJSON") return () => UNKNOWN;
        if (key == Symbol.iterator) return [][Symbol.iterator];
        if (typeof key == "symbol") return undefined;
        if (key == "then") return canWait ? settles : undefined;
        if (!known.has(key)) known.set(key, standIn());
        return known.get(key);
      },
      set(_, key, value) {
        take(value);
        known.set(key, value);
        return true;
      },
      has: () => true,
      defineProperty(_, key, { value }) {
        take(value);
        known.set(key, value);
        return true;
      },
      deleteProperty: () => true,
      apply: (_, __, given) => called(given),
      construct: (_, given) => called(given),
    });
    standIns.add(proxy);
    return proxy;
  }

  function scope(own) {
    const names = /** @type {any} */ (standIn({ ...own, [CALL_NEXT]: () => next() }));
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

  /** Calls what waits, and what waits after that, each with a stand-in for what it is given. */
  async function callWaiting(run, more) {
    waiting.push(...more);
    for (let calls = 0; calls < MOST_CALLS; calls++) {
      await new Promise(setImmediate); // what awaits something goes on
      const called = waiting.shift();
      if (!called) return;
      next = () => called.call(standIn(), standIn(), standIn());
      try {
        run(`${CALL_NEXT}()`);
      } catch {
        // The rest may still give something away.
      }
    }
  }

  return { scope, found, callWaiting };
}
