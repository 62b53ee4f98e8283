import type { Dialogue, Draft, Taxonomy, Usage } from "../model.ts";

/** The texts a model is instructed with. */
export interface Prompts {
  /** How a contact log is written. */
  readonly log: string;
  /** How one part of a long dialogue is read. */
  readonly part: string;
  /** How the findings of the parts become one log; follows `log`. */
  readonly join: string;
}

/** All a summarizer may know of a contact: no account, no ids, nothing it does not need. */
export interface SummaryRequest {
  /** Redacted; its turns are numbered from 1 in what is said of it. */
  readonly dialogue: Dialogue;
  /** ISO date of the conversation, where the customer is. */
  readonly date: string;
  /** BCP 47 language the log is written in, whatever was spoken. */
  readonly language: string;
  readonly taxonomy: Taxonomy;
  /** The brand's; of no use to the offline summarizer. */
  readonly prompts: Prompts;
  /**
   * What a draft says that the dialogue does not carry, in sentences its writer can act on; empty where all holds.
   * Asked once a draft; a summarizer that can mend shows it to the model in its repair turn.
   */
  readonly check: (draft: Draft) => Promise<readonly string[]>;
  readonly meter: Meter;
}

export const noUsage: Usage = { requests: 0, inputTokens: 0, cachedInputTokens: 0, outputTokens: 0 };

/** Stands between a summarizer and the money. */
export interface Meter {
  /**
   * Called before each request with the most it can use.
   * @returns to be called once with what it did use, also where it failed (0 tokens then)
   * @throws NotYet where a budget is spent
   */
  reserve(most: { readonly inputTokens: number; readonly outputTokens: number }): (used: Usage) => void;
}

/** A draft with where it came from. */
export interface Drafted {
  readonly draft: Draft;
  /** Model that wrote it, as the endpoint names it; the offline summarizer says `offline-extractive`. */
  readonly model: string;
  /** Content hash of the prompt, or the version of the offline rules. */
  readonly promptVersion: string;
  /** Parts the dialogue was read in; 1 where it fitted. */
  readonly parts: number;
  /** Turns (numbers from 1) that were read by nobody, or not in full. */
  readonly leftOut: readonly number[];
  /** Its writer's own doubts, as review reasons. */
  readonly doubts: readonly string[];
  /** The answer needed a repair turn: for its shape, or for what `check` found. */
  readonly repaired: "shape" | "content" | undefined;
}

/**
 * Dialogue in, draft out. Called concurrently; keeps nothing of a dialogue between calls.
 * Throws Transient (endpoint down, rate limited), NotYet (budget) or Permanent (refused, off-schema after a repair).
 */
export interface Summarizer {
  /** Name a person may read: provider and model. */
  readonly name: string;
  summarize(request: SummaryRequest, signal: AbortSignal): Promise<Drafted>;
}
