import { NotYet } from "../errors.ts";
import { backoffMs } from "../time.ts";

export interface CircuitTiming {
  readonly retryBaseMs: number;
  readonly retryMaxMs: number;
}

/** Failures in a row that open a circuit. */
const tripAt = 5;
/** Places right after it closed again; each success adds one. */
const firstPlaces = 2;
/** Retries that may go out at once, and how many each success earns: a bad hour is not answered with a storm. */
const retryBudget = 20;
const retriesPerSuccess = 0.5;
const retriesPerSecond = 2;

/** Told of each change; `cause` is the failure that opened it. */
type OnChange = (state: "open" | "closed", cause?: unknown) => void;

/**
 * One endpoint's circuit (a destination, the model). Closed, everything passes. Open, whoever comes waits and costs
 * nothing. Half-open, one tries. Closed again, the backlog flows at a rate that grows with each success.
 * Runs on a monotonic clock, but says when in epoch milliseconds.
 */
export class Circuit {
  readonly #name: string;
  readonly #timing: CircuitTiming;
  readonly #now: () => number;
  readonly #onChange: OnChange;
  #failures = 0;
  #trips = 0;
  /** While open: when one may try. */
  #tryAt: number | undefined;
  #inFlight = 0;
  #places = Infinity;
  #retries = retryBudget;
  #earnedAt: number;

  constructor(
    name: string,
    timing: CircuitTiming,
    onChange: OnChange = () => {},
    now: () => number = () => performance.now(),
  ) {
    this.#name = name;
    this.#timing = timing;
    this.#onChange = onChange;
    this.#now = now;
    this.#earnedAt = now();
  }

  get state(): "closed" | "open" {
    return this.#tryAt === undefined ? "closed" : "open";
  }

  /**
   * Runs `call` if it may go out now. `counts` says which errors are the endpoint's fault: one that refuses this body,
   * or asks to wait, is well. Throws NotYet where it may not.
   */
  async run<T>(isRetry: boolean, call: () => Promise<T>, counts: (error: unknown) => boolean): Promise<T> {
    this.#admit(isRetry);
    this.#inFlight++;
    try {
      const result = await call();
      this.#succeeded();
      return result;
    } catch (error) {
      if (counts(error)) this.#failed(error);
      else this.#succeeded();
      throw error;
    } finally {
      this.#inFlight--;
    }
  }

  /** Throws NotYet while it is open: for work that would only get stuck here later. */
  check(): void {
    if (this.#tryAt !== undefined && this.#now() < this.#tryAt) throw this.#wait(this.#tryAt - this.#now());
  }

  #admit(isRetry: boolean): void {
    this.check();
    const places = this.#tryAt === undefined ? this.#places : 1;
    // While one tries, the others have no hurry; once it is closed a place is free in a moment.
    const factor = this.#tryAt === undefined ? 1 / 4 : 8;
    if (this.#inFlight >= places) throw this.#wait(this.#timing.retryBaseMs * factor);
    if (!isRetry) return;
    const now = this.#now();
    this.#retries = Math.min(retryBudget, this.#retries + ((now - this.#earnedAt) / 1000) * retriesPerSecond);
    this.#earnedAt = now;
    if (this.#retries < 1) throw this.#wait(this.#timing.retryBaseMs);
    this.#retries--;
  }

  #succeeded(): void {
    this.#failures = 0;
    this.#retries = Math.min(retryBudget, this.#retries + retriesPerSuccess);
    if (this.#tryAt !== undefined) {
      this.#tryAt = undefined;
      this.#places = firstPlaces;
      this.#onChange("closed");
      return;
    }
    this.#trips = 0;
    this.#places++;
  }

  #failed(error: unknown): void {
    this.#failures++;
    const wasOpen = this.#tryAt !== undefined;
    if (!wasOpen && this.#failures < tripAt) return;
    const { retryBaseMs: baseMs, retryMaxMs: maxMs } = this.#timing;
    this.#tryAt = this.#now() + backoffMs(this.#trips + 2, { baseMs, maxMs });
    this.#trips++;
    if (!wasOpen) this.#onChange("open", error);
  }

  /** A little later than needed, each at another moment: they do not all come at once. */
  #wait(ms: number): NotYet {
    const waitMs = ms + Math.random() * this.#timing.retryBaseMs;
    return new NotYet(
      "circuit_open",
      `${this.#name}: down or busy, waiting for it`,
      Date.now() + Math.ceil(waitMs),
    );
  }
}
