/** Where the files of the bundle lie if nothing else is said: `/consentry/consentry.js`. */
export const USUAL_ADDRESS: string;

export interface HeadOptions {
  /** Where the bundle's `consentry.js` is. */
  src?: string;
  /** The nonce of the page's Content-Security-Policy, if it has one. */
  nonce?: string;
}

/** The attributes of the tag: `<script {...headScript()} />` in JSX. */
export function headScript(options?: HeadOptions): { src: string; nonce?: string };

/** The tag as HTML, to stand first in `<head>`. */
export function headHtml(options?: HeadOptions): string;
