import { referencesOf } from "./dialogue.ts";
import type { EvalRecord } from "./record.ts";
import { firstAndLast, logText, type Result, spokenText, type WrittenResult } from "./result.ts";
import type { TextMeasures, Texts } from "./texts.ts";
import { languageOf } from "./words.ts";
import type { Rating } from "./write.ts";

/** A record with what became of it. */
export interface Case {
  readonly record: EvalRecord;
  /** BCP 47 language the log was asked for in. */
  readonly language: string;
  readonly result: Result;
  readonly rating: Rating | undefined;
}
export type WrittenCase = Case & { readonly result: WrittenResult };

export function isWritten(one: Case): one is WrittenCase {
  return one.result.ok;
}

/** One record in figures, without a word of what was said; null where a measure does not apply. */
export interface Row extends TextMeasures {
  readonly id: string;
  readonly failure: string | null;
  readonly multiTask: boolean;
  readonly goldCategory: string | null;
  readonly goldSubcategory: string | null;
  readonly category: string | null;
  readonly subcategory: string | null;
  readonly categoryRight: number | null;
  readonly pairRight: number | null;
  readonly resolved: string | null;
  readonly confidence: number | null;
  readonly rawConfidence: number | null;
  readonly review: number | null;
  readonly languageRight: number | null;
  readonly findings: number | null;
  /** Length of the log. */
  readonly words: number | null;
  readonly inputTokens: number | null;
  readonly outputTokens: number | null;
  readonly latencyMs: number;
  readonly faithful: number | null;
  readonly complete: number | null;
  readonly readable: number | null;
}

const nothing = {
  category: null,
  subcategory: null,
  resolved: null,
  confidence: null,
  rawConfidence: null,
  review: null,
  languageRight: null,
  findings: null,
  words: null,
  inputTokens: null,
  outputTokens: null,
  faithful: null,
  complete: null,
  readable: null,
  ownFirst: null,
  wordsFound: null,
  factsTold: null,
  claimsMade: null,
  rougeL: null,
} as const;

/** The case in figures. A failed log is a wrong one, except where the endpoint was in trouble: then nothing is known. */
export function rowOf(one: Case, texts: TextMeasures | undefined): Row {
  const { record, result } = one;
  const summary = result.ok ? result.summary : undefined;
  // A dialogue about several things has no one right category.
  const labelled = !record.gold.multiTask && (result.ok || !result.passing);
  const goldCategory = record.category ?? null;
  const goldSubcategory = record.subcategory ?? null;
  const categoryRight = labelled && goldCategory !== null ? Number(summary?.category === goldCategory) : null;
  return {
    ...nothing,
    ...(isWritten(one) ? writtenPart(one) : {}),
    ...texts,
    id: record.id,
    failure: result.ok ? null : result.reason,
    multiTask: record.gold.multiTask,
    goldCategory,
    goldSubcategory,
    categoryRight,
    pairRight:
      categoryRight === null || goldSubcategory === null
        ? null
        : Number(categoryRight === 1 && summary?.subcategory === goldSubcategory),
    latencyMs: result.latencyMs,
  };
}

function writtenPart({ result, language, rating }: WrittenCase): Partial<Row> {
  const { summary, usage } = result;
  const text = logText(summary);
  const found = languageOf(text);
  return {
    category: summary.category,
    subcategory: summary.subcategory,
    resolved: summary.resolved,
    confidence: summary.confidence,
    rawConfidence: result.rawConfidence,
    review: Number(summary.review.needed),
    languageRight: found === undefined ? null : Number(language.toLowerCase().startsWith(found)),
    findings: result.findings.length,
    words: text.split(/\s+/).length,
    inputTokens: usage.inputTokens,
    outputTokens: usage.outputTokens,
    ...(rating && { faithful: rating.faithful, complete: rating.complete, readable: rating.readable }),
  };
}

/** The texts of a case; facts in another language than the log's are left out, see `Texts`. */
export function textsOf({ record, language, result }: WrittenCase): Texts {
  const { mustMention, mustNotClaim, factsLanguage } = record.gold;
  const sameLanguage = language.toLowerCase().startsWith(factsLanguage);
  return {
    log: logText(result.summary),
    dialogue: spokenText(result),
    firstAndLast: firstAndLast(result),
    people: referencesOf(record, language),
    mustMention: sameLanguage ? mustMention : [],
    mustNotClaim: sameLanguage ? mustNotClaim : [],
  };
}
