import { setTimeout as delay } from "node:timers/promises";
import type { ContactLog } from "../model.ts";
import { play } from "../simulator/player.ts";
import type { Story } from "../simulator/story.ts";
import { type Balance, type Books, total } from "./audit.ts";
import type { Board } from "./board.ts";
import { brandOf, expectationOf } from "./cast.ts";
import { admit, crowdOf, type Guest, lateName } from "./crowd.ts";
import type { LogLine } from "./daemon.ts";
import type { Fault, Scene } from "./faults.ts";
import { type Hour, sentenceOf, type Trial } from "./hour.ts";
import type { Stage, StagedDaemon } from "./stage.ts";
import { seconds } from "./text.ts";

/** What is played, and how fast. */
export interface Script {
  readonly stories: readonly Story[];
  readonly size: number;
  readonly everyMs: number;
}

const stepMs = 170;
/** Between `kill -9` and the next run. */
const downMs = 1_000;
const lookEveryMs = 25;
const askEveryMs = 250;
const sayEveryMs = 5_000;
const statusMs = 2_000;
/** From the last conversation's end until all of them are settled. */
const settleDeadlineMs = 15_000;

/** How many ends there will be: two calls that agents merge are two. */
export function endsOf(stories: readonly Story[], crowd: ReturnType<typeof crowdOf>): number {
  return stories.length + crowd.reduce((sum, { before }) => sum + (before ? 2 : 1), 0);
}

/** Everything that is known while the hour is played. */
export class WorstHour {
  readonly trials: readonly Trial[];
  readonly #stage: Stage;
  readonly #guests: Guest[] = [];
  readonly #foundBy = new Map<string, string>();
  readonly #listeners = new Set<(line: LogLine) => void>();
  /** A run of the daemon ended that nobody had told to. */
  readonly #failed = Promise.withResolvers<never>();
  #daemon: StagedDaemon | undefined;
  /** Of the daemon's `/status`; undefined while it is down. */
  #address: string | undefined;
  #balances: Readonly<Record<string, Balance>> | undefined;
  #begunAt = performance.now();
  #expected = 0;

  constructor(stage: Stage, faults: readonly Fault[]) {
    this.#stage = stage;
    this.trials = faults.map((fault) => ({ fault, startedAt: undefined, overAt: undefined }));
    this.#failed.promise.catch(() => {});
  }

  state(): Hour {
    return {
      trials: this.trials,
      expected: this.#expected,
      ended: this.#guests.length,
      balance: this.#balances?.["*"],
      isUp: this.#address !== undefined,
      taken: this.#stage.backend.accepted.length,
    };
  }

  /** The first run of the daemon; the hour begins when it hears. */
  async begin(signal: AbortSignal): Promise<void> {
    await this.#run(signal);
    this.#begunAt = performance.now();
  }

  /** Resolves when all that ended is settled, or too long after the last end. */
  async play(script: Script, board: Board, signal: AbortSignal): Promise<void> {
    const finished = new AbortController();
    const playing = AbortSignal.any([signal, finished.signal]);
    const asking = this.#ask(board, playing);
    try {
      await Promise.race([this.#play(script, board, playing), this.#failed.promise]);
    } finally {
      finished.abort();
      await asking;
    }
  }

  /** Closes the books: the last balance, then SIGTERM. */
  async close(signal: AbortSignal): Promise<Books> {
    const balances = (await this.#status()) ?? {};
    const exitCode = (await this.#daemon?.stop()) ?? 0;
    for (const { conversationId } of this.#guests) {
      if (this.#foundBy.has(conversationId)) continue;
      // Killed between the word in its state file and the one in its log.
      const source = await this.#stage.noticedBy(conversationId, signal);
      if (source !== undefined) this.#foundBy.set(conversationId, source);
    }
    return {
      guests: this.#guests,
      taken: this.#stage.backend.accepted.map(({ key, body }) => {
        const { conversationId, brand } = body as ContactLog;
        return { key, conversationId, brand };
      }),
      balances,
      foundBy: this.#foundBy,
      lasting: this.trials.flatMap(({ fault, overAt }) => (overAt === undefined ? [fault.name] : [])),
      exitCode,
    };
  }

  async #run(signal: AbortSignal): Promise<void> {
    this.#daemon = this.#stage.run({ logLevel: "debug", onLine: (line) => this.#onLine(line) });
    this.#daemon.failed.catch((error: unknown) => this.#failed.reject(error));
    await this.#daemon.connected(signal);
  }

  #onLine(line: LogLine): void {
    if (line.msg === "contactlogd started") this.#address = String(line.address);
    if (line.msg === "conversation may have ended") {
      const id = String(line.conversationId);
      if (!this.#foundBy.has(id)) this.#foundBy.set(id, String(line.source));
    }
    for (const listener of this.#listeners) listener(line);
  }

  async #play({ stories, size, everyMs }: Script, board: Board, signal: AbortSignal): Promise<void> {
    const crowd = crowdOf(size);
    const spanMs = everyMs * this.trials.length;
    this.#expected = endsOf(stories, crowd);
    const late = crowd.filter(({ name }) => name === lateName).length;
    const scene = this.#scene(late, signal);
    // Faults may outlast the hour: what must not is seen at its end.
    const trials = this.trials.map(async (trial, index) => {
      await delay((index + 0.5) * everyMs, undefined, { signal });
      await this.#try(trial, scene, board);
    });
    for (const trial of trials) trial.catch(() => {});
    const perStory = (spanMs * 0.8) / Math.max(1, stories.length);
    const telling = stories.map(async (story, index) => {
      await delay(index * perStory, undefined, { signal });
      await this.#tell(story, signal);
    });
    const coming = this.#come(crowd, spanMs, signal);
    await Promise.all([coming, ...telling]);
    const deadline = performance.now() + settleDeadlineMs;
    const isDone = (): boolean => {
      const balance = this.#balances?.["*"];
      const isSettled = balance?.ended === this.#guests.length && total(balance.waiting) === 0;
      return isSettled && this.trials.every(({ overAt }) => overAt !== undefined);
    };
    while (!isDone() && performance.now() < deadline) await delay(lookEveryMs, undefined, { signal });
  }

  async #try(trial: Trial, scene: Scene, board: Board): Promise<void> {
    const { fault } = trial;
    const now = (): number => performance.now() - this.#begunAt;
    const startedAt = now();
    trial.startedAt = startedAt;
    board.say("fault", `${fault.name}: ${fault.happens}`);
    await fault.play(scene);
    trial.overAt = now();
    board.say("  over", `${fault.name}, after ${seconds(trial.overAt - startedAt, 1)}: ${fault.over}`);
  }

  async #tell(story: Story, signal: AbortSignal): Promise<void> {
    const { platform } = this.#stage;
    const playing = play(platform, story, { stepMs, signal });
    // It has begun, and the newest conversation is this one.
    const conversationId = [...platform.conversations.keys()].at(-1) ?? "";
    const { endedAt = platform.now() } = await playing;
    const expected = expectationOf(story);
    this.#guests.push({ conversationId, name: story.id, brand: brandOf(story), expected, endedAt });
  }

