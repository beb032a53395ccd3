// A first-party script that blocks the page, as menus and theme switches do: it remembers visits and builds
// the menu.
(() => {
  const theme = localStorage.getItem("theme") ?? "light";
  document.documentElement.dataset.theme = theme;
  if (!document.cookie.includes("basket=")) document.cookie = "basket=empty; path=/; samesite=lax";
  document.addEventListener("DOMContentLoaded", () => {
    const list = document.createElement("ul");
    for (const name of ["Tents", "Packs", "Boots", "Stoves", "Maps", "Repairs", "Stories"]) {
      const item = document.createElement("li");
      const link = document.createElement("a");
      link.setAttribute("href", name.toLowerCase());
      link.textContent = name;
      item.append(link);
      list.appendChild(item);
    }
    document.getElementById("menu").append(list);
  });
})();
