import { checkDraft } from "../grounding/check.ts";
import { guardDialogue } from "../guard/guard.ts";
import type { Dialogue, Draft, Taxonomy } from "../model.ts";
import type { RedactionOptions } from "../redaction/kinds.ts";
import { redactDialogue } from "../redaction/redact.ts";
import { supportOf } from "./offline/classify.ts";
import { draftOffline } from "./offline/draft.ts";
import { passagesOf } from "./offline/passages.ts";
import { weigh } from "./offline/weights.ts";

/** How a dialogue is made ready to be summarised. */
export interface Preparation {
  readonly taxonomy: Taxonomy;
  readonly redaction: RedactionOptions;
  /** The platform's, of the customer. */
  readonly names: readonly string[];
}

/**
 * All that reads a dialogue from end to end, by name: pure, with data in and out that a thread can be sent, and as
 * long as the dialogue is.
 */
export const readings = {
  /** Without what speaks to the machine, and without what is personal. */
  prepare(said: Dialogue, { taxonomy, redaction, names }: Preparation) {
    const { dialogue, suspects } = guardDialogue(said, taxonomy);
    return { ...redactDialogue(dialogue, redaction, names), suspects };
  },
  check(dialogue: Dialogue, { draft, day }: { readonly draft: Draft; readonly day: number }) {
    return checkDraft(draft, dialogue, { day });
  },
  draft: draftOffline,
  /** How far it speaks for a pair of the taxonomy, and how many words it has. */
  weigh(dialogue: Dialogue, { taxonomy, draft }: { readonly taxonomy: Taxonomy; readonly draft: Draft }) {
    const support = supportOf(taxonomy, weigh(passagesOf(dialogue)), draft);
    const words = dialogue.turns.reduce((sum, { text }) => sum + text.split(" ").length, 0);
    return { support, words };
  },
};

export type Reading = keyof typeof readings;
export type ReadOptions<R extends Reading> = Parameters<(typeof readings)[R]>[1];
export type ReadResult<R extends Reading> = ReturnType<(typeof readings)[R]>;

/** Does one of them, whichever it is. */
export function read<R extends Reading>(
  reading: R,
  dialogue: Dialogue,
  options: ReadOptions<R>,
): ReadResult<R> {
  const one = readings[reading] as (dialogue: Dialogue, options: ReadOptions<R>) => ReadResult<R>;
  return one(dialogue, options);
}

/** One reading of one dialogue, as it is sent. */
export interface Job<R extends Reading = Reading> {
  readonly reading: R;
  readonly dialogue: Dialogue;
  readonly options: ReadOptions<R>;
}
