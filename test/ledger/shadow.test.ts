import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Admission, ContactWork, Ledger, NoticeWork, Work } from "../../src/ledger/ledger.ts";
import { openReader } from "../../src/ledger/reader.ts";
import type { Compare, LogWords } from "../../src/ledger/shadow.ts";
import { openLedger, openLedgerBeside } from "../../src/ledger/sqlite.ts";
import type { Contact } from "../../src/model.ts";
import { scratch } from "../scratch.ts";

const someTime = 1_700_000_000_000;
const everything = { total: 1_000, history: 1_000 };
const ours: LogWords = { note: "onze-kanarie", category: "Facturen", subcategory: "Termijnbedrag" };
const theirs: LogWords = { note: "hun-kanarie" };

let directory: string;
let file: string;
let ledger: Ledger;
let comparisons: { brand: string; ours: LogWords; theirs: LogWords }[];

/** Tells what it was given, and keeps nothing of it. */
const compare: Compare = (brand, one, other) => {
  comparisons.push({ brand, ours: one, theirs: other });
  return { category: "Facturen", subcategory: undefined, measures: { note: 0.5 } };
};

beforeEach(() => {
  directory = scratch("shadow");
  file = join(directory, "contactlogd.db");
  ledger = openLedger(file);
  comparisons = [];
});
afterEach(async () => {
  await ledger[Symbol.asyncDispose]();
  rmSync(directory, { recursive: true, force: true });
});

function contactOf(key: string): Contact {
  return {
    key,
    conversationId: key.split(":", 1)[0] as string,
    medium: key.includes(":") ? "message" : "voice",
    startedAt: someTime,
    endedAt: someTime + 60_000,
    agents: [],
    legs: [],
    transcribed: true,
    window: { from: 0, to: 1 },
  };
}

function due(): Promise<Work[]> {
  return ledger.due(Number.MAX_SAFE_INTEGER, everything, new Set());
}

async function admitted(key: string, extra: object = {}): Promise<void> {
  const contact = contactOf(key);
  await ledger.record(
    { conversationId: contact.conversationId, source: "notification", heardAt: someTime },
    someTime,
  );
  const notice = (await due()).find(({ kind }) => kind === "notice") as NoticeWork;
  const admission = { contact, source: "notification", heardAt: someTime, brand: "helder", ...extra };
  await ledger.admit(
    notice,
    ["skipped" in extra ? admission : { ...admission, accountId: "HLD-4711" }] as Admission[],
    () => someTime,
    undefined,
  );
}

async function recorded(key: string): Promise<ContactWork> {
  await admitted(key);
  const work = (await due()).find(({ id }) => id === `contact ${key}`);
  if (!work) throw new Error(`${key} is not due`);
  return work as ContactWork;
}

async function kept(key: string, words = ours): Promise<void> {
  await ledger.shadows.keep(await recorded(key), words, compare, "told");
}

const take = (named: { key?: string; conversationId?: string }, words = theirs, awaited = true) =>
  ledger.shadows.take({ ...named, words }, compare, awaited);
const states = (): string[] => ledger.reader.shadows({}).map(({ state }) => state);
const bytes = (): string =>
  ["", "-wal"]
    .map((suffix) => `${file}${suffix}`)
    .filter((one) => existsSync(one))
    .map((one) => readFileSync(one).toString("latin1"))
    .join("");

/** What was erased before is gone for good: what goes from here on goes by itself. */
const scrubbed = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 350));

