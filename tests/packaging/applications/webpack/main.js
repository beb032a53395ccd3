import { consentry } from "consentry";

const places = { "/second": "<consentry-declaration id=second></consentry-declaration>" };
const first = `<main>
  <h1>First page</h1>
  <p id="state"></p>
  <iframe src="https://www.youtube.com/embed/abc" width="560" height="315" title="A film"></iframe>
  <button id="preferences" data-consentry="preferences">Preferences</button>
  <button id="withdraw" data-consentry="withdraw">Withdraw</button>
</main>`;

function show() {
  document.getElementById("root").innerHTML = places[location.pathname] ?? first;
  tell();
}

function tell() {
  const state = document.getElementById("state");
  if (state) state.textContent = consentry.allowed("analytics") ? "measured" : "not measured";
}

for (const link of document.querySelectorAll("nav a"))
  link.addEventListener("click", (event) => {
    event.preventDefault();
    history.pushState({}, "", link.href);
    show();
  });
consentry.on("consent", tell);
show();
