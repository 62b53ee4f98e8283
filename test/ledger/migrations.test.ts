import { createHash } from "node:crypto";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, expect, test } from "vitest";
import {
  type Admission,
  type ContactWork,
  type DeliveryWork,
  type Ledger,
  liveSources,
  type NoticeWork,
} from "../../src/ledger/ledger.ts";
import { migrations } from "../../src/ledger/migrations.ts";
import { openReader } from "../../src/ledger/reader.ts";
import { openLedger } from "../../src/ledger/sqlite.ts";
import { scratch } from "../scratch.ts";
import { toSchema } from "./older.ts";

const someTime = 1_700_000_000_000;
/** Of steps that were released. A change here is a change to files in use: it needs a step of its own instead. */
const released = ["c8fa2a5e"];

let directory: string;
let file: string;

beforeEach(() => {
  directory = scratch("migrations");
  file = join(directory, "contactlogd.db");
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

test("released steps are as they were", () => {
  const hashes = migrations.map((step) => createHash("sha256").update(step).digest("hex").slice(0, 8));
  expect(hashes.slice(0, released.length)).toEqual(released);
});

async function contact(ledger: Ledger, id: string, extra: object = {}): Promise<ContactWork> {
  await ledger.record({ conversationId: id, source: "notification", heardAt: someTime }, someTime);
  const find = async (name: string) =>
    (await ledger.due(Number.MAX_SAFE_INTEGER, { total: 99, history: 99 }, new Set())).find(
      (work) => work.id === name,
    );
  const facts = { key: id, conversationId: id, medium: "voice", startedAt: someTime, endedAt: someTime };
  const shape = { agents: [], legs: [], transcribed: true, window: { from: 0, to: 1 } };
  const admission = { contact: { ...facts, ...shape }, source: "notification", heardAt: someTime };
  const judged = "skipped" in extra ? extra : { accountId: `account of ${id}` };
  await ledger.admit(
    (await find(`notice ${id}`)) as NoticeWork,
    [{ ...admission, brand: "helder", ...judged } as Admission],
    () => someTime,
    undefined,
  );
  return (await find(`contact ${id}`)) as ContactWork;
}

/** A row in every stage, made by the program. */
async function everyStage(ledger: Ledger): Promise<void> {
  const keep = async (id: string): Promise<DeliveryWork> =>
    (
      await ledger.keep(await contact(ledger, id), new Map([["crm", { body: `body of ${id}` }]]))
    )[0] as DeliveryWork;
  await contact(ledger, "recorded");
  await contact(ledger, "skipped", { skipped: "no_account" });
  await ledger.bury(await contact(ledger, "dead"), { reason: "refused", message: "no" });
  await keep("written");
  await ledger.markPosting(await keep("posting"));
  await ledger.doubt(await keep("uncertain"), { reason: "reset", dueAt: 5, since: 4, looks: 1 });
  await ledger.settle(await keep("posted"));
  await ledger.bury(await keep("undeliverable"), { reason: "http_422", message: "no" });
  await ledger.record({ conversationId: "noticed", source: "sweep", heardAt: someTime }, someTime);
  await ledger.gaps.open({ reason: "silence", from: 1, to: 2 });
  await ledger.marks.set("heard_until", "7");
}

const tables = ["notices", "contacts", "deliveries", "steps", "gaps", "marks"];

/** All there is but what the first schema had no column for, and the generation that counts the openings. */
function content(): Record<string, unknown> {
  const database = new DatabaseSync(file, { readOnly: true });
  const rows = tables.map((table) => {
    const found = database.prepare(`SELECT * FROM ${table} ORDER BY 1, 2`).all();
    return [table, found.map(({ target: _, receipt: __, ...row }) => row)];
  });
  database.close();
  const all = Object.fromEntries(rows) as Record<string, { name?: string }[]>;
  return { ...all, marks: all.marks?.filter(({ name }) => name !== "generation") };
}

test("a file of the first schema opens with nothing lost, and goes on", async () => {
  const first = openLedger(file);
  await everyStage(first);
  await first[Symbol.asyncDispose]();
  toSchema(file, 1);
  const before = content();
  expect(before.contacts).toHaveLength(8);
  expect(before.deliveries).toHaveLength(5);

  const ledger = openLedger(file);
  expect(content()).toEqual(before);
  expect(ledger.quarantined).toBeUndefined();
  expect(ledger.doubtfulBefore).toBe(0);
  const due = await ledger.due(Number.MAX_SAFE_INTEGER, { total: 99, history: 99 }, new Set());
  expect(due.map(({ id }) => id).toSorted()).toEqual([
    "contact recorded",
    "delivery posting crm",
    "delivery uncertain crm",
    "delivery written crm",
    "notice noticed",
  ]);
  const work = due.find(({ id }) => id === "contact recorded") as ContactWork;
  const compare = () => ({ category: undefined, subcategory: undefined, measures: { note: 1 } });
  await ledger.shadows.keep(work, { note: "van ons" }, compare);
  expect(await ledger.shadows.take({ key: "recorded", words: { note: "x" } }, compare, true)).toBe("matched");
  expect(await ledger.cases.link({ contactId: "posted", caseId: "K-1" })).toBe("recorded");
  expect(await ledger.desk.forget({ accountId: "account of dead" })).toBe(1);
  await ledger[Symbol.asyncDispose]();
  using reader = openReader(file);
  expect(reader.shadows({})).toMatchObject([{ state: "compared", measures: { note: 1 } }]);
  expect(reader.explain("posted").contacts).toMatchObject([{ stage: "posted", cases: ["K-1"], held: [] }]);
});

test("what is live stands in the indexes as it is asked for: a claim never reads what it does not take", async () => {
  const live = liveSources.map((source) => `'${source}'`).join(", ");
  await openLedger(file)[Symbol.asyncDispose]();
  const database = new DatabaseSync(file, { readOnly: true });
  for (const table of ["notices", "contacts", "deliveries"]) {
    const plan = database
      .prepare(
        `EXPLAIN QUERY PLAN SELECT * FROM ${table} WHERE ${table}.due_at <= ?
           AND (${table}.source IN (${live})) = ? ORDER BY ${table}.heard_at DESC LIMIT ?`,
      )
      .all();
    expect(plan.map(({ detail }) => detail)).toEqual([
      `SEARCH ${table} USING INDEX ${table}_live (<expr>=?)`,
    ]);
  }
  database.close();
});

test.each([1, 2, 3] as const)("what a file of schema %i holds is counted", async (version) => {
  const first = openLedger(file);
  await everyStage(first);
  const counted = first.reader.balance(0);
  await first[Symbol.asyncDispose]();
  expect(counted["*"]).toMatchObject({ ended: 8, posted: 1, skipped: { no_account: 1 } });
  toSchema(file, version);
  const before = openReader(file);
  expect(before.balance(0)).toEqual(counted);
  before[Symbol.dispose]();
  await using ledger = openLedger(file);
  expect(ledger.reader.balance(0)).toEqual(counted);
  expect(await ledger.desk.forget({ accountId: "account of dead" })).toBe(1);
  expect(ledger.reader.balance(0)["*"]).toMatchObject({ ended: 8, skipped: { no_account: 1, forgotten: 1 } });
});

test("a file of the first schema can be read before a daemon has opened it", async () => {
  const first = openLedger(file);
  await everyStage(first);
  await first[Symbol.asyncDispose]();
  toSchema(file, 1);
  using reader = openReader(file);
  expect(reader.shadows({})).toEqual([]);
  expect(reader.depths()).toMatchObject({ recorded: 1 });
  expect(reader.explain("written").contacts).toMatchObject([{ stage: "written", cases: [], held: [] }]);
});