  async #come(crowd: ReturnType<typeof crowdOf>, spanMs: number, signal: AbortSignal): Promise<void> {
    for (const [index, plan] of crowd.entries()) {
      const at = this.#begunAt + (index * spanMs) / crowd.length;
      await delay(Math.max(0, at - performance.now()), undefined, { signal });
      this.#guests.push(...admit(this.#stage.platform, plan));
    }
  }

  #scene(late: number, signal: AbortSignal): Scene {
    const { platform, backend } = this.#stage;
    const until = async (holds: () => boolean): Promise<void> => {
      while (!holds()) await delay(lookEveryMs, undefined, { signal });
    };
    return {
      platform,
      backend,
      until,
      pause: async (ms) => await delay(ms, undefined, { signal }),
      logged: async (fits) => {
        const seen = Promise.withResolvers<void>();
        const listener = (line: LogLine): void => {
          if (fits(line)) seen.resolve();
        };
        const stop = (): void => seen.reject(signal.reason);
        this.#listeners.add(listener);
        signal.addEventListener("abort", stop, { once: true });
        await seen.promise.finally(() => {
          this.#listeners.delete(listener);
          signal.removeEventListener("abort", stop);
        });
      },
      killDaemon: async () => {
        await this.#daemon?.kill();
        this.#address = undefined;
        await delay(downMs, undefined, { signal });
        await this.#run(signal);
      },
      lateOnes: () => {
        const ids = new Set(backend.accepted.map(({ body }) => (body as ContactLog).conversationId));
        const there = this.#guests.filter(
          ({ name, conversationId }) => name === lateName && ids.has(conversationId),
        );
        return late - there.length;
      },
      knowsEnds: (from, to) =>
        this.#guests
          .filter(({ endedAt }) => endedAt >= from && endedAt <= to)
          .every(({ conversationId }) => this.#foundBy.has(conversationId)),
    };
  }

  /** Keeps the daemon's own balance at hand. */
  async #ask(board: Board, signal: AbortSignal): Promise<void> {
    let saidAt = performance.now();
    while (!signal.aborted) {
      const address = this.#address;
      const balances = await this.#status();
      if (balances && address === this.#address) this.#balances = balances;
      if (balances?.["*"] && performance.now() - saidAt >= sayEveryMs) {
        saidAt = performance.now();
        board.say("balance", sentenceOf(balances["*"]));
      }
      await delay(askEveryMs, undefined, { signal }).catch(() => {});
    }
  }

  /** Of the last hour: the balance since the start would be that of the last run alone. */
  async #status(): Promise<Readonly<Record<string, Balance>> | undefined> {
    if (this.#address === undefined) return undefined;
    try {
      const answer = await fetch(`http://${this.#address}/status`, { signal: AbortSignal.timeout(statusMs) });
      return ((await answer.json()) as { lastHour: Record<string, Balance> }).lastHour;
    } catch {
      return undefined;
    }
  }
}
