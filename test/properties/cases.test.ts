import { copyFileSync, existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { DeliveryWork, Ledger, Meeting, ToSend } from "../../src/ledger/ledger.ts";
import { openLedger } from "../../src/ledger/sqlite.ts";
import { dayMs, logOf, recorded } from "../ledger/contacts.ts";
import { scratch } from "../scratch.ts";

/*
 * Links and logs in any order, with everything workers, operators and time do meanwhile, and a process that may be
 * killed at any moment: against a reference of a few lines.
 */

const keys = ["c0", "c1:a", "c1:b"] as const;
const contactIds = [...keys, "c1", "c9"] as const;
const caseIds = ["K-1", "K-2", "K#3"] as const;
const conversationOf = (key: string): string => key.split(":", 1)[0] ?? key;

interface Delivery {
  stage: "open" | "posted" | "dead";
  /** It could be rendered. */
  readonly sendable: boolean;
}

interface Contact {
  readonly deliveries: Map<string, Delivery>;
  held: { readonly unlinked: "dead" | "skip"; dead: boolean; readonly givenUp: Set<string> } | undefined;
  stage: "written" | "posted" | "dead" | "skipped";
}

class Model {
  readonly contacts = new Map<string, Contact>();
  readonly links = new Set<string>();
  /** Every post there ever was. */
  readonly posts: string[] = [];

  casesOf(key: string): string[] {
    return caseIds.filter(
      (id) => this.links.has(`${key} ${id}`) || this.links.has(`${conversationOf(key)} ${id}`),
    );
  }

  /** Cases that are to get a held log, and have no delivery. */
  unmet(key: string, { held, deliveries }: Contact): string[] {
    return held === undefined
      ? []
      : this.casesOf(key).filter((id) => !held.givenUp.has(id) && !deliveries.has(`cases#${id}`));
  }

  meet(refused: string | undefined, only = (_key: string): boolean => true): void {
    for (const [key, contact] of this.contacts) {
      if (!only(key)) continue;
      for (const caseId of this.unmet(key, contact)) {
        const sendable = caseId !== refused;
        contact.deliveries.set(`cases#${caseId}`, { stage: sendable ? "open" : "dead", sendable });
        if (contact.held) contact.held.dead = false;
        this.close(contact);
      }
    }
  }

  waitsForLink({ held, deliveries }: Contact): boolean {
    const reached = [...deliveries.keys()].some((route) => route !== "main");
    return held !== undefined && !held.dead && held.givenUp.size === 0 && !reached;
  }

  close(contact: Contact): void {
    const has = (stage: Delivery["stage"]) =>
      [...contact.deliveries.values()].some((one) => one.stage === stage);
    if (contact.stage === "skipped") return;
    if (has("open") || this.waitsForLink(contact)) contact.stage = "written";
    else if (has("dead") || contact.held?.dead) contact.stage = "dead";
    else if (has("posted")) contact.stage = "posted";
    else {
      contact.stage = "skipped";
      contact.held = undefined;
    }
  }

  lapse(): void {
    for (const [key, contact] of this.contacts) {
      const { held, deliveries } = contact;
      const unsendable = [...deliveries.values()].some((one) => one.stage === "dead" && !one.sendable);
      if (held === undefined || held.dead || unsendable || this.unmet(key, contact).length > 0) continue;
      if (this.waitsForLink(contact) && held.unlinked === "dead") held.dead = true;
      else contact.held = undefined;
      this.close(contact);
    }
  }
}

class Real {
  readonly #directory = scratch("cases");
  readonly #abandoned: Ledger[] = [];
  #lives = 0;
  ledger: Ledger;

  constructor() {
    this.ledger = openLedger(this.#file);
  }

  get #file(): string {
    return join(this.#directory, `${this.#lives}.db`);
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
  }

  async due(): Promise<DeliveryWork[]> {
    const all = await this.ledger.due(Number.MAX_SAFE_INTEGER, { total: 999, history: 999 }, new Set());
    return all.filter((one) => one.kind === "delivery").toSorted((a, b) => (a.id < b.id ? -1 : 1));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const ledger of [...this.#abandoned, this.ledger]) await ledger[Symbol.asyncDispose]();
    rmSync(this.#directory, { recursive: true, force: true });
  }
}

function command(
  says: string,
  act: (model: Model, real: Real) => Promise<unknown>,
): fc.AsyncCommand<Model, Real> {
  return {
    check: () => true,
    toString: () => says,
    async run(model, real) {
      await act(model, real);
      compare(model, real);
    },
  };
}

const sum = (counts: Record<string, number>): number => Object.values(counts).reduce((a, b) => a + b, 0);

/** What holds at every moment. */
function compare(model: Model, { ledger }: Real): void {
  const { "*": all } = ledger.reader.balance(0);
  expect(all?.ended).toBe(model.contacts.size);
  expect(all?.ended).toBe(
    (all?.posted ?? 0) + sum(all?.skipped ?? {}) + sum(all?.waiting ?? {}) + sum(all?.dead ?? {}),
  );
  const stageOf = (stage: string) => (stage === "posted" || stage === "dead" ? stage : "open");
  const told = ["c0", "c1"]
    .flatMap((id) => ledger.reader.explain(id).contacts)
    .map(({ key, stage, deliveries, held }) => ({
      key,
      stage,
      held: held.map(({ dead }) => dead),
      deliveries: deliveries.map((one) => `${one.destination} ${stageOf(one.stage)}`).sort(),
    }));
  const known = [...model.contacts].map(([key, { stage, held, deliveries }]) => ({
    key,
    stage,
    held: held ? [held.dead] : [],
    deliveries: [...deliveries].map(([route, one]) => `${route} ${one.stage}`).sort(),
  }));
  const byKey = (a: { key: string }, b: { key: string }) => (a.key < b.key ? -1 : 1);
  expect(told.sort(byKey)).toEqual(known.sort(byKey));
  const dead = ledger.desk.dead({}).map(({ key, destination }) => `${key} ${destination}`);
  const dying = [...model.contacts].flatMap(([key, { held, deliveries }]) => [
    ...(held?.dead ? [`${key} cases`] : []),
    ...[...deliveries].flatMap(([route, one]) => (one.stage === "dead" ? [`${key} ${route}`] : [])),
  ]);
  expect(dead.sort()).toEqual(dying.sort());
  // No case gets a log twice, whatever happens.
  expect(new Set(model.posts).size).toBe(model.posts.length);
}

const nth = fc.nat({ max: 20 });
const render =
  (refused: string | undefined) =>
  ({ key, link: { caseId } }: Pick<Meeting, "key" | "link">): ToSend =>
    caseId === refused ? { reason: "refused", message: "no" } : { body: `${key} to ${caseId}` };
const refusal = fc.option(fc.constantFrom(...caseIds), { nil: undefined, freq: 4 });

const write = fc
  .record({
    key: fc.constantFrom(...keys),
    main: fc.boolean(),
    unlinked: fc.constantFrom("dead" as const, "skip" as const),
    refused: refusal,
  })
  .map(({ key, main, unlinked, refused }) =>
    command(
      `write ${key}${main ? " for main" : ""}, ${unlinked}, ${refused} refused`,
      async (model, { ledger }) => {
        if (model.contacts.has(key)) return;
        const work = await recorded(ledger, key);
        const contact: Contact = {
          deliveries: new Map(main ? [["main", { stage: "open", sendable: true }]] : []),
          held: { unlinked, dead: false, givenUp: new Set() },
          stage: "written",
        };
        model.contacts.set(key, contact);
        model.meet(refused, (one) => one === key);
        await ledger.keep(work, new Map(main ? [["main", { body: "to main" }]] : []), "told", {
          held: [
            {
              destination: "cases",
              log: logOf(key),
              linkGiveUpMs: dayMs,
              unlinked,
              render: (link) => render(refused)({ key, link }),
            },
          ],
        });
      },
    ),
  );

const link = fc
  .tuple(fc.constantFrom(...contactIds), fc.constantFrom(...caseIds), fc.boolean(), refusal)
  .map(([contactId, caseId, meets, refused]) =>
    command(`link ${contactId} to ${caseId}${meets ? " and meet" : ""}`, async (model, { ledger }) => {
      const known = model.links.has(`${contactId} ${caseId}`);
      model.links.add(`${contactId} ${caseId}`);
      expect(await ledger.cases.link({ contactId, caseId })).toBe(known ? "known" : "recorded");
      if (!meets) return;
      model.meet(refused, (key) => key === contactId || conversationOf(key) === contactId);
      await ledger.cases.meet(render(refused), contactId);
    }),
  );

const meet = fc.tuple(fc.boolean(), refusal).map(([serves, refused]) =>
  command(`meet all${serves ? "" : ", not served"}`, async (model, { ledger }) => {
    if (serves) model.meet(refused);
    await ledger.cases.meet(serves ? render(refused) : () => undefined);
  }),
);

const deliver = fc
  .tuple(nth, fc.constantFrom("settle", "settle", "bury", "mark", "put off"))
  .map(([n, how]) =>
    command(`${how} delivery ${n}`, async (model, real) => {
      const due = await real.due();
      const one = due[n % Math.max(1, due.length)];
      if (one === undefined) return;
      const contact = model.contacts.get(one.key) as Contact;
      const delivery = contact.deliveries.get(one.route) as Delivery;
      expect(one.body).toBe(one.caseId === undefined ? "to main" : `${one.key} to ${one.caseId}`);
      if (how === "mark") return void (await real.ledger.markPosting(one));
      if (how === "put off")
        return await real.ledger.postpone(one, { dueAt: 1, reason: "http_503", failed: true });
      if (how === "settle") {
        model.posts.push(`${one.key} ${one.route}`);
        delivery.stage = "posted";
        await real.ledger.settle(one);
      } else {
        delivery.stage = "dead";
        await real.ledger.bury(one, { reason: "http_422", message: "no" });
      }
      model.close(contact);
    }),
  );

const lapse = fc.constant(
  command("the time is over", async (model, { ledger }) => {
    model.lapse();
    await ledger.cases.lapse(Date.now() + 2 * dayMs);
  }),
);

const desk = fc.tuple(nth, fc.boolean()).map(([n, replays]) =>
  command(`${replays ? "replay" : "drop"} dead letter ${n}`, async (model, { ledger }) => {
    const dead = ledger.desk
      .dead({})
      .toSorted((a, b) => (`${a.key} ${a.destination}` < `${b.key} ${b.destination}` ? -1 : 1));
    const row = dead[n % Math.max(1, dead.length)];
    if (row === undefined) return;
    const contact = model.contacts.get(row.key) as Contact;
    const route = String(row.destination);
    const delivery = contact.deliveries.get(route);
    if (delivery === undefined) {
      if (replays && contact.held) contact.held.dead = false;
      else contact.held = undefined;
    } else if (replays && delivery.sendable) {
      delivery.stage = "open";
    } else {
      contact.deliveries.delete(route);
      if (!replays && route !== "main") contact.held?.givenUp.add(route.slice("cases#".length));
    }
    model.close(contact);
    expect(await (replays ? ledger.desk.replay(row) : ledger.desk.drop(row))).toBe(true);
  }),
);

const forget = fc.constantFrom("c0", "c1").map((id) =>
  command(`forget ${id}`, async (model, { ledger }) => {
    await ledger.desk.forget({ conversationId: id });
    for (const one of model.links)
      if (conversationOf(one.split(" ", 1)[0] ?? "") === id) model.links.delete(one);
    for (const [key, contact] of model.contacts) {
      if (conversationOf(key) !== id) continue;
      contact.deliveries.clear();
      contact.held = undefined;
      if (contact.stage !== "posted") contact.stage = "skipped";
    }
  }),
);

const commands = fc.commands(
  [
    write,
    write,
    link,
    link,
    meet,
    deliver,
    deliver,
    deliver,
    lapse,
    desk,
    desk,
    forget,
    fc.constant(command("kill -9", async (_model, real) => real.crash())),
  ],
  { maxCommands: 60, size: "max" },
);

test("I2 I9 whatever comes first, and whatever happens meanwhile, each case gets each log once, and the balance holds", async () => {
  await fc.assert(
    fc.asyncProperty(commands, async (sequence) => {
      await using real = new Real();
      await fc.asyncModelRun(() => ({ model: new Model(), real }), sequence);
    }),
    { numRuns: 60 },
  );
});
