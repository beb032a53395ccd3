// What the check of built scripts finds in a script, and what it passes.
import assert from "node:assert/strict";
import { test } from "node:test";
import { findings } from "./es2020.mjs";

/** Checks that a script has these findings and no others. */
function check(source, ...expected) {
  const found = findings(source).map(({ what }) =>
    what.replace("newer than 2020 and not asked for before: ", ""),
  );
  assert.deepEqual(found, expected, source);
}

test("what_es2020_has_passes", () => {
  check("const a = b?.c ?? 10n; export * as d from './d.js'; import('./e.js');");
  check("async () => { for await (const a of b) await a(); };");
  check("'a'.matchAll(/a/g); [1].flatMap(String); Promise.allSettled([]); globalThis.b = /(?<name>a)/u;");
});

test("newer_syntax_is_found", () => {
  for (const source of [
    "a ||= b",
    "class A { b = 1 }",
    "class A { #b() {} }",
    "class A { static {} }",
    "1_000",
    "await a",
  ]) {
    const found = findings(source);
    assert.equal(found.length, 1, source);
    assert.match(found[0].what, /^no ES2020/);
  }
});

test("a_lookbehind_is_found", () => {
  check("/(?<=a)b/.test(c)", "a lookbehind: /(?<=a)b/");
  check("/(?<!a)b/.test(c)", "a lookbehind: /(?<!a)b/");
});

test("a_newer_call_is_found_however_it_is_written", () => {
  check("list.at(-1)", ".at()");
  check('list["at"](-1)', ".at()");
  check("a.b().replaceChildren(c)", ".replaceChildren()");
  check("Object.hasOwn(a, b)", "Object.hasOwn");
  check("window.structuredClone(a)", "structuredClone");
  check("new self.WeakRef(a)", "WeakRef");
  check("const has = Object.hasOwn;", "Object.hasOwn");
  check("wait(AbortSignal.timeout(9))", "AbortSignal.timeout");
});

test("a_call_that_is_asked_for_before_passes", () => {
  check("list.at?.(-1)");
  check("list.at ? list.at(-1) : list[0]");
  check("if ('structuredClone' in window) structuredClone(a)");
  check("window.WeakRef && new WeakRef(a)");
  check("Object.hasOwn && Object.hasOwn(a, b)");
  check("if (!Object.hasOwn || typeof AbortSignal.timeout != 'function') leave()");
});

test("a_call_that_something_else_asks_for_is_found", () => {
  check("list.length ? list.at(-1) : list[0]", ".at()");
  check("if (list.at(-1)) list[0]", ".at()");
  check("window.structuredClone && list.at(0)", ".at()");
});

test("a_name_that_is_not_called_passes", () => {
  check("wrap(document, 'startViewTransition'); const at = list.at; ({ at: 1, replaceChildren() {} })");
});
