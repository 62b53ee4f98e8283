import { createHash } from "node:crypto";
import type { OpenContact } from "../ledger/ledger.ts";
import type { ContactLog, Dialogue, MediumName, Summary } from "../model.ts";
import { iso } from "../time.ts";

/** The body of the post, from what is known of the contact and what the summarizer wrote. Pure. */
export function renderLog(
  { contact, brand, accountId }: OpenContact,
  language: string,
  dialogue: Dialogue,
  summary: Summary,
  createdAt: number,
): ContactLog {
  return {
    key: contact.key,
    conversationId: contact.conversationId,
    brand,
    medium: contact.medium as MediumName,
    startedAt: iso(contact.startedAt),
    endedAt: iso(contact.endedAt),
    accountId,
    agents: contact.agents.map(({ userId, queueId }) => ({ userId, queueId: queueId ?? null })),
    language,
    description: summary.description,
    note: summary.note,
    category: summary.category,
    subcategory: summary.subcategory,
    actionItems: summary.actionItems,
    sentiment: summary.sentiment,
    resolved: summary.resolved,
    confidence: summary.confidence,
    review: summary.review,
    provenance: {
      model: summary.model,
      promptVersion: summary.promptVersion,
      transcriptSha256: fingerprint(dialogue),
      createdAt: iso(createdAt),
    },
  };
}

/** Which words the log was written from, provable later without keeping them. */
function fingerprint({ turns }: Dialogue): string {
  const canonical = turns.map(({ speaker, userId, at, text }) => [speaker, userId ?? null, at, text]);
  return createHash("sha256").update(JSON.stringify(canonical)).digest("hex");
}
