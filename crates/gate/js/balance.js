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
  return isLegible(reject, layer) && looks(reject, accept) == looks(accept, reject);
}

// A colour in other words than rgb() cannot be judged, and passes.
function isLegible(button, layer) {
  const behind = onto(getComputedStyle(layer).backgroundColor, [255, 255, 255]);
  const { color, backgroundColor } = getComputedStyle(button);
  const ground = onto(backgroundColor, behind);
  const contrast = luminance(onto(color, ground)) / luminance(ground);
  return !(Math.max(contrast, 1 / contrast) < LEAST_CONTRAST);
}

// A colour that lets the one below shine through, as channels; none of them a number where it is in other words.
function onto(color, below) {
  const [red, green, blue, opacity = 1] = /^rgb/.test(color) ? color.match(/[\d.]+/g) : [];
  return below.map((channel, at) => [red, green, blue][at] * opacity + channel * (1 - opacity));
}

// Relative luminance and 0.05, as in the contrast ratio of WCAG 2.2, with its gamma rounded to 2.2.
function luminance(channels) {
  const [red, green, blue] = channels.map((channel) => (channel / 255) ** 2.2);
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05;
}

// What of a button must be as it is of the other one: whether nothing covers it, and what makes it seen. Where one of them
// has the focus or the pointer, marks of that are the owner's affair.
const LOOKS =
  "font-family font-size font-weight font-style letter-spacing text-transform opacity visibility clip-path mask-image width height padding-left";
const MARKS =
  "color background-color background-image border-top-color border-top-width box-shadow text-shadow text-decoration-line filter transform translate scale rotate";
function looks(button, other) {
  const { left, top, width, height } = button.getBoundingClientRect();
  const style = getComputedStyle(button);
  const atMiddle = button.getRootNode().elementFromPoint(left + width / 2, top + height / 2);
  const isTouched = [button, other].some((it) => it.matches(":hover,:focus"));
  const names = (isTouched ? LOOKS : LOOKS + " " + MARKS).split(" ");
  // A part of a pixel is no difference.
  const values = names.map((name) => style.getPropertyValue(name).replace(/\.\d+px/g, "px"));
  return [atMiddle == button, ...values].join();
}
