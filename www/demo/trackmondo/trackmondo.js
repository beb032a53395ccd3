// Owns the site's own behaviour: keeps the visit together, remembers the chosen vehicles until the browser is closed,
// answers the contact form. No tracker in it.
(() => {
  const counts = (window.__ran = window.__ran || {});
  const countRun = (name) => (counts[name] = (counts[name] || 0) + 1);
  countRun("trackmondo");

  // Frames cannot count in this window, so the stand-ins in them send a message when they run.
  addEventListener("message", ({ data }) => typeof data?.ran === "string" && countRun(data.ran));

  if (!/(?:^|; )tm_visit=/.test(document.cookie)) document.cookie = "tm_visit=1; path=/; samesite=lax";

  const readVehicles = () => JSON.parse(sessionStorage.getItem("tm.vehicles") ?? '["Släp 4"]');
  sessionStorage.setItem("tm.vehicles", JSON.stringify(readVehicles()));

  document.addEventListener("DOMContentLoaded", () => {
    /** @type {NodeListOf<HTMLInputElement>} */
    const boxes = document.querySelectorAll("[data-vehicle]");
    const status = document.querySelector("[data-chosen]");
    const show = () => {
      if (status) status.textContent = `Visar: ${readVehicles().join(", ") || "inget"}.`;
    };
    for (const box of boxes) {
      box.checked = readVehicles().includes(box.dataset.vehicle);
      box.addEventListener("change", () => {
        const chosen = [...boxes].filter(({ checked }) => checked).map(({ dataset }) => dataset.vehicle);
        sessionStorage.setItem("tm.vehicles", JSON.stringify(chosen));
        show();
      });
    }
    show();
    document.querySelector("[data-contact]")?.addEventListener("submit", (event) => {
      event.preventDefault();
      document.querySelector("[data-sent]").textContent = "Tack. Frågan stannade i din webbläsare.";
    });
  });
})();
