// Owns the magazine's own behaviour: keeps the visit together, protects forms, remembers the basket. No tracker in it.
(() => {
  const counts = (window.__ran = window.__ran || {});
  const countRun = (name) => (counts[name] = (counts[name] || 0) + 1);
  countRun("itrace");

  // Frames cannot count in this window, so the stand-ins in them send a message when they run.
  addEventListener("message", ({ data }) => typeof data?.ran === "string" && countRun(data.ran));

  for (const name of ["itrace_session", "itrace_csrf"])
    if (!document.cookie.includes(`${name}=`))
      document.cookie = `${name}=${Math.floor(Math.random() * 2 ** 31)}; path=/; samesite=lax`;

  document.addEventListener("DOMContentLoaded", () => {
    /** @type {HTMLButtonElement} */
    const button = document.querySelector("[data-basket]");
    if (!button) return;
    const show = () => {
      const isIn = localStorage.getItem("itrace.basket") === "1";
      button.textContent = isIn ? "Ta bort ur varukorgen" : "Lägg i varukorgen";
    };
    button.addEventListener("click", () => {
      if (localStorage.getItem("itrace.basket") === "1") localStorage.removeItem("itrace.basket");
      else localStorage.setItem("itrace.basket", "1");
      show();
    });
    show();
  });
})();
