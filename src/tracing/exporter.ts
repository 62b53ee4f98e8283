import { backoffMs, sleep } from "../time.ts";
import type { Collector, Exported } from "./collector.ts";
import type { Span } from "./otlp.ts";

/** Some MB at most; a contact has about five. */
const mostWaiting = 4_096;
const mostAtOnce = 512;
/** Spans that come close together go in one post. */
const gatherMs = 500;
const backOff = { baseMs: 1_000, maxMs: 60_000 };
/** However long a collector wants to be left alone. */
const longestPauseMs = 600_000;
/** A process that ends waits no longer than this for a collector. */
const flushMs = 2_000;

export interface ExporterOptions {
  readonly collector: Collector;
  readonly encode: (spans: readonly Span[]) => string;
  readonly reports: {
    /** @param outcome `dropped`: there was no room, or no time; `refused`: by the collector */
    spans(outcome: "sent" | "dropped" | "refused", count: number): void;
    /** Told when it begins, not again while it lasts. */
    tracesFailing(why: string): void;
    tracesBack(): void;
  };
}

/**
 * Brings spans to a collector, in the order they came, one post at a time, and keeps a bounded number while it cannot.
 * Nobody waits for it: what does not fit is counted and let go.
 */
export class Exporter implements AsyncDisposable {
  readonly #options: ExporterOptions;
  readonly #stop = new AbortController();
  readonly #cut = new AbortController();
  /** While anything waits. */
  #running: Promise<void> | undefined;
  #waiting: Span[] = [];
  #failures = 0;

  constructor(options: ExporterOptions) {
    this.#options = options;
  }

  readonly add = (span: Span): void => {
    if (this.#waiting.length >= mostWaiting || this.#stop.signal.aborted) {
      this.#options.reports.spans("dropped", 1);
      return;
    }
    this.#waiting.push(span);
    this.#running ??= this.#run();
  };

  async #run(): Promise<void> {
    const stop = this.#stop.signal;
    await sleep(gatherMs, stop).catch(() => {});
    while (this.#waiting.length > 0 && !stop.aborted) {
      const pauseMs = await this.#post();
      await sleep(pauseMs, stop).catch(() => {});
    }
    this.#running = undefined;
  }

  /** @returns how long to wait before the next */
  async #post(): Promise<number> {
    const { collector, encode, reports } = this.#options;
    const batch = this.#waiting.slice(0, mostAtOnce);
    const exported = await collector.post(encode(batch), this.#cut.signal);
    if (exported.kind !== "later") this.#waiting.splice(0, batch.length);
    if (exported.kind === "taken") {
      const refused = Math.min(exported.refused, batch.length);
      reports.spans("sent", batch.length - refused);
      if (refused > 0) reports.spans("refused", refused);
    }
    if (exported.kind === "refused") reports.spans("refused", batch.length);
    return this.#pauseAfter(exported);
  }

  #pauseAfter(exported: Exported): number {
    const { reports } = this.#options;
    if (exported.kind === "taken") {
      if (this.#failures > 0) reports.tracesBack();
      this.#failures = 0;
      return 0;
    }
    if (this.#failures === 0) reports.tracesFailing(exported.why);
    const pauseMs = backoffMs(this.#failures++, backOff);
    return exported.kind === "later" && exported.notBefore !== undefined
      ? Math.max(Math.min(exported.notBefore - Date.now(), longestPauseMs), pauseMs)
      : pauseMs;
  }

  /** Sends what waits, as far as that goes within two seconds. Does not throw. */
  async [Symbol.asyncDispose](): Promise<void> {
    const deadline = setTimeout(() => this.#cut.abort(), flushMs);
    this.#stop.abort();
    await this.#running;
    let before = Number.POSITIVE_INFINITY;
    while (this.#waiting.length > 0 && this.#waiting.length < before && !this.#cut.signal.aborted) {
      before = this.#waiting.length;
      await this.#post();
    }
    clearTimeout(deadline);
    if (this.#waiting.length > 0) this.#options.reports.spans("dropped", this.#waiting.length);
    this.#waiting = [];
    await this.#options.collector[Symbol.asyncDispose]();
  }
}
