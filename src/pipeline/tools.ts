import type { Destination } from "../destinations/destination.ts";
import { ContactlogdError, NotYet } from "../errors.ts";
import type { DeliveryWork, Ledger } from "../ledger/ledger.ts";
import type { Compare } from "../ledger/shadow.ts";
import type { Media } from "../media/medium.ts";
import type { Contact, ContactLog, SkipReason, StageTry } from "../model.ts";
import type { Manner, Writer, Written } from "../summarizers/writer.ts";
import type { Circuit } from "./circuit.ts";
import type { Rules } from "./judge.ts";
import type { Bill, Spending } from "./spending.ts";

/** Under which the ledger keeps whether the last run was a shadow run: `true` or `false`. */
export const shadowMark = "shadow";

/** A brand as the later stages use it. */
export interface Brand {
  readonly manner: Manner;
  /** Ids of the destinations that each get the contact log. */
  readonly destinations: readonly string[];
}

/** What the pipeline tells the outside, one call a business event; implementations count and log, and never throw. */
export interface Reports {
  noticed(conversationId: string, source: string): void;
  /** @param brand whose it is, as far as its queue tells */
  ended(contact: Contact, brand: string | undefined): void;
  /** An event of the whole organization told of a conversation that our client may not see. */
  notSeen(conversationId: string): void;
  skipped(contact: Pick<Contact, "key" | "medium">, brand: string | undefined, reason: SkipReason): void;
  staged(tried: StageTry): void;
  /** A contact log was written, at this cost; it is not posted yet. */
  wrote(contact: Contact, brand: string, written: Written, bill: Bill): void;
  /** @param leftOut why nothing was to be written there after all */
  posted(delivery: DeliveryWork, status: number, alreadyThere: boolean, leftOut?: string): void;
  /** Every destination said it has it, and this file knew nothing of it. */
  adopted(contact: Contact, brand: string, destinations: readonly string[]): void;
  wouldPost(log: ContactLog): void;
  postponed(id: string, reason: string, message: string, dueInMs: number, failed: boolean): void;
  dead(id: string, brand: string | undefined, reason: string, message: string): void;
  internalError(id: string, error: unknown): void;
  /** The state file cannot be read or written now. */
  ledgerFailed(error: unknown): void;
  draining(ids: readonly string[]): void;
}

/** All that work is done with. */
export interface Tools {
  readonly ledger: Ledger;
  readonly media: Media;
  readonly rules: Rules;
  readonly writer: Pick<Writer, "write">;
  readonly spending: Spending;
  readonly brand: (id: string) => Brand;
  readonly destination: (
    brand: string,
    id: string,
  ) => { readonly destination: Destination; readonly circuit: Circuit };
  readonly modelCircuit: Circuit;
  /** When a destination is asked about a post of unknown outcome, counted from when it became unknown. */
  readonly lookupAfterMs: readonly number[];
  /** What ended before this may have been posted without the ledger knowing. */
  readonly doubtfulBefore: number;
  /** How long a delivery may go on without a clear answer. */
  readonly giveUpMs: number;
  readonly reports: Reports;
  /** A contact log was written, and is about to be kept: for whoever waits for it. */
  readonly onLog: (log: ContactLog) => void;
  readonly settleMs: number;
  /** Of what ended before this the key may be gone. */
  readonly keysKeptSince: number;
  /** Posted logs are kept for the next agent. */
  readonly keepsLogs: boolean;
  /** Everything but the post. */
  readonly dryRun: boolean;
  /** Everything but the post, and the log is kept to be compared with what the agent wrote. */
  readonly shadow: boolean;
  readonly compare: Compare;
}

/**
 * Times a stage whatever becomes of it.
 * @param told what else there is to report of it when it came off
 */
export async function timed<T>(
  reports: Pick<Reports, "staged">,
  tried: Pick<StageTry, "stage" | "of" | "destination">,
  work: () => Promise<T>,
  told: (result: T) => Pick<StageTry, "status" | "model" | "usage"> = () => ({}),
): Promise<T> {
  const start = performance.now();
  const report = (how: Pick<StageTry, "reason" | "failed" | "status">): void =>
    reports.staged({ ...tried, ...how, tookMs: performance.now() - start });
  try {
    const result = await work();
    report({ failed: false, ...told(result) });
    return result;
  } catch (error) {
    report({ reason: reasonOf(error), failed: !(error instanceof NotYet), status: statusOf(error) });
    throw error;
  }
}

function reasonOf(error: unknown): string {
  if (error instanceof ContactlogdError) return error.reason;
  return error instanceof Error && error.name === "AbortError" ? "aborted" : "internal_error";
}

/** Our sentences say it as `HTTP 503`, before anything they quote. */
function statusOf(error: unknown): number | undefined {
  const said =
    error instanceof ContactlogdError ? /\bHTTP ([1-5]\d\d)\b/.exec(error.message)?.[1] : undefined;
  return said === undefined ? undefined : Number(said);
}
