import type { Medium } from "./legs.ts";

/**
 * A conversation as it happens in the world, for the demo, the tests and the bench: data, played by `player.ts`.
 * Steps happen in order; each takes `stepMs` of play time unless it says `ms`.
 */
export interface Story extends Scenario {
  readonly medium: "voice" | "message";
}

/** A story of any medium, with or without a customer. */
export interface Scenario {
  /** Stable name, for logs and tests. */
  readonly id: string;
  /** One line a person reads while it plays. */
  readonly title: string;
  readonly medium: Medium;
  /** Language spoken, BCP 47 as the platform writes it in transcripts (`nl-nl`, `en-us`). */
  readonly language: string;
  /** Participant attributes of the customer (account number, authenticated …). */
  readonly attributes: Readonly<Record<string, string>>;
  readonly customerName: string;
  /** Id of the customer among the organisation's external contacts, where the platform has recognised them. */
  readonly externalContactId?: string | undefined;
  /** Who begins it; the customer when left out. A colleague's call and the platform's own message have no customer. */
  readonly begins?: "customer" | "colleague" | "platform";
  readonly steps: readonly Step[];
}

/** A rare turn of events, and what should become of it, all its conversation ids together. */
export interface EdgeStory extends Scenario {
  readonly expect: {
    readonly logs: number;
    /** Who spoke with the customer, in order, once each. */
    readonly agents?: readonly string[];
    /** Why there is none, where there is none. */
    readonly skip?: string;
  };
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
  | {
      readonly rings: string;
      readonly outcome: "no-answer" | "declined" | "not-available" | "do-not-disturb";
      readonly ms?: number;
    }
  /** An agent (user name) answers from the queue the customer waits in. */
  | { readonly answers: string; readonly ms?: number }
  /** The connected agent hands over, blind, to a queue. */
  | { readonly transfersTo: string; readonly ms?: number }
  /** The connected agent disconnects; the last one ends the customer's leg of a call too, a chat stays open. */
  | { readonly agentLeaves: true; readonly as?: string; readonly ms?: number }
  /** The customer disconnects, which ends the conversation. */
  | { readonly customerLeaves: true; readonly ms?: number }
  /** The platform sends its last event again (same content, another CorrelationId), `times` times. */
  | { readonly repeated: number; readonly ms?: number }
  | { readonly pause: true; readonly ms: number }
  | ConsultStep
  | CallStep
  /** The agent puts a message or an e-mail aside (true) or takes it up again. */
  | { readonly parks: boolean; readonly ms?: number }
  /** The platform ends it for everybody. */
  | { readonly expires: "inactivity" | "session.expired" | "system"; readonly ms?: number };

/** Calling in somebody else. The customer is on hold while an agent consults. */
export type ConsultStep =
  /** The agent asks a colleague, or somebody outside, and comes back alone or hands the customer over to them. */
  | {
      readonly consults: string;
      readonly outcome: "cancelled" | "transferred";
      readonly outside?: true;
      readonly ms?: number;
    }
  /** A colleague comes in and stays, in the same conversation. */
  | { readonly joins: string; readonly ms?: number }
  /** A colleague comes in through a conference, which goes on as a new conversation. */
  | { readonly merges: string; readonly ms?: number }
  /** A supervisor listens to the agent, or whispers to them, until the agent is gone. */
  | { readonly monitors: string; readonly ms?: number }
  | { readonly coaches: string; readonly ms?: number };

export type CallStep =
  /** A callback waits for its hour in a queue; nobody is called yet. */
  | { readonly schedules: string; readonly inMs: number; readonly ms?: number }
  /** Its hour has come: it is offered to agents. */
  | { readonly due: true; readonly ms?: number }
  /** The agent who took the callback calls the customer, who answers. */
  | { readonly dials: true; readonly ms?: number }
  /** A colleague calls a colleague, who answers. */
  | { readonly phones: string; readonly from: string; readonly ms?: number }
  /** The customer's line breaks and a second communication of theirs takes its place; the agent stays. */
  | { readonly redials: true; readonly ms?: number }
  /** From here on another language is spoken. */
  | { readonly speaks: string; readonly ms?: number };
