/** Who goes first when requests are scarce: a fresh contact, one that waits for its transcript, history. */
export const priorities = ["live", "waiting", "history"] as const;
export type Priority = (typeof priorities)[number];

const windowMs = 60_000;

interface Waiter {
  readonly start: () => void;
}

/**
 * Keeps to `perMinute` requests in any 60 seconds (Genesys: 300 a minute a token, FACTS §4), live work first.
 * A 429 stops everybody until its Retry-After has passed, not only the caller that met it.
 * Runs on a monotonic clock: a stepped wall clock neither stalls nor floods.
 */
export class Limiter {
  readonly #perMinute: number;
  readonly #now: () => number;
  readonly #queues: Record<Priority, Waiter[]> = { live: [], waiting: [], history: [] };
  /** Start times of the last minute's requests, oldest first. */
  readonly #starts: number[] = [];
  #pausedUntil = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor({ perMinute, now = () => performance.now() }: { perMinute: number; now?: () => number }) {
    this.#perMinute = perMinute;
    this.#now = now;
  }

  /** Resolves when a request may start; rejects with the signal's reason if that comes first. */
  async acquire(priority: Priority, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    await new Promise<void>((resolve, reject) => {
      const onAbort = (): void => {
        this.#queues[priority].splice(this.#queues[priority].indexOf(waiter), 1);
        reject(signal.reason);
      };
      const waiter = {
        start: (): void => {
          signal.removeEventListener("abort", onAbort);
          resolve();
        },
      };
      signal.addEventListener("abort", onAbort, { once: true });
      this.#queues[priority].push(waiter);
      this.#pump();
    });
  }

  /** The platform asked for silence: nobody starts for `ms` milliseconds. */
  pause(ms: number): void {
    this.#pausedUntil = Math.max(this.#pausedUntil, this.#now() + ms);
    this.#pump();
  }

  /** Requests that wait for their turn. */
  get waiting(): number {
    return priorities.reduce((sum, priority) => sum + this.#queues[priority].length, 0);
  }

  #pump(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    while (this.waiting > 0) {
      const waitMs = this.#waitMs();
      if (waitMs > 0) {
        this.#timer = setTimeout(() => this.#pump(), Math.ceil(waitMs));
        return;
      }
      this.#starts.push(this.#now());
      const queue = priorities
        .map((priority) => this.#queues[priority])
        .find((waiters) => waiters.length > 0);
      queue?.shift()?.start();
    }
  }

  #waitMs(): number {
    const now = this.#now();
    while ((this.#starts[0] ?? Infinity) <= now - windowMs) this.#starts.shift();
    const oldest = this.#starts[this.#starts.length - this.#perMinute];
    const untilWindow = oldest === undefined ? 0 : oldest + windowMs - now;
    return Math.max(untilWindow, this.#pausedUntil - now);
  }
}
