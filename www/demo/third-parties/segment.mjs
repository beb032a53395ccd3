// Plays Segment's HTTP API, which the page calls by fetch.
import { json } from "./stand-in.mjs";

export default { name: "segment", hosts: ["api.segment.io"], answer: () => json({ success: true }) };
