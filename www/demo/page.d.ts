// What the demo's pages find in their window: Consentry, and what third parties put there.

interface Consentry {
  readonly version: string;
  readonly consent: { granted: string[]; denied: string[] } | null;
  allowed(idOrCategory: string): boolean;
  save(choice: Record<string, boolean>): Promise<unknown>;
  on(event: string, listener: (detail: unknown) => void): () => void;
  report(): Promise<Record<"held" | "released" | "leaked" | "left" | "unknown", ReportEntry[]>>;
  exportData(format: string): Promise<File>;
  erase(): Promise<number>;
}

/** One line of a report: what acted, and why it was held or released. */
interface ReportEntry {
  door?: string;
  target?: string;
  name?: string;
  category?: string;
  service?: string;
  reason?: string;
}

interface Window {
  /** Absent where the page has no Consentry. */
  consentry?: Consentry;
  /** How often each script ran, by its name: the panel shows whoever ran twice. */
  __ran?: Record<string, number>;

  timeago?: { format(date: Date | string, language?: string): string };
  dataLayer?: unknown[];
  google_tag_manager?: Record<string, object>;
  fbq?: { callMethod: (...call: string[]) => void; queue: string[][] };
  Matomo?: { getTracker(url: string, site: string): { trackPageView(): void } };
  Klarna?: {
    Payments: {
      init(options?: object): void;
      load(options: { container: string }, done?: (result: { show_form: boolean }) => void): void;
    };
  };
  klarnaAsyncCallback?: () => void;
}
