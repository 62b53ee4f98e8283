import type { ContactLog, Receipt } from "../model.ts";

/**
 * Somebody's backend. `post` is called with bytes that are already durable; the same key always carries the same
 * bytes. Called concurrently for different keys, never for one key at a time twice.
 */
export interface Destination {
  /** Unique within its brand. */
  readonly id: string;
  /** Where it goes, for people: no credentials, no query string. */
  readonly name: string;
  /** What to do where a post may have arrived and nobody can be asked: repeat the same bytes, or wait for a person. */
  readonly ambiguous: "repeat" | "park";
  /** The bytes to post of a contact log, in the backend's own shape. Pure: the ledger keeps what comes of it. */
  render(log: ContactLog): string;
  /**
   * Throws Transient (certainly not taken, may be another time: 429, unreachable), Ambiguous (may have been taken:
   * timeout, connection lost, 5xx) or Permanent (will not be taken).
   */
  post(delivery: { readonly key: string; readonly body: string }, signal: AbortSignal): Promise<Receipt>;
  /** Whether it has this key; undefined where it cannot be asked. Throws Transient where it does not answer. */
  readonly has: ((key: string, signal: AbortSignal) => Promise<boolean>) | undefined;
  [Symbol.asyncDispose](): Promise<void>;
}
