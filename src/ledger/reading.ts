import type { DeliveryStage, Stage } from "./ledger.ts";
import type { ShadowFilter, ShadowRow } from "./shadow.ts";

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

/** The same for contacts recorded within an hour; gaps are of no hour. */
export type HourBalance = Omit<Balance, "gaps">;

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
  /**
   * The same, but for each hour (UTC, by its beginning) in which any was recorded, oldest first; of the hour of `since`
   * what was recorded from then on. Together they are `balance(since)`.
   */
  hours(since: number): ReadonlyMap<number, Record<string, HourBalance>>;
  /** Rows by stage, and notices as `noticed`. */
  depths(): Record<Stage | "noticed", number>;
  /** A mark, as `Marks.get` gives it. */
  mark(name: string): string | undefined;
  /** When the oldest gap was opened that is not filled yet. */
  gapOpenSince(): number | undefined;
  /** Every conversation the file knows of. */
  conversationIds(): Iterable<string>;
  /** The contacts recorded last, newest first. */
  recent(limit: number): RecentContact[];
  /** What is kept of a conversation's logs that no destination has taken yet, as it is to be sent. */
  unposted(conversationId: string): { key: string; destination: string; body: string }[];
  /** A conversation's way so far, oldest step first, and where its contacts and notice stand. */
  explain(conversationId: string): {
    steps: Step[];
    contacts: ContactState[];
    noticeDueAt: number | undefined;
  };
  /** Logs of shadow runs, and how they compare with the agents'. */
  shadows(filter: ShadowFilter): ShadowRow[];
}

/** How far a contact is, in a line. */
export interface RecentContact {
  readonly key: string;
  readonly conversationId: string;
  readonly medium: string;
  readonly brand: string | undefined;
  readonly stage: Stage;
  /** Why it was skipped, waits or died; of its deliveries, where it has none itself. */
  readonly reason: string | undefined;
  readonly endedAt: number;
  readonly recordedAt: number;
  readonly settledAt: number | undefined;
}

export interface ContactState extends WorkState {
  readonly key: string;
  readonly medium: string;
  readonly brand: string | undefined;
  readonly stage: Stage;
  readonly endedAt: number;
  readonly deliveries: readonly (WorkState & {
    readonly destination: string;
    readonly stage: DeliveryStage;
  })[];
  /** Ids of the cases it belongs to. */
  readonly cases: readonly string[];
  /** Destinations that hold its log for links, and until when; `dead` where none came. */
  readonly held: readonly { readonly destination: string; readonly until: number; readonly dead: boolean }[];
}

interface WorkState {
  readonly reason: string | undefined;
  readonly message: string | undefined;
  readonly dueAt: number | undefined;
  readonly attempts: number;
}
