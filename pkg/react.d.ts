import type { HTMLAttributes, ReactElement, ReactNode } from "react";
import type { Category, Consent, Consentry } from "./index.js";

/** The choice, and the functions that change it. The same object until the choice, or what is allowed, changes. */
export interface UsedConsent extends Pick<
  Consentry,
  "acceptAll" | "rejectAll" | "save" | "withdraw" | "showPreferences"
> {
  /** The choice in force; null before there is one, while a server renders the page, and while it is hydrated. */
  readonly consent: Consent | null;
  /** Whether something may act: a category, or a service's id. On a server `necessary` alone. */
  allowed(name: string): boolean;
}

/** Renders anew when the visitor decides. */
export function useConsent(): UsedConsent;

/** The category or the service that must be granted; a service by its id. */
export type ConsentGateProps = (
  { category: Category; service?: undefined } | { service: string; category?: undefined }
) & {
  /** What is shown as long as it is not. */
  fallback?: ReactNode;
  children?: ReactNode;
};

/** Shows its children where the category or the service is allowed, and `fallback` where it is not. */
export function ConsentGate(props: ConsentGateProps): ReactNode;

/** All services, cookies and keys of the site, with the visitor's choice. */
export function Declaration(attributes?: HTMLAttributes<HTMLElement>): ReactElement;
