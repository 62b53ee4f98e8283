import { Fatal } from "../errors.ts";
import { sleep } from "../time.ts";

/** Wall and monotonic clock further apart than this between two looks: suspended, or the clock was set. */
const jumpMs = 5_000;
/** The watermark is written at most this often. */
const markEveryMs = 2_000;
const markName = "heard_until";

/** The live source, as the watch sees it. */
export interface Hearing {
  readonly deaf: string | undefined;
  /** Epoch milliseconds until which everything there was to hear was heard; undefined while deaf. */
  readonly heardAt: number | undefined;
  /** Sockets that look well may be dead: the machine slept. */
  suspect(): void;
}

interface Silence {
  readonly from: number;
  readonly reason: string;
}

export interface WatchOptions {
  readonly hearing: Hearing;
  readonly marks: {
    get(name: string): Promise<string | undefined>;
    set(name: string, value: string): Promise<void>;
  };
  readonly openGap: (gap: { reason: string; from: number; to: number }) => Promise<unknown>;
  readonly reports: { gapOpened(reason: string, lengthMs: number): void };
  /** The clock was set back by so much: whatever waits for an instant would wait as much longer. */
  readonly onSetBack: (byMs: number) => void;
  readonly everyMs: number;
  readonly wallClock?: () => number;
  readonly monotonicClock?: () => number;
}

/**
 * Turns every silence into a gap: a socket that dropped, the time since the last run, a machine that slept, a clock
 * that jumped. The watermark (`heard_until`, durable) only moves while everything is heard, and never past a silence
 * whose gap is not recorded yet.
 */
export class Watch {
  readonly #options: WatchOptions;
  readonly #wall: () => number;
  readonly #monotonic: () => number;
  #silence: Silence | undefined;
  readonly #owed: (Silence & { to: number })[] = [];
  #heardUntil: number | undefined;
  #markedAt = -Infinity;
  #last: { wall: number; monotonic: number };
  #turn: Promise<void> = Promise.resolve();
  #turns = 0;

  constructor(options: WatchOptions) {
    this.#options = options;
    this.#wall = options.wallClock ?? Date.now;
    this.#monotonic = options.monotonicClock ?? (() => performance.now());
    this.#last = { wall: this.#wall(), monotonic: this.#monotonic() };
  }

  /** How often it looked by itself: moves every `everyMs`. */
  get turns(): number {
    return this.#turns;
  }

  /** Reads where the last run left off. To be called once, before anything is heard. */
  async begin(): Promise<void> {
    const mark = Number(await this.#options.marks.get(markName));
    if (!(mark > 0)) return;
    const wall = this.#wall();
    this.#heardUntil = Math.min(mark, wall);
    // A mark ahead of the clock was made by a clock that ran ahead: by as much it may be too late.
    this.#silence = { from: Math.min(mark, wall - (mark - wall)), reason: "restart" };
  }

  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        await this.look();
      } catch (error) {
        if (error instanceof Fatal) throw error;
        // The ledger cannot write now: the watermark stands still, and the next look tries again.
      }
      this.#turns++;
      await sleep(this.#options.everyMs, signal).catch(() => {});
    }
  }

  /** The source can no longer hear; what it heard last was at `from`. Called the moment it is known. */
  silent(from: number | undefined, reason: string): void {
    if (this.#heardUntil === undefined && from === undefined) return;
    this.#silence ??= { from: from ?? this.#heardUntil ?? this.#wall(), reason };
  }

  /** A silence that is over already. It is owed until it is recorded; the watermark waits for it. */
  async note(gap: Silence & { to: number }): Promise<void> {
    this.#owed.push(gap);
    await this.look();
  }

  /** Looks at the source and the clocks; one look at a time. Throws what the ledger throws. */
  async look(): Promise<void> {
    const turn = this.#turn.then(() => this.#look());
    this.#turn = turn.catch(() => {});
    await turn;
  }

  async #look(): Promise<void> {
    const { hearing } = this.#options;
    this.#checkClocks(this.#wall());
    if (this.#owed.length > 0) await this.#payOwed();
    // From here to the first wait everything is read in one moment.
    const wall = this.#wall();
    const heardAt = hearing.heardAt;
    if (hearing.deaf !== undefined || heardAt === undefined) {
      // Before anything was ever heard there is nothing to have missed.
      if (this.#heardUntil !== undefined) this.silent(undefined, "disconnected");
      return;
    }
    const silence = this.#silence;
    // Before it is written: a socket that drops meanwhile begins a silence of its own.
    this.#silence = undefined;
    if (silence) await this.#end(silence, wall);
    this.#heardUntil = heardAt;
    await this.#mark(heardAt);
  }

  async #end(silence: Silence, to: number): Promise<void> {
    try {
      await this.#open({ ...silence, to });
    } catch (error) {
      this.#silence = silence;
      throw error;
    }
  }

  #checkClocks(wall: number): void {
    const monotonic = this.#monotonic();
    const drift = wall - this.#last.wall - (monotonic - this.#last.monotonic);
    if (drift > jumpMs) {
      this.silent(this.#last.wall, "clock_jump");
      this.#options.hearing.suspect();
    } else if (drift < -jumpMs) {
      // All that was marked so far was marked by a clock that ran ahead.
      this.#heardUntil = Math.min(this.#heardUntil ?? wall, wall);
      this.#markedAt = -Infinity;
      this.silent(wall + drift, "clock_jump");
      this.#options.onSetBack(-drift);
    }
    this.#last = { wall, monotonic };
  }

  /** Records what is owed, oldest first; what cannot be recorded now stays owed. */
  async #payOwed(): Promise<void> {
    for (let gap = this.#owed[0]; gap; gap = this.#owed[0]) {
      await this.#open(gap);
      this.#owed.shift();
    }
  }

  async #open(gap: Silence & { to: number }): Promise<void> {
    const from = Math.min(gap.from, gap.to);
    await this.#options.openGap({ ...gap, from });
    this.#options.reports.gapOpened(gap.reason, gap.to - from);
  }

  async #mark(heardAt: number): Promise<void> {
    const monotonic = this.#monotonic();
    if (monotonic - this.#markedAt < markEveryMs) return;
    await this.#options.marks.set(markName, String(heardAt));
    this.#markedAt = monotonic;
  }
}
