import { headScript } from "consentry/head.js";
import Link from "next/link";

const TAG = `window.dataLayer = []; function gtag() { dataLayer.push(arguments) } gtag("js", new Date()); gtag("config", "G-1")`;

export default function Layout({ children }) {
  return (
    <html lang="en">
      <head>
        <script {...headScript()} />
        <link rel="icon" href="data:," />
        <script dangerouslySetInnerHTML={{ __html: TAG }} />
      </head>
      <body>
        <nav>
          <Link id="to-first" href="/">
            First
          </Link>
          <Link id="to-second" href="/second">
            Second
          </Link>
        </nav>
        {children}
        <script
          type="text/plain"
          data-consent="service:measure"
          data-consent-src="https://www.googletagmanager.com/gtag/js?id=G-1"
        />
      </body>
    </html>
  );
}
