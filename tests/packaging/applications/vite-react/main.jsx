import { ConsentGate, Declaration, useConsent } from "consentry/react";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { BrowserRouter, Link, Route, Routes } from "react-router";

function Film() {
  const { allowed, withdraw, showPreferences } = useConsent();
  return (
    <main>
      <h1>First page</h1>
      <p id="state">{allowed("analytics") ? "measured" : "not measured"}</p>
      <ConsentGate category="analytics" fallback={<p id="fallback">Nothing is measured.</p>}>
        <p id="gated">Thank you.</p>
      </ConsentGate>
      <iframe src="https://www.youtube.com/embed/abc" width="560" height="315" title="A film" />
      <button id="preferences" onClick={() => showPreferences()}>
        Preferences
      </button>
      <button id="withdraw" onClick={() => withdraw()}>
        Withdraw
      </button>
    </main>
  );
}

createRoot(document.getElementById("root")).render(
  <StrictMode>
    <BrowserRouter>
      <nav>
        <Link id="to-first" to="/">
          First
        </Link>
        <Link id="to-second" to="/second">
          Second
        </Link>
      </nav>
      <Routes>
        <Route path="/second" element={<Declaration id="second" />} />
        <Route path="*" element={<Film />} />
      </Routes>
    </BrowserRouter>
  </StrictMode>,
);
