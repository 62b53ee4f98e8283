import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { Admission, ContactWork, Ledger, NoticeWork, Work } from "../../src/ledger/ledger.ts";
import type { ShadowRow, Taken } from "../../src/ledger/shadow.ts";
import { openLedger } from "../../src/ledger/sqlite.ts";
import { scratch } from "../scratch.ts";

const keys = ["a1", "b2", "c3"] as const;
type Key = (typeof keys)[number];
const acts = ["admit", "keep", "take", "expire", "forget", "restart"] as const;

/** What a simple list would know of one contact. */
interface Expected {
  contact: "unheard" | "recorded" | "settled";
  row: ShadowRow["state"] | "none";
}

/** What happens to a contact, and what whoever sent an agent's log is told. */
function step(one: Expected, act: (typeof acts)[number]): Taken | undefined {
  switch (act) {
    case "admit":
      if (one.contact === "unheard") one.contact = "recorded";
      return undefined;
    case "keep":
      if (one.contact !== "recorded") return undefined;
      one.contact = "settled";
      one.row = one.row === "final" ? "compared" : "log";
      return undefined;
    case "take":
      if (one.row === "log") one.row = "compared";
      if (one.row === "compared") return "matched";
      if (one.contact === "settled") return "unknown";
      one.row = "final";
      return "waiting";
    case "expire":
      if (one.row === "log") one.row = "expired";
      if (one.row === "final") one.row = "none";
      return undefined;
    case "forget":
      if (one.contact === "recorded") one.contact = "settled";
      one.row = "none";
      return undefined;
    case "restart":
      return undefined;
  }
}

/** The state file with its words: each side says its key, so that a word shows whose it is. */
class Real {
  readonly compared: string[] = [];
  readonly #file: string;
  readonly #works = new Map<Key, ContactWork>();
  ledger: Ledger;

  constructor(file: string) {
    this.#file = file;
    this.ledger = openLedger(file);
  }

  readonly #compare = (_brand: string, ours: { note?: string }, theirs: { note?: string }) => {
    this.compared.push(`${ours.note} ${theirs.note}`);
    return { category: undefined, subcategory: undefined, measures: {} };
  };

  async act(key: Key, act: (typeof acts)[number]): Promise<Taken | undefined> {
    const { shadows, desk } = this.ledger;
    switch (act) {
      case "admit":
        await this.#admit(key);
        return undefined;
      case "keep": {
        const work = this.#works.get(key);
        if (work) await shadows.keep(work, { note: `ours-${key}` }, this.#compare as never);
        return undefined;
      }
      case "take":
        return await shadows.take(
          { conversationId: key, words: { note: `theirs-${key}` } },
          this.#compare as never,
          true,
        );
      case "expire":
        await shadows.expire(Date.now() + 1, 100);
        return undefined;
      case "forget":
        await desk.forget({ conversationId: key });
        return undefined;
      case "restart":
        await this.ledger[Symbol.asyncDispose]();
        this.ledger = openLedger(this.#file);
        return undefined;
    }
  }

  async #admit(key: Key): Promise<void> {
    if (this.#works.has(key)) return;
    await this.ledger.record({ conversationId: key, source: "notification", heardAt: 1 }, 1);
    const facts = { key, conversationId: key, medium: "voice", startedAt: 1, endedAt: 2 };
    const contact = { ...facts, agents: [], legs: [], transcribed: true, window: { from: 0, to: 1 } };
    const admission = { contact, brand: "helder", accountId: "A", source: "notification", heardAt: 1 };
    const notice = await this.#find(`notice ${key}`);
    await this.ledger.admit(notice as NoticeWork, [admission as Admission], () => 1, undefined);
    this.#works.set(key, (await this.#find(`contact ${key}`)) as ContactWork);
  }

  async #find(id: string): Promise<Work | undefined> {
    const due = await this.ledger.due(Number.MAX_SAFE_INTEGER, { total: 99, history: 99 }, new Set());
    return due.find((work) => work.id === id);
  }
}

test("in whatever order both sides, an end of time and a restart come, a contact is compared once or not at all", async () => {
  const steps = fc.array(fc.tuple(fc.constantFrom(...keys), fc.constantFrom(...acts)), { maxLength: 25 });
  await fc.assert(
    fc.asyncProperty(steps, async (list) => {
      const directory = scratch("shadows");
      const file = join(directory, "contactlogd.db");
      const real = new Real(file);
      const expected = new Map<Key, Expected>(keys.map((key) => [key, { contact: "unheard", row: "none" }]));
      try {
        for (const [key, act] of list) {
          const all = act === "expire" ? keys : [key];
          const told = all.map((one) => step(expected.get(one) as Expected, act))[0];
          expect(await real.act(key, act)).toBe(told);
        }
        const rows = [...expected.values()].map(({ row }) => row).filter((row) => row !== "none");
        const found = real.ledger.reader.shadows({}).map(({ state }) => state);
        expect(found.toSorted()).toEqual(rows.toSorted());
        expect(real.compared).toEqual([...new Set(real.compared)]);
        expect(real.compared.every((pair) => /^ours-(\w+) theirs-\1$/.test(pair))).toBe(true);
      } finally {
        await real.ledger[Symbol.asyncDispose]();
      }
      const bytes = readFileSync(file).toString("latin1");
      for (const [key, { row }] of expected) {
        expect(bytes.includes(`ours-${key}`)).toBe(row === "log");
        expect(bytes.includes(`theirs-${key}`)).toBe(row === "final");
      }
      rmSync(directory, { recursive: true });
    }),
    { numRuns: 60 },
  );
});
