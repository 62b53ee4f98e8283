import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openLedger } from "../../src/ledger/sqlite.ts";
import { statusOf } from "../../src/ledger/status.ts";
import { serveOps } from "../../src/ops/http.ts";
import { createMetrics } from "../../src/ops/metrics.ts";
import { createFeed } from "../../src/page/feed.ts";
import { createLooking } from "../../src/page/index.ts";
import { openNearby } from "../../src/page/nearby.ts";
import { expectQuiet, hasChromium, launch, openPage } from "./chromium.ts";

let browser: Browser;
beforeAll(async () => {
  if (hasChromium) browser = await launch();
});
afterAll(async () => await browser?.close());

test.skipIf(!hasChromium)("whatever an id, a brand or a cause holds is text", async () => {
  const hostile = `<img src=x onerror="document.title='taken'"></script><script>document.title='taken'</script>`;
  await using ledger = openLedger(":memory:");
  const contact = {
    ...{
      key: hostile,
      conversationId: hostile,
      medium: "voice" as const,
      startedAt: 0,
      endedAt: Date.now(),
    },
    ...{ agents: [], legs: [], transcribed: true, window: { from: 0, to: 1 } },
  };
  const admission = { contact, source: "notification", heardAt: 0, brand: hostile, accountId: "a" };
  await ledger.take(admission, 0);
  const [work] = await ledger.due(Date.now(), { total: 1, history: 1 }, new Set());
  if (!work) throw new Error("nothing is due");
  await ledger.bury(work, { reason: hostile, message: hostile });
  const feed = createFeed();
  feed.listener.ended?.({ ...contact, medium: hostile as "voice" }, hostile);
  feed.listener.circuit?.(hostile, "open");
  feed.listener.gapOpened?.(hostile, 1);
  const status = () => statusOf(ledger.reader, 0, hostile, null);
  using looking = createLooking({ feed, ledger, status, showLogs: true, wake() {} });
  await using server = await serveOps({
    ...{ host: "127.0.0.1", port: 0, metrics: createMetrics(), status },
    ...{ unready: () => undefined, collect: async () => {} },
    doors(on) {
      looking.page(on);
      openNearby(on, "127.0.0.1", looking.doors);
    },
  });
  const url = `http://${server.address}`;
  await using watched = await openPage(browser, url);
  const { page } = watched;
  await page.getByLabel("from").selectOption("end to recorded");
  await page.getByRole("region", { name: "Dead letters" }).getByRole("button").first().click();
  await page.getByRole("dialog").getByText(hostile).first().waitFor();
  expect(await page.getByText(hostile).count()).toBeGreaterThan(8);
  expect(await page.title()).toBe("contactlogd");
  expect(await page.evaluate("document.querySelectorAll('img, body script:not([type=module])').length")).toBe(
    0,
  );
  expectQuiet(watched, url);
});
