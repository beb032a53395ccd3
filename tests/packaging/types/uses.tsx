// What a developer may write, and behind `@ts-expect-error` what the types must refuse.
import { consentry, start, type Consent, type ConsentryConfig, type Report } from "consentry";
import { headHtml, headScript } from "consentry/head.js";
import { ConsentGate, Declaration, useConsent } from "consentry/react";
import { ConsentryError, Site, convert, validate } from "consentry/tools";
import vitePlugin from "consentry/vite";
import { defineConfig } from "vite";

export const choice: Consent | null = consentry.consent;
export const isAllowed: boolean = consentry.allowed("service:youtube");
export const end: () => void = consentry.on("consent", (consent) => consent?.granted.includes("analytics"));
consentry.on("shown", (layer) => layer == 1);
consentry.on("held", ({ door, target }) => door + target);
export const saved: Promise<Consent | null> = consentry.save({ analytics: true, "service:youtube": false });
export const report: Promise<Report> = consentry.report();
document.addEventListener("consentry:withdrawn", ({ detail }) => detail?.denied);
window.consentry.showPreferences();
start("/consentry/consentry.js").then(({ version }) => version);

// @ts-expect-error there is no such event
consentry.on("changed", () => {});
// @ts-expect-error what is necessary is not decided
consentry.save({ necessary: false });
// @ts-expect-error it cannot be set
consentry.consent = null;
// @ts-expect-error a category is one of four
export const wrongGate = <ConsentGate category="marketing" />;

export function Page() {
  const { consent, allowed, acceptAll, withdraw } = useConsent();
  return (
    <html>
      <head>
        <script {...headScript({ nonce: "a" })} />
      </head>
      <body onClick={() => void acceptAll()}>
        <ConsentGate service="youtube" fallback={<p>{headHtml()}</p>}>
          {allowed("analytics") && consent?.time}
        </ConsentGate>
        <Declaration className="wide" />
        <button onClick={() => void withdraw()}>Withdraw</button>
      </body>
    </html>
  );
}

export const config: ConsentryConfig = {
  controller: { name: { en: "Shop Ltd", sv: "Shop AB" } },
  services: [
    { id: "films", category: "functional", hosts: ["films.example"], cookies: ["a", { name: "b" }] },
  ],
  banner: {
    layout: "bar",
    style: { button: { light: "#000", dark: "#fff" } },
    texts: { en: { title: "Cookies" } },
  },
};
// @ts-expect-error there is no such category
export const wrongCategory: ConsentryConfig = { services: [{ id: "a", category: "analitics" }] };
// @ts-expect-error a service has an id
export const withoutId: ConsentryConfig = { services: [{ category: "analytics" }] };
// @ts-expect-error there is no such key
export const wrongKey: ConsentryConfig = { sites: "shop" };
// @ts-expect-error it is planned
export const planned: ConsentryConfig = { signals: { tcf: true } };
export const plugin = vitePlugin({ config });

export const remarks: string[] = convert({ services: [{ name: "a" }] }).remarks.map(
  ({ path, found, advice }) => `${path}: ${found}; ${advice}`,
);
export const faults: string[] = validate({}).map(
  ({ code, path, found, expected }) => code + path + found + expected,
);
export const site = new Site({ site: "shop" });
export const html: string = site.mark("<p>").html;
export const bytes: Uint8Array = site.mark(new Uint8Array()).html;
export const isRefused = (error: unknown): boolean =>
  error instanceof ConsentryError && error.code == "refused";
export default defineConfig({
  plugins: [vitePlugin({ config: "consentry.json", allow: { "missing-dpo": "none is needed" } })],
});
