import type { Dialogue, Summary } from "../model.ts";
import { type Classification, classify, type WordWeights } from "./offline/classify.ts";
import { languageWords, stopWords } from "./offline/cues.ts";
import { actionItemsOf, type Extract, extract } from "./offline/extract.ts";
import { descriptionOf, noteOf } from "./offline/note.ts";
import { resolvedOf, sentimentOf } from "./offline/outcome.ts";
import { type Passage, passagesOf } from "./offline/passages.ts";
import { guessLanguage, stem } from "./offline/text.ts";
import type { Summarizer, SummaryRequest } from "./summarizer.ts";

const lowScore = 0.45;
const closeMargin = 0.12;
const lowConfidence = 0.3;

/**
 * Without a model: the sentences of the conversation that say why, what was done and what was promised, word for word,
 * and the category whose own words were spoken most. It neither rephrases nor translates, and it says when it doubts.
 */
export function createOfflineSummarizer(): Summarizer {
  return {
    name: "offline extractive",
    async summarize(request: SummaryRequest, signal: AbortSignal): Promise<Summary> {
      signal.throwIfAborted();
      return summarizeOffline(request);
    },
  };
}

function summarizeOffline({ dialogue, language, taxonomy }: SummaryRequest): Summary {
  const passages = passagesOf(dialogue);
  const found = classify(taxonomy, weigh(passages));
  const parts = extract(passages, found.evidence);
  const confidence = confidenceOf(found);
  const reasons = doubts(passages, parts, found, confidence, language, dialogue);
  return {
    description: descriptionOf(parts, language),
    note: noteOf(parts, language),
    category: found.category,
    subcategory: found.subcategory,
    actionItems: actionItemsOf(parts),
    sentiment: sentimentOf(passages),
    resolved: resolvedOf(passages, parts),
    confidence,
    review: { needed: reasons.length > 0, reasons },
    model: "offline-extractive",
    promptVersion: "offline-1",
  };
}

/** Stems by weight: the customer's first turns say what it is about; the agent's words count less. */
function weigh(passages: readonly Passage[]): WordWeights {
  const weights = new Map<string, number>();
  const stems = new Map<string, string>();
  for (const { speaker, turn, words } of passages) {
    const weight = speaker === "customer" ? 1 + 2 * Math.exp(-turn / 3) : 0.5;
    for (const word of words) {
      if (word.length < 2 || stopWords.has(word)) continue;
      let stemmed = stems.get(word);
      if (stemmed === undefined) {
        stemmed = stem(word);
        stems.set(word, stemmed);
      }
      weights.set(stemmed, (weights.get(stemmed) ?? 0) + weight);
    }
  }
  return weights;
}

/** How strong the score is, times how clear; word overlap alone never makes certain. */
function confidenceOf({ score, margin }: Classification): number {
  const strength = score / (score + 1);
  return Math.round(Math.min(0.9, strength * (0.5 + 0.5 * margin) * 1.3) * 100) / 100;
}

function doubts(
  passages: readonly Passage[],
  parts: Extract,
  { score, margin }: Classification,
  confidence: number,
  language: string,
  dialogue: Dialogue,
): string[] {
  const spoken = languageOf(passages, dialogue);
  const checks = {
    no_clear_reason: parts.reason === undefined,
    low_category_score: score < lowScore || confidence < lowConfidence,
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
