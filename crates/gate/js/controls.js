// The ways back to a choice: the page's own controls, and a small button where the page has none.
import { built, inFrame, whenParsed } from "./page.js";
import { config } from "./config.js";
import { consent, decideSoon } from "./choice.js";
import { language, show } from "./component.js";

// A click on any element of the page with data-consentry="preferences" or "withdraw".
export function watchControls() {
  document.addEventListener("click", (event) => {
    for (const element of event.composedPath()) {
      if (element.getRootNode?.().host?.localName == "consentry-banner") return; // it listens itself
      const action = element.dataset?.consentry;
      if (action == "preferences") show(2).catch(() => {});
      else if (action == "withdraw") decideSoon(event.isTrusted ? "withdraw" : "api", false);
      else continue;
      return event.preventDefault();
    }
  }, true);
  whenParsed(offerReopening);
}

const STYLE =
  "position:fixed;z-index:999999999;left:12px;bottom:12px;padding:7px 12px;font:500 13px system-ui;color:CanvasText;background:Canvas;border:1px solid GrayText;border-radius:16px";
let button;

// A small button leads back to the choice when nothing else of ours is there, and the page has no visible control.
export function offerReopening() {
  const banner = document.querySelector("consentry-banner");
  const own = [...document.querySelectorAll("[data-consentry=preferences]")].some((it) => it.getClientRects()[0]);
  const needed = !inFrame && !own && (banner ? banner.dataset.layer != 1 : consent);
  if (needed && !button) {
    button = document.createElement("consentry-reopen");
    const control = document.createElement("button");
    control.style.cssText = STYLE;
    control.lang = language();
    control.textContent = built.labels[control.lang];
    control.dataset.consentry = "preferences";
    control.part = "reopen";
    button.attachShadow({ mode: "open" }).append(control);
  }
  if (!button) return;
  button.style.colorScheme = `${config.banner?.theme || ""}`.replace("auto", "") || "light dark";
  button.style.display = needed ? "" : "none";
  if (!button.isConnected) document.documentElement.append(button);
}
