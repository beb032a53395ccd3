// Plays the two suppliers of the Nordic company's customer pages: positions of vans and homes, and what equipment in
// the home measures. Both hosts are invented.
import { json } from "./stand-in.mjs";

export default {
  name: "nordic-platform",
  hosts: ["positions.nordic-demo.example.net", "care.nordic-demo.example.net"],
  answer({ host }) {
    if (host.startsWith("positions."))
      return json({ home: [59.86, 17.64], technician: [59.83, 17.61], minutes: 14 });
    return json({ fallSensor: "at rest", cameraHall: "off", lastMovement: "07:42", heartRate: 68 });
  },
};
