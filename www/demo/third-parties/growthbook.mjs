// Plays GrowthBook's delivery of features and experiments. The library itself is the real one, which jsDelivr serves.
import { json } from "./stand-in.mjs";

const FEATURES = {
  "wide-teaser": {
    defaultValue: false,
    rules: [
      {
        variations: [false, true],
        weights: [0.5, 0.5],
        coverage: 1,
        key: "wide-teaser",
        hashAttribute: "id",
      },
    ],
  },
};

export default {
  name: "growthbook",
  hosts: ["cdn.growthbook.io"],
  answer: ({ path }) =>
    path.startsWith("/api/features/")
      ? json({ status: 200, features: FEATURES, experiments: [], dateUpdated: "2026-11-01T00:00:00.000Z" })
      : undefined,
};
