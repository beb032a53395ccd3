// Owns the site's own behaviour: keeps the visit together and a booking that was begun. No tracker in it.
(() => {
  const counts = (window.__ran = window.__ran || {});
  const countRun = (name) => (counts[name] = (counts[name] || 0) + 1);
  countRun("nordic");

  // Frames cannot count in this window, so the stand-ins in them send a message when they run.
  addEventListener("message", ({ data }) => typeof data?.ran === "string" && countRun(data.ran));

  if (!/(?:^|; )home_visit=/.test(document.cookie)) document.cookie = "home_visit=1; path=/; samesite=lax";

  document.addEventListener("DOMContentLoaded", () => {
    /** @type {HTMLFormElement} */
    const form = document.querySelector("[data-booking]");
    if (!form) return;
    const kept = JSON.parse(localStorage.getItem("home.booking") ?? "{}");
    for (const [name, value] of Object.entries(kept)) {
      const field = form.elements.namedItem(name);
      if (field && "value" in field) field.value = value;
    }
    form.addEventListener("input", () =>
      localStorage.setItem("home.booking", JSON.stringify(Object.fromEntries(new FormData(form)))),
    );
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      localStorage.removeItem("home.booking");
      form.reset();
      document.querySelector("[data-sent]").textContent = "Thank you. It stayed in your browser.";
    });
  });
})();
