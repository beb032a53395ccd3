// Whether refusing can be seen and done as easily as accepting, whatever the page has done to the banner's looks
// (EDPB Cookie Banner Taskforce, paragraphs 8 to 18).

const COMPARED =
  "color backgroundColor backgroundImage borderColor borderStyle borderWidth fontFamily fontSize fontWeight opacity visibility filter boxShadow textDecorationLine transform".split(
    " ",
  );
const LEAST_CONTRAST = 4.5; // WCAG 2.2, 1.4.3

/**
 * @param {HTMLElement} layer with the two buttons in it
 */
export function isBalanced(layer) {
  const [first, second] = /** @type {HTMLElement[]} */ ([
    ...layer.querySelectorAll("[data-consentry=reject-all],[data-consentry=accept-all]"),
  ]);
  return (
    first?.dataset.consentry == "reject-all" && !!second && looks(first) == looks(second) && isLegible(first)
  );
}

function looks(button) {
  const { width, height, left, top } = button.getBoundingClientRect();
  const style = getComputedStyle(button);
  const onTop = button.getRootNode().elementFromPoint(left + width / 2, top + height / 2) == button;
  return [Math.round(width), Math.round(height), onTop, ...COMPARED.map((name) => style[name])].join();
}

function isLegible(button) {
  const { color, backgroundColor } = getComputedStyle(button);
  const [darker, lighter] = [luminance(color), luminance(backgroundColor)].sort((one, other) => one - other);
  return !(lighter / darker < LEAST_CONTRAST); // a colour in other words than rgb() cannot be judged
}

// Relative luminance and 0.05, as in the contrast ratio of WCAG 2.2.
function luminance(color) {
  const [red, green, blue] = (/^rgb/.test(color) ? color.match(/[\d.]+/g) : []).map((channel) => {
    const part = channel / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05;
}
