import { copyFileSync, existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { Admission, DeliveryStage, Ledger, NoticeWork, Stage, Work } from "../../src/ledger/ledger.ts";
import { openLedger } from "../../src/ledger/sqlite.ts";
import type { Contact } from "../../src/model.ts";
import { scratch } from "../scratch.ts";

/*
 * The SQLite ledger against a reference of a few lines: what workers and operators do in any order, with looks whose
 * notice was repeated meanwhile, and a process that may be killed at any moment.
 */

const conversations = ["c0", "c1", "c2"] as const;
const suffixes = ["", ":a", ":b"] as const;
const destinations = ["archive", "crm"] as const;
const someTime = 1_700_000_000_000;
const everything = { total: 1_000, history: 1_000 };

interface Row {
  readonly conversationId: string;
  stage: Stage;
  /** What later stages need; gone once it is settled, and never there where only a notice died. */
  whole: boolean;
  readonly deliveries: Map<string, { stage: DeliveryStage; body: string | undefined }>;
}

class Model {
  /** Version by conversation. */
  readonly notices = new Map<string, number>();
  readonly contacts = new Map<string, Row>();
  /** Conversations of which nothing that ended before is to be written. */
  readonly forgotten = new Set<string>();

  record(id: string): void {
    this.notices.set(id, (this.notices.get(id) ?? -1) + 1);
  }

  settle(row: Row, stage: "posted" | "skipped"): void {
    row.stage = stage;
    row.whole = false;
  }

  /** With its last delivery a contact is posted, or dead where one of them is. */
  close(row: Row): void {
    const stages = [...row.deliveries.values()].map(({ stage }) => stage);
    if (stages.some((stage) => stage !== "posted" && stage !== "dead")) return;
    if (stages.includes("dead")) row.stage = "dead";
    else this.settle(row, "posted");
  }

  get due(): string[] {
    const open = [...this.contacts].flatMap(([key, { stage, deliveries }]) => [
      ...(stage === "recorded" ? [`contact ${key}`] : []),
      ...[...deliveries].flatMap(([to, one]) =>
        one.stage === "posted" || one.stage === "dead" ? [] : [`delivery ${key} ${to}`],
      ),
    ]);
    return [...[...this.notices.keys()].map((id) => `notice ${id}`), ...open].sort();
  }

  get dead(): string[] {
    return [...this.contacts]
      .flatMap(([key, { stage, whole, deliveries }]) => {
        if (deliveries.size > 0) {
          const dead = [...deliveries].filter(([, one]) => one.stage === "dead");
          return dead.map(([to]) => `${key} ${to} written`);
        }
        return stage === "dead" ? [`${key} - ${whole ? "recorded" : "noticed"}`] : [];
      })
      .sort();
  }
}

class Real {
  readonly #directory = scratch("ledger");
  readonly #abandoned: Ledger[] = [];
  /** Notices workers took a while ago. */
  readonly held = new Map<string, NoticeWork>();
  #lives = 0;
  ledger: Ledger;

  constructor() {
    this.ledger = openLedger(this.#file);
  }

  get #file(): string {
    return join(this.#directory, `${this.#lives}.db`);
  }

  async reopen(): Promise<void> {
    await this.ledger[Symbol.asyncDispose]();
    this.ledger = openLedger(this.#file);
    this.held.clear();
  }

  /** What the disk holds at this moment is all the next process has. */
  crash(): void {
    const before = this.#file;
    this.#lives++;
    for (const part of ["", "-wal", ".generation"]) {
      if (existsSync(before + part)) copyFileSync(before + part, this.#file + part);
    }
    this.#abandoned.push(this.ledger);
    this.ledger = openLedger(this.#file);
    this.held.clear();
  }

  /** Counts that were kept and are not what the rows themselves count, or the other way round. */
  miscounted(): unknown[] {
    const kept = "SELECT * FROM counts";
    const counted = `SELECT span, recorded_at / span * span, ifnull(brand, ''), stage, ifnull(reason, ''),
        source = 'sweep', count(*)
      FROM contacts, (SELECT 60000 AS span UNION ALL SELECT 3600000) GROUP BY 1, 2, 3, 4, 5, 6`;
    const database = new DatabaseSync(this.#file, { readOnly: true });
    const only = (these: string, those: string) => `SELECT * FROM (${these} EXCEPT ${those})`;
    const rows = database.prepare(`${only(kept, counted)} UNION ALL ${only(counted, kept)}`).all();
    database.close();
    return rows;
  }

  async due(): Promise<Work[]> {
    const found = await this.ledger.due(Number.MAX_SAFE_INTEGER, everything, new Set());
    return found.toSorted((a, b) => (a.id < b.id ? -1 : 1));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const ledger of [...this.#abandoned, this.ledger]) await ledger[Symbol.asyncDispose]();
    rmSync(this.#directory, { recursive: true, force: true });
  }
}

/** Does one thing to both; a sentence says what, for the counterexample. */
type Act = (model: Model, real: Real) => Promise<unknown>;

function command(says: string, act: Act): fc.AsyncCommand<Model, Real> {
  return {
    check: () => true,
    toString: () => says,
    async run(model, real) {
      await act(model, real);
      await compare(model, real);
    },
  };
}

const sum = (counts: Record<string, number>): number => Object.values(counts).reduce((a, b) => a + b, 0);

/** What holds at every moment. */
async function compare(model: Model, real: Real): Promise<void> {
  const { reader, desk } = real.ledger;
  const explained = conversations.map((id) => ({ id, ...reader.explain(id) }));
  // I1: a recorded notice is there until its look's result is.
  const noticed = explained.flatMap(({ id, noticeDueAt }) => (noticeDueAt === undefined ? [] : [id]));
  expect(noticed).toEqual([...model.notices.keys()].sort());
  // I2: a key is there once, in the stage it should be in, and each destination once below it.
  const contacts = explained.flatMap((one) => one.contacts);
  const told = contacts.map(({ key, stage, deliveries }) => [
    key,
    stage,
    ...deliveries.map((one) => `${one.destination} ${one.stage}`),
  ]);
  const known = [...model.contacts].map(([key, { stage, deliveries }]) => [
    key,
    stage,
    ...[...deliveries].map(([to, one]) => `${to} ${one.stage}`).sort(),
  ]);
  expect(told.sort()).toEqual(known.sort());
  // I9: ended = posted + skipped + waiting + dead, for all and for each brand.
  const { "*": all, ...brands } = reader.balance(0);
  for (const { ended, posted, skipped, waiting, dead } of [all, ...Object.values(brands)].flatMap(
    (one) => one ?? [],
  ))
    expect(ended).toBe(posted + sum(skipped) + sum(waiting) + sum(dead));
  expect(all?.ended).toBe(model.contacts.size);
  expect(real.miscounted()).toEqual([]);
  expect(Object.values(brands).reduce((count, { ended }) => count + ended, 0)).toBe(model.contacts.size);
  // What is open is claimable, with its bytes; what died is on the desk; nothing else is.
  const due = await real.due();
  expect(due.map(({ id }) => id)).toEqual(model.due);
  for (const work of due) {
    if (work.kind === "delivery")
      expect(work.body).toBe(model.contacts.get(work.key)?.deliveries.get(work.destination)?.body);
  }
  const dead = desk.dead({}).map(({ key, destination, at }) => `${key} ${destination ?? "-"} ${at}`);
  expect(dead.sort()).toEqual(model.dead);
}

const conversation = fc.constantFrom(...conversations);
const nth = fc.nat({ max: 20 });

const record = conversation.map((id) =>
  command(`record ${id}`, async (model, { ledger }) => {
    model.record(id);
    await ledger.record({ conversationId: id, source: "notification", heardAt: someTime }, someTime);
  }),
);

const burst = fc.array(conversation, { minLength: 2, maxLength: 6 }).map((ids) =>
  command(`record ${ids} in one turn`, async (model, { ledger }) => {
    for (const id of ids) model.record(id);
    const notices = ids.map((id) => ({ conversationId: id, source: "backfill", heardAt: someTime }));
    await Promise.all(notices.map((notice) => ledger.record(notice, someTime)));
  }),
);

const take = conversation.map((id) =>
  command(`take notice ${id}`, async (_model, real) => {
    const work = (await real.due()).find((one) => one.id === `notice ${id}`);
    if (work?.kind === "notice") real.held.set(id, work);
  }),
);

interface Look {
  readonly id: string;
  readonly found: readonly { readonly suffix: string; readonly skip: boolean; readonly brand: string }[];
  readonly again: boolean;
}

const look: fc.Arbitrary<Look> = fc.record({
  id: conversation,
  found: fc.array(
    fc.record({
      suffix: fc.constantFrom(...suffixes),
      skip: fc.boolean(),
      brand: fc.constantFrom("helder", "noordlicht"),
    }),
    { maxLength: 3 },
  ),
  again: fc.boolean(),
});

/** The result of a look at a notice that was taken a while ago, and may have been repeated since. */
const admit = look.map(({ id, found, again }) =>
  command(
    `admit ${id}: ${found.map(({ suffix, skip }) => `${id}${suffix}${skip ? " skipped" : ""}`)}${again ? ", look again" : ""}`,
    async (model, real) => {
      const work = real.held.get(id);
      if (work === undefined) return;
      real.held.delete(id);
      const fresh = found.filter(({ suffix, skip }) => {
        const there = model.contacts.get(id + suffix);
        // A dead letter of a notice alone gives way to its contact.
        if (model.forgotten.has(id)) return false;
        if (there && (there.stage !== "dead" || there.whole || there.deliveries.size > 0)) return false;
        const stage = skip ? "skipped" : "recorded";
        model.contacts.set(id + suffix, { conversationId: id, stage, whole: !skip, deliveries: new Map() });
        return true;
      });
      if (!again && model.notices.get(id) === work.version) model.notices.delete(id);
      const admitted = await real.ledger.admit(
        work,
        found.map((one) => admissionOf(id, one)),
        () => someTime,
        again ? { dueAt: someTime } : undefined,
      );
      expect(admitted.map(({ contact }) => contact.key)).toEqual(fresh.map(({ suffix }) => id + suffix));
    },
  ),
);

function admissionOf(id: string, { suffix, skip, brand }: Look["found"][number]): Admission {
  const contact: Contact = {
    key: id + suffix,
    conversationId: id,
    medium: suffix === "" ? "voice" : "message",
    startedAt: someTime,
    endedAt: someTime + 1,
    agents: [],
    legs: [],
    transcribed: true,
    window: { from: 0, to: 1 },
  };
  const base = { contact, source: "notification", heardAt: someTime, brand };
  return skip ? { ...base, skipped: "no_account" } : { ...base, accountId: "1" };
}

type Handling = "go on" | "finish" | "put off" | "fail" | "bury" | "adopt" | "doubt";
const handling = fc.constantFrom<Handling>(
  "go on",
  "go on",
  "finish",
  "put off",
  "fail",
  "bury",
  "adopt",
  "doubt",
);

/** A worker takes something that is due and does what workers do with such work. */
const work = fc
  .tuple(nth, handling, fc.subarray([...destinations], { minLength: 1 }), fc.nat())
  .map(([n, how, to, salt]) =>
    command(`${how} with work ${n} (${to})`, async (model, real) => {
      const due = await real.due();
      const one = due[n % Math.max(1, due.length)];
      if (one === undefined) return;
      const { ledger } = real;
      if (how === "put off" || how === "fail") {
        await ledger.postpone(one, { dueAt: someTime, reason: "http_503", failed: how === "fail" });
        const row =
          one.kind === "delivery" ? model.contacts.get(one.key)?.deliveries.get(one.destination) : undefined;
        // What is put off was not taken, unless that is in doubt.
        if (row?.stage === "posting") row.stage = "written";
      } else if (one.kind === "notice") {
        if (how === "bury") await buryNotice(one, model, ledger);
      } else if (one.kind === "contact") {
        const row = model.contacts.get(one.contact.key) as Row;
        if (how === "go on") {
          const bodies = new Map(to.map((name) => [name, { body: `{"to":"${name}","salt":${salt}}` }]));
          await ledger.keep(one, bodies);
          row.stage = "written";
          for (const [name, { body }] of bodies) row.deliveries.set(name, { stage: "written", body });
        } else if (how === "bury") {
          await ledger.bury(one, { reason: "model_refused", message: "no" });
          row.stage = "dead";
        } else if (how === "adopt") {
          await ledger.adopt(one);
          model.settle(row, "posted");
        } else {
          await ledger.skip(one, "no_dialogue");
          model.settle(row, "skipped");
        }
      } else {
        const row = model.contacts.get(one.key) as Row;
        const delivery = row.deliveries.get(one.destination) as {
          stage: DeliveryStage;
          body: string | undefined;
        };
        if (how === "finish" || how === "adopt") {
          await ledger.settle(one);
          Object.assign(delivery, { stage: "posted", body: undefined });
          model.close(row);
        } else if (how === "bury") {
          await ledger.bury(one, { reason: "http_422", message: "no" });
          delivery.stage = "dead";
          model.close(row);
        } else if (how === "doubt") {
          await ledger.doubt(one, { reason: "timeout", dueAt: someTime, since: someTime, looks: 0 });
          delivery.stage = "uncertain";
        } else {
          await ledger.markPosting(one);
          delivery.stage = "posting";
        }
      }
    }),
  );

async function buryNotice(one: NoticeWork, model: Model, ledger: Ledger): Promise<void> {
  const id = one.notice.conversationId;
  await ledger.bury(one, { reason: "conversation_not_found", message: "gone" });
  model.notices.delete(id);
  if (model.contacts.has(id)) return;
  model.contacts.set(id, { conversationId: id, stage: "dead", whole: false, deliveries: new Map() });
}

/** What an operator does by hand. */
const desk = fc.tuple(nth, fc.boolean()).map(([n, replays]) =>
  command(`${replays ? "replay" : "drop"} dead letter ${n}`, async (model, { ledger }) => {
    const dead = ledger.desk
      .dead({})
      .toSorted((a, b) => (`${a.key} ${a.destination}` < `${b.key} ${b.destination}` ? -1 : 1));
    const one = dead[n % Math.max(1, dead.length)];
    if (one === undefined) return;
    expect(await (replays ? ledger.desk.replay(one) : ledger.desk.drop(one))).toBe(true);
    const row = model.contacts.get(one.key) as Row;
    const delivery = row.deliveries.get(one.destination ?? "");
    if (!replays) {
      row.deliveries.delete(one.destination ?? "");
      const left = [...row.deliveries.values()];
      if (left.length === 0) model.settle(row, "skipped");
      else if (left.every(({ stage }) => stage === "posted")) model.settle(row, "posted");
    } else if (delivery) {
      delivery.stage = "written";
      row.stage = "written";
    } else if (row.whole) {
      row.stage = "recorded";
    } else {
      model.contacts.delete(one.key);
      if (!model.notices.has(row.conversationId)) model.notices.set(row.conversationId, 0);
    }
  }),
);

const forget = conversation.map((id) =>
  command(`forget ${id}`, async (model, real) => {
    await real.ledger.desk.forget({ conversationId: id });
    // The workers' side of it is told in test/ledger/ledger.test.ts.
    real.held.delete(id);
    const awaited = model.notices.delete(id);
    if (awaited && !model.contacts.has(id)) {
      model.contacts.set(id, { conversationId: id, stage: "skipped", whole: false, deliveries: new Map() });
    }
    if ((model.contacts.get(id)?.stage ?? "posted") !== "posted") model.forgotten.add(id);
    for (const row of model.contacts.values()) {
      if (row.conversationId !== id) continue;
      row.deliveries.clear();
      model.settle(row, row.stage === "posted" ? "posted" : "skipped");
    }
  }),
);

const commands = fc.commands(
  [
    record,
    burst,
    take,
    admit,
    take,
    admit,
    work,
    work,
    work,
    work,
    desk,
    forget,
    conversation.map((id) => command(`bring ${id} forward`, (_model, { ledger }) => ledger.bringForward(id))),
    fc.constant(command("close and open again", (_model, real) => real.reopen())),
    fc.constant(command("kill -9", async (_model, real) => real.crash())),
  ],
  { maxCommands: 80, size: "max" },
);

test("I1 I2 I9 whatever is done in whatever order, and however often it is killed, the ledger is what a simple list would be", async () => {
  await fc.assert(
    fc.asyncProperty(commands, async (sequence) => {
      await using real = new Real();
      await fc.asyncModelRun(() => ({ model: new Model(), real }), sequence);
    }),
    { numRuns: 40 },
  );
});
