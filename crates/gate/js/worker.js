// `consentry-worker.js`: the doors of a worker that is made of text. `consentry` there: ends of hosts, the longest first
// and the empty one last, and whether they may be contacted; the page tells when that changes. What may not is an
// address that nobody can have.
new BroadcastChannel("consentry").onmessage = ({ data }) => (self.consentry = data);

const { URL, location } = self;
const safe = (it) => {
  try {
    const { hostname, protocol } = new URL(it.url ?? it, location);
    if (/^(http|ws)/.test(protocol) && !self.consentry.find(([end]) => ("." + hostname).endsWith(end))[1])
      return protocol.startsWith("ws") ? "wss://localhost:0" : "blob:";
  } catch {
    /* no URL */
  }
  return it;
};
const door = (native) =>
  new Proxy(native, {
    apply: (_, self, given) => Reflect.apply(native, self, given.map(safe)),
    construct: (_, given, target) => Reflect.construct(native, given.map(safe), target),
  });
for (const name of ["fetch", "importScripts", "WebSocket", "EventSource"])
  for (let owner = self; owner; owner = Object.getPrototypeOf(owner))
    if (Object.hasOwn(owner, name)) {
      owner[name] = door(owner[name]);
      if (owner[name].prototype) owner[name].prototype.constructor = owner[name];
    }
XMLHttpRequest.prototype.open = door(XMLHttpRequest.prototype.open);
