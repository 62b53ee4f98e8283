import { fold, wordsOf } from "../language/words.ts";
import { mean } from "./statistics.ts";

/** Longer texts are compared by their beginnings: the work grows with the product of both lengths. */
const maxWords = 1_000;

/**
 * ROUGE-L: F1 of the longest common subsequence of words, 0 to 1. It rewards the same words in the same order, so it
 * says something only beside what a wrong and a human text reach on the same data.
 */
export function rougeL(text: string, reference: string): number {
  const a = wordsOf(fold(text)).slice(0, maxWords);
  const b = wordsOf(fold(reference)).slice(0, maxWords);
  const common = commonLength(a, b);
  return common === 0 ? 0 : (2 * common) / (a.length + b.length);
}

/** The mean over several references; undefined where there is none. */
export function rougeAgainst(text: string, references: readonly string[]): number | undefined {
  return references.length === 0 ? undefined : mean(references.map((reference) => rougeL(text, reference)));
}

/** What people reach against each other: each reference against the others; undefined for fewer than two. */
export function rougeBetween(references: readonly string[]): number | undefined {
  if (references.length < 2) return undefined;
  return mean(
    references.map(
      (one, index) =>
        rougeAgainst(
          one,
          references.filter((_, other) => other !== index),
        ) ?? 0,
    ),
  );
}

function commonLength(a: readonly string[], b: readonly string[]): number {
  let before = new Uint32Array(b.length + 1);
  for (const word of a) {
    const row = new Uint32Array(b.length + 1);
    for (const [index, other] of b.entries()) {
      row[index + 1] =
        word === other ? (before[index] ?? 0) + 1 : Math.max(before[index + 1] ?? 0, row[index] ?? 0);
    }
    before = row;
  }
  return before.at(-1) ?? 0;
}
