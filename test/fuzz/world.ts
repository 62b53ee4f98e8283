import { readFileSync, writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import type { Conversation } from "../../src/simulator/conversation.ts";
import { Dice } from "../faults/dice.ts";
import { type Daemon, startWorld, type World } from "../harness.ts";
import { changed, type Json } from "./change.ts";
import { Front } from "./front.ts";
import { noiseOf } from "./noise.ts";
import { type Due, eventOf, lastMomentOf, momentsOf, type Place, type Tale } from "./tale.ts";
import { taleOf } from "./tales.ts";
import { type Teller, toldOf } from "./teller.ts";

export interface WorldOfTales {
  readonly seed: number;
  readonly conversations: number;
  /** Payloads are damaged beyond what the platform would do: what is posted is judged, what is not is not. */
  readonly damaged?: boolean;
}

/** What a world came to; `violations` name the seed, the conversation and what did not hold. */
export interface Outcome {
  readonly contacts: number;
  readonly posted: number;
  readonly events: number;
  readonly violations: readonly string[];
}

/** A queue nobody listens to. */
const left = "Helder Intern";
const queueNames = [
  "Helder Facturen",
  "Helder Verhuizen",
  "Helder Storingen",
  "Noordlicht Wonen",
  "Noordlicht Service",
  "Noordlicht Chat",
  "Ergens Anders",
  left,
];
/** No pause so short that a busy machine makes a fault of it: those are for other tests. */
const worldTiming = {
  heartbeatTimeoutMs: 10_000,
  pingEveryMs: 1_000,
  sweepEveryMs: 400,
  historyLagMs: 50,
  queueRefreshMs: 60_000,
  transcriptGiveUpMs: 60_000,
};
/** Since the last contact that was settled; a busy machine takes its time, a lost contact never comes. */
const deadlineMs = 15_000;

/** Plays conversations made up by a seed against a daemon, and compares what its backend received with what had to come. */
export async function playWorld({ seed, conversations, damaged = false }: WorldOfTales): Promise<Outcome> {
  await using stage = await Stage.start();
  const dice = new Dice(seed);
  const tellers = Array.from({ length: conversations }, () => stage.teller(dice, damaged));
  const events = (await Promise.all(tellers.map((teller) => stage.tell(teller, damaged)))).reduce(
    (a, b) => a + b,
    0,
  );
  const due = tellers.flatMap(({ tale }) => tale.dues);
  const violations = damaged ? await stage.survived(tellers) : await stage.settled(tellers);
  return {
    contacts: due.length,
    posted: stage.world.backend.accepted.length,
    events,
    violations: violations.map((one) => `seed ${seed}: ${one}`),
  };
}

/** Platform, front, backend and daemon. */
class Stage implements AsyncDisposable {
  readonly world: World;
  readonly #front: Front;
  readonly #daemon: Daemon;

  private constructor(world: World, front: Front, daemon: Daemon) {
    this.world = world;
    this.#front = front;
    this.#daemon = daemon;
  }

  static async start(): Promise<Stage> {
    const world = await startWorld({
      platform: { queues: queueNames.map((name) => ({ name })), requestsPerMinute: 1_000_000 },
      timing: worldTiming,
      postTimeoutMs: 5_000,
      pipeline: { concurrency: 32 },
      edit(file) {
        file.genesys.queues.exclude = [left];
      },
    });
    const front = await Front.start(world.platform.baseUrl);
    const file = JSON.parse(readFileSync(world.configPath, "utf8"));
    file.genesys.baseUrl = front.url;
    writeFileSync(world.configPath, JSON.stringify(file));
    const daemon = world.start();
    await daemon.connected();
    return new Stage(world, front, daemon);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.world[Symbol.asyncDispose]();
    await this.#front[Symbol.asyncDispose]();
  }

  teller(dice: Dice, damaged: boolean): Teller {
    const queues: Place[] = this.world.platform.queues.map(({ id, name }) => ({ id, name }));
    const brandOf = ({ name }: Place): string | undefined =>
      name === left
        ? undefined
        : ["helder", "noordlicht"].find((brand) => name.toLowerCase().startsWith(brand));
    const tale = taleOf(dice, { queues, brandOf });
    const own = new Dice(dice.between(1, 2 ** 31));
    const base = Date.now() - lastMomentOf(tale);
    const noise = noiseOf(own);
    const teller: Teller = { tale, base, noise, dice: own, moment: -1, told: toldOf(() => teller, damaged) };
    this.#front.conversations.set(tale.id, teller.told);
    return teller;
  }

  /** @returns how many events were told */
  async tell(teller: Teller, damaged: boolean): Promise<number> {
    const { tale, base, dice, noise } = teller;
    const moments = momentsOf(tale);
    let held: Json;
    let events = 0;
    const send = (event: Json): void => {
      this.#publish(tale, damaged ? changed(event, dice, dice.pick([0, 0, 1, 2, 5])) : event);
      events++;
    };
    for (const [index, moment] of moments.entries()) {
      await sleep(dice.between(0, 25));
      teller.moment = moment;
      const isLast = index === moments.length - 1;
      if (dice.chance(isLast ? 0.1 : 0.2)) continue;
      const event = noise.told(eventOf(tale, base, moment));
      if (held === undefined && !isLast && dice.chance(0.15)) {
        held = event;
        continue;
      }
      send(event);
      if (dice.chance(0.15)) send(event);
      if (held !== undefined) send(held);
      held = undefined;
    }
    return events;
  }

  #publish(tale: Tale, event: Json): void {
    const queueIds = [...new Set(tale.parts.flatMap(({ queue }) => queue?.id ?? []))];
    this.world.platform.publish({
      id: tale.id,
      legs: [],
      queueIds,
      isSpoken: false,
      endTime: undefined,
      toEvent: () => event,
    } as unknown as Conversation);
  }

  async #balance(): Promise<Json> {
    const { sinceStart } = (await (await fetch(`${await this.#daemon.address()}/status`)).json()) as Json;
    return sinceStart["*"] ?? { ended: 0, posted: 0, skipped: {}, waiting: {}, dead: {} };
  }

  /** What is wrong when everything that was told is settled. */
  async settled(tellers: readonly Teller[]): Promise<string[]> {
    // What was in a queue that is left out alone is told by nobody.
    const audible = tellers
      .filter(({ tale }) => tale.parts.some(({ queue }) => queue !== undefined && queue.name !== left))
      .flatMap(({ tale }) => tale.dues);
    const wanted = audible.filter(({ log }) => log !== undefined).length;
    const late = (await this.#drained(audible.length, wanted)) ? [] : ["not all of it was settled"];
    await sleep(300);
    return [
      ...late,
      ...tellers.flatMap((teller) => teller.tale.dues.flatMap((due) => this.#wrongWith(due, teller))),
      ...this.#unasked(tellers),
      ...(await this.#general()),
    ];
  }

  /** Waits until so many have ended and were posted, as long as there is any progress. */
  async #drained(ends: number, posts: number): Promise<boolean> {
    for (let [best, movedAt] = [-1, performance.now()]; performance.now() - movedAt < deadlineMs; ) {
      const { ended, posted } = await this.#balance();
      if (ended >= ends && posted >= posts) return true;
      if (ended + posted > best) [best, movedAt] = [ended + posted, performance.now()];
      await sleep(20);
    }
    return false;
  }

  #wrongWith({ key, log }: Due, { tale, base, noise }: Teller): string[] {
    const posts = this.world.backend.accepted.filter((one) => one.key === key);
    const where = `${key} (${noise.names.join(", ")}; ${tale.parts.map(({ purpose }) => purpose).join(" ")})`;
    if (posts.length !== (log === undefined ? 0 : 1)) {
      return [
        `${where}: posted ${posts.length} times, wanted ${log === undefined ? 0 : 1}; ${this.#story(tale.id)}`,
      ];
    }
    if (log === undefined) return [];
    const body = posts[0]?.body as Json;
    const found = {
      path: posts[0]?.path,
      brand: body.brand,
      accountId: body.accountId,
      agents: body.agents,
      startedAt: body.startedAt,
    };
    const wanted = {
      path: `/${log.brand}/contact-logs`,
      brand: log.brand,
      accountId: log.accountId,
      agents: log.agents,
      startedAt: new Date(base + log.startedAt).toISOString(),
    };
    const ends = log.endedAt.map((ms) => new Date(base + ms).toISOString());
    if (JSON.stringify(found) !== JSON.stringify(wanted)) {
      return [`${where}: ${JSON.stringify(found)} in place of ${JSON.stringify(wanted)}`];
    }
    return ends.includes(body.endedAt)
      ? []
      : [`${where}: ended ${body.endedAt} in place of ${ends.join(" or ")}`];
  }

  /** What the daemon said of a conversation. */
  #story(id: string): string {
    const lines = this.#daemon.lines.filter((line) => JSON.stringify(line).includes(id));
    return lines
      .map(({ msg, reason }) => `${msg} ${reason ?? ""}`.trim())
      .slice(-6)
      .join(", ");
  }

  #unasked(tellers: readonly Teller[]): string[] {
    const keys = new Set(tellers.flatMap(({ tale }) => tale.dues.map(({ key }) => key)));
    return this.world.backend.accepted.flatMap(({ key }) =>
      keys.has(key) ? [] : [`${key}: nobody asked for it`],
    );
  }

  /** What has to hold whatever came. */
  async survived(tellers: readonly Teller[]): Promise<string[]> {
    await sleep(1_500);
    const possible = new Set(tellers.flatMap(({ tale }) => tale.id));
    return [
      ...this.world.backend.accepted.flatMap((one) => wronglyPosted(one.body as Json, possible)),
      ...(await this.#general()),
    ];
  }

  async #general(): Promise<string[]> {
    const { ended, posted, skipped, waiting, dead } = await this.#balance();
    const sum = (counts: Json): number =>
      Object.values(counts as Record<string, number>).reduce((a, b) => a + b, 0);
    const balanced = ended === posted + sum(skipped) + sum(waiting) + sum(dead);
    const bad = this.#daemon.lines.filter(
      ({ msg, reason }) => String(msg).startsWith("unforeseen") || reason === "internal_error",
    );
    const bytes = new Set(this.world.backend.attempts.map(({ path, key, text }) => `${path} ${key} ${text}`));
    const keys = new Set(this.world.backend.attempts.map(({ path, key }) => `${path} ${key}`));
    return [
      ...(balanced
        ? []
        : [`the balance does not hold: ${JSON.stringify({ ended, posted, skipped, waiting, dead })}`]),
      ...bad.map((line) => `unforeseen: ${JSON.stringify(line)}`),
      ...(bytes.size === keys.size ? [] : ["a key was sent with other bytes"]),
    ];
  }
}

/** Even of damaged payloads no log may come but of a conversation that there was, for an account that was told. */
function wronglyPosted(
  { key, conversationId, accountId, agents }: Json,
  possible: ReadonlySet<string>,
): string[] {
  if (!possible.has(String(conversationId).toLowerCase())) return [`${key}: of no conversation there was`];
  if (typeof accountId !== "string" || accountId.trim() === "") return [`${key}: without an account`];
  return agents.length > 0 ? [] : [`${key}: nobody spoke`];
}
