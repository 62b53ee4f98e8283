import type { ActionItem, ContactLog, LogAnswer } from "../model.ts";

type Logged = Extract<LogAnswer, { kind: "logged" }>;

/** A contact log as clients of `POST /generate-summary` know it; its words are null where the log is not kept any more. */
export interface OlderForm {
  readonly interaction_id: string;
  readonly case_id: string | null;
  readonly summary: string | null;
  readonly description: string | null;
  readonly category: string | null;
  readonly subcategory: string | null;
  readonly action_items: readonly ActionItem[] | null;
  readonly sentiment: ContactLog["sentiment"] | null;
  readonly resolved: ContactLog["resolved"] | null;
  readonly confidence: number | null;
  readonly review_needed: boolean | null;
  readonly crm_update_status: "updated" | "already_there";
  readonly crm_updates: readonly { readonly destination: string; readonly status: number | null }[];
}

/** The same content in the older form. Pure. */
export function olderForm(
  interactionId: string,
  caseId: string | undefined,
  { log, receipts }: Logged,
): OlderForm {
  const isNew = receipts.some(({ alreadyThere }) => !alreadyThere);
  return {
    interaction_id: interactionId,
    case_id: caseId ?? null,
    summary: log?.note ?? null,
    description: log?.description ?? null,
    category: log?.category ?? null,
    subcategory: log?.subcategory ?? null,
    action_items: log?.actionItems ?? null,
    sentiment: log?.sentiment ?? null,
    resolved: log?.resolved ?? null,
    confidence: log?.confidence ?? null,
    review_needed: log?.review.needed ?? null,
    crm_update_status: isNew ? "updated" : "already_there",
    crm_updates: receipts.map(({ destination, status }) => ({ destination, status })),
  };
}
