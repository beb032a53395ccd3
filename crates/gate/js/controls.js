// The ways back to a choice: the page's own controls, and a small button where the page has none.
import { inFrame, whenParsed } from "./captured.js";
import { config } from "./config.js";
import { consent, decideSoon } from "./choice.js";
import { language, show, withTexts } from "./banner.js";

// A click on any element of the page with data-consentry="preferences" or "withdraw".
export function watchControls() {
  document.addEventListener(
    "click",
    (event) => {
      const path = event.composedPath();
      if (path.some((it) => it.localName == "consentry-banner")) return; // it listens itself
      const action = path.find((it) => it.dataset?.consentry)?.dataset.consentry;
      if (action == "preferences") show(2).catch(() => {});
      else if (action == "withdraw") decideSoon(event.isTrusted ? "withdraw" : "api", false);
      else return;
      event.preventDefault();
    },
    true,
  );
  whenParsed(updateReopenButton);
  for (const event of ["shown", "hidden", "consent"])
    document.addEventListener("consentry:" + event, updateReopenButton);
}

const BUTTON_STYLE =
  "position:fixed;z-index:99999999;left:12px;bottom:12px;padding:6px 12px;font:12px system-ui;border:1px solid GrayText;border-radius:12px";
let reopenElement;

// A small button leads back to the choice when nothing else of ours is there, and the page has no visible control.
export function updateReopenButton() {
  const banner = document.querySelector("consentry-banner");
  const own = [...document.querySelectorAll("[data-consentry=preferences]")].some(
    (it) => it.getClientRects()[0],
  );
  const needed = !inFrame && !own && (banner ? banner.dataset.layer != 1 : consent);
  if (needed && !reopenElement) {
    reopenElement = document.createElement("consentry-reopen");
    const control = document.createElement("button");
    control.style.cssText = BUTTON_STYLE;
    control.lang = language();
    withTexts((texts) => (control.textContent = texts.split("\n")[0]));
    control.dataset.consentry = "preferences";
    control.part = "reopen";
    reopenElement.attachShadow({ mode: "open" }).append(control);
  }
  if (!reopenElement) return;
  reopenElement.style.colorScheme = (config.banner?.theme || "auto").replace("auto", "light dark");
  reopenElement.hidden = !needed;
  if (!reopenElement.isConnected) document.documentElement.append(reopenElement);
}
