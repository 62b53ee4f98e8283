import { LRUCache } from "lru-cache";
import { liveSource, type WorkLedger } from "../ledger/ledger.ts";
import { sleep } from "../time.ts";
import type { Reports } from "./tools.ts";

/** Conversations whose last hint is remembered; beyond it a repeated event costs one look, no more. */
const remembered = 50_000;

export interface IntakeOptions {
  readonly ledger: WorkLedger;
  readonly reports: Reports;
  readonly settleMs: number;
  readonly retryMs: number;
  /** Something is due, or will be. */
  readonly wake: () => void;
}

/**
 * Where every source hands in what it heard. The platform repeats itself (several events a change, one a queue, copies
 * that differ in their CorrelationId alone): what was heard already is not recorded again.
 */
export class Intake {
  readonly #options: IntakeOptions;
  readonly #heard = new LRUCache<string, string>({ max: remembered });

  constructor(options: IntakeOptions) {
    this.#options = options;
  }

  /**
   * Live word that a conversation may have ended; resolves when it is durable. While the ledger cannot write, it is
   * tried again until it can, or the signal aborts.
   * @param fingerprint what seems to have ended; equal for repeated word of the same end
   */
  async hear(conversationId: string, fingerprint: string, signal: AbortSignal): Promise<void> {
    if (this.#heard.get(conversationId) === fingerprint) return;
    this.#heard.set(conversationId, fingerprint);
    const { settleMs, reports, retryMs } = this.#options;
    const heardAt = Date.now();
    for (;;) {
      try {
        await this.#record(conversationId, liveSource, heardAt, heardAt + settleMs);
        return;
      } catch (error) {
        reports.ledgerFailed(error);
        await sleep(retryMs, signal);
      }
    }
  }

  /**
   * Word from a source that repeats what was not taken; resolves when it is durable. Throws what the ledger throws.
   * @param isCall its one contact is all there will be
   * @returns false where that contact is recorded already
   */
  async tell(conversationId: string, isCall: boolean, source: string): Promise<boolean> {
    const { ledger, settleMs } = this.#options;
    if (isCall && (await ledger.keysOf(conversationId)).has(conversationId)) return false;
    const now = Date.now();
    await this.#record(conversationId, source, now, now + settleMs);
    return true;
  }

  /**
   * History shows that `key` ended. Throws what the ledger throws.
   * @returns true where nobody had told of it
   */
  async find(conversationId: string, key: string, source: string): Promise<boolean> {
    if (await this.#options.ledger.knows(conversationId, key)) return false;
    const now = Date.now();
    await this.#record(conversationId, source, now, now);
    return true;
  }

  async #record(conversationId: string, source: string, heardAt: number, dueAt: number): Promise<void> {
    const { ledger, reports, wake } = this.#options;
    await ledger.record({ conversationId, source, heardAt }, dueAt);
    reports.noticed(conversationId, source);
    wake();
  }

  /** The same word would be news again. */
  forget(conversationId: string): void {
    this.#heard.delete(conversationId);
  }
}
