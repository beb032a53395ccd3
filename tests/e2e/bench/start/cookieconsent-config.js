// Sets up the peer as its documentation shows: a module of the site that imports the library and runs it.
// Categories and texts are comparable to the component's own, in one language.
// @ts-expect-error -- The server puts the library beside this file.
// eslint-disable-next-line import-x/no-unresolved -- For the same reason.
import "./cookieconsent.umd.js";

window["CookieConsent"].run({
  categories: {
    necessary: { enabled: true, readOnly: true },
    functional: {},
    analytics: {},
    advertising: {},
  },
  // The library shows nothing to a browser that says it is driven by a program, as this one may.
  hideFromBots: false,
  language: {
    default: "en",
    translations: {
      en: {
        consentModal: {
          title: "Your privacy, your choice",
          description:
            "With your consent, this site stores and reads information on your device, such as cookies, for: " +
            "extra features, measuring how the site is used, advertising. Without it, nothing of this happens. " +
            "You can change your mind or withdraw your consent at any time: the button “Privacy choices” is on " +
            "every page.",
          acceptAllBtn: "Accept all",
          acceptNecessaryBtn: "Reject all",
          showPreferencesBtn: "Choose",
        },
        preferencesModal: {
          title: "Privacy choices",
          acceptAllBtn: "Accept all",
          acceptNecessaryBtn: "Reject all",
          savePreferencesBtn: "Save",
          closeIconLabel: "Close",
          sections: [
            {
              title: "Your choice",
              description: "Choose what this site may do. What you refuse does not happen.",
            },
            {
              title: "Necessary",
              description: "What the site needs in order to work. It cannot be switched off.",
              linkedCategory: "necessary",
            },
            {
              title: "Extra features",
              description: "Remembers settings and shows content of other sites, such as videos and maps.",
              linkedCategory: "functional",
            },
            {
              title: "Measuring how the site is used",
              description: "Counts visits, and how pages are reached and left.",
              linkedCategory: "analytics",
            },
            {
              title: "Advertising",
              description: "Shows advertisements that fit you, here and elsewhere.",
              linkedCategory: "advertising",
            },
          ],
        },
      },
    },
  },
});
