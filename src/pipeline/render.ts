import { createHash } from "node:crypto";
import type { OpenContact } from "../ledger/ledger.ts";
import type { ContactLog, Dialogue, MediumName } from "../model.ts";
import type { Written } from "../summarizers/writer.ts";
import { iso } from "../time.ts";
import type { Bill } from "./spending.ts";

/** The body of the post, from what is known of the contact and what the summarizer wrote. Pure. */
export function renderLog(
  { contact, brand, accountId }: OpenContact,
  language: string,
  dialogue: Dialogue,
  { summary, drafted: { parts, leftOut } }: Pick<Written, "summary" | "drafted">,
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
    note: summary.note.map(({ text }) => text).join(" "),
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
      ...(parts > 1 ? { parts } : {}),
      ...(leftOut.length > 0 ? { turnsLeftOut: leftOut.length } : {}),
      evidence: summary.note.map(({ turns }) => turns),
    },
  };
}

/** How a log was written, for `explain`: what it was made with and what it cost, no word of it. */
export function toldOf(
  { summary, drafted, usage, findings, suspects }: Written,
  { cost, currency }: Bill,
): string {
  const { inputTokens, cachedInputTokens, outputTokens } = usage;
  const parts = [
    `${summary.model}, ${summary.promptVersion}`,
    ...(usage.requests > 0
      ? [`${inputTokens} tokens in (${cachedInputTokens} cached), ${outputTokens} out`]
      : []),
    ...(cost === undefined ? [] : [`${currency} ${cost.toFixed(5)}`]),
    ...(drafted.repaired === undefined ? [] : [`repaired (${drafted.repaired})`]),
    ...(drafted.parts > 1 ? [`read in ${drafted.parts} parts`] : []),
    ...(findings.length > 0 ? [`${findings.length} claims did not hold`] : []),
    ...(suspects.length > 0 ? [`${suspects.length} turns held instructions`] : []),
    `confidence ${summary.confidence}${summary.review.needed ? `, to be reviewed: ${summary.review.reasons.join(", ")}` : ""}`,
  ];
  return parts.join("; ");
}

/** Which words the log was written from, provable later without keeping them. */
function fingerprint({ turns }: Dialogue): string {
  const canonical = turns.map(({ speaker, userId, at, text }) => [speaker, userId ?? null, at, text]);
  return createHash("sha256").update(JSON.stringify(canonical)).digest("hex");
}
