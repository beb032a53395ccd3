// Owns the portal's own first-party behaviour: visit count, saved devices, a hint for the session. No tracker in it.
(() => {
  const counts = (window.__ran = window.__ran || {});
  const count = (name) => (counts[name] = (counts[name] || 0) + 1);
  count("portal");

  // Frames cannot count in this window, so the stand-ins in them tell it.
  addEventListener("message", ({ data }) => typeof data?.ran === "string" && count(data.ran));

  const visits = Number(/(?:^|; )cart_visits=(\d+)/.exec(document.cookie)?.[1] ?? 0) + 1;
  document.cookie = `cart_visits=${visits}; path=/; max-age=2592000; samesite=lax`;
  sessionStorage.setItem("session_hint", location.pathname);

  const wished = () => JSON.parse(localStorage.getItem("wish") ?? '["TM-Compact"]');
  localStorage.setItem("wish", JSON.stringify(wished()));

  document.addEventListener("DOMContentLoaded", () => {
    for (const time of document.querySelectorAll("time[data-minutes-ago]")) {
      const when = new Date(Date.now() - time.dataset.minutesAgo * 60e3);
      time.dateTime = when.toISOString();
      time.textContent = window.timeago
        ? window.timeago.format(when)
        : when.toLocaleTimeString("en-GB", { timeStyle: "short" });
    }
    for (const button of document.querySelectorAll("[data-wish]")) {
      const show = () => {
        const on = wished().includes(button.dataset.wish);
        button.setAttribute("aria-pressed", on);
        button.textContent = on ? "Saved for later" : "Save for later";
      };
      button.addEventListener("click", () => {
        const name = button.dataset.wish;
        const now = wished().includes(name)
          ? wished().filter((other) => other !== name)
          : [...wished(), name];
        localStorage.setItem("wish", JSON.stringify(now));
        show();
      });
      show();
    }
  });
})();
