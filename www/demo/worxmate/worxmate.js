// Owns the portal's own behaviour in the page: fills the form's protection against forgery from its cookie, and tells
// why a log-in failed. The cookies are set by the portal's server. No tracker in it.
(() => {
  const counts = (window.__ran = window.__ran || {});
  const countRun = (name) => (counts[name] = (counts[name] || 0) + 1);
  countRun("worxmate");

  // Frames cannot count in this window, so the stand-ins in them send a message when they run.
  addEventListener("message", ({ data }) => typeof data?.ran === "string" && countRun(data.ran));

  const FAULTS = {
    namn: "Skriv ett namn.",
    formular: "Formuläret var för gammalt. Försök igen.",
  };

  document.addEventListener("DOMContentLoaded", () => {
    /** @type {HTMLInputElement} */
    const protection = document.querySelector("[data-csrf]");
    if (!protection) return;
    protection.value = /(?:^|; )wx_csrf=(\w+)/.exec(document.cookie)?.[1] ?? "";
    const fault = FAULTS[new URLSearchParams(location.search).get("fel")];
    /** @type {HTMLElement} */
    const place = document.querySelector("[data-fault]");
    if (fault) {
      place.textContent = fault;
      place.hidden = false;
    }
  });
})();
