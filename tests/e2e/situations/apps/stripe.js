import { loadStripe } from "@stripe/stripe-js";

window.pay = async () => {
  const stripe = await loadStripe("pk_test_SHOP");
  stripe.elements().create("card").mount("#card");
  window.result = await stripe.confirmCardPayment("secret");
};
