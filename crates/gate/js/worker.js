// The doors of a worker that is made of text. The build puts this file, as text, into consentry.js, which
// puts it in front of the worker's own text: so there is nothing to fetch, and neither a message nor the
// order of anything can be lost. `self.consentry` is there before: ends of hosts, the longest first and the
// empty one last, and whether what ends so may be contacted. The page says so again when that changes. What
// may not be contacted becomes an address that nobody has.
if (self.BroadcastChannel)
  new BroadcastChannel("consentry").onmessage = ({ data }) => (self.consentry = data);

const { URL } = self;
const base = self.location.href;
const allowedAddress = (given) => {
  try {
    const { hostname, protocol } = new URL(given.url ?? given, base);
    const isWeb = /^(http|ws)/.test(protocol);
    if (isWeb && !self.consentry.find(([end]) => ("." + hostname).endsWith(end))[1])
      return protocol.startsWith("ws") ? "wss://localhost:0" : "blob:";
  } catch {
    /* it is no URL, and contacts nobody */
  }
  return given;
};
const door = (native) =>
  new Proxy(native, {
    apply: (_, receiver, given) => Reflect.apply(native, receiver, given.map(allowedAddress)),
    construct: (_, given, target) => Reflect.construct(native, given.map(allowedAddress), target),
  });
for (const name of ["fetch", "importScripts", "WebSocket", "EventSource"])
  for (let owner = self; owner; owner = Object.getPrototypeOf(owner))
    if (Object.getOwnPropertyDescriptor(owner, name)) {
      owner[name] = door(owner[name]);
      if (owner[name].prototype) owner[name].prototype.constructor = owner[name];
    }
XMLHttpRequest.prototype.open = door(XMLHttpRequest.prototype.open);

export {}; // a module, so that its names are its own
