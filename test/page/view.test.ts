import { expect, test } from "vitest";
import type { ContactWork } from "../../src/ledger/ledger.ts";
import { openLedger } from "../../src/ledger/sqlite.ts";
import type { ContactLog } from "../../src/model.ts";
import { createFeed } from "../../src/page/feed.ts";
import { createView } from "../../src/page/view.ts";

type Ledger = ReturnType<typeof openLedger>;

async function take(ledger: Ledger, key: string): Promise<ContactWork> {
  const contact = {
    ...{ key, conversationId: key, medium: "voice" as const, startedAt: 0, endedAt: 5 },
    ...{ agents: [], legs: [], transcribed: true, window: { from: 0, to: 5 } },
  };
  await ledger.take({ contact, source: "notification", heardAt: 0, brand: "helder", accountId: "HLD-1" }, 0);
  const works = await ledger.due(Date.now(), { total: 9, history: 9 }, new Set());
  return works.find((work) => work.kind === "contact" && work.contact.key === key) as ContactWork;
}

function viewOf(ledger: Ledger) {
  const settings = { mayChange: false, showsLogs: false, status: () => ({}) };
  return createView({ feed: createFeed(), reader: ledger.reader, desk: ledger.desk, ...settings });
}

test("a contact is a part of its own, with why it waits; of hundreds the last fifty are shown", async () => {
  await using ledger = openLedger(":memory:");
  for (let n = 0; n < 60; n++) await take(ledger, `old-${n}`);
  await new Promise((resolve) => setTimeout(resolve, 5));
  const work = await take(ledger, "new");
  const [delivery] = await ledger.keep(work, new Map([["main", { body: "{}", target: undefined }]]));
  if (!delivery) throw new Error("nothing was kept");
  await ledger.postpone(delivery, { dueAt: Date.now() + 1_000, reason: "destination_error", failed: true });
  const parts = viewOf(ledger).parts();
  expect(parts["contact new"]).toEqual({
    ...{ key: "new", conversationId: "new", medium: "voice", brand: "helder" },
    ...{ stage: "written", reason: "destination_error", endedAt: 5, settledAt: undefined },
    recordedAt: expect.any(Number),
  });
  expect(Object.keys(parts).filter((name) => name.startsWith("contact "))).toHaveLength(50);
  expect(JSON.stringify(parts)).not.toContain("HLD-1");
});

test("dead letters are read once a second, and anew when one was replayed", async () => {
  await using ledger = openLedger(":memory:");
  const view = viewOf(ledger);
  expect(view.letters()).toEqual({ total: 0, rows: [] });
  await ledger.bury(await take(ledger, "c"), { reason: "http_422", message: "refused" });
  expect(view.letters().total).toBe(0);
  view.renew();
  expect(view.letters()).toMatchObject({ total: 1, rows: [{ key: "c", reason: "http_422" }] });
});

test("what is held for a case is among the logs that are not sent yet, and what was posted is not", async () => {
  await using ledger = openLedger(":memory:");
  const log = { key: "c", description: "held" } as ContactLog;
  const held = {
    ...{ destination: "cases", log, linkGiveUpMs: 60_000, unlinked: "dead" as const },
    render: () => ({ body: "{}", target: undefined }),
  };
  const rendered = new Map([["main", { body: '{"description":"to main"}', target: undefined }]]);
  const [delivery] = await ledger.keep(await take(ledger, "c"), rendered, undefined, { held: [held] });
  const bodies = () =>
    ledger.reader.unposted("c").map(({ destination, body }) => [destination, JSON.parse(body)]);
  expect(bodies()).toEqual([
    ["main", { description: "to main" }],
    ["cases", expect.objectContaining({ description: "held" })],
  ]);
  if (delivery) await ledger.settle(delivery);
  expect(bodies().map(([destination]) => destination)).toEqual(["cases"]);
});
