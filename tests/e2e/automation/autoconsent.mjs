// Owns how autoconsent comes onto a test's page: its own engine from npm with our rule alone, in a world of
// its own as a browser's extension has it. It must not hold expectations: those are the test's.
import { readFileSync } from "node:fs";
import path from "node:path";
import esbuild from "esbuild";
import { until } from "../browser.mjs";
import { root } from "../site.mjs";

const WORLD = "autoconsent";
const RULE = readFileSync(path.join(root, "pkg/rules/autoconsent.json"), "utf8");

// Talks to the engine as a browser would: by messages, one of which asks for its settings.
const client = (action) => `
  import AutoConsent from "@duckduckgo/autoconsent";
  const send = async (message) => globalThis.tellTest(JSON.stringify(message));
  const settings = { enabled: true, autoAction: ${JSON.stringify(action)}, detectRetries: 5 };
  globalThis.engine = new AutoConsent(send, settings, { autoconsent: [${RULE}] });`;

/**
 * Lets autoconsent act on what this tab opens from now on.
 * @param {import('../stage.mjs').Tab} page
 * @param {"optOut"|"optIn"} action
 * @returns {Promise<{heard: () => string[], said: (type: string) => Promise<any>, selfTest: () =>
 *   Promise<any>}>} `heard` gives the types of all messages so far, `said` waits for one of this type,
 *   `selfTest` runs the rule's test and gives the message about it
 */
export async function letAutoconsentAct(page, action) {
  const { outputFiles } = await esbuild.build({
    stdin: { contents: client(action), resolveDir: root },
    bundle: true,
    write: false,
    format: "iife",
  });
  const messages = [];
  let contextId;
  const session = await page.context().newCDPSession(page);
  session.on("Runtime.bindingCalled", ({ payload }) => messages.push(JSON.parse(payload)));
  session.on("Runtime.executionContextCreated", ({ context }) => {
    if (context.name == WORLD) contextId = context.id;
  });
  await session.send("Page.enable");
  await session.send("Runtime.enable");
  await session.send("Runtime.addBinding", { name: "tellTest", executionContextName: WORLD });
  await session.send("Page.addScriptToEvaluateOnNewDocument", {
    source: outputFiles[0].text,
    worldName: WORLD,
  });
  const said = (type) =>
    until(() => messages.find((message) => message.type == type), `autoconsent says ${type}`);
  const selfTest = async () => {
    const expression = 'engine.receiveMessageCallback({ type: "selfTest" })';
    await session.send("Runtime.evaluate", { contextId, expression });
    return said("selfTestResult");
  };
  return { heard: () => messages.map(({ type }) => type), said, selfTest };
}
