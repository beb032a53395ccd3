import { createElement } from "react";
import { createRoot } from "react-dom/client";
import ReCAPTCHA from "react-google-recaptcha";
createRoot(document.getElementById("form")).render(
  createElement(ReCAPTCHA, {
    sitekey: "KEY",
    onChange: (token) => (window.token = token),
    asyncScriptOnLoad: ({ loaded, errored }) => (window.states ??= []).push(`${loaded} ${errored}`),
  }),
);
