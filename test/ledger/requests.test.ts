import { rmSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Admission, ContactWork, DeliveryWork, Ledger, NoticeWork } from "../../src/ledger/ledger.ts";
import { openLedger } from "../../src/ledger/sqlite.ts";
import { forceableSkips, type SkipReason, skipReasons } from "../../src/model.ts";
import { scratch } from "../scratch.ts";

const someTime = 1_700_000_000_000;
const id = "c-1";

let directory: string;
let file: string;
let ledger: Ledger;

beforeEach(() => {
  directory = scratch("requests");
  file = join(directory, "contactlogd.db");
  ledger = openLedger(file);
});
afterEach(async () => {
  await ledger[Symbol.asyncDispose]();
  rmSync(directory, { recursive: true, force: true });
});

async function restart(): Promise<void> {
  await ledger[Symbol.asyncDispose]();
  ledger = openLedger(file);
}

const ask = async (force = false): Promise<void> =>
  await ledger.requests.ask({ conversationId: id, source: "request", heardAt: someTime }, force);

const due = async () => await ledger.due(Number.MAX_SAFE_INTEGER, { total: 9, history: 9 }, new Set());

async function notice(): Promise<NoticeWork> {
  return (await due()).find((work) => work.kind === "notice") as NoticeWork;
}

async function look(
  work: NoticeWork,
  judged: { accountId: string } | { skipped: SkipReason },
  dueAt = someTime,
): Promise<Admission[]> {
  const contact = {
    key: id,
    conversationId: id,
    medium: "voice" as const,
    startedAt: someTime,
    endedAt: someTime,
    agents: [],
    legs: [],
    transcribed: true,
    window: { from: 0, to: 1 },
  };
  const admission = { contact, source: "request", heardAt: someTime, brand: "helder", ...judged };
  return await ledger.admit(work, [admission as Admission], () => dueAt, undefined);
}

const eligible = { accountId: "4711" };
const skipped = (reason: SkipReason) => ({ skipped: reason });

test("a request is a notice that is due, and survives a restart; force once asked for stays", async () => {
  await ask(true);
  await ask(false);
  await restart();
  expect(ledger.requests.get(id)).toEqual({ force: true });
  expect(ledger.requests.standing(id)).toMatchObject({ asked: true, noticeDueAt: someTime, contacts: [] });
  expect(await notice()).toMatchObject({ notice: { source: "request" } });
});

test("it is done with the look that was made with it, and not with one that began before", async () => {
  await ledger.record({ conversationId: id, source: "notification", heardAt: someTime }, someTime);
  const before = await notice();
  await ask(true);
  await look(before, skipped("no_account"));
  expect(ledger.requests.get(id)).toEqual({ force: true });
  expect(await look(await notice(), eligible)).toHaveLength(1);
  expect(ledger.requests.get(id)).toBeUndefined();
  expect(ledger.requests.standing(id)).toMatchObject({ asked: false, contacts: [{ stage: "recorded" }] });
});

describe("a contact that was skipped", () => {
  test.each(skipReasons)("as %s is judged again only where force passes over it", async (reason) => {
    await ask();
    await look(await notice(), skipped(reason));
    await ask();
    expect(await ledger.keysOf(id)).toEqual(new Set([id]));
    expect(await look(await notice(), eligible)).toEqual([]);
    await ask(true);
    const again = forceableSkips.some((one) => one === reason);
    expect(await ledger.keysOf(id)).toEqual(new Set(again ? [] : [id]));
    expect(await look(await notice(), eligible)).toHaveLength(again ? 1 : 0);
    expect(ledger.requests.standing(id).contacts).toMatchObject([
      again ? { stage: "recorded", reason: undefined } : { stage: "skipped", reason },
    ]);
    expect(ledger.reader.balance(0)["*"]).toMatchObject({ ended: 1 });
  });

  test("and is judged alike once more stays as it is", async () => {
    await ask();
    await look(await notice(), skipped("no_account"));
    await ask(true);
    expect(await look(await notice(), skipped("no_account"))).toEqual([]);
  });

  test("as posted is never taken up again", async () => {
    await ask();
    await look(await notice(), eligible);
    const [work] = await due();
    const kept = await ledger.keep(work as ContactWork, new Map([["main", { body: "{}" }]]));
    await ledger.settle(kept[0] as DeliveryWork, { status: 201, alreadyThere: false });
    await ask(true);
    expect(await ledger.keysOf(id)).toEqual(new Set([id]));
    expect(await look(await notice(), eligible)).toEqual([]);
    expect(ledger.requests.standing(id).contacts).toMatchObject([
      {
        stage: "posted",
        deliveries: [{ destination: "main", receipt: { status: 201, alreadyThere: false } }],
      },
    ]);
  });
});

test("words are asked for at once, but not before an upstream wants to be asked again", async () => {
  const later = Date.now() + 3_600_000;
  await ask();
  await look(await notice(), eligible, later);
  await ledger.requests.askAtOnce(id);
  const [work] = await due();
  expect(ledger.requests.standing(id).contacts[0]?.dueAt).toBeLessThanOrEqual(Date.now());
  await ledger.postpone(work as ContactWork, { dueAt: later, reason: "model_rate_limited", failed: true });
  await ledger.requests.askAtOnce(id);
  expect(ledger.requests.standing(id).contacts).toMatchObject([{ dueAt: later, failing: true }]);
  await ledger.postpone(work as ContactWork, { dueAt: later, reason: "transcript", failed: false });
  await ledger.requests.askAtOnce(id);
  expect(ledger.requests.standing(id).contacts[0]?.dueAt).toBeLessThanOrEqual(Date.now());
});

test("a look that fails tells why, one that died leaves no request", async () => {
  await ask(true);
  await ledger.postpone(await notice(), { dueAt: someTime, reason: "platform_error", failed: true });
  expect(ledger.requests.standing(id)).toMatchObject({ asked: true, noticeFailure: "platform_error" });
  await ledger.bury(await notice(), { reason: "conversation_not_found", message: "no" });
  expect(ledger.requests.standing(id)).toMatchObject({
    asked: false,
    contacts: [{ seen: false, reason: "conversation_not_found" }],
  });
});

test("forgotten, the request goes with the conversation", async () => {
  await ask(true);
  await ledger.desk.forget({ conversationId: id });
  expect(ledger.requests.standing(id)).toMatchObject({
    asked: false,
    noticeDueAt: undefined,
    noticeFailure: undefined,
    contacts: [{ stage: "skipped", reason: "forgotten" }],
  });
});
