// Owns the player's settings. It writes volume and text size as any player does; whether the browser keeps them is the
// visitor's choice, since the owner has declared their keys functional.
(() => {
  const KEYS = { volume: "itrace.player.volume", textsize: "itrace.player.textsize" };
  const SIZES = { small: "1rem", normal: "1.25rem", large: "1.7rem" };
  /** @type {HTMLInputElement} */
  const volume = document.querySelector("[data-volume]");
  /** @type {HTMLSelectElement} */
  const textsize = document.querySelector("[data-textsize]");
  /** @type {HTMLElement} */
  const subtitle = document.querySelector("[data-subtitle]");
  /** @type {HTMLButtonElement} */
  const play = document.querySelector("[data-play]");

  volume.value = localStorage.getItem(KEYS.volume) ?? volume.value;
  textsize.value = localStorage.getItem(KEYS.textsize) ?? textsize.value;

  const show = () => {
    subtitle.style.fontSize = SIZES[textsize.value];
    const isAllowed = window.consentry ? window.consentry.allowed("service:player") : true;
    const remembers = isAllowed && localStorage.getItem(KEYS.volume) !== null;
    document.querySelector("[data-remembers]").textContent = remembers
      ? "Inställningarna är sparade till nästa besök."
      : "Inställningarna gäller så länge sidan är öppen.";
  };
  const keep = () => {
    localStorage.setItem(KEYS.volume, volume.value);
    localStorage.setItem(KEYS.textsize, textsize.value);
    show();
  };
  volume.addEventListener("change", keep);
  textsize.addEventListener("change", keep);
  play.addEventListener("click", () => {
    const plays = play.getAttribute("aria-pressed") === "true";
    play.setAttribute("aria-pressed", String(!plays));
    play.textContent = plays ? "Spela" : "Pausa";
  });
  for (const event of ["consent", "withdrawn"]) window.consentry?.on(event, show);
  show();
})();
