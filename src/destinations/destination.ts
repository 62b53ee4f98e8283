import type { Receipt } from "../model.ts";

/**
 * Somebody's backend. `post` is called with bytes that are already durable; the same key always carries the same
 * bytes. Called concurrently for different keys, never for one key at a time twice.
 * Throws Transient (try again with the same bytes: 429, 5xx, timeout, connection lost) or Permanent (will not be taken).
 */
export interface Destination {
  /** Where it goes, for people: no credentials, no query string. */
  readonly name: string;
  post(delivery: { readonly key: string; readonly body: string }, signal: AbortSignal): Promise<Receipt>;
  [Symbol.asyncDispose](): Promise<void>;
}
