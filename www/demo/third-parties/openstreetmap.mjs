// Plays the embedded street map.
import { frame } from "./stand-in.mjs";

export default {
  name: "openstreetmap",
  hosts: ["www.openstreetmap.org"],
  answer: () =>
    frame("openstreetmap", {
      title: "OpenStreetMap",
      text: "Stand-in for the embedded street map",
      run: "try { localStorage.setItem('osm-location', '56.16;15.58;12') } catch {}",
    }),
};
