import type { HTMLAttributes, ReactElement, ReactNode } from "react";
import type { Category, Consent, Consentry } from "./index.js";

/** The choice, and what acts on it. The same object until the choice changes. */
export interface UsedConsent extends Pick<
  Consentry,
  "acceptAll" | "rejectAll" | "save" | "withdraw" | "showPreferences"
> {
  /** The choice in force; null before there is one, and while the page is rendered on a server or hydrated. */
  readonly consent: Consent | null;
  /** Whether something may act: a category, or a service's id. On a server `necessary` alone. */
  allowed(name: string): boolean;
}

/** Renders anew when the visitor decides. */
export function useConsent(): UsedConsent;

export interface ConsentGateProps {
  /** The category that must be granted. */
  category?: Category;
  /** The service that must be granted, by its id; it counts instead of the category. */
  service?: string;
  /** What is shown as long as it is not. */
  fallback?: ReactNode;
  children?: ReactNode;
}

/** Shows its children where the category or the service is allowed, and `fallback` where it is not. */
export function ConsentGate(props: ConsentGateProps): ReactNode;

/** All services, cookies and keys of the site, with the visitor's choice. */
export function Declaration(attributes?: HTMLAttributes<HTMLElement>): ReactElement;
