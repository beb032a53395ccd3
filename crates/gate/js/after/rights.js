// A visitor's own records at the backend: `consentry.receipts()`, `exportData()` and `erase()`. Who may see and erase them is
// the backend's to say, by the secret that only this browser keeps; a visitor without one has none.
import { gate } from "./gate.js";
import { TIMEOUT, address, eraseReceipts, sent, storedSecret, subjectOf } from "./receipts.js";

/** How the file ends that holds an export, by format. */
const ENDINGS = { json: "json", csv: "csv", xlsx: "xlsx", ts27560: "jsonld" };

/**
 * The visitor's receipts that the backend has, the oldest first. Empty, and nothing is asked, where this browser keeps no secret.
 * @returns {Promise<Record<string, any>[]>}
 */
export async function receipts() {
  await started();
  const found = [];
  if (!storedSecret()) return found;
  await sent();
  for (let after = ""; after != null;) {
    const page = await ask("GET", "/receipts", "json", after ? { after } : {});
    found.push(...page.receipts);
    after = page.next;
  }
  return found;
}

/**
 * The visitor's receipts as a file.
 * @param {string} [format] `json`, `csv`, `xlsx` or `ts27560`
 * @returns {Promise<File>}
 */
export async function exportData(format = "json") {
  if (!Object.keys(ENDINGS).includes(format))
    throw failure("invalid-value", `found ${format}, expected one of ${Object.keys(ENDINGS).join(", ")}`);
  await started();
  if (!storedSecret()) throw failure("no-records", "nothing is recorded that this browser could ask for");
  await sent();
  const content = await ask("GET", "/export", "blob", { format });
  return new File([content], `consent-${gate.config_.site}.${ENDINGS[format]}`, { type: content.type });
}

/**
 * Erases the visitor's receipts. What was granted is withdrawn at once, whether or not the backend can be reached. Once it has
 * erased them, all that this browser keeps is a refusal without an identifier, which is reported to nobody.
 * @returns {Promise<number>} how many receipts were erased
 */
export async function erase() {
  await started();
  if (!storedSecret()) return 0;
  const { decide } = gate.forComponent_;
  if (!gate.consent_ || gate.consent_.granted[0]) decide("api", false);
  return eraseReceipts(
    async () => (await ask("DELETE", "", "json")).erased,
    () => {
      const { source } = gate.readStored_("consentry");
      gate.removeStored_("consentry"); // with the secret
      decide(source == "banner" ? "withdraw" : "api", false);
    },
  );
}

// Resolves when the configuration is there, which names the backend.
const started = () => new Promise((resolve) => /** @type {any} */ (window).consentry.on("ready", resolve));

/** @type {(code: string, message: string) => Error} */
const failure = (code, message) => Object.assign(Error(`${code}: ${message}`), { code });

/**
 * What the backend answers about the visitor's receipts.
 * @param {"GET" | "DELETE"} method
 * @param {string} route what follows the subject
 * @param {"json" | "blob"} form of the answer
 * @param {Record<string, string>} [more] further parameters
 * @returns {Promise<any>}
 */
async function ask(method, route, form, more) {
  const { backend, site } = gate.config_;
  if (!backend) throw failure("no-backend", "found a configuration without one");
  const secret = storedSecret();
  const subject = await subjectOf(secret.bytes);
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(), TIMEOUT);
  let response, content;
  try {
    response = await gate.nativeFetch_(
      `${address("subjects/" + subject)}${route}?${new URLSearchParams({ site, ...more })}`,
      {
        method,
        headers: { Authorization: "Bearer " + secret.digits },
        credentials: "omit",
        cache: "no-store",
        signal: controller.signal,
      },
    );
    content = await (response.ok ? response[form]() : response.json().catch(() => ({})));
  } catch (error) {
    throw failure("offline", "the backend cannot be reached: " + error);
  } finally {
    clearTimeout(timer);
  }
  if (response.ok) return content;
  const code = response.status == 429 || response.status >= 500 ? "try-later" : "refused";
  throw failure(code, content.error?.message || `found status ${response.status}, expected 200`);
}
