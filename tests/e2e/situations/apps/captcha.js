import { hCaptchaLoader } from "@hcaptcha/loader";
window.loadCaptcha = () => hCaptchaLoader({ sentry: false });
