import Link from "next/link";

const TAG = `window.dataLayer = []; function gtag() { dataLayer.push(arguments) } gtag("js", new Date()); gtag("config", "G-1")`;

/** What stands on each page, within the layout of the documentation. */
export default function OnEachPage({ children }) {
  return (
    <>
      <link rel="icon" href="data:," />
      <nav>
        <Link id="to-first" href="/">
          First
        </Link>
        <Link id="to-second" href="/second">
          Second
        </Link>
      </nav>
      {children}
      <script dangerouslySetInnerHTML={{ __html: TAG }} />
      <script
        type="text/plain"
        data-consent="service:measure"
        data-consent-src="https://www.googletagmanager.com/gtag/js?id=G-1"
      />
    </>
  );
}
