import type { Contact, ContactLog, Notice, Receipt, Rendered, SkipReason } from "../model.ts";
import type { CaseLedger, Holding } from "./cases.ts";
import type { GapLedger, Marks } from "./gaps.ts";
import type { KeptLedger } from "./kept.ts";
import type { LedgerReader } from "./reading.ts";
import type { RequestLedger } from "./requests.ts";
import type { ShadowLedger } from "./shadow.ts";

export type { CaseLedger, Cursor, Holding, Meeting, ToSend } from "./cases.ts";
export type { Gap, GapLedger, GapProgress, Marks } from "./gaps.ts";
export type { KeptLedger, KeptLog, KeptQuery } from "./kept.ts";
export type { Balance, ContactState, HourBalance, LedgerReader, RecentContact, Step } from "./reading.ts";
export type { ContactStanding, RequestLedger, Standing } from "./requests.ts";

/**
 * What must survive a crash. Every method that changes something resolves once the change is durable, and only then.
 * Contact stages: recorded → written → posted, or skipped, or dead. From `written` on a contact has one delivery a
 * destination, and one a case where that writes to cases: written → posting → posted, or uncertain, or dead. Each
 * change leaves a step that `explain` can tell, in the same transaction.
 */
export const stages = ["recorded", "written", "posted", "skipped", "dead"] as const;
export type Stage = (typeof stages)[number];

export const deliveryStages = ["written", "posting", "uncertain", "posted", "dead"] as const;
export type DeliveryStage = (typeof deliveryStages)[number];

/** An eligible contact on its way. */
export interface OpenContact {
  readonly contact: Contact;
  readonly brand: string;
  readonly accountId: string;
  /** The source that first spoke of it, and when. */
  readonly source: string;
  readonly heardAt: number;
}

/** A contact as a look found it: open, or settled by its first judgement. */
export type Admission = OpenContact | (Omit<OpenContact, "brand" | "accountId"> & SkippedBy);
interface SkippedBy {
  readonly brand: string | undefined;
  readonly skipped: SkipReason;
  /** A code that says more, for `explain`. */
  readonly told?: string | undefined;
}

export interface NoticeWork {
  readonly kind: "notice";
  readonly id: string;
  readonly notice: Notice;
  /** Looks that found nothing ended. */
  readonly looks: number;
  /** Failed tries. */
  readonly attempts: number;
  /** When the present run of failures began. */
  readonly failingSince: number | undefined;
  readonly version: number;
}

export interface ContactWork extends OpenContact {
  readonly kind: "contact";
  readonly id: string;
  /** Times its words were asked for in vain. */
  readonly asks: number;
  readonly attempts: number;
  /** When the present run of failures began. */
  readonly failingSince: number | undefined;
}

/** A contact log that a destination is to get. */
export interface DeliveryWork {
  readonly kind: "delivery";
  readonly id: string;
  readonly key: string;
  /** Id of the destination, and after `#` that of the case where each gets its own: names the row. */
  readonly route: string;
  readonly destination: string;
  readonly caseId: string | undefined;
  readonly brand: string;
  readonly medium: string;
  readonly endedAt: number;
  readonly source: string;
  readonly stage: DeliveryStage;
  /** The bytes to post, and where: the same in every try. */
  readonly body: string;
  readonly target: string | undefined;
  readonly attempts: number;
  readonly failingSince: number | undefined;
  /** When the outcome of a post became unknown, and how often the destination was asked about it since. */
  readonly uncertainSince: number | undefined;
  readonly looks: number;
}

export type Work = NoticeWork | ContactWork | DeliveryWork;

/** What is heard on notification channels. */
export const liveSource = "notification";
/** Tells of every conversation of the organization, also of those that our client may not see. */
export const organizationSource = "eventbridge";
/** Sources that tell of ends as they happen; the others find them afterwards, and stand back for these. */
export const liveSources: readonly string[] = [liveSource, organizationSource, "request", "contact-lens"];

/** How much of what may be claimed; work that history found never takes all of it. */
export interface ClaimLimits {
  readonly total: number;
  readonly history: number;
}

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

