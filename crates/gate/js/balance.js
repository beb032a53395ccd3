// Whether refusing can be seen and done as easily as accepting, whatever the page has done to the banner's looks
// (EDPB Cookie Banner Taskforce, paragraphs 8 to 18).
import { findAll } from "./captured.js";

const LEAST_CONTRAST = 4.5; // WCAG 2.2, 1.4.3

/**
 * @param {HTMLElement} layer with the two buttons in it
 */
export function isBalanced(layer) {
  const [reject, accept, more] = findAll(layer, "[data-consentry=reject-all],[data-consentry=accept-all]");
  if (reject?.dataset.consentry != "reject-all" || !accept || more) return false;
  return isLegible(getComputedStyle(reject)) && looks(reject) == looks(accept);
}

// A colour in other words than rgb() cannot be judged.
function isLegible({ color, backgroundColor }) {
  if (!/^rgb.*rgb/.test(color + backgroundColor)) return true;
  const contrast = luminance(color) / luminance(backgroundColor);
  return Math.max(contrast, 1 / contrast) >= LEAST_CONTRAST;
}

// All of its style but the frame of the focus, and whether nothing covers it.
function looks(button) {
  const { left, top, width, height } = button.getBoundingClientRect();
  const style = getComputedStyle(button);
  const atMiddle = button.getRootNode().elementFromPoint(left + width / 2, top + height / 2);
  // A part of a pixel is no difference.
  const values = [...style].map(
    (name) => /^outline/.test(name) || style.getPropertyValue(name).replace(/\.\d+px/g, "px"),
  );
  return [atMiddle == button, ...values].join();
}

// Relative luminance and 0.05, as in the contrast ratio of WCAG 2.2, with its gamma rounded to 2.2.
function luminance(color) {
  const [red, green, blue] = color.match(/[\d.]+/g).map((channel) => (channel / 255) ** 2.2);
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05;
}
