"use client";
import { ConsentGate, useConsent } from "consentry/react";

export function FirstPage() {
  const { allowed, withdraw, showPreferences } = useConsent();
  return (
    <main>
      <h1>First page</h1>
      <p id="state">{allowed("analytics") ? "measured" : "not measured"}</p>
      <ConsentGate category="analytics" fallback={<p id="fallback">Nothing is measured.</p>}>
        <p id="gated">Thank you.</p>
      </ConsentGate>
      <iframe
        data-consent="service:youtube"
        data-consent-src="https://www.youtube.com/embed/abc"
        width="560"
        height="315"
        title="A film"
      />
      <button id="preferences" onClick={() => showPreferences()}>
        Preferences
      </button>
      <button id="withdraw" onClick={() => withdraw()}>
        Withdraw
      </button>
    </main>
  );
}
