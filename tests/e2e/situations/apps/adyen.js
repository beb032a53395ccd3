// A shop that has Adyen's library in its own bundle: its scripts are those of the site.
import { AdyenCheckout, components } from "@adyen/adyen-web";

window.showChallenge = async () => {
  AdyenCheckout.register(...Object.values(components).filter((one) => /^threeDS2/.test(one.type)));
  const checkout = await AdyenCheckout({
    environment: "test",
    clientKey: "test_SHOP",
    locale: "en-US",
    countryCode: "NL",
    analytics: { enabled: false },
    onAdditionalDetails: ({ data }) => (window.details = Object.keys(data.details)),
  });
  const token = btoa(
    JSON.stringify({
      acsTransID: "1",
      acsURL: "https://acs.bank-example.net/challenge.html",
      messageVersion: "2.2.0",
      threeDSNotificationURL: "https://acs.bank-example.net/",
      threeDSServerTransID: "2",
    }),
  );
  checkout
    .createFromAction({
      type: "threeDS2",
      subtype: "challenge",
      token,
      paymentData: "x",
      authorisationToken: "y",
    })
    .mount("#challenge");
};
