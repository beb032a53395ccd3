// Plays Billmate's checkout: the script puts the payment frame in its place.
import { frame, script } from "./stand-in.mjs";

export default {
  name: "billmate",
  hosts: ["checkout.billmate.se", "api.billmate.se"],
  answer({ host, path }) {
    if (path.endsWith(".js")) return script("billmate", checkout);
    if (host === "api.billmate.se") return undefined;
    return frame("billmate-frame", {
      title: "Billmate",
      text: "Faktura med 30 dagars betaltid. Stand-in for the payment frame.",
      run: "try { localStorage.setItem('billmate-checkout', '1') } catch {}",
    });
  },
};

/* Browser code. */
function checkout({ countRun }) {
  countRun();
  const show = () => {
    const place = document.querySelector("[data-billmate]");
    if (!place) return;
    const payment = document.createElement("iframe");
    payment.id = "checkout";
    payment.title = "Billmate";
    payment.src = "https://checkout.billmate.se/20601/123456789012";
    place.replaceChildren(payment);
  };
  if (document.readyState === "loading") addEventListener("DOMContentLoaded", show);
  else show();
}
