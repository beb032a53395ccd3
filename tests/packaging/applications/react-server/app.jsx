import { Declaration, useConsent } from "consentry/react";
import { useState } from "react";

const TAG = `window.dataLayer = []; function gtag() { dataLayer.push(arguments) } gtag("js", new Date()); gtag("config", "G-1")`;

function FirstPage() {
  const { allowed } = useConsent();
  return (
    <main>
      <h1>First page</h1>
      <p id="state">{allowed("analytics") ? "measured" : "not measured"}</p>
      <iframe src="https://www.youtube.com/embed/abc" width="560" height="315" title="A film" />
      <button id="preferences" data-consentry="preferences">
        Preferences
      </button>
      <button id="withdraw" data-consentry="withdraw">
        Withdraw
      </button>
    </main>
  );
}

export function App() {
  const [isSecond, setSecond] = useState(false);
  return (
    <>
      <title>Shop</title>
      <link rel="icon" href="data:," />
      <script async src="https://www.googletagmanager.com/gtag/js?id=G-1" />
      <script dangerouslySetInnerHTML={{ __html: TAG }} />
      <nav>
        <button id="to-first" onClick={() => setSecond(false)}>
          First
        </button>
        <button id="to-second" onClick={() => setSecond(true)}>
          Second
        </button>
      </nav>
      {isSecond ? <Declaration id="second" /> : <FirstPage />}
    </>
  );
}
