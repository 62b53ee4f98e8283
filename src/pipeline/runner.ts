import { once } from "node:events";
import { Fatal } from "../errors.ts";
import { liveSources, type Work, type WorkLedger } from "../ledger/ledger.ts";
import { type Alarm, sleep } from "../time.ts";
import { nextStep, type RetryTiming } from "./retry.ts";
import type { Reports } from "./tools.ts";

export interface RunnerOptions {
  readonly ledger: WorkLedger;
  /** Woken by whoever knows of something that may be due. */
  readonly due: Alarm;
  /** Throws where the ledger cannot write. */
  readonly probe: () => Promise<void>;
  readonly reports: Reports;
  readonly concurrency: number;
  readonly timing: RetryTiming & { readonly drainMs: number };
  /** @returns work that follows at once and is part of this, also while draining */
  readonly handle: (work: Work, signal: AbortSignal) => Promise<readonly Work[]>;
}

/** What was aborted gets this long to let go. */
const abortGraceMs = 100;
/** At this part of the drain time it is said what still runs. */
const sayAt = 0.75;
/** The ledger is looked at this often even if nothing woke us: a clock may jump, an operator may replay a dead letter. */
const longestSleepMs = 2_000;

/**
 * Claims due work, a bounded number at a time, and obeys what its errors say. What is claimed is claimed in memory
 * alone: one process owns the file, so a crash leaves every row claimable.
 */
export class Runner {
  readonly #options: RunnerOptions;
  readonly #inFlight = new Map<string, { readonly done: Promise<void>; readonly live: boolean }>();
  /** Follow-ups of what is in flight. */
  readonly #reserved = new Set<string>();
  readonly #abort = new AbortController();
  #fatal: Fatal | undefined;
  /** Nothing can be written: nothing is claimed, because what it costs could not be kept. */
  #unwritable = false;
  #turns = 0;

  constructor(options: RunnerOptions) {
    this.#options = options;
  }

  /** How often due work was looked for: moves every two seconds at least. */
  get turns(): number {
    return this.#turns;
  }

  /**
   * Works until `stop` aborts, then drains: nothing more is claimed, work in flight may end within `drainMs` (or until
   * `abort` aborts), what is left is aborted and stays claimable. Throws Fatal.
   */
  async run(stop: AbortSignal, abort: AbortSignal): Promise<void> {
    while (!stop.aborted && !this.#fatal) {
      const sleepMs = await this.#claim();
      this.#turns++;
      await this.#options.due.wait(Math.min(sleepMs, longestSleepMs), stop);
    }
    await this.#drain(abort);
    if (this.#fatal) throw this.#fatal;
  }

  /** Starts what is due and fits; returns how long there is nothing to do. */
  async #claim(): Promise<number> {
    const { ledger, concurrency } = this.#options;
    try {
      if (this.#unwritable) await this.#options.probe();
      this.#unwritable = false;
      const free = concurrency - this.#inFlight.size;
      // A finished work wakes us.
      if (free <= 0) return longestSleepMs;
      const limits = { total: free, history: Math.max(0, this.#historyLimit() - this.#history()) };
      for (const work of await ledger.due(Date.now(), limits, this.#busy())) this.#start(work);
      if (this.#inFlight.size >= concurrency) return longestSleepMs;
      const next = await ledger.nextDueAt(this.#busy());
      if (next === undefined) return longestSleepMs;
      // Due and not claimed: history's places are all taken, and the next to finish wakes us.
      return next > Date.now() ? next - Date.now() : this.#inFlight.size > 0 ? longestSleepMs : 0;
    } catch (error) {
      this.#ledgerFailed(error);
      return this.#options.timing.retryBaseMs;
    }
  }

  #ledgerFailed(error: unknown): void {
    if (error instanceof Fatal) this.#fatal = error;
    else this.#unwritable = true;
    this.#options.reports.ledgerFailed(error);
  }

  /** Work that history found may take half of the places, so that a fresh end always finds one. */
  #historyLimit(): number {
    return Math.max(1, Math.floor(this.#options.concurrency / 2));
  }

  #busy(): Set<string> {
    return new Set([...this.#inFlight.keys(), ...this.#reserved]);
  }

  #history(): number {
    return [...this.#inFlight.values()].filter(({ live }) => !live).length;
  }

  #start(work: Work): void {
    if (this.#inFlight.has(work.id) || this.#reserved.has(work.id)) return;
    const done = this.#attempt(work).finally(() => {
      this.#inFlight.delete(work.id);
      this.#options.due.wake();
    });
    const source = work.kind === "notice" ? work.notice.source : work.source;
    this.#inFlight.set(work.id, { done, live: liveSources.includes(source) });
  }

  async #attempt(work: Work): Promise<void> {
    try {
      const next = await this.#options.handle(work, this.#abort.signal);
      await this.#follow(next);
    } catch (error) {
      if (this.#abort.signal.aborted) return;
      await this.#obey(error, work).catch((ledgerError: unknown) => {
        this.#ledgerFailed(ledgerError);
        // The row stands as it was, due: claimed again at once it would spin.
        return sleep(this.#options.timing.retryBaseMs, this.#abort.signal).catch(() => {});
      });
    }
  }

  /** What follows is done in the place of what it follows from, one after the other; nobody else claims it. */
  async #follow(next: readonly Work[]): Promise<void> {
    const mine = next.filter(({ id }) => !this.#inFlight.has(id));
    for (const { id } of mine) this.#reserved.add(id);
    for (const work of mine) {
      if (!this.#abort.signal.aborted) await this.#attempt(work);
      this.#reserved.delete(work.id);
    }
  }

  async #obey(error: unknown, work: Work): Promise<void> {
    const { ledger, reports, timing } = this.#options;
    const now = Date.now();
    const step = nextStep(error, work, { now, timing });
    const message = error instanceof Error ? error.message : "";
    switch (step.kind) {
      case "stop":
        this.#fatal = step.error;
        return;
      case "bury":
        await ledger.bury(work, step);
        reports.dead(keyOf(work), work.kind === "notice" ? undefined : work.brand, step.reason, step.message);
        return;
      case "postpone":
        if (step.reason === "internal_error") reports.internalError(keyOf(work), error);
        else reports.postponed(keyOf(work), step.reason, message, step.dueAt - now, step.failed);
        await ledger.postpone(work, step);
    }
  }

  async #afterAbort(): Promise<void> {
    if (!this.#abort.signal.aborted) await once(this.#abort.signal, "abort");
    await sleep(abortGraceMs);
  }

  async #drain(abort: AbortSignal): Promise<void> {
    const { drainMs } = this.#options.timing;
    const { reports } = this.#options;
    const say = setTimeout(() => reports.draining([...this.#inFlight.keys()]), drainMs * sayAt);
    const deadline = setTimeout(() => this.#abort.abort(), drainMs);
    const now = (): void => this.#abort.abort();
    if (abort.aborted) now();
    abort.addEventListener("abort", now, { once: true });
    const drained = (async () => {
      while (this.#inFlight.size > 0) await Promise.all([...this.#inFlight.values()].map(({ done }) => done));
    })();
    // What does not hear that it is aborted is left behind: its row stays claimable.
    await Promise.race([drained, this.#afterAbort()]);
    abort.removeEventListener("abort", now);
    clearTimeout(say);
    clearTimeout(deadline);
  }
}

/** What a person knows it by. */
function keyOf(work: Work): string {
  switch (work.kind) {
    case "notice":
      return work.notice.conversationId;
    case "contact":
      return work.contact.key;
    case "delivery":
      return work.key;
  }
}
