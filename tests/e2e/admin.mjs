// The owner in a browser, who logs in to look at the ledger. It must not hold expectations.

/**
 * Opens the owner's page and logs in where it asks for it.
 * @param {import('playwright-core').Page} page
 * @param {{backend?: string, ledger?: import('./site.mjs').Ledger}} site
 */
export async function logIn(page, { backend, ledger }) {
  await page.goto(`${backend}/admin`);
  await page.getByLabel("Token or password").fill(ledger.token);
  await page.getByRole("button", { name: "Log in" }).click();
  await page.waitForURL(`${backend}/admin`);
}
