// Owns the page "My home": two features that each need a consent of their own, asked for at the moment of use. It asks
// for nothing and stores nothing until `consentry.allowed()` says so, and stops when the consent ends.
(() => {
  const counts = (window.__ran = window.__ran || {});

  /** What each feature asks its supplier for, and how it shows the answer. */
  const FEATURES = {
    location: {
      address: "https://positions.nordic-demo.example.net/v1/nearest",
      key: "home.position",
      sentence: ({ minutes }) => `The nearest technician can be with you in ${minutes} minutes.`,
    },
    care: {
      address: "https://care.nordic-demo.example.net/v1/latest",
      key: "home.care",
      sentence: ({ fallSensor, cameraHall, lastMovement, heartRate }) =>
        `Fall sensor: ${fallSensor}. Camera in the hall: ${cameraHall}. Last movement: ${lastMovement}. Pulse: ${heartRate}.`,
    },
  };

  for (const [name, { address, key, sentence }] of Object.entries(FEATURES)) {
    const section = document.querySelector(`[data-feature="${name}"]`);
    /** @returns {HTMLElement} */
    const part = (selector) => section.querySelector(selector);
    const scope = `service:${name}`;
    const isAllowed = () => !!window.consentry?.allowed(scope);
    let shown = false;

    const use = async () => {
      const allowed = isAllowed();
      part("[data-ask]").hidden = allowed;
      part("[data-granted]").hidden = !allowed;
      if (allowed === shown) return;
      shown = allowed;
      part("[data-answer]").textContent = "";
      if (!allowed) return offerPlaceholder();
      try {
        const answer = await (await fetch(address)).json();
        if (!isAllowed()) return;
        counts[name] = (counts[name] || 0) + 1;
        localStorage.setItem(key, JSON.stringify(answer));
        part("[data-answer]").textContent = sentence(answer);
      } catch {
        part("[data-answer]").textContent = "The supplier does not answer right now.";
      }
    };

    part("[data-allow]").addEventListener("click", () => window.consentry?.save({ [scope]: true }));
    part("[data-stop]").addEventListener("click", () => window.consentry?.save({ [scope]: false }));
    // The component's own element says who and what, and takes the plain button's place where there is one. It goes away
    // with the grant, so a new one is put there when the consent has ended.
    const offerPlaceholder = () => {
      if (!customElements.get("consentry-placeholder") || part("consentry-placeholder")) return;
      const placeholder = document.createElement("consentry-placeholder");
      placeholder.dataset.consent = scope;
      part("[data-ask]").prepend(placeholder);
    };
    customElements.whenDefined("consentry-placeholder").then(() => (part("[data-allow]").hidden = true));
    for (const event of ["consent", "withdrawn"]) window.consentry?.on(event, use);
    use();
  }
})();