async function gone(...words: string[]): Promise<void> {
  const end = Date.now() + 5_000;
  while (words.some((word) => bytes().includes(word))) {
    if (Date.now() > end) throw new Error(`still in the file: ${words}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

describe("our log first", () => {
  test("settles its contact as skipped, is kept, and is due no more", async () => {
    await kept("c1");
    expect(await due()).toEqual([]);
    const { contacts, steps } = ledger.reader.explain("c1");
    expect(contacts).toMatchObject([{ key: "c1", stage: "skipped", reason: "shadow" }]);
    expect(steps.slice(-2)).toMatchObject([
      { step: "written", detail: "told" },
      { step: "skipped", detail: "shadow" },
    ]);
    expect(ledger.reader.balance(0)["*"]).toMatchObject({ ended: 1, skipped: { shadow: 1 }, waiting: {} });
    expect(states()).toEqual(["log"]);
    expect(bytes()).toContain("onze-kanarie");
    expect(bytes()).toContain("HLD-4711");
  });

  test("is compared with the agent's when that comes, once, and no word of either stays in the bytes", async () => {
    await kept("c1");
    await scrubbed();
    expect(await take({ key: "c1" })).toBe("matched");
    expect(comparisons).toEqual([{ brand: "helder", ours, theirs }]);
    expect(ledger.reader.shadows({})).toEqual([
      {
        brand: "helder",
        medium: "voice",
        state: "compared",
        ours: { category: "Facturen", subcategory: "Termijnbedrag" },
        theirs: { category: "Facturen", subcategory: undefined },
        measures: { note: 0.5 },
      },
    ]);
    await gone("onze-kanarie", "hun-kanarie", "HLD-4711");
    expect(await take({ key: "c1" }, { note: "andere-kanarie" })).toBe("matched");
    expect(comparisons).toHaveLength(1);
    expect(bytes()).not.toContain("andere-kanarie");
    expect(ledger.reader.explain("c1").steps.at(-1)).toMatchObject({ step: "compared", detail: undefined });
  });

  test("is found by its conversation where that has one contact, and else by its key alone", async () => {
    await kept("c1:a");
    expect(await take({ conversationId: "c1" })).toBe("matched");
    await kept("c2:a");
    await kept("c2:b", { ...ours, note: "tweede" });
    expect(await take({ conversationId: "c2" })).toBe("unknown");
    expect(await take({ key: "c2:b" })).toBe("matched");
    expect(comparisons.at(-1)?.ours.note).toBe("tweede");
  });

  test("a contact that was skipped otherwise is no second one", async () => {
    await admitted("c1:a", { skipped: "no_human_agent" });
    await kept("c1:b");
    expect(await take({ conversationId: "c1" })).toBe("matched");
  });

  test("is compared in an ordinary run too", async () => {
    await kept("c1");
    expect(await take({ key: "c1" }, theirs, false)).toBe("matched");
  });

  test("survives a restart, and a contact that was forgotten meanwhile leaves nothing", async () => {
    await kept("c1");
    const late = await recorded("c2");
    await ledger.desk.forget({ conversationId: "c2" });
    await ledger.shadows.keep(late, ours, compare);
    await ledger[Symbol.asyncDispose]();
    ledger = openLedger(file);
    expect(states()).toEqual(["log"]);
    expect(await take({ key: "c1" })).toBe("matched");
  });
});

describe("the agent's log first", () => {
  test("waits, and is compared when ours is written; ours never reaches the file", async () => {
    const work = await recorded("c1");
    expect(await take({ conversationId: "c1" })).toBe("waiting");
    expect(states()).toEqual(["final"]);
    await scrubbed();
    await ledger.shadows.keep(work, ours, compare);
    expect(comparisons).toEqual([{ brand: "helder", ours, theirs }]);
    expect(states()).toEqual(["compared"]);
    expect(bytes()).not.toContain("onze-kanarie");
    await gone("hun-kanarie", "HLD-4711");
  });

  test.each(["c1", "c1:a"])(
    "waits also before anybody told of the conversation (contact %s)",
    async (key) => {
      expect(await take({ conversationId: "c1" })).toBe("waiting");
      await kept(key);
      expect(comparisons).toHaveLength(1);
      expect(states()).toEqual(["compared"]);
    },
  );

  test("the last one sent counts", async () => {
    await take({ key: "c1" }, { note: "eerst" });
    await scrubbed();
    await take({ key: "c1" }, { note: "laatst" });
    await kept("c1");
    expect(comparisons).toMatchObject([{ theirs: { note: "laatst" } }]);
    await gone("eerst", "laatst");
  });

  test("that names a conversation with two contacts is given to neither", async () => {
    expect(await take({ conversationId: "c1" })).toBe("waiting");
    await admitted("c1:a");
    await admitted("c1:b");
    for (const work of await due()) await ledger.shadows.keep(work as ContactWork, ours, compare);
    expect(comparisons).toEqual([]);
    expect(states().toSorted()).toEqual(["final", "log", "log"]);
  });

  test("is not kept in an ordinary run", async () => {
    await recorded("c1");
    expect(await take({ key: "c1" }, theirs, false)).toBe("unknown");
    expect(await take({ key: "unheard-of" }, theirs, false)).toBe("unknown");
    expect(states()).toEqual([]);
  });

  test("is not kept where no log of ours can follow: skipped, posted, or under way to a backend", async () => {
    await admitted("c1", { skipped: "no_account" });
    await ledger.adopt(await recorded("c2"));
    await ledger.keep(await recorded("c3"), new Map([["crm", { body: "{}" }]]));
    for (const key of ["c1", "c2", "c3"]) {
      expect(await take({ key }), key).toBe("unknown");
      expect(await take({ conversationId: key }), key).toBe("unknown");
    }
    expect(states()).toEqual([]);
    expect(bytes()).not.toContain("hun-kanarie");
  });

  test("waits for a dead contact, which may be replayed", async () => {
    const work = await recorded("c1");
    await ledger.bury(work, { reason: "model_refused", message: "no" });
    expect(await take({ key: "c1" })).toBe("waiting");
  });
});

describe("erasing", () => {
  test("words that met no counterpart go when their time is over; that they were there stays countable", async () => {
    await kept("c1");
    await take({ key: "c2" });
    await scrubbed();
    expect(await ledger.shadows.expire(Date.now() - 60_000, 10)).toBe(false);
    expect(states().toSorted()).toEqual(["final", "log"]);
    expect(await ledger.shadows.expire(Date.now() + 1, 10)).toBe(false);
    expect(states()).toEqual(["expired"]);
    await gone("onze-kanarie", "hun-kanarie", "HLD-4711");
    expect(await take({ key: "c1" })).toBe("unknown");
    await kept("c2");
    expect(states().toSorted()).toEqual(["expired", "log"]);
  });

  test("goes in slices, and leaves what was compared", async () => {
    for (const key of ["c1", "c2", "c3"]) await kept(key);
    await take({ key: "c2" });
    expect(await ledger.shadows.expire(Date.now() + 1, 1)).toBe(true);
    expect(states().toSorted()).toEqual(["compared", "expired", "log"]);
  });

  test("measures go with the row of their contact", async () => {
    await kept("c1");
    await take({ key: "c1" });
    await ledger.retire(Date.now() - 60_000, 10);
    expect(states()).toEqual(["compared"]);
    await ledger.retire(Date.now() + 1, 10);
    expect(states()).toEqual([]);
  });

  test("forget finds them by account and by conversation, and what waits under the conversation's id", async () => {
    await kept("c1:a");
    await kept("c2");
    await scrubbed();
    expect(await ledger.desk.forget({ accountId: "HLD-4711" })).toBe(2);
    expect(states()).toEqual([]);
    await gone("onze-kanarie", "HLD-4711");
    expect(ledger.reader.explain("c2").contacts).toMatchObject([{ stage: "skipped", reason: "forgotten" }]);

    await take({ conversationId: "c3" });
    await recorded("c3:a");
    expect(await ledger.desk.forget({ accountId: "HLD-4711" })).toBe(1);
    await take({ conversationId: "c4" });
    await kept("c5");
    await take({ key: "c5" });
    expect(states().toSorted()).toEqual(["compared", "final"]);
    expect(await ledger.desk.forget({ conversationId: "c4" })).toBe(1);
    expect(await ledger.desk.forget({ conversationId: "c5" })).toBe(1);
    expect(states()).toEqual([]);
    await gone("hun-kanarie");
  });

  test("by hand beside the daemon reaches the bytes before the hand is done", async () => {
    await kept("c1");
    expect(bytes()).toContain("onze-kanarie");
    const beside = openLedgerBeside(file);
    expect(await beside.shadows.take({ key: "c1", words: theirs }, compare, true)).toBe("matched");
    await beside[Symbol.asyncDispose]();
    expect(bytes()).not.toContain("onze-kanarie");
    expect(states()).toEqual(["compared"]);
  });
});

test("what is reported can be chosen by brand and by time, also by another process", async () => {
  await kept("c1");
  await take({ key: "unheard-of" });
  using reader = openReader(file);
  expect(reader.shadows({}).map(({ state }) => state)).toEqual(["log", "final"]);
  expect(reader.shadows({ brand: "helder" })).toHaveLength(1);
  expect(reader.shadows({ brand: "noordlicht" })).toEqual([]);
  expect(reader.shadows({ since: Date.now() + 1_000 })).toEqual([]);
  expect(reader.shadows({ since: Date.now() - 60_000 })).toHaveLength(2);
});

test("a ledger that hands out no deliveries keeps them for the next that does", async () => {
  await ledger.keep(await recorded("c1"), new Map([["crm", { body: "{}" }]]));
  await ledger[Symbol.asyncDispose]();
  ledger = openLedger(file, "no deliveries");
  await recorded("c2");
  expect((await due()).map(({ id }) => id)).toEqual(["contact c2"]);
  expect(await ledger.nextDueAt(new Set(["contact c2"]))).toBeUndefined();
  await ledger[Symbol.asyncDispose]();
  ledger = openLedger(file);
  expect((await due()).map(({ id }) => id).toSorted()).toEqual(["contact c2", "delivery c1 crm"]);
});
