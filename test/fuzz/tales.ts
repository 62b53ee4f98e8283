import type { Dice } from "../faults/dice.ts";
import { type Due, idOf, type Message, type Part, type Place, type Tale } from "./tale.ts";

/*
 * Conversations made up at random, as the platform's documentation says they go: a queue, phones that ring in vain,
 * agents, transfers, consults, supervisors, chats that open again. What has to become of each is decided as it is made
 * up, from what happens in it, and from nothing the program under test says.
 */

const unanswered = [
  "transfer.noanswer",
  "transfer.notavailable",
  "transfer.donotdisturb",
  "endpoint.donotdisturb",
];
const said = [
  "Ik heb een vraag over mijn factuur van deze maand.",
  "Mijn termijnbedrag klopt niet meer sinds de verhuizing.",
  "Kunt u mijn meterstand nog een keer nakijken?",
] as const;
const replied = [
  "Ik heb het termijnbedrag zojuist voor u aangepast.",
  "Ik kijk het na en stuur u vandaag een bevestiging.",
  "De meterstand staat nu goed in het systeem.",
] as const;
const people = Array.from({ length: 9 }, (_, n) => `00000000-0000-4000-8000-00000000000${n}`);
/** Long enough that nobody takes what follows for part of what went before. */
const hourMs = 3_600_000;

/** Which brand takes a queue, by its name; undefined for none, or where it is left out. */
export type BrandOf = (queue: Place) => string | undefined;

export interface TaleOptions {
  readonly queues: readonly Place[];
  readonly brandOf: BrandOf;
}

export function taleOf(dice: Dice, options: TaleOptions): Tale {
  const kind = dice.next();
  if (kind < 0.5) return callOf(dice, options);
  if (kind < 0.85) return chatOf(dice, options);
  if (kind < 0.93) return internalCallOf(dice, options);
  return mailOf(dice, options);
}

/** What the customer's attributes say, and what of it counts. */
interface Customer {
  readonly attributes: Record<string, unknown>;
  /** The one account, where it is told; several are none. */
  readonly accountId: string | undefined;
  readonly authenticated: boolean;
}

function customerOf(dice: Dice): Customer {
  const account = `HLD-${dice.between(1, 999_999)}`;
  const [value, accountId] = dice.pick([
    ...Array.from({ length: 24 }, () => [account, account] as const),
    [4_711, "4711"],
    [` ${account} `, account],
    ["", undefined],
    ["  ", undefined],
    [null, undefined],
    [{ id: 5 }, undefined],
    [undefined, undefined],
  ] as const);
  const [proof, authenticated] = dice.pick([
    ...Array.from({ length: 24 }, () => ["true", true] as const),
    [true, true],
    ["TRUE", true],
    ["false", false],
    ["", false],
    ["yes", false],
    [undefined, false],
  ] as const);
  const other = { language: "nl", constructor: "x", deep: { a: [1] } };
  return { attributes: { customerNumber: value, authenticated: proof, ...other }, accountId, authenticated };
}

/** A conversation as it is made up. */
class Draft {
  readonly id: string;
  readonly parts: Part[] = [];
  readonly phrases: Message[] = [];
  now = 0;
  readonly #dice: Dice;
  readonly #media: Part["media"];

  constructor(dice: Dice, media: Part["media"]) {
    this.#dice = dice;
    this.#media = media;
    this.id = idOf(dice);
  }

  /** Some seconds go by. */
  pass(low = 1, high = 30): number {
    this.now += this.#dice.between(low, high) * 1_000 + this.#dice.between(1, 900);
    return this.now;
  }

