import type { Writing } from "../genesys/writing.ts";
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

/** What a destination is made with, beside its options. */
export interface DestinationContext {
  /** What the brand says, where the destination itself says nothing. */
  readonly ambiguous: "repeat" | "park";
  /** Told each secret that is made at run time, so that it can be kept out of every log line. */
  readonly protect: (secret: string) => void;
  /** Genesys Cloud, with the daemon's own login and rate limit. */
  readonly genesys: Writing;
  /** Headers that let a backend take part in the trace of a contact, by its key; the same in every try. */
  readonly traceHeaders?: ((key: string) => Readonly<Record<string, string>>) | undefined;
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
  /** When our own certificate there expires (epoch milliseconds), where one is shown. */
  readonly certificateEndsAt?: number | undefined;
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
  /**
   * What is wrong with how it is configured, as far as only the far end can tell: sentences, one a problem, none where
   * all is well. Throws Transient where what it would be compared with cannot be had: nothing is known then.
   */
  check?(signal: AbortSignal): Promise<readonly string[]>;
  /**
   * Proves that the far end is there, and sends it nothing to keep. @returns what was proved, in a few words. Throws
   * Transient where it is not. Left out where `check` asks the far end, or nothing harmless can be asked.
   */
  reach?(signal: AbortSignal): Promise<string>;
  [Symbol.asyncDispose](): Promise<void>;
}
