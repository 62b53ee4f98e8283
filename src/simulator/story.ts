/**
 * A conversation as it happens in the world, for the demo, the tests and the bench: data, played by `player.ts`.
 * Steps happen in order; each takes `stepMs` of play time unless it says `ms`.
 */
export interface Story {
  /** Stable name, for logs and tests. */
  readonly id: string;
  /** One line a person reads while it plays. */
  readonly title: string;
  readonly medium: "voice" | "message";
  /** Language spoken, BCP 47 as the platform writes it in transcripts (`nl-nl`, `en-us`). */
  readonly language: string;
  /** Participant attributes of the customer (account number, authenticated …). */
  readonly attributes: Readonly<Record<string, string>>;
  readonly customerName: string;
  readonly steps: readonly Step[];
}

export type Step =
  /** Someone says (voice) or writes (message) something. `as` names the agent, else the one who answered last. */
  | {
      readonly says: "customer" | "agent" | "bot" | "ivr";
      readonly text: string;
      readonly as?: string;
      readonly ms?: number;
    }
  /** Messaging noise: typing indicators, receipts, bot-platform and system messages, exactly as given. */
  | {
      readonly noise: "typing" | "receipt" | "system" | "structured";
      readonly text?: string;
      readonly ms?: number;
    }
  /** A bot or IVR flow starts or stops handling the customer. */
  | { readonly flow: "starts" | "ends"; readonly ms?: number }
  /** The customer waits in a queue (by name). */
  | { readonly queue: string; readonly ms?: number }
  /** An agent's phone or chat alerts without being answered. */
  | { readonly rings: string; readonly outcome: "no-answer" | "declined"; readonly ms?: number }
  /** An agent (user name) answers from the queue the customer waits in. */
  | { readonly answers: string; readonly ms?: number }
  /** The connected agent hands over, blind, to a queue. */
  | { readonly transfersTo: string; readonly ms?: number }
  /** The connected agent disconnects; in a call that ends the customer's leg too, in a chat it stays open. */
  | { readonly agentLeaves: true; readonly ms?: number }
  /** The customer disconnects, which ends the conversation. */
  | { readonly customerLeaves: true; readonly ms?: number }
  /** The platform sends its last event again (same content, another CorrelationId), `times` times. */
  | { readonly repeated: number; readonly ms?: number }
  | { readonly pause: true; readonly ms: number };
