import type { Contact, Notice, SkipReason } from "../model.ts";

/**
 * What must survive a crash. Every method that changes something resolves once the change is durable, and only then.
 * Contact stages: recorded → written → posting → posted, or skipped, or dead. `waiting` is `recorded` with a reason.
 */
export const stages = ["recorded", "written", "posting", "posted", "skipped", "dead"] as const;
export type Stage = (typeof stages)[number];

/** An eligible contact on its way. */
export interface OpenContact {
  readonly contact: Contact;
  readonly brand: string;
  readonly accountId: string;
  /** When a source first spoke of it. */
  readonly heardAt: number;
}

/** A contact as a look found it: open, or settled by its first judgement. */
export type Admission = OpenContact | (Omit<OpenContact, "brand" | "accountId"> & SkippedBy);
interface SkippedBy {
  readonly brand: string | undefined;
  readonly skipped: SkipReason;
}

export interface NoticeWork {
  readonly kind: "notice";
  readonly id: string;
  readonly notice: Notice;
  /** Looks that found nothing ended. */
  readonly looks: number;
  /** Failed tries. */
  readonly attempts: number;
  readonly version: number;
}

export interface ContactWork extends OpenContact {
  readonly kind: "contact";
  readonly id: string;
  readonly stage: Stage;
  /** The bytes to post, once they are written. */
  readonly body: string | undefined;
  /** Times its words were asked for in vain. */
  readonly asks: number;
  readonly attempts: number;
  /** When the present run of failures began. */
  readonly failingSince: number | undefined;
}

export type Work = NoticeWork | ContactWork;

/** Why and until when something waits. `failed` uses up an attempt. */
export interface Postponement {
  readonly dueAt: number;
  readonly reason: string;
  readonly failed: boolean;
}

export interface DeadLetter {
  readonly reason: string;
  readonly message: string;
}

export interface Ledger extends AsyncDisposable {
  /** Notes that a conversation may have ended; a repeated notice only brings the look forward. */
  record(notice: Notice, dueAt: number): Promise<void>;
  /** Keys already recorded for a conversation, whatever became of them. */
  keysOf(conversationId: string): Promise<ReadonlySet<string>>;
  /**
   * The result of a look: contacts are added (a key that is there already is not), and the notice is closed, unless
   * it was repeated meanwhile or is to be looked at again.
   * @returns the admissions that were new
   */
  admit(
    work: NoticeWork,
    admissions: readonly Admission[],
    dueAtOf: (admission: OpenContact) => number,
    lookAgain: { readonly dueAt: number } | undefined,
  ): Promise<Admission[]>;
  /** Due work, oldest due first, none of it in `busy`. */
  due(now: number, limit: number, busy: ReadonlySet<string>): Promise<Work[]>;
  /** When the next work falls due, if any waits. */
  nextDueAt(busy: ReadonlySet<string>): Promise<number | undefined>;
  postpone(work: Work, postponement: Postponement): Promise<void>;
  /** Keeps the bytes to post: from here on no model is asked again. */
  keep(key: string, body: string): Promise<void>;
  /** The first byte is about to leave. */
  markPosting(key: string): Promise<void>;
  /** Posted or skipped: the body and everything personal is erased. */
  settle(key: string, stage: "posted" | "skipped", reason: string | undefined): Promise<void>;
  /** A person must look at it; all that is needed to go again stays. */
  bury(work: Work, letter: DeadLetter): Promise<void>;
  /** Contacts by stage, and notices as `noticed`. */
  counts(): Promise<Readonly<Record<Stage | "noticed", number>>>;
  /** Throws where nothing can be written. */
  probe(): Promise<void>;
}
