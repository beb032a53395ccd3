// Complete by the platform's own index: whatever takes a URL, or a text that the platform parses, has a way that
// is tested and a row in gate.md, or stands among the exceptions with a reason. A new standard or browser shows here
// what is missing.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { after, before, test } from "node:test";
import { WAYS } from "./gate/ways.mjs";
import { NAMES, READS, indexOfThePlatform } from "./every-way/platform.mjs";
import { attributePage, stylePage } from "./every-way/pages.mjs";
import { root } from "./site.mjs";
import { configuredTag, settled, startStage, wholePage } from "./stage.mjs";

/**
 * Entries of the index that are held in the same way.
 * @typedef {object} Group
 * @property {string} row the first cell of a row of gate.md
 * @property {"script" | "policy"} means
 * @property {string[]} ways names of the ways in `gate/`
 * @property {string[]} [doors] members that are doors in the place of these
 * @property {string} [seenBy] what sees them where there is no door
 * @property {boolean} [beyondTheIndex] no standard has it, but Chromium
 * @property {string[]} entries names; a `*` at the end stands for any rest
 *
 * @typedef {object} Exception
 * @property {string} reason
 * @property {boolean} [absent] no such member is in the browser
 * @property {boolean} [beyondTheIndex]
 * @property {string[]} entries
 */

const readJson = (name) =>
  JSON.parse(readFileSync(new URL(`every-way/${name}.json`, import.meta.url), "utf8"));
/** @type {Group[]} */
const groups = readJson("covered");
/** @type {Exception[]} */
const exceptions = readJson("exceptions");
const lists = [...groups, ...exceptions];
const listed = lists.flatMap(({ entries }) => entries);

const isMeant = (entry, name) => (entry.endsWith("*") ? name.startsWith(entry.slice(0, -1)) : entry == name);
const listOf = (name) => lists.find(({ entries }) => entries.some((entry) => isMeant(entry, name)));

let index;
let site;
before(async () => {
  index = await indexOfThePlatform();
  site = await startStage();
});
after(() => site?.close());

test("every_entry_of_the_index_has_a_way_or_a_reason", () => {
  const missing = index.filter(({ name }) => !listOf(name));
  assert.deepEqual(
    missing.map(({ name, by }) => `${name} (${by.join(", ")})`),
    [],
  );
});

test("what_is_listed_is_in_the_index_once", () => {
  const names = index.map(({ name }) => name);
  const expected = lists.filter((it) => !it.beyondTheIndex).flatMap(({ entries }) => entries);
  const isGone = (entry) => !names.some((name) => isMeant(entry, name));
  assert.deepEqual(expected.filter(isGone), []);
  assert.equal(new Set(listed).size, listed.length, "none is listed twice");
});

// What stands in a row of gate.md under each heading of its table.
function rowsOfGate() {
  const rows = new Map();
  let headings;
  for (const line of readFileSync(path.join(root, "www/docs/gate.md"), "utf8").split("\n")) {
    if (!line.startsWith("|")) headings = undefined;
    else {
      const cells = line.split("|").slice(1, -1);
      const texts = cells.map((cell) => cell.trim());
      if (!headings) headings = texts;
      else rows.set(texts[0], Object.fromEntries(headings.map((heading, at) => [heading, texts[at]])));
    }
  }
  return rows;
}

test("every_group_has_its_row_in_gate_md_with_its_cross_and_ways_that_are_tested", () => {
  const rows = rowsOfGate();
  for (const { row, means, ways, doors, seenBy, entries } of groups) {
    assert.ok(rows.get(row)?.[means], `a cross under ${means} in the row: ${row}`);
    for (const way of ways) assert.ok(WAYS[way], `the way ${way} of ${entries[0]}`);
    assert.ok(
      means == "policy" || ways[0] || doors || seenBy || row.includes("cookie"),
      `a way of ${entries[0]}`,
    );
  }
  for (const { reason, entries } of exceptions) assert.ok(reason && entries[0]);
});

/**
 * Remembers, before the first script of each page, the natives of members; gives the names of those that the page
 * has, each with whether it was replaced since.
 */
