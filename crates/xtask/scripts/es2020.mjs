// Finds in a script what a browser of 2020 cannot read or does not have. Reads no file; the names of what is
// newer stand in newer-than-2020.mjs.
import { Parser } from "acorn";
import { FUNCTIONS, GLOBALS, METHODS } from "./newer-than-2020.mjs";

/**
 * A finding: where it begins in the text, and what it is.
 * @typedef {{start: number, what: string}} Finding
 */

/**
 * What a browser of 2020 cannot read or does not have.
 * @param {string} source a script's or a module's text
 * @returns {Finding[]} in the order of the text; a text that is no ES2020 has one, where reading ends
 */
export function findings(source) {
  let tree;
  try {
    tree = Parser.parse(source, { ecmaVersion: 2020, sourceType: "module" });
  } catch (error) {
    return [{ start: error.pos, what: `no ES2020: ${error.message}` }];
  }
  /** @type {Finding[]} */
  const found = [];
  visit(tree, { conditions: [], isAsked: false }, (node, { conditions, isAsked }) => {
    const what = isAsked && node.type === "MemberExpression" ? undefined : newer(node);
    if (what && !conditions.some((condition) => asksFor(condition, what, source)))
      found.push({ start: node.start, what: `newer than 2020 and not asked for before: ${what.name}` });
    // Safari before 16.4 refuses the whole file.
    if (node.regex && /\(\?<[=!]/.test(node.regex.pattern))
      found.push({ start: node.start, what: `a lookbehind: ${node.raw}` });
  });
  return found;
}

/**
 * What a node names of the lists, and its last word. A method counts where it is called; a function of a
 * named object counts where it is read too, since it is called later.
 * @returns {{name: string, last: string} | undefined}
 */
function newer(node) {
  if (node.type === "MemberExpression") {
    const name = pathOf(node).join(".");
    return FUNCTIONS.has(name) ? { name, last: lastOf(node) } : undefined;
  }
  const isCall = node.type === "CallExpression" || node.type === "NewExpression";
  if (!isCall || node.optional) return undefined; // `element.replaceChildren?.()` asks by itself
  const last = lastOf(node.callee);
  if (GLOBALS.has(pathOf(node.callee).join("."))) return { name: last, last };
  return node.callee.type === "MemberExpression" && METHODS.has(last)
    ? { name: `.${last}()`, last }
    : undefined;
}

/** Names under which a script knows its own window. */
const WINDOWS = new Set(["window", "self", "globalThis"]);

/** The words of `a.b.c`, without the window's name at its beginning; an empty one for what is no name. */
function pathOf(node) {
  if (node.type !== "MemberExpression") return [lastOf(node)];
  const before = pathOf(node.object);
  const isWindow = before.length === 1 && WINDOWS.has(before[0]);
  return [...(isWindow ? [] : before), lastOf(node)];
}

/** `c` of `a.b.c` and of `a.b["c"]`; empty for what is no name. */
function lastOf(node) {
  if (node.type === "Identifier") return node.name;
  if (node.type !== "MemberExpression") return "";
  return node.computed ? String(node.property.value ?? "") : node.property.name;
}

/** Whether a condition mentions what is called: `"at" in list`, `window.structuredClone && …`. */
function asksFor(condition, { last }, source) {
  return new RegExp(`\\b${last}\\b`).test(source.slice(condition.start, condition.end));
}

/**
 * Calls `enter` with every node and where it stands: the conditions under which it runs, and whether it is
 * itself asked for in one, as in `Object.hasOwn && …`.
 */
function visit(node, where, enter) {
  enter(node, where);
  const condition = conditionOf(node);
  const isOperator = /^(Unary|Binary|Logical)Expression$/.test(node.type);
  for (const child of childrenOf(node)) {
    const isAsked = child === condition || (where.isAsked && isOperator);
    const conditions = condition && child !== condition ? [...where.conditions, condition] : where.conditions;
    visit(child, { conditions, isAsked }, enter);
  }
}

/** The part of a node that decides whether its other parts run. */
function conditionOf(node) {
  if (node.type === "ConditionalExpression" || node.type === "IfStatement") return node.test;
  return node.type === "LogicalExpression" ? node.left : undefined;
}

function childrenOf(node) {
  const isNode = (value) => typeof value?.type === "string";
  return Object.values(node).flat().filter(isNode);
}
