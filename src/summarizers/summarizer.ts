import type { Dialogue, Summary, Taxonomy } from "../model.ts";

/** All a summarizer may know of a contact: no account, no ids, nothing it does not need. */
export interface SummaryRequest {
  readonly dialogue: Dialogue;
  /** BCP 47 language the log is written in, whatever was spoken. */
  readonly language: string;
  readonly taxonomy: Taxonomy;
  /** The brand's prompt text; empty for the offline summarizer. */
  readonly prompt: string;
}

/**
 * Dialogue in, summary out. Called concurrently; keeps nothing between calls.
 * Throws Transient (endpoint down, rate limited), or Permanent (refused, off-schema after one repair turn).
 */
export interface Summarizer {
  /** Name a person may read: provider and model. */
  readonly name: string;
  summarize(request: SummaryRequest, signal: AbortSignal): Promise<Summary>;
}
