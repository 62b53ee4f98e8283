import { readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { DeliveryWork, Ledger } from "../../src/ledger/ledger.ts";
import { openLedger } from "../../src/ledger/sqlite.ts";
import { scratch } from "../scratch.ts";
import { dayMs, logOf, recorded, someTime } from "./contacts.ts";

let directory: string;
let ledger: Ledger;

beforeEach(() => {
  directory = scratch("kept");
  ledger = openLedger(join(directory, "contactlogd.db"));
});
afterEach(async () => {
  await ledger[Symbol.asyncDispose]();
  rmSync(directory, { recursive: true, force: true });
});

async function written(key: string, endedAt = someTime, accountId = "HLD-1"): Promise<DeliveryWork[]> {
  const work = await recorded(ledger, key, { endedAt, accountId });
  const bodies = new Map(["crm", "archive"].map((id) => [id, { body: "{}" }]));
  return await ledger.keep(work, bodies, "told", { log: logOf(key) });
}

async function posted(key: string, endedAt?: number, accountId?: string): Promise<void> {
  for (const work of await written(key, endedAt, accountId)) await ledger.settle(work);
}

const keys = (of: "account" | "case", id: string, limit = 9, since = 0): string[] =>
  ledger.kept.find({ of, id, limit, since }).map(({ key }) => key);

/** Nothing of the words is in the file, nor beside it. */
const words = (key: string): boolean =>
  readdirSync(directory).some((name) => readFileSync(join(directory, name)).includes(`woorden van ${key}`));

test("posted logs of an account, newest end first, with when they were posted; no other account's", async () => {
  const before = Date.now();
  await posted("c1", someTime + 1);
  await posted("c3", someTime + 3);
  await posted("c2", someTime + 2);
  await posted("other", someTime + 9, "HLD-2");
  expect(keys("account", "HLD-1")).toEqual(["c3", "c2", "c1"]);
  expect(keys("account", "HLD-1", 2)).toEqual(["c3", "c2"]);
  expect(keys("account", "HLD-9")).toEqual([]);
  const [newest] = ledger.kept.find({ of: "account", id: "HLD-1", limit: 1, since: 0 });
  const { postedAt, ...log } = newest ?? { postedAt: "" };
  expect(log).toEqual(logOf("c3"));
  expect(Date.parse(postedAt)).toBeGreaterThanOrEqual(before);
});

test("nobody reads it before the last destination has it, nor where one died", async () => {
  const [first, second] = (await written("c1")) as [DeliveryWork, DeliveryWork];
  await ledger.settle(first);
  expect(keys("account", "HLD-1")).toEqual([]);
  await ledger.bury(second, { reason: "http_422", message: "no" });
  expect(keys("account", "HLD-1")).toEqual([]);
  const [dead] = ledger.desk.dead({});
  if (dead) await ledger.desk.drop(dead);
  expect(keys("account", "HLD-1")).toEqual(["c1"]);
});

test("what no destination got in the end is erased", async () => {
  for (const work of await written("c1")) await ledger.bury(work, { reason: "http_422", message: "no" });
  expect(words("c1")).toBe(true);
  for (const dead of ledger.desk.dead({})) await ledger.desk.drop(dead);
  await expect.poll(() => words("c1")).toBe(false);
});

test("a case's logs are those of its contacts, by key and by conversation", async () => {
  await posted("c1", someTime + 1);
  await posted("c2:s1", someTime + 2);
  await posted("c2:s2", someTime + 3);
  await posted("c3", someTime + 4);
  for (const contactId of ["c1", "c2:s1"]) await ledger.cases.link({ contactId, caseId: "K-1" });
  await ledger.cases.link({ contactId: "c2", caseId: "K-2" });
  expect(keys("case", "K-1")).toEqual(["c2:s1", "c1"]);
  expect(keys("case", "K-2")).toEqual(["c2:s2", "c2:s1"]);
  expect(keys("case", "K-3")).toEqual([]);
});

test("time hides and erases them", async () => {
  await posted("c1");
  await posted("c2");
  expect(keys("account", "HLD-1", 9, Date.now() + dayMs)).toEqual([]);
  expect(await ledger.kept.expire(Date.now() - dayMs, 1)).toBe(false);
  expect(keys("account", "HLD-1")).toHaveLength(2);
  expect(await ledger.kept.expire(Date.now() + dayMs, 1)).toBe(true);
  expect(await ledger.kept.expire(Date.now() + dayMs, 2)).toBe(false);
  await expect.poll(() => words("c1") || words("c2")).toBe(false);
});

test.each([
  ["account", { accountId: "HLD-1" }],
  ["conversation", { conversationId: "c1" }],
])("forget by %s erases it, though the contact was settled long before", async (_by, target) => {
  await posted("c1");
  expect(await ledger.desk.forget(target)).toBe(1);
  expect(keys("account", "HLD-1")).toEqual([]);
  await expect.poll(() => words("c1")).toBe(false);
});

test("where none is to be kept none is", async () => {
  const work = await recorded(ledger, "c1");
  await ledger.keep(work, new Map([["crm", { body: "{}" }]]));
  const due = await ledger.due(Number.MAX_SAFE_INTEGER, { total: 9, history: 9 }, new Set());
  for (const one of due) if (one.kind === "delivery") await ledger.settle(one);
  expect(keys("account", "account of c1")).toEqual([]);
  expect(words("c1")).toBe(false);
});
