/**
 * `node powercut-work.ts <state file> <acknowledgements> <contacts>`: real ledger work, in a process whose writes are
 * recorded. What the ledger acknowledges is written down at once, in the same order as the file's own writes.
 */
import { openSync, writeSync } from "node:fs";
import type { ContactWork, DeliveryWork, Ledger, NoticeWork } from "../../src/ledger/ledger.ts";
import { openLedger } from "../../src/ledger/sqlite.ts";

const [, , stateFile = "", acknowledgements = "", contacts = "0"] = process.argv;
const pipe = openSync(acknowledgements, "a", 0o600);
const acknowledge = (what: string, id: string): void => void writeSync(pipe, `${what} ${id}\n`);
const inFlight = new Set<string>();
const atOnce = 8;
const lines = "She asks about her bill; it is put right. ".repeat(6);

{
  await using ledger = openLedger(stateFile);
  acknowledge("opened", "-");
  const all = Number(contacts);
  for (let next = 0; next < all || inFlight.size > 0; ) {
    for (; next < all && inFlight.size < atOnce; next++) void settleOne(ledger, `c${next}`, next);
    await new Promise((resolve) => setTimeout(resolve, 1 + (next % 3) * 4));
  }
  // The last checkpoint comes after the last contact.
  await new Promise((resolve) => setTimeout(resolve, 300));
}
acknowledge("closed", "-");

async function settleOne(ledger: Ledger, id: string, number: number): Promise<void> {
  inFlight.add(id);
  try {
    await ledger.record({ conversationId: id, source: "notification", heardAt: number }, 0);
    acknowledge("noticed", id);
    const notice = await claim<NoticeWork>(ledger, `notice ${id}`);
    await ledger.admit(notice, [admission(id, number)], () => 0, undefined);
    acknowledge("recorded", id);
    const contact = await claim<ContactWork>(ledger, `contact ${id}`);
    if (number % 11 === 10) {
      await ledger.skip(contact, "no_transcript");
      return acknowledge("skipped", id);
    }
    await ledger.keep(contact, new Map([["main", { body: JSON.stringify({ id, text: lines }) }]]));
    acknowledge("written", id);
    const delivery = await claim<DeliveryWork>(ledger, `delivery ${id} main`);
    await ledger.markPosting(delivery);
    acknowledge("posting", id);
    if (number % 7 === 6) {
      await ledger.doubt(delivery, { reason: "timeout", dueAt: 0, since: 1, looks: 0 });
      acknowledge("uncertain", id);
    }
    if (number % 13 === 12) {
      await ledger.bury(delivery, { reason: "http_422", message: "it will not have it" });
      return acknowledge("dead", id);
    }
    await ledger.settle(delivery);
    acknowledge("posted", id);
  } finally {
    inFlight.delete(id);
  }
}

function admission(id: string, number: number) {
  const window = { from: number, to: number + 1 };
  const contact = { key: id, conversationId: id, medium: "voice" as const, agents: [], legs: [], window };
  const more = { startedAt: number, endedAt: number + 1, transcribed: true };
  return {
    contact: { ...contact, ...more },
    source: "notification",
    heardAt: number,
    brand: "b",
    accountId: "A",
  };
}

async function claim<T extends { id: string }>(ledger: Ledger, id: string): Promise<T> {
  const due = await ledger.due(Date.now(), { total: 1_000, history: 1_000 }, new Set());
  const found = due.find((work) => work.id === id);
  if (!found) throw new Error(`${id} is not due`);
  return found as unknown as T;
}
