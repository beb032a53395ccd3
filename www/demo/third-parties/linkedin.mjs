// Plays LinkedIn's collector, which the page calls by an image made in script.
import { pixel } from "./stand-in.mjs";

export default {
  name: "linkedin",
  hosts: ["px.ads.linkedin.com"],
  answer: () =>
    pixel({
      "set-cookie": "bcookie=stand-in; Domain=.linkedin.com; Path=/; Max-Age=31536000; Secure; SameSite=None",
    }),
};
