// A tracker that writes a cookie and two keys of the name that the page gives it, whenever the page says so.
(window.__ran ??= {}).writer = 1;
document.addEventListener("write", (event) => {
  document.cookie = event.detail + "=1; path=/; max-age=9999";
  localStorage.setItem(event.detail, 1);
  sessionStorage[event.detail] = 1;
});
