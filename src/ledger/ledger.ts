import type { Contact, Notice, SkipReason } from "../model.ts";

/**
 * What must survive a crash. Every method that changes something resolves once the change is durable, and only then.
 * Contact stages: recorded → written → posting → posted, or skipped, or dead. Each change leaves a step that
 * `explain` can tell, in the same transaction.
 */
export const stages = ["recorded", "written", "posting", "posted", "skipped", "dead"] as const;
export type Stage = (typeof stages)[number];

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

/** Sources that hear ends as they happen; the others find them afterwards, and stand back for these. */
export const liveSource = "notification";

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
  /** Due work, oldest due first, what was heard live before what history found, none of it in `busy`. */
  due(now: number, limits: ClaimLimits, busy: ReadonlySet<string>): Promise<Work[]>;
  /** When the next work falls due, if any waits. */
  nextDueAt(busy: ReadonlySet<string>): Promise<number | undefined>;
  /** Contacts that wait for their transcript: how many, and the oldest's conversation start. */
  awaitingTranscript(): Promise<{ readonly count: number; readonly oldestStart: number | undefined }>;
  /** There is a sign that this conversation's words are there: its waiting contacts are due now. */
  bringForward(conversationId: string): Promise<boolean>;
  postpone(work: Work, postponement: Postponement): Promise<void>;
  /** Keeps the bytes to post: from here on no model is asked again. */
  keep(key: string, body: string): Promise<void>;
  /** The first byte is about to leave. */
  markPosting(key: string): Promise<void>;
  /** Posted or skipped: the body and everything personal is erased. */
  settle(key: string, stage: "posted" | "skipped", reason: string | undefined): Promise<void>;
  /** A person must look at it; all that is needed to go again stays. */
  bury(work: Work, letter: DeadLetter): Promise<void>;
}

/** A time in which ends may not have been heard. */
export interface Gap {
  readonly id: number;
  /** Undefined once it is filled. */
  readonly dueAt: number | undefined;
  readonly reason: string;
  readonly from: number;
  readonly to: number;
  readonly attempts: number;
  /** Slices of history already looked through, newest first: where a look goes on after a restart. */
  readonly slicesDone: number;
  /** When the look under way began; undefined between two looks. */
  readonly lookStartedAt: number | undefined;
}

export interface GapLedger {
  open(gap: { readonly reason: string; readonly from: number; readonly to: number }): Promise<number>;
  /** The gap that has been due longest. */
  due(now: number): Promise<Gap | undefined>;
  nextDueAt(): Promise<number | undefined>;
  get(
    id: number,
  ): Promise<(Gap & Omit<GapProgress, "lookStartedAt"> & { readonly state: string }) | undefined>;
  progress(id: number, progress: GapProgress): Promise<void>;
  /** Looked through, but too early to be sure: again at `dueAt`, from the first slice. */
  lookAgain(id: number, dueAt: number): Promise<void>;
  postpone(id: number, dueAt: number): Promise<void>;
  fill(id: number): Promise<void>;
}

export interface GapProgress {
  readonly lookStartedAt: number;
  readonly slices: number;
  readonly slicesDone: number;
  /** Conversations seen and those that nobody had told of, added to what was counted before. */
  readonly seen: number;
  readonly found: number;
}

/** Single values that must survive a restart. */
export interface Marks {
  get(name: string): Promise<string | undefined>;
  set(name: string, value: string): Promise<void>;
}

export interface Ledger extends WorkLedger, AsyncDisposable {
  readonly gaps: GapLedger;
  readonly marks: Marks;
  readonly reader: LedgerReader;
  /** Throws where nothing can be written. */
  probe(): Promise<void>;
}

/** One brand's part of the balance `ended = posted + skipped + waiting + dead`. */
export interface Balance {
  ended: number;
  posted: number;
  skipped: Record<string, number>;
  waiting: Record<string, number>;
  dead: Record<string, number>;
  foundBySweep: number;
  gaps: { open: number; filled: number };
}

export interface Step {
  readonly at: number;
  readonly key: string | undefined;
  readonly step: string;
  readonly detail: string | undefined;
}

/** What can be asked of the file, also by another process while the daemon runs. */
export interface LedgerReader extends Disposable {
  /** Contacts recorded at `since` or later, by brand (`""` where none could be told), all of them under `"*"`. */
  balance(since: number): Record<string, Balance>;
  /** Rows by stage, and notices as `noticed`. */
  depths(): Record<Stage | "noticed", number>;
  /** A mark, as `Marks.get` gives it. */
  mark(name: string): string | undefined;
  /** A conversation's way so far, oldest step first, and where its contacts and notice stand. */
  explain(conversationId: string): {
    steps: Step[];
    contacts: ContactState[];
    noticeDueAt: number | undefined;
  };
}

export interface ContactState {
  readonly key: string;
  readonly medium: string;
  readonly brand: string | undefined;
  readonly stage: Stage;
  readonly reason: string | undefined;
  readonly message: string | undefined;
  readonly dueAt: number | undefined;
  readonly attempts: number;
}
