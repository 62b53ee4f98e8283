import { afterEach, beforeEach, expect, test } from "vitest";
import type { Ledger } from "../../src/ledger/ledger.ts";
import { openLedger } from "../../src/ledger/sqlite.ts";
import type { Contact } from "../../src/model.ts";
import { takeContact } from "../../src/pipeline/take.ts";
import type { Reports } from "../../src/pipeline/tools.ts";

const contact: Contact = {
  key: "c-1",
  conversationId: "c-1",
  medium: "voice",
  startedAt: 1,
  endedAt: 2,
  agents: [],
  legs: [],
  transcribed: true,
  window: { from: 1, to: 2 },
  origin: { kind: "contact-lens", location: "s3://bucket/c-1", summary: "ours" },
};
const everything = { total: 10, history: 10 };

let ledger: Ledger;
let told: string[];
let woken: number;

beforeEach(() => {
  ledger = openLedger(":memory:");
  told = [];
  woken = 0;
});
afterEach(() => ledger[Symbol.asyncDispose]());

const tools = () => ({
  ledger,
  reports: {
    ended: ({ key }, _brand) => void told.push(`ended ${key}`),
    skipped: ({ key }, brand, reason) => void told.push(`skipped ${key} ${brand} ${reason}`),
  } as Reports,
  wake: () => void woken++,
  keysKeptSince: 0,
});

test("an eligible contact is due when its words may be fetched, and is recorded once", async () => {
  const dueAt = Date.now() + 60_000;
  const verdict = { kind: "eligible", brand: "helder", accountId: "HLD-1" } as const;
  expect(await takeContact({ contact, verdict, dueAt }, "contact-lens", tools())).toBe(true);
  expect(await takeContact({ contact, verdict, dueAt: 0 }, "contact-lens", tools())).toBe(false);
  expect(await ledger.due(dueAt - 1, everything, new Set())).toEqual([]);
  const [work] = await ledger.due(dueAt, everything, new Set());
  expect(work).toMatchObject({ kind: "contact", contact, brand: "helder", accountId: "HLD-1" });
  expect([told, woken]).toEqual([["ended c-1"], 1]);
});

test("one that is skipped is settled at once, its code for explain beside the reason", async () => {
  const verdict = { kind: "skipped", brand: "helder", reason: "analysis_failed" } as const;
  const ended = { contact, verdict, told: "QUOTA_EXCEEDED", dueAt: 0 };
  expect(await takeContact(ended, "contact-lens", tools())).toBe(true);
  expect(await takeContact(ended, "contact-lens", tools())).toBe(false);
  expect(await ledger.due(Date.now(), everything, new Set())).toEqual([]);
  expect(told).toEqual(["ended c-1", "skipped c-1 helder analysis_failed"]);
  const { steps, contacts } = ledger.reader.explain("c-1");
  expect(steps.map(({ step, detail }) => `${step} ${detail}`)).toContain(
    "skipped analysis_failed: QUOTA_EXCEEDED",
  );
  expect(contacts).toMatchObject([{ key: "c-1", stage: "skipped", reason: "analysis_failed" }]);
});

test("B2 one that ended before keys were kept is skipped: it may have been posted and forgotten", async () => {
  const verdict = { kind: "eligible", brand: "helder", accountId: "HLD-1" } as const;
  const taking = { ...tools(), keysKeptSince: Date.now() - 60_000 };
  const recent = { ...contact, key: "c-2", conversationId: "c-2", endedAt: Date.now() - 30_000 };
  for (const one of [contact, recent]) {
    expect(await takeContact({ contact: one, verdict, dueAt: 0 }, "contact-lens", taking)).toBe(true);
  }
  expect(told).toEqual(["ended c-1", "skipped c-1 helder too_old", "ended c-2"]);
});
