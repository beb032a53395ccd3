// Plays a Snowplow collector: takes events and answers with the collector's own cookie. The tracker itself is the real
// one, which jsDelivr serves.
const COLLECTED = {
  type: "application/json; charset=utf-8",
  body: "{}",
  headers: {
    "set-cookie": "sp=stand-in; Domain=.snplow.net; Path=/; Max-Age=31536000; Secure; SameSite=None",
  },
};

export default {
  name: "snowplow",
  hosts: ["collector.nordic-demo.mini.snplow.net"],
  answer: ({ path }) => (path.startsWith("/com.snowplowanalytics") || path === "/i" ? COLLECTED : undefined),
};
