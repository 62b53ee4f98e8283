import type { Queue, QueueMessage } from "../aws/queue.ts";
import { Fatal, Permanent } from "../errors.ts";
import { backoffMs, sleep } from "../time.ts";
import type { Source } from "./source.ts";

/** How long a message that was received stays hidden from the next poll: what is to be done with it is done by then. */
export const hiddenSeconds = 60;
const takeMs = hiddenSeconds * 800;
/** A queue that answers an empty poll sooner than this does not wait, and is not asked without end. */
const quickMs = 1_000;

/** What became of a message: recorded, of no interest, or not of the shape it should have. */
export type Taken = "taken" | "ignored" | "unreadable";

export interface SqsReports {
  message(source: string, outcome: Taken | "failed"): void;
  messageUnreadable(source: string, messageId: string, error?: unknown): void;
  messageFailed(source: string, messageId: string, error: unknown): void;
  queueAway(source: string, error: unknown, retryInMs: number): void;
}

export interface SqsOptions {
  readonly queue: Queue;
  /** Name of the source, for metrics and logs. */
  readonly source: string;
  /** Otherwise the queue's own redrive policy moves it away. */
  readonly deleteUnreadable: boolean;
  /**
   * Resolves once what the message tells is durable. Throws where that failed: it comes again. Permanent is taken for
   * unreadable.
   */
  take(body: unknown, signal: AbortSignal): Promise<Taken>;
  readonly timing: { readonly retryBaseMs: number; readonly retryMaxMs: number };
  readonly reports: SqsReports;
}

/** Messages of an SQS queue, each deleted only once it is recorded: at least once, and what follows knows a repeat. */
export class Sqs implements Source {
  readonly #options: SqsOptions;
  #deaf: string | undefined;

  constructor(options: SqsOptions) {
    this.#options = options;
  }

  get deaf(): string | undefined {
    return this.#deaf;
  }

  async run(signal: AbortSignal): Promise<void> {
    for (let failures = 0; !signal.aborted; ) {
      const started = performance.now();
      try {
        const handled = await this.#round(signal);
        this.#deaf = undefined;
        failures = 0;
        if (handled === 0 && performance.now() - started < quickMs) await sleep(quickMs, signal);
      } catch (error) {
        if (error instanceof Fatal) throw error;
        if (signal.aborted) return;
        await this.#rest(error, failures++, signal);
      }
    }
  }

  /** @returns how many messages there were */
  async #round(signal: AbortSignal): Promise<number> {
    const { queue, source, reports } = this.#options;
    const messages = await queue.receive(signal);
    const outcomes = await Promise.all(messages.map((message) => this.#handle(message, signal)));
    for (const outcome of outcomes) reports.message(source, outcome);
    // Also while stopping: what is recorded need not come again.
    await queue.remove(messages.filter((_, index) => this.#isDone(outcomes[index])));
    return messages.length;
  }

  async #handle({ id, body }: QueueMessage, stop: AbortSignal): Promise<Taken | "failed"> {
    const { take, source, reports } = this.#options;
    try {
      const value = bodyOf(body);
      const outcome =
        value === undefined
          ? "unreadable"
          : await take(value, AbortSignal.any([stop, AbortSignal.timeout(takeMs)]));
      if (outcome === "unreadable") reports.messageUnreadable(source, id);
      return outcome;
    } catch (error) {
      if (error instanceof Fatal) throw error;
      if (error instanceof Permanent) {
        reports.messageUnreadable(source, id, error);
        return "unreadable";
      }
      if (!stop.aborted) reports.messageFailed(source, id, error);
      return "failed";
    }
  }

  #isDone(outcome: Taken | "failed" | undefined): boolean {
    if (outcome === "unreadable") return this.#options.deleteUnreadable;
    return outcome === "taken" || outcome === "ignored";
  }

  async #rest(error: unknown, failures: number, signal: AbortSignal): Promise<void> {
    const { source, reports, timing, queue } = this.#options;
    this.#deaf = `${queue.name} cannot be read`;
    const pause = backoffMs(failures, { baseMs: timing.retryBaseMs, maxMs: timing.retryMaxMs });
    reports.queueAway(source, error, pause);
    await sleep(pause, signal).catch(() => {});
  }
}

/** The JSON of a message, out of the envelope SNS puts around it; undefined where it is none. */
function bodyOf(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    const { Type, Message } = (value ?? {}) as { Type?: unknown; Message?: unknown };
    return Type === "Notification" && typeof Message === "string" ? JSON.parse(Message) : value;
  } catch {
    return undefined;
  }
}
