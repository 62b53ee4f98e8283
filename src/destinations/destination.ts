import type { CaseLink, ContactLog, Receipt, Rendered } from "../model.ts";

/** What goes out, under the key it goes out under. */
export interface Outgoing extends Rendered {
  readonly key: string;
}

/** How a destination that writes to cases wants what has no case (yet). */
export interface PerCase {
  /** How long a log waits for links, counted from when it was written. */
  readonly linkGiveUpMs: number;
  /** What becomes of a contact that no link came for: a person looks at it, or it is settled without this destination. */
  readonly unlinked: "dead" | "skip";
}

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
  /** Set where each case of a contact gets a delivery of its own, under the key `<contact key>#<case id>`. */
  readonly perCase?: PerCase | undefined;
  /**
   * What to send of a contact log, in the backend's own shape. Pure: the ledger keeps what comes of it before anything
   * leaves. `link` is given where `perCase` is set. Throws Permanent where the log cannot be told in that shape.
   */
  render(log: ContactLog, link?: CaseLink): Rendered;
  /**
   * Throws Transient (certainly not taken, may be another time: 429, unreachable), Ambiguous (may have been taken:
   * timeout, connection lost, 5xx) or Permanent (will not be taken).
   */
  post(outgoing: Outgoing, signal: AbortSignal): Promise<Receipt>;
  /**
   * Whether it has what goes out under this key; undefined where it cannot be asked. `body` is empty where nothing was
   * rendered yet. Throws Transient where it does not answer.
   */
  readonly has: ((outgoing: Outgoing, signal: AbortSignal) => Promise<boolean>) | undefined;
  [Symbol.asyncDispose](): Promise<void>;
}
