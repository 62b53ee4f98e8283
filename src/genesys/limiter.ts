/** Who goes first when requests are scarce: a fresh contact, one that waits for its transcript, history. */
export const priorities = ["live", "waiting", "history"] as const;
export type Priority = (typeof priorities)[number];

/**
 * Part of the limit that requests which can wait may use between them, before what live work used in the last window
 * is set aside once more: a burst of ends finds room at once, and history takes what is really left.
 */
const share: Record<Priority, number> = { live: 1, waiting: 0.96, history: 0.92 };

export interface LimiterOptions {
  readonly perWindow: number;
  /** Genesys counts a minute at a time. */
  readonly windowMs?: number;
  readonly now?: () => number;
}

/** The rate-limit headers of an answer, and whether it was a 429. */
export interface PlatformCount {
  readonly count: number;
  readonly allowed: number;
  readonly resetMs: number;
  readonly refused: boolean;
}

interface Start {
  readonly at: number;
  readonly live: boolean;
}

/**
 * Keeps to a number of requests in any window (Genesys: 300 a minute a token, PROTOCOL §4), live work first.
 * A 429 stops everybody until its Retry-After has passed, not only the caller that met it.
 * Runs on a monotonic clock: a stepped wall clock neither stalls nor floods.
 */
export class Limiter {
  readonly #configured: number;
  readonly #windowMs: number;
  readonly #now: () => number;
  readonly #queues: Record<Priority, (() => void)[]> = { live: [], waiting: [], history: [] };
  /** The last window's requests, oldest first. */
  #starts: Start[] = [];
  #allowed: number;
  #pausedUntil = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor({ perWindow, windowMs = 60_000, now = () => performance.now() }: LimiterOptions) {
    this.#configured = perWindow;
    this.#allowed = perWindow;
    this.#windowMs = windowMs;
    this.#now = now;
  }

  /** Resolves when a request may start; rejects with the signal's reason if that comes first. */
  async acquire(priority: Priority, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    await new Promise<void>((resolve, reject) => {
      const queue = this.#queues[priority];
      const start = (): void => {
        signal.removeEventListener("abort", onAbort);
        resolve();
      };
      const onAbort = (): void => {
        queue.splice(queue.indexOf(start), 1);
        this.#pump();
        reject(signal.reason);
      };
      signal.addEventListener("abort", onAbort, { once: true });
      queue.push(start);
      this.#pump();
    });
  }

  /** The platform asked for silence: nobody starts for `ms` milliseconds. */
  pause(ms: number): void {
    this.#pausedUntil = Math.max(this.#pausedUntil, this.#now() + ms);
    this.#pump();
  }

  /**
   * What the platform itself counts (`inin-ratelimit-*`). Where others use the same client up, we wait for its next
   * window instead of running into a 429. A limit lower than the configured one is believed once it was enforced:
   * who configured a higher one says that the org's was raised.
   */
  observe({ count, allowed, resetMs, refused }: PlatformCount): void {
    if (allowed <= 0) return;
    if (refused) this.#allowed = Math.min(this.#configured, allowed);
    const othersUseIt = this.#used().length < this.#allowed && this.#allowed <= allowed;
    if (count >= allowed && othersUseIt) this.pause(resetMs);
  }

  /** Requests that wait for their turn. */
  get waiting(): number {
    return priorities.reduce((sum, priority) => sum + this.#queues[priority].length, 0);
  }

  #pump(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    for (;;) {
      const pauseMs = this.#pausedUntil - this.#now();
      const next =
        pauseMs > 0 ? undefined : priorities.find((one) => this.#queues[one].length > 0 && this.#fits(one));
      if (next === undefined) break;
      this.#starts.push({ at: this.#now(), live: next === "live" });
      this.#queues[next].shift()?.();
    }
    if (this.waiting > 0)
      this.#timer = setTimeout(() => this.#pump(), Math.min(Math.ceil(this.#untilChange()), 60_000));
  }

  #fits(priority: Priority): boolean {
    const used = this.#used();
    if (used.length >= this.#allowed) return false;
    if (priority === "live") return true;
    const live = used.filter((start) => start.live).length;
    return used.length - live < Math.max(1, this.#allowed * share[priority] - live);
  }

  #used(): readonly Start[] {
    const since = this.#now() - this.#windowMs;
    const gone = this.#starts.findIndex(({ at }) => at > since);
    if (gone !== 0) this.#starts = gone < 0 ? [] : this.#starts.slice(gone);
    return this.#starts;
  }

  /** Until a pause ends or the oldest request leaves the window. */
  #untilChange(): number {
    const now = this.#now();
    const pauseMs = this.#pausedUntil - now;
    if (pauseMs > 0) return pauseMs;
    const oldest = this.#starts[0];
    return oldest === undefined ? 1 : Math.max(1, oldest.at + this.#windowMs - now);
  }
}
