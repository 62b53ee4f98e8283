/**
 * The nouns of the program, types only. Every instant is epoch milliseconds inside the program and an ISO 8601
 * string (UTC, milliseconds) where it leaves it.
 */

/** A medium we write contact logs for: the platform's `call` is `voice`, its `message` (web messaging, SMS …) is `message`. */
export type MediumName = "voice" | "message";

/** Media we recognise and do not write about. */
export type OtherMedium = "callback" | "email" | "chat";

/** Word from a source that a conversation may have ended; the platform is asked before anything is done with it. */
export interface Notice {
  readonly conversationId: string;
  readonly source: string;
  readonly heardAt: number;
}

/** A human who spoke with the customer. */
export interface Agent {
  readonly userId: string;
  readonly queueId: string | undefined;
}

/** One party's stay in the conversation, as far as fetching its words needs it. */
export interface Leg {
  readonly communicationId: string;
  readonly party: "customer" | "agent" | "automaton";
  readonly userId: string | undefined;
  readonly from: number;
  readonly to: number;
  /** Messaging only: ids of the messages the platform lists under this leg. */
  readonly messageIds: readonly string[];
}

/**
 * The unit that gets one contact log: a voice conversation, or one agent session of a messaging conversation.
 * It carries all that later stages need, so that a contact that waits for days needs no second look at the platform.
 */
export interface Contact {
  /** Idempotency key: the conversation id; messaging: conversation id `:` communication id of the session's last agent leg. */
  readonly key: string;
  readonly conversationId: string;
  readonly medium: MediumName | OtherMedium;
  readonly startedAt: number;
  readonly endedAt: number;
  /** Those who spoke with the customer, in order, once each. */
  readonly agents: readonly Agent[];
  /** The customer's names as the platform tells them, to be taken out of the dialogue; missing in older state files. */
  readonly customerNames?: readonly string[];
  readonly legs: readonly Leg[];
  /** False where the platform says that none of its queues transcribes: its words are asked for once, not waited for. */
  readonly transcribed: boolean;
  /** Messaging: words after `from` (exclusive, the previous session's end) up to `to` belong to this contact. */
  readonly window: { readonly from: number; readonly to: number };
  /** Where its words lie, where that is not on the platform. */
  readonly origin?: ContactOrigin | undefined;
}

/** A contact of Amazon Connect, and the file in which Contact Lens wrote it down. */
export interface ContactOrigin {
  readonly kind: "contact-lens";
  readonly location: string;
  /** Whose summary becomes the log: the one in the file, or one of ours. */
  readonly summary: "theirs" | "ours";
}

/** What a contact says of itself before a word of it is read; input of the first judgement. */
export interface ContactFacts {
  /** Queue of the last agent who answered, or of the last queue that was tried when none did. */
  readonly queueId: string | undefined;
  readonly queueName: string | undefined;
  /** We write about this medium. */
  readonly supported: boolean;
  /** The customer was taken along into another conversation (a conference merge), which gets the log. */
  readonly merged: boolean;
  /** A human agent answered. */
  readonly handled: boolean;
  /** Somebody from outside took part; an internal call has no customer. */
  readonly hasCustomer: boolean;
  /** Attribute sets in order of authority: customer participants first, newest first. */
  readonly attributes: readonly {
    readonly customer: boolean;
    /** Of somebody who took part in other sessions of the chat alone. */
    readonly apart?: boolean;
    readonly values: Readonly<Record<string, string>>;
  }[];
}

/** One uninterrupted contribution; text is plain, on one line. */
export interface Turn {
  readonly speaker: "customer" | "agent";
  /** User id of the agent where the platform tells it. */
  readonly userId: string | undefined;
  readonly at: number;
  readonly text: string;
}

/** The cleaned conversation, one type whatever the medium: customer and human agents only, in order, joined by speaker. */
export interface Dialogue {
  readonly medium: MediumName;
  /** BCP 47 tag the platform gave, if it gave one. */
  readonly language: string | undefined;
  /** How sure the transcription is of its words, 0 to 1; undefined for what was typed, or where it does not say. */
  readonly confidence?: number | undefined;
  /** What the contact's own platform wrote of it, where that is to become the log. */
  readonly summary?: string | undefined;
  readonly turns: readonly Turn[];
}

/** Why no contact log is written; a skip is a success. */
export const skipReasons = [
  "unsupported_medium",
  "merged",
  "no_customer",
  "no_human_agent",
  "excluded_queue",
  "no_brand",
  "no_account",
  "several_accounts",
  "not_authenticated",
  "too_old",
  "no_transcription",
  "no_transcript",
  "no_dialogue",
  "no_case_link",
  "analysis_failed",
  "no_summary",
  "dry_run",
  "shadow",
] as const;
export type SkipReason = (typeof skipReasons)[number];

/** Gates that whoever asks for a contact log may pass over, where the brand allows it. */
export const forceableSkips = [
  "excluded_queue",
  "no_account",
  "not_authenticated",
] as const satisfies readonly SkipReason[];

export type Verdict =
  | { readonly kind: "eligible"; readonly brand: string; readonly accountId: string }
  | { readonly kind: "skipped"; readonly brand: string | undefined; readonly reason: SkipReason };

export interface ActionItem {
  readonly text: string;
  readonly owner: "agent" | "customer" | "company";
  /** ISO date (YYYY-MM-DD) or null. */
  readonly due: string | null;
}

/** One sentence of a note, and the numbers (from 1) of the dialogue's turns it rests on. */
export interface NoteSentence {
  readonly text: string;
  readonly turns: readonly number[];
}

