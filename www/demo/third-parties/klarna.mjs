// Plays Klarna Payments at checkout: the api script offers init and load, which puts the payment frame in its
// place.
import { frame, script } from "./stand-in.mjs";

export default {
  name: "klarna",
  hosts: ["x.klarnacdn.net", "js.klarna.com"],
  answer({ host, path }) {
    if (host === "x.klarnacdn.net" && path.endsWith(".js")) return script("klarna", api);
    return frame("klarna-frame", {
      title: "Klarna",
      text: "Pay in 30 days. Stand-in for the payment frame.",
      run: "try { localStorage.setItem('klarna-payments', '1') } catch {}",
    });
  },
};

/* Browser code. */
function api({ countRun }) {
  countRun();
  window.Klarna = {
    Payments: {
      init() {},
      load({ container }, done) {
        const place = document.querySelector(container);
        const payment = document.createElement("iframe");
        payment.src = "https://js.klarna.com/payments/frame.html";
        payment.title = "Klarna payment";
        place.replaceChildren(payment);
        if (done) done({ show_form: true });
      },
    },
  };
  if (window.klarnaAsyncCallback) window.klarnaAsyncCallback();
}
