import type { Dialogue } from "../model.ts";
import { type Classification, classify } from "./offline/classify.ts";
import { languageWords } from "./offline/cues.ts";
import { actionItemsOf, type Extract, extract } from "./offline/extract.ts";
import { descriptionOf, noteOf } from "./offline/note.ts";
import { resolvedOf, sentimentOf } from "./offline/outcome.ts";
import { type Passage, passagesOf } from "./offline/passages.ts";
import { guessLanguage } from "./offline/text.ts";
import { weigh } from "./offline/weights.ts";
import type { Drafted, Summarizer, SummaryRequest } from "./summarizer.ts";

const lowScore = 0.45;
const closeMargin = 0.12;

/**
 * Without a model: the sentences of the conversation that say why, what was done and what was promised, word for word,
 * and the category whose own words were spoken most. It neither rephrases nor translates, and it says when it doubts.
 */
export function createOfflineSummarizer(): Summarizer {
  return {
    name: "offline extractive",
    async summarize(request: SummaryRequest, signal: AbortSignal): Promise<Drafted> {
      signal.throwIfAborted();
      return summarizeOffline(request);
    },
  };
}

function summarizeOffline({ dialogue, language, taxonomy }: SummaryRequest): Drafted {
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
    promptVersion: "offline-2",
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
