import type { Admission, WorkLedger } from "../ledger/ledger.ts";
import type { Contact, Verdict } from "../model.ts";
import { judgeAge } from "./judge.ts";
import type { Reports, Tools } from "./tools.ts";

/** A contact whose source shows that it ended, and judged it: no look is needed. */
export interface Ended {
  readonly contact: Contact;
  readonly verdict: Verdict;
  /** A code for `explain`, where it is skipped. */
  readonly told?: string | undefined;
  /** When its words may be fetched. */
  readonly dueAt: number;
}

export interface TakeTools extends Pick<Tools, "keysKeptSince"> {
  readonly ledger: Pick<WorkLedger, "take">;
  readonly reports: Reports;
  readonly wake: () => void;
}

/**
 * Records a contact; resolves once that is durable. One that is known already stays as it is.
 * Throws what the ledger throws.
 * @returns whether it is new
 */
export async function takeContact(
  { contact, verdict: judged, told, dueAt }: Ended,
  source: string,
  { ledger, reports, wake, keysKeptSince }: TakeTools,
): Promise<boolean> {
  const verdict = judgeAge(judged, contact.endedAt, keysKeptSince);
  const base = { contact, source, heardAt: Date.now() };
  const admission: Admission =
    verdict.kind === "eligible"
      ? { ...base, brand: verdict.brand, accountId: verdict.accountId }
      : { ...base, brand: verdict.brand, skipped: verdict.reason, told };
  if (!(await ledger.take(admission, dueAt))) return false;
  reports.ended(contact, verdict.brand);
  if (verdict.kind === "skipped") reports.skipped(contact, verdict.brand, verdict.reason);
  else wake();
  return true;
}
