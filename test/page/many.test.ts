import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openDoors } from "../../src/doors/door.ts";
import type { Ledger } from "../../src/ledger/ledger.ts";
import { openLedger } from "../../src/ledger/sqlite.ts";
import { statusOf } from "../../src/ledger/status.ts";
import { serveOps } from "../../src/ops/http.ts";
import { createMetrics } from "../../src/ops/metrics.ts";
import { createFeed } from "../../src/page/feed.ts";
import { createLooking } from "../../src/page/index.ts";
import { expectQuiet, hasChromium, launch, openPage, says, type Watched } from "./chromium.ts";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
let browser: Browser;
beforeAll(async () => {
  if (hasChromium) browser = await launch();
});
afterAll(async () => await browser?.close());

/** Records contacts that just ended. They are due at once. */
async function end(ledger: Ledger, from: number, count: number): Promise<void> {
  const now = Date.now();
  const ids = Array.from(
    { length: count },
    (_, n) => `00000000-0000-4000-8000-${String(from + n).padStart(12, "0")}`,
  );
  await Promise.all(
    ids.map((conversationId) => {
      const contact = {
        ...{ key: conversationId, conversationId, medium: "voice" as const, startedAt: now, endedAt: now },
        ...{ agents: [], legs: [], transcribed: true, window: { from: 0, to: 1 } },
      };
      const told = { source: "notification", heardAt: now, brand: "helder", accountId: "a" };
      return ledger.take({ contact, ...told }, now);
    }),
  );
}

/** All that is due becomes a dead letter. */
async function buryAll(ledger: Ledger): Promise<void> {
  const message = 'destination crm.example:443: HTTP 422: {"error":"subcategory unknown"}';
  for (;;) {
    const due = await ledger.due(Date.now() + 1, { total: 1_000, history: 1_000 }, new Set());
    if (due.length === 0) return;
    await Promise.all(
      due.flatMap((work) =>
        work.kind === "contact" ? [ledger.bury(work, { reason: "http_422", message })] : [],
      ),
    );
  }
}

/** A page over a ledger of its own, behind a token that can be changed. */
async function open(letters: number) {
  await using resources = new AsyncDisposableStack();
  const ledger = resources.use(openLedger(":memory:"));
  await end(ledger, 0, letters);
  await buryAll(ledger);
  const scene = { token: "the-first-token-of-all" };
  const pass = (): string => scene.token;
  const looking = resources.use(
    createLooking({
      ...{ feed: createFeed(), ledger, token: scene.token, pass, showLogs: false, wake() {} },
      status: () => statusOf(ledger.reader, 0, undefined, null),
    }),
  );
  const server = resources.use(
    await serveOps({
      ...{ host: "127.0.0.1", port: 0, metrics: createMetrics(), status: () => ({}) },
      ...{ unready: () => undefined, collect: () => {} },
      doors(on) {
        looking.page(on);
        openDoors(on, pass, looking.doors);
      },
    }),
  );
  const kept = resources.move();
  return Object.assign(scene, {
    ledger,
    url: `http://${server.address}`,
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  });
}

async function signIn(page: Page, token: string): Promise<void> {
  await page.getByRole("textbox", { name: "Token" }).fill(token);
  await page.keyboard.press("Enter");
  await page.getByText("live", { exact: true }).waitFor();
}

/** What somebody who cannot see, or uses the keyboard alone, would stumble over: axe's rules by id. */
async function barriers({ page }: Watched): Promise<readonly string[]> {
  await page.evaluate(axe);
  return await page.evaluate(
    "axe.run(document).then(({ violations }) => violations.map(({ id, nodes }) => id + ': ' + nodes[0].html))",
  );
}

describe.skipIf(!hasChromium)("in Chromium", () => {
  test.each(["light", "dark"] as const)(
    "5,000 dead letters in %s at 200 %: the newest are shown, by keyboard and screen reader too",
    async (colorScheme) => {
      await using scene = await open(5_000);
      // 1280 × 900, twice as large.
      const zoomed = { viewport: { width: 640, height: 450 }, deviceScaleFactor: 2, colorScheme };
      await using watched = await openPage(browser, scene.url, zoomed);
      const { page } = watched;
      expect(await barriers(watched)).toEqual([]);
      await signIn(page, scene.token);
      await says(page, "The newest 100 of 5,000.");
      expect(await page.getByRole("button", { name: /^Replay / }).count()).toBe(100);
      const cut =
        "[...document.querySelectorAll('html, .scroll')].filter((one) => one.checkVisibility() && one.scrollWidth > one.clientWidth).length";
      expect(await page.evaluate(cut)).toBe(0);
      expect(await barriers(watched)).toEqual([]);

      // By keyboard alone: replay the newest, then open one and come back to it.
      const first = page.getByRole("button", { name: /^Replay / }).first();
      const name = String(await first.getAttribute("aria-label"));
      await first.focus();
      await page.keyboard.press("Enter");
      await says(page, name.replace("Replay", "Replayed"));
      await says(page, "The newest 100 of 4,999.");
      const opener = page
        .getByRole("row", { name: /Replay/ })
        .getByRole("button")
        .first();
      await opener.focus();
      await page.keyboard.press("Enter");
      await page.getByRole("dialog").waitFor();
      expect(await barriers(watched)).toEqual([]);
      await page.keyboard.press("Escape");
      await page.getByRole("dialog").waitFor({ state: "hidden" });
      expect(await opener.evaluate((one) => one === one.ownerDocument.activeElement)).toBe(true);
      expectQuiet(watched, scene.url, [/401/]);
    },
    60_000,
  );

  test("left open while the token is changed, it asks for the new one and goes on", async () => {
    await using scene = await open(1);
    await using watched = await openPage(browser, scene.url);
    const { page } = watched;
    await signIn(page, scene.token);
    scene.token = "the-second-token-of-all";
    await says(page, "That is not the token.");
    expect(await page.evaluate("document.activeElement.id")).toBe("token");
    expect(await page.evaluate("sessionStorage.length")).toBe(0);
    await signIn(page, scene.token);
    await end(scene.ledger, 1, 1);
    await page.getByRole("region", { name: "Last contacts" }).getByText("000000000001").first().waitFor();
    expectQuiet(watched, scene.url, [/401|ERR_INCOMPLETE_CHUNKED|ERR_CONNECTION/]);
  }, 30_000);

  test("a busy hour leaves nothing behind in the browser: 3,600 contacts, as many nodes as after the first hundred", async () => {
    await using scene = await open(0);
    await using watched = await openPage(browser, scene.url);
    const { page, context } = watched;
    await signIn(page, scene.token);
    const devtools = await context.newCDPSession(page);
    const counted = async () => {
      await devtools.send("HeapProfiler.collectGarbage");
      const { nodes, jsEventListeners } = await devtools.send("Memory.getDOMCounters");
      const { usedSize } = await devtools.send("Runtime.getHeapUsage");
      return { nodes, jsEventListeners, usedSize };
    };
    const play = async (from: number, count: number): Promise<void> => {
      await end(scene.ledger, from, count);
      const last = String(from + count - 1).padStart(12, "0");
      await page.getByRole("region", { name: "Last contacts" }).getByText(last).first().waitFor();
    };
    await play(0, 100);
    const before = await counted();
    for (let n = 1; n < 36; n++) await play(n * 100, 100);
    const after = await counted();
    expect(after.nodes).toBeLessThan(before.nodes * 1.3);
    expect(after.jsEventListeners).toBeLessThan(before.jsEventListeners * 1.3);
    expect(after.usedSize).toBeLessThan(before.usedSize + 3_000_000);
  }, 90_000);
});