/** Notices and contacts: what the runner works on. */
export interface WorkLedger {
  /** Notes that a conversation may have ended; a repeated notice only brings the look forward. */
  record(notice: Notice, dueAt: number): Promise<void>;
  /** Keys already recorded for a conversation, whatever became of them. */
  keysOf(conversationId: string): Promise<ReadonlySet<string>>;
  /** Whether this contact is recorded, or its conversation waits to be looked at. */
  knows(conversationId: string, key: string): Promise<boolean>;
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
  /** Records a contact that its source showed and judged; one that is there already is not. @returns whether it is new */
  take(admission: Admission, dueAt: number): Promise<boolean>;
  /**
   * Due work, what was heard live before what history found, newest first: after an outage the fresh contacts are
   * served at once, and the backlog beside them. None of it in `busy`.
   */
  due(now: number, limits: ClaimLimits, busy: ReadonlySet<string>): Promise<Work[]>;
  /** When the next work falls due, if any waits. */
  nextDueAt(busy: ReadonlySet<string>): Promise<number | undefined>;
  /** Contacts that wait for their transcript: how many, and the oldest's conversation start. */
  awaitingTranscript(): Promise<{ readonly count: number; readonly oldestStart: number | undefined }>;
  /** There is a sign that this conversation's words are there: its waiting contacts are due now. */
  bringForward(conversationId: string): Promise<boolean>;
  /** What was put off for one of these reasons is due now. @returns whether anything was */
  recall(reasons: readonly string[]): Promise<boolean>;
  postpone(work: Work, postponement: Postponement): Promise<void>;
  /**
   * Keeps what is to be sent, by destination: from here on no model is asked again.
   * @param told how they came about, for `explain`: no word of them
   * @returns what is to be delivered, to the cases that are known already too
   */
  keep(
    work: ContactWork,
    rendered: ReadonlyMap<string, Rendered>,
    told?: string,
    beside?: Beside,
  ): Promise<DeliveryWork[]>;
  /**
   * Every destination has it already, as they say themselves: posted, without a word being written.
   * @returns false where it was settled meanwhile, by hand
   */
  adopt(work: ContactWork): Promise<boolean>;
  /** Nothing to post: everything personal is erased. */
  skip(work: ContactWork, reason: string): Promise<void>;
  /** The first byte is about to leave. @returns false where it must not: it was forgotten or dropped meanwhile */
  markPosting(work: DeliveryWork): Promise<boolean>;
  /** Whether the post arrived is unknown. */
  doubt(work: DeliveryWork, doubt: Doubt): Promise<void>;
  /** The destination has it: the body is erased, and with the last delivery everything personal of the contact. */
  settle(work: DeliveryWork, receipt?: Receipt): Promise<void>;
  /** A person must look at it; all that is needed to go again stays. */
  bury(work: Work, letter: DeadLetter): Promise<void>;
}

/** What is kept of a log beside what is to be sent at once. */
export interface Beside {
  /** For destinations of cases, until the links come. */
  readonly held?: readonly Holding[];
  /** For the next agent, once it is posted; nothing where it is left out. */
  readonly log?: ContactLog | undefined;
}

/** A post of unknown outcome: since when, how often the destination was asked, and when to go on. */
export interface Doubt {
  readonly reason: string;
  readonly dueAt: number;
  readonly since: number;
  readonly looks: number;
}

/** Which dead letters are meant; all that is given must hold. */
export interface DeadFilter {
  /** Conversation id or key. */
  readonly id?: string | undefined;
  readonly brand?: string | undefined;
  readonly reason?: string | undefined;
  readonly since?: number | undefined;
  readonly until?: number | undefined;
}

export interface DeadRow {
  readonly key: string;
  readonly conversationId: string;
  readonly destination: string | undefined;
  readonly brand: string | undefined;
  /** Where it died: `noticed`, `recorded` (nothing written yet), `written`, or `held` (no case was linked). */
  readonly at: string;
  readonly reason: string;
  readonly message: string | undefined;
  readonly attempts: number;
  readonly diedAt: number;
}

/** What an operator does by hand; also beside a running daemon. */
export interface Desk {
  dead(filter: DeadFilter): readonly DeadRow[];
  /** Sends one back to where it died, due now. What was posted stays posted. @returns whether it was still dead */
  replay(row: DeadRow): Promise<boolean>;
  /** Gives one up for good, and erases what it held. */
  drop(row: DeadRow): Promise<boolean>;
  /** Erases everything personal of open and dead contacts of an account, or of a conversation. @returns contacts */
  forget(target: { readonly accountId: string } | { readonly conversationId: string }): Promise<number>;
}

export interface Ledger extends WorkLedger, AsyncDisposable {
  readonly gaps: GapLedger;
  readonly marks: Marks;
  readonly shadows: ShadowLedger;
  readonly cases: CaseLedger;
  readonly kept: KeptLedger;
  readonly desk: Desk;
  readonly requests: RequestLedger;
  /** Where a damaged file was set aside at this start. */
  readonly quarantined: string | undefined;
  /** What ended before this may have been posted without this file knowing; 0 where that is not so. */
  readonly doubtfulBefore: number;
  /** What settled before this, and so ended before it, may have been removed as old; 0 where nothing ever was. */
  readonly retiredBefore: number;
  readonly reader: LedgerReader;
  /** Removes what settled before `before`, a slice at a time. @returns whether there is more */
  retire(before: number, limit: number): Promise<boolean>;
  /** The clock was set back by `byMs`: what waits waits no longer than it was meant to. */
  setBack(byMs: number): Promise<void>;
  /** Throws where nothing can be written. */
  probe(): Promise<void>;
}
