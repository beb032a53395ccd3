// What the pages of this folder have in common. `{{host}}` is the vendor's host, which may be one that nobody answers;
// `{{tag}}` is the address of our tag, or nothing on a page without us.
window.site = { host: "{{host}}", tag: "{{tag}}" };
window.events = [];
window.log = (...words) => window.events.push(words.join(" "));
// Frames of the vendor say that they ran.
addEventListener("message", ({ data }) => {
  if (data.ran) (window.__ran ??= {})[data.ran] = (window.__ran[data.ran] || 0) + 1;
});
// The whole page as its own scripts read it, and what it was told, in whichever order. Not what is ours, nor what a
// framework notes for itself: comments, its inline scripts, and React's parts that have not found their place.
const OTHERS = "consentry-banner,consentry-reopen,script[src$='/consentry.js'],script:not([src]),[id^='S:']";
window.outcome = () => {
  const page = document.documentElement.cloneNode(true);
  for (const element of page.querySelectorAll(OTHERS)) element.remove();
  page.removeAttribute("style"); // the room that the banner takes; a framework that minds says so in the console
  const shown = page.outerHTML.replace(/<!--.*?-->/gs, "").replace(/\s*\n\s*/g, "");
  return { shown, events: [...window.events].sort() };
};
