// Stands before everything else of a page in `harmless`: the page writes down in order what it can observe.
window.entries = [];
// The host and port of the server that answers what files cannot.
window.talk = "{{talk}}";

/** A value as JSON can carry it, without what differs from run to run. */
window.plain = (value) => {
  if (typeof value == "string") return value.replace(/blob:http[^\s"']*/g, "blob:");
  if (Array.isArray(value)) return value.map(window.plain);
  if (value === undefined) return "undefined";
  if (typeof value == "function") return "function";
  if (value instanceof Node) return value.nodeName + (value.id ? "#" + value.id : "");
  return value;
};
/** Writes one entry. */
window.log = (...values) => {
  window.entries.push(values.map(window.plain));
};
/** What a call gave or threw, and whether the error is one of this window. */
window.thrown = (act) => {
  try {
    return ["gave", window.plain(act())];
  } catch (error) {
    return ["threw", error.name, error.message, error.constructor === window[error.constructor.name]];
  }
};
/** Writes an entry for each event of these types. */
window.heard = (target, ...types) => {
  for (const type of types)
    target.addEventListener(type, (event) => {
      const where = event.target === window ? "window" : event.target;
      const { isTrusted, bubbles, cancelable } = event;
      window.log(type, where, event.constructor.name, isTrusted, bubbles, cancelable);
    });
};
/** The next event of one of these types. */
window.once = (target, ...types) =>
  new Promise((done) => {
    for (const type of types) target.addEventListener(type, done, { once: true });
  });
/** Says that the page has come to its end. */
window.end = () => {
  window.log("end");
  window.ended = true;
};
/** Runs what the page does, and ends. */
window.run = (steps) =>
  steps()
    .catch((error) => window.log("failed", error.name, error.message))
    .then(window.end);
