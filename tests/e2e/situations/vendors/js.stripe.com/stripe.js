window.Stripe = () => {
  const frameIn = (place, src) => {
    const frame = document.createElement("iframe");
    Object.assign(frame, { src, name: "__privateStripeFrame", allow: "payment *" });
    place.append(frame);
    return new Promise((resolve) =>
      addEventListener("message", ({ data, source }) => source == frame.contentWindow && resolve(data)),
    );
  };
  return {
    _registerWrapper() {},
    elements: () => ({
      create: () => ({
        mount: (place) =>
          (window.isMounted = frameIn(document.querySelector(place), "https://js.stripe.com/card.html")),
      }),
    }),
    async confirmCardPayment() {
      const card = await window.isMounted;
      const { status } = await frameIn(document.body, "https://hooks.stripe.com/challenge.html");
      return { card, status };
    },
  };
};
