import type { Conversation } from "../genesys/conversation.ts";
import type { Contact, ContactFacts, Dialogue, SkipReason } from "../model.ts";

/** A contact that has ended, and what is known of it before a word is read. */
export interface Found {
  readonly contact: Contact;
  readonly facts: ContactFacts;
}

/** What a look at a conversation shows. */
export interface Ends {
  readonly found: readonly Found[];
  /**
   * `done`: all that can end has. `open`: it goes on, an event will tell. `closing`: the customer has gone and others
   * have not. `settling`: it will have ended at `lookAt` unless something happens.
   */
  readonly rest: "done" | "open" | "closing" | "settling";
  readonly lookAt?: number;
}

export interface LookContext {
  /** When a source first said that it may have ended: our clock, for the platform's may differ. */
  readonly heardAt: number;
  readonly now: number;
  /** An end that stays quiet this long is one (debounce; the agent session of a chat left open). */
  readonly settleMs: number;
  /** Keys of this conversation's contacts that are recorded already: they are final, whatever came after. */
  readonly known: ReadonlySet<string>;
  /** Heard as it happened; what history found stands back for it. */
  readonly live: boolean;
}

/** How urgent it is to fetch a contact's words. */
export interface Asking {
  /** How often they have been asked for in vain. */
  readonly asks: number;
  readonly live: boolean;
}

/** Something said or written, not yet cleaned. */
export interface Utterance {
  readonly speaker: "customer" | "agent";
  readonly userId: string | undefined;
  readonly at: number;
  readonly text: string;
}

export type Fetched =
  | {
      readonly kind: "words";
      readonly language: string | undefined;
      /** As in `Dialogue`. */
      readonly confidence: number | undefined;
      readonly utterances: readonly Utterance[];
      /** As in `Dialogue`. */
      readonly summary?: string | undefined;
    }
  | { readonly kind: "absent"; readonly reason: SkipReason };

/** One kind of conversation: how it ends, when its words may be there, how they are fetched. */
export interface Medium {
  /** Pure. */
  ends(conversation: Conversation, context: LookContext): Ends;
  /** When to ask for the words the first time. */
  firstAskAt(contact: Contact, now: number): number;
  /** What was said. Throws NotYet while it is not there, with the time of the next try. */
  fetch(contact: Contact, asking: Asking, signal: AbortSignal): Promise<Fetched>;
}

/** All media together, as the pipeline uses them. */
export interface Media {
  /** The conversation as the platform shows it now; undefined where it does not know it (yet). */
  look(conversationId: string, context: LookContext, signal: AbortSignal): Promise<Ends | undefined>;
  firstAskAt(contact: Contact, now: number): number;
  /** The cleaned dialogue. Throws NotYet while the words are not there. */
  dialogue(
    contact: Contact,
    asking: Asking,
    signal: AbortSignal,
  ): Promise<Dialogue | Extract<Fetched, { kind: "absent" }>>;
}
