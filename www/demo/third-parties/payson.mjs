// Plays Payson's checkout, a frame with a payment in it.
import { frame } from "./stand-in.mjs";

export default {
  name: "payson",
  hosts: ["api.payson.se", "www.payson.se"],
  answer: () =>
    frame("payson-frame", {
      title: "Payson",
      text: "Kort eller faktura. Stand-in for the payment frame.",
      run: "try { localStorage.setItem('payson-checkout', '1') } catch {}",
    }),
};
