/** Longest delay a Node timer takes before it overflows to 1 ms. */
const maxTimerMs = 2 ** 31 - 1;

/** Nobody is waited for longer than this because a server said so: an absurd Retry-After is a mistake, not an order. */
const longestRetryAfterMs = 24 * 3_600_000;

/**
 * Waits `ms` milliseconds; rejects with the signal's reason when it aborts.
 * Waits longer than a timer can (24.8 days) end early: callers loop on their own condition.
 */
export async function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  signal?.throwIfAborted();
  await new Promise<void>((resolve, reject) => {
    const onAbort = (): void => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(
      () => {
        signal?.removeEventListener("abort", onAbort);
        resolve();
      },
      Math.min(Math.max(0, ms), maxTimerMs),
    );
    signal?.addEventListener("abort", onAbort, { once: true });
  });
}

/**
 * Exponential back-off with full jitter: uniform in (0, min(max, base · 2^attempt)].
 * @param attempt 0 for the first retry
 * @param random  0 ≤ random() < 1, injectable for tests
 */
export function backoffMs(
  attempt: number,
  { baseMs, maxMs }: { baseMs: number; maxMs: number },
  random: () => number = Math.random,
): number {
  const ceiling = Math.min(maxMs, baseMs * 2 ** Math.min(attempt, 40));
  return Math.max(1, Math.ceil(random() * ceiling));
}

/**
 * Epoch milliseconds before which a server asked not to be called again, from a `Retry-After` header
 * (RFC 9110 §10.2.3: delta seconds or an HTTP date), a day at most; undefined where there is none or it makes no sense.
 */
export function retryAfter(value: string | undefined, now: number): number | undefined {
  if (value === undefined) return undefined;
  const text = value.trim();
  const isSeconds = /^\d+(\.\d+)?$/.test(text);
  // A date has letters; `Date.parse` also takes all kinds of things for one.
  const at = isSeconds
    ? now + Math.ceil(Number(text) * 1000)
    : /^[A-Z][a-z]{2}/.test(text)
      ? Date.parse(text)
      : Number.NaN;
  return Number.isNaN(at) ? undefined : Math.min(Math.max(now, at), now + longestRetryAfterMs);
}

/** Settles with `work`, or rejects with the signal's reason if that comes first; the work itself goes on. */
export async function abortable<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted();
  const aborted = Promise.withResolvers<never>();
  const onAbort = (): void => aborted.reject(signal.reason);
  signal.addEventListener("abort", onAbort, { once: true });
  try {
    return await Promise.race([work, aborted.promise]);
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}

/** ISO 8601 with milliseconds, UTC. */
export function iso(epochMs: number): string {
  return new Date(epochMs).toISOString();
}

/** One waiter, many wakers: `wake` before `wait` is remembered once. */
export class Alarm {
  #pending = false;
  #resolve: (() => void) | undefined;

  wake(): void {
    this.#pending = true;
    this.#resolve?.();
  }

  /**
   * Resolves at the next `wake`, after `timeoutMs`, or when the signal aborts (without throwing).
   * @returns whether it was woken, now or since the last wait
   */
  async wait(timeoutMs: number, signal?: AbortSignal): Promise<boolean> {
    if (!this.#pending && !signal?.aborted) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(done, Math.min(Math.max(0, timeoutMs), maxTimerMs));
        const self = this;
        function done(): void {
          clearTimeout(timer);
          signal?.removeEventListener("abort", done);
          self.#resolve = undefined;
          resolve();
        }
        this.#resolve = done;
        signal?.addEventListener("abort", done, { once: true });
      });
    }
    const woken = this.#pending;
    this.#pending = false;
    return woken;
  }
}
