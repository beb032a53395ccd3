// Owns how one visit is made and what it yields: pages are opened, clicked and traced here, each in a fresh
// profile. It neither compares nor prints.
import { until } from "../../browser.mjs";
import { CPU_SLOWDOWN, SLOW_4G } from "./limits.mjs";
import { CATEGORIES, figuresOf } from "./trace.mjs";
import { watchBanner } from "./watch.mjs";

const FAST = { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: -1 };
const AFTER_LOAD = 2000; // milliseconds for which a first visit is followed once it has loaded
// Watched for in vain where there is no banner, so that the watching costs every variant the same.
/** @type {import("./variants.mjs").Banner} */
const NO_BANNER = { host: "no-banner", acceptAll: "a", rejectAll: "a", openPreferences: "a", save: "a" };
const IDLE = 3000; // milliseconds after the load until a page counts as idle
const AFTER_DECISION = 1000; // milliseconds for which a decision is followed
const CLICK_AGAIN = 300; // milliseconds after which a click that did nothing is made again

const pause = (milliseconds) => new Promise((then) => setTimeout(then, milliseconds));

/** Makes visits to one variant's page. */
export class Visitor {
  /**
   * @param {import("playwright-core").Browser} browser
   * @param {{page: (variant: string) => string, own: (variant: string) => string}} server
   * @param {string} variant
   * @param {import("./variants.mjs").Banner} [banner] how the variant's banner is found, if it has one
   */
  constructor(browser, server, variant, banner) {
    this.browser = browser;
    this.variant = variant;
    this.banner = banner;
    this.url = server.page(variant);
    this.own = server.own(variant);
  }

  /** A fresh profile. Movement is reduced, so that no variant's time has a fading banner in it. */
  async profile() {
    return this.browser.newContext({
      locale: "en-GB",
      viewport: { width: 1280, height: 800 },
      reducedMotion: "reduce",
    });
  }

  /**
   * An empty tab; what happens in it is noted in `told`, by name.
   * @param {import("playwright-core").BrowserContext} profile
   * @param {{slowNetwork?: boolean, slowProcessor?: boolean, watched?: boolean}} [how]
   */
  async tab(profile, { slowNetwork = true, slowProcessor = true, watched = true } = {}) {
    const page = await profile.newPage();
    const session = await profile.newCDPSession(page);
    const told = {};
    session.on("Runtime.bindingCalled", ({ payload }) => {
      const { happened, ...details } = JSON.parse(payload);
      told[happened] ??= details;
    });
    await session.send("Runtime.enable");
    await session.send("Runtime.addBinding", { name: "benchTells" });
    await session.send("Network.enable");
    await session.send("Network.emulateNetworkConditions", slowNetwork ? SLOW_4G : FAST);
    await session.send("Emulation.setCPUThrottlingRate", { rate: slowProcessor ? CPU_SLOWDOWN : 1 });
    if (watched) {
      const source = `(${watchBanner})(${JSON.stringify(this.banner ?? NO_BANNER)})`;
      await session.send("Page.enable");
      await session.send("Page.addScriptToEvaluateOnNewDocument", { source });
    }
    return { page, session, told };
  }

  /** Clicks as a hand does: the browser itself makes the events. */
  async click(session, { x, y }) {
    const mouse = (type, more) => session.send("Input.dispatchMouseEvent", { type, x, y, ...more });
    const button = { button: "left", clickCount: 1 };
    await Promise.all([mouse("mouseMoved"), mouse("mousePressed", button), mouse("mouseReleased", button)]);
  }

  /** Clicks until what was awaited has been told. */
  async clickUntil({ session, told }, place, awaited) {
    for (let attempts = 0; !told[awaited]; attempts += 1) {
      if (attempts > 30) throw new Error(`${this.url}: found no ${awaited}, expected it after a click`);
      await this.click(session, place);
      for (let waited = 0; !told[awaited] && waited < CLICK_AGAIN; waited += 5) await pause(5);
    }
  }

  /** When a loaded page first painted anything, in milliseconds from its navigation. */
  async firstPaint({ page }) {
    return page.evaluate(() => performance.getEntriesByName("first-paint")[0].startTime);
  }