function rememberNatives(names, skipped) {
  const partsOf = (name) => {
    const [owner, member] = name.replace("()", "").split(".");
    const holder = owner == "Window" ? window : window[owner];
    const places = member == undefined ? [window] : [holder, holder?.prototype];
    const found = places.map((place) => place && Object.getOwnPropertyDescriptor(place, member ?? owner));
    return found
      .flatMap((it) => (it ? [it.value, it.set, it.get] : []))
      .filter((it) => typeof it == "function");
  };
  const natives = new Map(names.map((name) => [name, partsOf(name)]));
  window.__known = () =>
    names
      .filter((name) => natives.get(name)[0])
      .map((name) => [name, partsOf(name).some((part, at) => part != natives.get(name)[at])]);
  // Members by their names, of interfaces that are no events.
  window.__named = (pattern, reads) =>
    Object.getOwnPropertyNames(window)
      .filter((name) => /^[A-Z]/.test(name) && !/Event$/.test(name) && window[name]?.prototype)
      .filter((name) => window[name].prototype.constructor.name == name && !skipped.includes(name))
      .flatMap((name) =>
        [window[name], window[name].prototype].flatMap((place) =>
          Object.entries(Object.getOwnPropertyDescriptors(place))
            .filter(
              ([member, it]) => it.set || (typeof it.value == "function" && !new RegExp(reads).test(member)),
            )
            .filter(([member]) => new RegExp(pattern, "i").test(member) && !member.startsWith("on"))
            .map(([member]) => `${name}.${member}`),
        ),
      );
}

/** A page of our tag in whose window the natives are remembered. */
async function pageWithNatives(t, tag) {
  site.add("natives.html", wholePage(tag));
  const page = await site.visit(t);
  const skipped = ["URL"];
  const names = [...new Set([...index.filter(({ owner }) => owner).map(({ name }) => name), ...listed])];
  names.push(...groups.flatMap(({ doors = [] }) => doors));
  const members = names.filter((name) => /^\w+(\(\)|\.\w+)$/.test(name));
  await page.addInitScript({
    content: `(${rememberNatives})(${JSON.stringify(members)}, ${JSON.stringify(skipped)})`,
  });
  await page.open("natives.html");
  return page;
}

test("in_the_browser_every_member_without_a_reason_is_a_door", async (t) => {
  const page = await pageWithNatives(t, configuredTag());
  /** @type {[string, boolean][]} */
  const known = await page.evaluate(() => window.__known());
  const isDoor = new Map(known);
  const expected = groups.filter(({ means, seenBy }) => means == "script" && !seenBy);
  const members = expected
    .flatMap(({ doors, entries }) => doors ?? entries)
    .filter((name) => isDoor.has(name));
  assert.ok(members.length > 80, `${members.length} are in this browser`);
  assert.deepEqual(
    members.filter((name) => !isDoor.get(name)),
    [],
    "all of them are doors",
  );
  const absent = exceptions.filter((it) => it.absent).flatMap(({ entries }) => entries);
  assert.deepEqual(
    absent.filter((name) => isDoor.has(name)),
    [],
    "what no browser has is not there",
  );
});

test("without_us_no_member_is_a_door", async (t) => {
  const page = await pageWithNatives(t, "");
  /** @type {[string, boolean][]} */
  const known = await page.evaluate(() => window.__known());
  assert.ok(known.length > 200);
  assert.deepEqual(
    known.filter(([, isDoor]) => isDoor),
    [],
  );
});

test("what_the_browser_has_beyond_the_index_is_listed", async (t) => {
  const page = await pageWithNatives(t, configuredTag());
  const named = await page.evaluate(
    ([pattern, reads]) => window.__named(pattern, reads),
    [NAMES.source, READS.source],
  );
  assert.ok(named.length > 50);
  const names = new Set(index.map(({ name }) => name));
  assert.deepEqual(
    named.filter((name) => !names.has(name) && !listOf(name)),
    [],
  );
});

// Which entries a page of the site makes the browser ask another host for.
async function askedFor(t, tag, page, entries) {
  site.add("probe.html", wholePage(tag));
  const tab = await site.visit(t);
  await tab.open("probe.html");
  site.reset();
  await tab.evaluate(page, entries);
  const numbers = await settled(
    () =>
      site
        .requests()
        .map(({ path: asked }) => /^\/entry-(\d+)-/.exec(asked)?.[1])
        .filter(Boolean),
    700,
  );
  return entries.filter((_, at) => numbers.includes(String(at)));
}

for (const [kind, page, fewest, namesOf] of /** @type {const} */ ([
  [
    "attribute",
    attributePage,
    20,
    () =>
      index
        .map(({ name }) => name)
        .filter((name) => name.startsWith("<"))
        .filter((name) => {
          const list = /** @type {Group} */ (listOf(name));
          return list?.means == "script" && !list.seenBy && !/(on…|ping|rel)>$/.test(name);
        }),
  ],
  [
    "style_property",
    stylePage,
    15,
    () => index.map(({ name }) => name).filter((name) => /^style [\w-]+$/.test(name)),
  ],
]))
  test(`every_${kind}_of_the_index_is_held_whoever_sets_it`, async (t) => {
    const entries = namesOf();
    const without = await askedFor(t, "", page, entries);
    assert.ok(without.length >= fewest, `without us these act: ${without.join(", ")}`);
    assert.deepEqual(await askedFor(t, configuredTag(), page, entries), []);
  });
