// Owns the portal's own first-party behaviour: visit count, saved devices, a hint for the session. No tracker
// in it.
(() => {
  const counts = (window.__ran = window.__ran || {});
  const countRun = (name) => (counts[name] = (counts[name] || 0) + 1);
  countRun("portal");

  // Frames cannot count in this window, so the stand-ins in them send a message when they run.
  addEventListener("message", ({ data }) => typeof data?.ran === "string" && countRun(data.ran));

  const visits = Number(/(?:^|; )cart_visits=(\d+)/.exec(document.cookie)?.[1] ?? 0) + 1;
  document.cookie = `cart_visits=${visits}; path=/; max-age=2592000; samesite=lax`;
  sessionStorage.setItem("session_hint", location.pathname);

  const readWishes = () => JSON.parse(localStorage.getItem("wish") ?? '["TM-Compact"]');
  localStorage.setItem("wish", JSON.stringify(readWishes()));

  document.addEventListener("DOMContentLoaded", () => {
    /** @type {NodeListOf<HTMLTimeElement>} */
    const times = document.querySelectorAll("time[data-minutes-ago]");
    for (const time of times) {
      const when = new Date(Date.now() - Number(time.dataset.minutesAgo) * 60e3);
      time.dateTime = when.toISOString();
      time.textContent = window.timeago
        ? window.timeago.format(when)
        : when.toLocaleTimeString("en-GB", { timeStyle: "short" });
    }
    /** @type {NodeListOf<HTMLButtonElement>} */
    const buttons = document.querySelectorAll("[data-wish]");
    for (const button of buttons) {
      const show = () => {
        const saved = readWishes().includes(button.dataset.wish);
        button.setAttribute("aria-pressed", String(saved));
        button.textContent = saved ? "Saved for later" : "Save for later";
      };
      button.addEventListener("click", () => {
        const name = button.dataset.wish;
        const before = readWishes();
        const after = before.includes(name) ? before.filter((other) => other !== name) : [...before, name];
        localStorage.setItem("wish", JSON.stringify(after));
        show();
      });
      show();
    }
  });
})();
