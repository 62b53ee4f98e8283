import type { Dialogue } from "../../model.ts";
import type { Drafted, SummaryRequest } from "../summarizer.ts";
import { type Classification, classify } from "./classify.ts";
import { languageWords } from "./cues.ts";
import { actionItemsOf, type Extract, extract } from "./extract.ts";
import { descriptionOf, noteOf } from "./note.ts";
import { resolvedOf, sentimentOf } from "./outcome.ts";
import { type Passage, passagesOf } from "./passages.ts";
import { guessLanguage } from "./text.ts";
import { weigh } from "./weights.ts";

const lowScore = 0.45;
const closeMargin = 0.12;

/** What an offline draft is made with, beside the dialogue. */
export type OfflineOptions = Pick<SummaryRequest, "language" | "taxonomy">;

/** The draft the rules make of a dialogue, see `createOfflineSummarizer`. Pure. */
export function draftOffline(dialogue: Dialogue, { language, taxonomy }: OfflineOptions): Drafted {
  const passages = passagesOf(dialogue);
  const found = classify(taxonomy, weigh(passages));
  const parts = extract(passages, found.evidence);
  return {
    draft: {
      description: descriptionOf(parts, language),
      note: noteOf(parts, language),
      category: found.category,
      subcategory: found.subcategory,
      actionItems: actionItemsOf(parts),
      sentiment: sentimentOf(passages),
      resolved: resolvedOf(passages, parts),
    },
    model: "offline-extractive",
    promptVersion: "offline-3",
    parts: 1,
    leftOut: [],
    doubts: doubts(passages, parts, found, language, dialogue),
    repaired: undefined,
  };
}

function doubts(
  passages: readonly Passage[],
  parts: Extract,
  { score, margin }: Classification,
  language: string,
  dialogue: Dialogue,
): string[] {
  const spoken = languageOf(passages, dialogue);
  const checks = {
    no_clear_reason: parts.reason === undefined,
    low_category_score: score < lowScore,
    close_category_score: score >= lowScore && margin < closeMargin,
    not_in_log_language: spoken !== undefined && !language.toLowerCase().startsWith(spoken),
  };
  return Object.entries(checks).flatMap(([reason, holds]) => (holds ? [reason] : []));
}

function languageOf(passages: readonly Passage[], dialogue: Dialogue): string | undefined {
  const said = passages.filter((passage) => passage.speaker === "customer").slice(0, 200);
  const words = said.flatMap((passage) => passage.words);
  return guessLanguage(words, languageWords) ?? dialogue.language?.slice(0, 2).toLowerCase();
}
