import { countBy } from "./classification.ts";
import { contentStems } from "./words.ts";

type Vector = ReadonlyMap<string, number>;
interface Posting {
  readonly document: number;
  readonly weight: number;
}

/** The dialogues of a set by their words: an inverted index of unit-length tf-idf vectors. */
export interface WordIndex {
  readonly size: number;
  readonly rarity: Vector;
  readonly postings: ReadonlyMap<string, readonly Posting[]>;
}

/** Indexes texts; their order is their number. */
export function indexOf(texts: readonly string[]): WordIndex {
  const counts = texts.map((text) => countBy(contentStems(text)));
  const documents = countBy(counts.flatMap((one) => [...one.keys()]));
  const rarity = new Map([...documents].map(([word, n]) => [word, Math.log(1 + texts.length / n)]));
  const postings = new Map<string, Posting[]>();
  for (const [document, count] of counts.entries()) {
    for (const [word, weight] of unit(count, rarity)) {
      const list = postings.get(word);
      if (list) list.push({ document, weight });
      else postings.set(word, [{ document, weight }]);
    }
  }
  return { size: texts.length, rarity, postings };
}

function unit(counts: Vector, rarity: Vector): Vector {
  const weights = [...counts].flatMap(([word, n]) => {
    const rare = rarity.get(word);
    return rare === undefined ? [] : [[word, (1 + Math.log(n)) * rare] as const];
  });
  const length = Math.hypot(...weights.map(([, weight]) => weight));
  return new Map(weights.map(([word, weight]) => [word, weight / length]));
}

/**
 * Whether a text is more like its own dialogue (by cosine) than like any other of the set. A tie is not first, nor is
 * a text that shares no word with its own.
 */
export function findsOwn(index: WordIndex, text: string, own: number): boolean {
  const scores = new Float64Array(index.size);
  for (const [word, weight] of unit(countBy(contentStems(text)), index.rarity)) {
    for (const posting of index.postings.get(word) ?? [])
      scores[posting.document] = (scores[posting.document] ?? 0) + weight * posting.weight;
  }
  const mine = scores[own] ?? 0;
  return mine > 0 && scores.every((score, document) => document === own || score < mine - 1e-12);
}

/** Share (0 to 1) of a text's different content words that its dialogue has too; undefined for a text without any. */
export function wordsFound(text: string, dialogue: string): number | undefined {
  const words = new Set(contentStems(text));
  if (words.size === 0) return undefined;
  const said = new Set(contentStems(dialogue));
  return [...words].filter((word) => said.has(word)).length / words.size;
}
