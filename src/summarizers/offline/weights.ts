import { stem, stopWords } from "../../language/words.ts";
import type { WordWeights } from "./classify.ts";
import type { Passage } from "./passages.ts";

/** Stems by weight: the customer's first turns say what it is about; the agent's words count less. */
export function weigh(passages: readonly Passage[]): WordWeights {
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
