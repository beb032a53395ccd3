// What the pages of this folder have in common. `{{host}}` is the vendor's host, which may be one that nobody answers.
window.vendor = (file) => "https://{{host}}/" + file;
window.events = [];
window.log = (...words) => window.events.push(words.join(" "));
// What a page shows, and what it was told, in whichever order. A page may say something else.
window.outcome = () => ({
  shown: document.getElementById("app").innerHTML,
  events: [...window.events].sort(),
});
// Frames of the vendor say that they ran.
addEventListener("message", ({ data }) => {
  if (data.ran) (window.__ran ??= {})[data.ran] = (window.__ran[data.ran] || 0) + 1;
});