  /**
   * A first visit that refuses as soon as the banner can be seen, if there is one. `bytes` and `requests`
   * are those of the variant's own files that were begun before the banner was painted, or that the refusal
   * waited for. What is fetched ahead after that is not counted: the banner can be used without it.
   */
  async refusal() {
    const profile = await this.profile();
    const tab = await this.tab(profile);
    const loaded = tab.page.goto(this.url, { waitUntil: "load" });
    if (!this.banner) {
      await loaded;
      const firstPaint = await this.firstPaint(tab);
      await profile.close();
      return { firstPaint };
    }
    await until(() => tab.told.visible, "the banner can be seen", { within: 30_000 });
    const { time: visible, rejectAll } = tab.told.visible;
    await this.clickUntil(tab, rejectAll, "handled");
    await loaded;
    const handled = tab.told.handled.time;
    const fetched = await tab.page.evaluate(
      ({ own, visible, handled }) => {
        const entries = /** @type {PerformanceResourceTiming[]} */ (performance.getEntriesByType("resource"));
        return entries
          .filter((entry) => entry.name.startsWith(own) && entry.transferSize > 0)
          .filter((entry) => entry.startTime < visible || entry.responseEnd < handled)
          .map((entry) => entry.encodedBodySize);
      },
      { own: this.own, visible, handled },
    );
    const firstPaint = await this.firstPaint(tab);
    await profile.close();
    return {
      firstPaint,
      visible,
      handled,
      bytes: fetched.reduce((sum, bytes) => sum + bytes, 0),
      requests: fetched.length,
    };
  }

  /** A first visit that nobody watches and nobody clicks in, traced until two seconds after its load. */
  async traced() {
    const profile = await this.profile();
    const { page } = await this.tab(profile, { watched: false });
    await this.browser.startTracing(page, { categories: CATEGORIES });
    await page.goto(this.url, { waitUntil: "load" });
    await pause(AFTER_LOAD + 200);
    const trace = await this.browser.stopTracing();
    await profile.close();
    return figuresOf(trace, { page: this.url, own: this.own, afterLoad: AFTER_LOAD });
  }

  /** Accepts on a first page, then opens another one: when the marked tag runs there. */
  async returning() {
    const profile = await this.profile();
    const first = await this.tab(profile, { slowNetwork: false, slowProcessor: false });
    await first.page.goto(this.url, { waitUntil: "load" });
    await until(() => first.told.visible, "the banner can be seen", { within: 30_000 });
    await this.clickUntil(first, first.told.visible.acceptAll, "handled");
    await until(() => first.told.tagRan, "the marked tag runs once it is granted");
    await pause(500); // The tag's and the component's files are written to the cache.
    await first.page.close();
    const second = await this.tab(profile, { watched: false });
    await second.page.goto(this.url, { waitUntil: "load" });
    await until(() => second.told.tagRan, "the marked tag runs on a return", { within: 30_000 });
    await profile.close();
    return { tagRan: second.told.tagRan.time };
  }

  /**
   * Decides on a page that has been idle for three seconds: how long the banner stays after the click, and the longest task
   * that the click brings.
   * @param {"acceptAll" | "rejectAll"} button
   */
  async decision(button) {
    const profile = await this.profile();
    const tab = await this.tab(profile, { slowNetwork: false });
    await tab.page.goto(this.url, { waitUntil: "load" });
    await until(() => tab.told.visible, "the banner can be seen", { within: 30_000 });
    await pause(IDLE);
    const tasks = await tab.page.evaluateHandle(() => {
      /** @type {number[]} */
      const tasks = [];
      new PerformanceObserver((list) => tasks.push(...list.getEntries().map((it) => it.duration))).observe({
        type: "longtask",
      });
      return tasks;
    });
    await this.click(tab.session, tab.told.visible[button]);
    await until(() => tab.told.gone, "the banner is gone", { within: 30_000 });
    await pause(AFTER_DECISION);
    const longest = Math.max(0, ...(await tasks.jsonValue()));
    await profile.close();
    return { gone: tab.told.gone.time, longest };
  }

  /** What the page has when nobody clicked: its elements, how far they were shifted, and whether we are the largest paint. */
  async standing() {
    const profile = await this.profile();
    const { page } = await this.tab(profile, { slowNetwork: false });
    await page.goto(this.url, { waitUntil: "load" });
    await pause(IDLE);
    const found = await page.evaluate(
      () =>
        new Promise((resolve) => {
          let [shift, largest] = [0, null];
          const observe = (type, take) =>
            new PerformanceObserver((list) => list.getEntries().forEach(take)).observe({
              type,
              buffered: true,
            });
          observe("layout-shift", (it) => (shift += it.value));
          observe("largest-contentful-paint", (it) => (largest = it));
          // What was buffered is told before this.
          setTimeout(() => {
            const elements = document.querySelectorAll("*").length;
            // One in a shadow root is not named.
            resolve({ elements, shift, largest: Number(!largest?.element?.isConnected) });
          }, 200);
        }),
    );
    await profile.close();
    return found;
  }

  /** Opens the preferences on a page that has been idle for three seconds. */
  async preferences(how) {
    const profile = await this.profile();
    const tab = await this.tab(profile, how);
    await tab.page.goto(this.url, { waitUntil: "load" });
    await until(() => tab.told.visible, "the banner can be seen", { within: 30_000 });
    await pause(IDLE);
    await this.click(tab.session, tab.told.visible.openPreferences);
    await until(() => tab.told.preferences, "the preferences can be seen", { within: 30_000 });
    await profile.close();
    return tab.told.preferences.time;
  }
}
