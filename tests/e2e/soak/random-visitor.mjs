// The random visitor: draws one act after the other, and does it in several tabs at the same time. What is acted on is
// chosen in the first tab, and found in the others by its place in the tree. Our banner is left alone, and so is every
// link and form that leads to another host.
import { HANDS } from "./in-page.mjs";

const KEYS = [
  "Enter",
  "Escape",
  "ArrowDown",
  "ArrowUp",
  "ArrowRight",
  "ArrowLeft",
  "Space",
  "Backspace",
  "End",
];
const WORDS = ["milk", "42", "a b", "<b>x</b>", "ÄÖ", "2026-01-31", "{}", "s"];
const SIZES = [
  { width: 1280, height: 800 },
  { width: 900, height: 800 },
  { width: 1100, height: 700 },
];
/** Nothing is acted on further down in the window: our banner lies there. */
const LOWEST = 480;

/**
 * Calls one of a document's hands.
 * @param {import("playwright-core").Page} page
 * @param {keyof import("./in-page.mjs").Hands} hand
 * @param {any} [given]
 */
export const callHand = (page, hand, given) =>
  page.evaluate(
    ([name, hand, given]) => /** @type {any} */ (window)[name]?.[hand](given) ?? null,
    [HANDS, hand, given],
  );

/**
 * Draws what to do next.
 * @param {import("../fuzz/random.mjs").Random} random
 * @param {import("playwright-core").Page} page where it is chosen
 * @returns {Promise<{name: string, act: (page: import("playwright-core").Page) => Promise<unknown>}>}
 */
export async function drawAct({ below, pick, maybe }, page) {
  const draw = () => below(2 ** 20) / 2 ** 20;
  const kind = pick([
    ...Array(10).fill("click"),
    ...["hover", "hover", "write", "write", "write", "press", "press", "scroll", "scroll"],
    ...["double click", "right click", "drag", "resize", "back"],
  ]);
  if (kind == "write") {
    const word = pick(WORDS);
    return { name: `write ${word}`, act: (tab) => tab.keyboard.type(word) };
  }
  if (kind == "press") {
    const key = pick(KEYS);
    if (/Enter|Space/.test(key) && (await callHand(page, "keysLeadAway")))
      return { name: "wait", act: async () => {} };
    return { name: `press ${key}`, act: (tab) => tab.keyboard.press(key) };
  }
  if (kind == "scroll") {
    const by = below(1200) - 400;
    return {
      name: `scroll by ${by}`,
      act: (tab) => tab.evaluate((pixels) => scrollBy({ top: pixels, behavior: "instant" }), by),
    };
  }
  if (kind == "resize") {
    const size = pick(SIZES);
    return { name: `resize to ${size.width}x${size.height}`, act: (tab) => tab.setViewportSize(size) };
  }
  if (kind == "back" && !(await page.evaluate(() => window["navigation"].canGoBack)))
    return { name: "wait", act: async () => {} };
  if (kind == "back")
    return { name: "back", act: (tab) => tab.goBack({ waitUntil: "commit", timeout: 3000 }) };
  const chosen = await callHand(page, "choose", {
    draw: draw(),
    any: maybe(0.15, () => true, false),
    lowest: LOWEST,
  });
  const [optionDraw, aside, down] = [draw(), below(200) - 100, below(120) - 60];
  if (!chosen) return { name: "wait", act: async () => {} };
  const name = `${kind} ${chosen.name} at ${chosen.place.join(" ")}`;
  if (chosen.list && kind != "hover")
    return {
      name: `select in ${name}`,
      act: (tab) => callHand(tab, "select", { place: chosen.place, draw: optionDraw }),
    };
  const act = async (tab) => {
    const middle = await callHand(tab, "find", chosen.place);
    if (!middle) throw new Error(`found: nothing at ${chosen.place.join(" ")}, expected: ${chosen.name}`);
    const { x, y } = middle;
    if (kind == "hover") return tab.mouse.move(x, y);
    if (kind == "double click") return tab.mouse.dblclick(x, y);
    await tab.mouse.move(x, y);
    if (kind == "drag") {
      await tab.mouse.down();
      await tab.mouse.move(x + aside, y + down, { steps: 3 });
      return tab.mouse.up();
    }
    return tab.mouse.click(x, y, { button: kind == "right click" ? "right" : "left" });
  };
  return { name, act };
}
