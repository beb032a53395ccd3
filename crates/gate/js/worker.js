// The replaced natives of a worker that is made of text: fetch, XMLHttpRequest, importScripts, sockets and
// event sources. The build puts this file, as text, into consentry.js, which puts it in front of the
// worker's own text (doors/network.js): so there is nothing to fetch, and neither a message nor the order
// of anything can be lost. `self.consentry` is there before: ends of hosts, the longest first and the empty
// one last, and whether what ends so may be contacted. The page says so again when that changes. What may
// not be contacted becomes an address that nobody has. This file must import nothing.
if (self.BroadcastChannel)
  new BroadcastChannel("consentry").onmessage = ({ data }) => {
    self.consentry = data;
  };

const { URL } = self;
const base = self.location.href;

const isAllowed = (hostname) => self.consentry.find(([end]) => ("." + hostname).endsWith(end))[1];

// An argument as it is, or where it is a URL or Request that may not be contacted, an address that nobody
// has.
const holdAddress = (arg) => {
  try {
    const { hostname, protocol } = new URL(arg.url ?? arg, base);
    if (!/^(http|ws)/.test(protocol) || isAllowed(hostname)) return arg;
    return protocol.startsWith("ws") ? "wss://localhost:0" : "blob:";
  } catch {
    return arg; // it is no URL, and contacts nobody
  }
};

const replaceNative = (native) =>
  new Proxy(native, {
    apply: (_, receiver, args) => Reflect.apply(native, receiver, args.map(holdAddress)),
    construct: (_, args, target) => Reflect.construct(native, args.map(holdAddress), target),
  });

for (const name of ["fetch", "importScripts", "WebSocket", "WebSocketStream", "WebTransport", "EventSource"])
  for (let owner = self; owner; owner = Object.getPrototypeOf(owner))
    if (Object.getOwnPropertyDescriptor(owner, name)) {
      owner[name] = replaceNative(owner[name]);
      if (owner[name].prototype) owner[name].prototype.constructor = owner[name];
    }
XMLHttpRequest.prototype.open = replaceNative(XMLHttpRequest.prototype.open);

export {}; // makes this file a module, so that its names are not global