/** What is said of a dialogue, whoever says it; what that is worth is for others to judge. */
export interface Draft {
  /** One sentence: why the customer made contact. */
  readonly description: string;
  readonly note: readonly NoteSentence[];
  readonly category: string;
  readonly subcategory: string;
  readonly actionItems: readonly ActionItem[];
  readonly sentiment: "positive" | "neutral" | "negative" | "mixed";
  readonly resolved: "yes" | "no" | "partly" | "unknown";
}

/** A draft that was checked, with what is thought of it. */
export interface Summary extends Draft {
  /** 0 to 1. */
  readonly confidence: number;
  readonly review: { readonly needed: boolean; readonly reasons: readonly string[] };
  /** Model that wrote it, as the endpoint names it; the offline summarizer says `offline-extractive`. */
  readonly model: string;
  /** Content hash of the prompt, or the version of the offline rules. */
  readonly promptVersion: string;
}

/** What one or more requests to a model used. */
export interface Usage {
  readonly requests: number;
  readonly inputTokens: number;
  /** Part of `inputTokens` that the provider served from its prompt cache. */
  readonly cachedInputTokens: number;
  readonly outputTokens: number;
}

/** One try of a stage, as it went: nothing of any words. */
export interface StageTry {
  /** A verb of the program's sentence. */
  readonly stage: "look" | "fetch" | "summarise" | "post";
  /** Key of the contact; of a look, id of the conversation. */
  readonly of: string;
  readonly tookMs: number;
  /** Why it did not come off: a slug; undefined where it did. */
  readonly reason?: string | undefined;
  /** It did not come off for another reason than that it was too early. */
  readonly failed: boolean;
  /** HTTP status: of a post that came off, of any try that did not because of it. */
  readonly status?: number | undefined;
  /** Of a post: id of the destination within the brand. */
  readonly destination?: string | undefined;
  /** Of a summary: who wrote it, and what that took. */
  readonly model?: string | undefined;
  readonly usage?: Usage | undefined;
}

/** What the model has used and cost on one day (ISO date, UTC). */
export interface SpentDay extends Usage {
  readonly date: string;
  readonly cost: number;
}

/** The same beside what it may cost. */
export interface Spent extends SpentDay {
  readonly currency: string;
  readonly dailyBudget: number | null;
  /** What is left does not suffice: contacts wait. */
  readonly budgetSpent: boolean;
}

/** The body of the post, as destinations receive it. */
export interface ContactLog {
  readonly key: string;
  readonly conversationId: string;
  readonly brand: string;
  readonly medium: MediumName;
  readonly startedAt: string;
  readonly endedAt: string;
  readonly accountId: string;
  readonly agents: readonly { readonly userId: string; readonly queueId: string | null }[];
  readonly language: string;
  readonly description: string;
  readonly note: string;
  readonly category: string;
  readonly subcategory: string;
  readonly actionItems: readonly ActionItem[];
  readonly sentiment: Summary["sentiment"];
  readonly resolved: Summary["resolved"];
  readonly confidence: number;
  readonly review: { readonly needed: boolean; readonly reasons: readonly string[] };
  readonly provenance: {
    readonly model: string;
    readonly promptVersion: string;
    readonly transcriptSha256: string;
    readonly createdAt: string;
    /** Parts a long conversation was read in; missing where it was read at once. */
    readonly parts?: number;
    /** How many turns were read by nobody, or not in full; missing where all were. */
    readonly turnsLeftOut?: number;
    /** For each sentence of the note, the numbers of the turns it rests on; posted only where a destination wants it. */
    readonly evidence?: readonly (readonly number[])[];
  };
}

/** What is sent of a contact log to one destination: the same bytes to the same place in every try. */
export interface Rendered {
  readonly body: string;
  /** Where, as the destination writes it down, where that depends on the log; undefined where it is always the same. */
  readonly target?: string | undefined;
}

/** A case that a contact belongs to. */
export interface CaseLink {
  readonly contactId: string;
  readonly caseId: string;
}

/** What a destination answered when it took a contact log. */
export interface Receipt {
  readonly status: number;
  /** True where the destination said it had this key already (409). */
  readonly alreadyThere: boolean;
  /** Why nothing was to be written there after all, where that is so: a slug. */
  readonly leftOut?: string | undefined;
}

/** Somebody asks for the contact log of one conversation. */
export interface LogRequest {
  readonly conversationId: string;
  readonly caseId?: string | undefined;
  /** The answer waits for what becomes of it. */
  readonly wait: boolean;
  /** Passes over gates, where the brand allows it. */
  readonly force: boolean;
}

/** A destination's receipt, as whoever asked for the contact log is told of it. */
export interface Delivered {
  readonly destination: string;
  readonly caseId?: string | undefined;
  /** HTTP status; null where it was not written down. */
  readonly status: number | null;
  readonly alreadyThere: boolean;
  readonly postedAt: string;
}

/** What became of the last contact of a conversation that somebody asked for, or how far it is. */
export type LogAnswer =
  | {
      readonly kind: "logged";
      readonly key: string;
      /** Of all contacts of the conversation, oldest first. */
      readonly keys: readonly string[];
      /** Null where it is not kept any more. */
      readonly log: ContactLog | null;
      readonly receipts: readonly Delivered[];
    }
  | { readonly kind: "waiting"; readonly dueAt: number | undefined }
  | { readonly kind: "skipped"; readonly reason: string }
  | { readonly kind: "failed"; readonly upstream: string; readonly reason: string }
  /** By a mistake or a shortage of ours. */
  | { readonly kind: "broken" }
  | { readonly kind: "full" | "not_ended" | "running" | "stopping" | "too_many_cases" | "unknown" };

/** A brand's two-level category list. */
export type Taxonomy = readonly { readonly category: string; readonly subcategories: readonly string[] }[];
