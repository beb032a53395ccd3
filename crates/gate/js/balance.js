// Whether refusing can be seen and done as easily as accepting, whatever the page has done to the banner's looks
// (EDPB Cookie Banner Taskforce, paragraphs 8 to 18).

const LEAST_CONTRAST = 4.5; // WCAG 2.2, 1.4.3

/**
 * @param {HTMLElement} layer with the two buttons in it
 */
export function isBalanced(layer) {
  const [reject, accept, more] = /** @type {HTMLElement[]} */ ([
    ...layer.querySelectorAll("[data-consentry=reject-all],[data-consentry=accept-all]"),
  ]);
  if (reject?.dataset.consentry != "reject-all" || !accept || more) return false;
  const { color, backgroundColor } = getComputedStyle(reject);
  const [darker, lighter] = [luminance(color), luminance(backgroundColor)].sort((one, other) => one - other);
  // A colour in other words than rgb() cannot be judged.
  const isLegible = !/^rgb.*rgb/.test(color + backgroundColor) || lighter >= darker * LEAST_CONTRAST;
  return isLegible && looks(reject) == looks(accept);
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
const luminance = (color) =>
  (color.match(/[\d.]+/g) || []).reduce(
    (sum, channel, at) => sum + ([0.2126, 0.7152, 0.0722][at] || 0) * (channel / 255) ** 2.2,
    0.05,
  );
