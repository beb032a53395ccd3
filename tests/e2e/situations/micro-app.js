window.ofTheApp = "micro";
window.micro = {
  bootstrap: async () => {},
  mount: async ({ container }) => {
    const data = await (await fetch("/basket.json")).json();
    container.querySelector("#micro").textContent =
      `items ${data.items} ${typeof localStorage.setItem} ${document.cookie.length >= 0}`;
    const script = document.createElement("script");
    script.src = "https://cdn.vendor-example.net/chat.js";
    script.onload = () => (window.parentWindow().chat = "load");
    script.onerror = () => (window.parentWindow().chat = "error");
    document.head.appendChild(script);
    const image = new Image();
    image.onload = () => (window.parentWindow().picture = "load");
    image.onerror = () => (window.parentWindow().picture = "error");
    image.src = "https://cdn.vendor-example.net/cat.png";
    container.append(image);
  },
  unmount: async () => {},
};