  join(purpose: string, more: Partial<Part> = {}): Part {
    const part: Part = {
      id: idOf(this.#dice),
      communicationId: idOf(this.#dice),
      purpose,
      media: this.#media,
      begins: this.now,
      ...(this.#media === "messages" ? { messages: [] } : {}),
      ...more,
    };
    this.parts.push(part);
    return part;
  }

  leave(part: Part, how: string): void {
    part.ends ??= this.now;
    part.how ??= how;
  }

  /** Both sides say something. */
  talk(customer: Part, agent: Part): void {
    for (const [part, inbound] of [
      [customer, true],
      [agent, false],
    ] as const) {
      const text = this.#dice.pick(inbound ? said : replied);
      const message = { id: idOf(this.#dice), at: this.pass(2, 9), inbound, text };
      this.phrases.push(message);
      part.messages?.push({ ...message, ...(inbound ? {} : { userId: agent.userId as string }) });
    }
  }

  /** The customer waits in a queue, phones ring in vain, and somebody takes it, or nobody does. */
  serve(queue: Place, answered: boolean): Part | undefined {
    const dice = this.#dice;
    const waiting = this.join("acd", { queue, connects: this.now });
    for (let rings = dice.pick([0, 0, 0, 1, 2]); rings > 0; rings--) {
      this.pass();
      const rung = this.join("agent", { queue, userId: dice.pick(people) });
      this.pass();
      this.leave(rung, dice.pick(unanswered));
    }
    this.pass();
    if (!answered) {
      this.leave(waiting, "peer");
      return undefined;
    }
    const begins = this.now;
    const connects = this.pass(1, 9);
    const agent = this.join("agent", { queue, userId: dice.pick(people), begins, connects });
    this.leave(waiting, "transfer");
    return agent;
  }

  /** A colleague is asked, or listens; the customer hears neither. */
  besides(agent: Part): void {
    const dice = this.#dice;
    if (dice.chance(0.5)) return;
    const marks = dice.chance(0.5) ? { consults: agent.id } : { monitors: agent.id };
    const others = people.filter((one) => one !== agent.userId);
    const other = this.join(dice.pick(["agent", "user"]), {
      userId: dice.pick(others),
      connects: this.now,
      ...marks,
    });
    this.pass(1, 5);
    this.leave(other, "client");
  }

  tale(dues: readonly Due[]): Tale {
    return { id: this.id, parts: this.parts, dues, phrases: this.phrases };
  }
}

/** Who spoke with the customer, in order, once each, with the queue it was in. */
function agentsOf(answered: readonly Part[]): NonNullable<Due["log"]>["agents"] {
  const found = new Map<string, string | null>();
  for (const { userId, queue } of answered) {
    if (userId !== undefined && !found.has(userId)) found.set(userId, queue?.id ?? null);
  }
  return [...found].map(([userId, queueId]) => ({ userId, queueId }));
}

function logOf(
  answered: readonly Part[],
  { accountId, authenticated }: Customer,
  brandOf: BrandOf,
  times: { readonly startedAt: number; readonly endedAt: readonly number[] },
): Pick<Due, "log"> {
  const queue = answered.at(-1)?.queue;
  const brand = queue && brandOf(queue);
  if (brand === undefined || accountId === undefined || !authenticated) return {};
  return { log: { ...times, brand, accountId, agents: agentsOf(answered) } };
}

function callOf(dice: Dice, { queues, brandOf }: TaleOptions): Tale {
  const draft = new Draft(dice, "calls");
  const told = customerOf(dice);
  const elsewhere = dice.chance(0.15);
  const attributes = elsewhere ? {} : told.attributes;
  const customer = draft.join(dice.chance(0.9) ? "customer" : "external", { connects: 0, attributes });
  if (elsewhere || dice.chance(0.5)) {
    const ivr = draft.join("ivr", { connects: 0, attributes: elsewhere ? told.attributes : {} });
    draft.pass();
    draft.leave(ivr, "transfer");
  }
  const answered: Part[] = [];
  for (let rounds = dice.pick([1, 1, 1, 2, 3]); rounds > 0; rounds--) {
    const agent = draft.serve(dice.pick(queues), dice.chance(0.9));
    if (agent === undefined) break;
    answered.push(agent);
    draft.talk(customer, agent);
    draft.besides(agent);
    draft.pass();
    if (rounds > 1) draft.leave(agent, "transfer");
  }
  const merged = answered.length > 0 && dice.chance(0.06);
  draft.leave(customer, merged ? "transfer.conference" : dice.pick(["endpoint", "peer"]));
  for (const part of draft.parts)
    draft.leave(part, merged ? "transfer.conference" : dice.pick(["peer", "client"]));
  const times = { startedAt: 0, endedAt: [draft.now] };
  const log = merged || answered.length === 0 ? {} : logOf(answered, told, brandOf, times);
  return draft.tale([{ key: draft.id, ...log }]);
}

/** Colleagues among themselves. */
function internalCallOf(dice: Dice, { queues }: TaleOptions): Tale {
  const draft = new Draft(dice, "calls");
  const caller = draft.join("user", { userId: people[0] as string, connects: 0, queue: dice.pick(queues) });
  const called = draft.join("user", { userId: people[1] as string, connects: draft.pass() });
  draft.talk(caller, called);
  for (const part of draft.parts) draft.leave(part, "peer");
  return draft.tale([{ key: draft.id }]);
}

function mailOf(dice: Dice, { queues }: TaleOptions): Tale {
  const draft = new Draft(dice, "emails");
  const customer = draft.join("customer", { connects: 0, attributes: customerOf(dice).attributes });
  const agent = draft.serve(dice.pick(queues), true) as Part;
  draft.pass();
  for (const part of [customer, agent]) draft.leave(part, "client");
  return draft.tale([{ key: draft.id }]);
}

/** A chat of one or more agent sessions, hours apart; it is closed in the end, or left open. */
function chatOf(dice: Dice, { queues, brandOf }: TaleOptions): Tale {
  const draft = new Draft(dice, "messages");
  const told = customerOf(dice);
  const customer = draft.join("customer", { connects: 0, attributes: told.attributes });
  const sessions: { readonly key: string; readonly answered: Part[]; readonly leftAt: number }[] = [];
  for (let rounds = dice.pick([1, 1, 2, 3]); rounds > 0; rounds--) {
    const answered: Part[] = [];
    for (let agents = dice.pick([1, 1, 2]); agents > 0; agents--) {
      const agent = draft.serve(dice.pick(queues), true) as Part;
      answered.push(agent);
      draft.talk(customer, agent);
      draft.pass();
      draft.leave(agent, agents > 1 ? "transfer" : "client");
    }
    const last = answered.at(-1) as Part;
    sessions.push({ key: `${draft.id}:${last.communicationId}`, answered, leftAt: draft.now });
    draft.now += hourMs;
  }
  if (dice.chance(0.6)) draft.leave(customer, dice.pick(["client", "inactivity", "session.expired"]));
  const dues = sessions.map(({ key, answered, leftAt }, index): Due => {
    const startedAt = index === 0 ? 0 : (answered[0]?.connects ?? 0);
    const isLast = index === sessions.length - 1;
    const endedAt = isLast && customer.ends !== undefined ? [leftAt, customer.ends] : [leftAt];
    return { key, ...logOf(answered, told, brandOf, { startedAt, endedAt }) };
  });
  return draft.tale(dues);
}
