import { fold, stem, stopWords, wordsOf } from "../../language/words.ts";
import type { Taxonomy } from "../../model.ts";
import { residualWords } from "./cues.ts";

/** How much each (stemmed) word of the dialogue counts. */
export type WordWeights = ReadonlyMap<string, number>;

export interface Classification {
  readonly category: string;
  readonly subcategory: string;
  /** Score of the chosen pair; 0 where nothing in the dialogue speaks for any pair. */
  readonly score: number;
  /** How far the runner-up is behind, as a share of the score: 0 (tie) to 1 (alone). */
  readonly margin: number;
  /** Label stems that were found, with what they are worth; also tells which sentences are about the subject. */
  readonly evidence: ReadonlyMap<string, number>;
}

interface Pair {
  readonly category: string;
  readonly subcategory: string;
  readonly categoryStems: readonly string[];
  readonly ownStems: readonly string[];
}

const shortestPart = 4;
const saturation = 2;
const categoryShare = 0.6;
/** Score at which a label counts as half spoken for. */
const halfStrength = 0.35;
const unnamed = 0.25;

/** The taxonomy pair whose own words are best spoken for. Knows nothing of any particular taxonomy. */
export function classify(taxonomy: Taxonomy, weights: WordWeights): Classification {
  const { pairs, rarity, found, ranked } = rank(taxonomy, weights);
  const [best, second] = ranked;
  if (best === undefined) {
    return {
      category: taxonomy[0]?.category ?? "",
      subcategory: "",
      score: 0,
      margin: 0,
      evidence: new Map(),
    };
  }
  if (best.score === 0)
    return { ...namesOf(pairs.find(isResidual) ?? best.pair), score: 0, margin: 0, evidence: new Map() };
  const evidence = new Map([...found].map(([label, hit]) => [label, hit * (rarity.get(label) ?? 0)]));
  const margin = (best.score - (second?.score ?? 0)) / best.score;
  return { ...namesOf(best.pair), score: best.score, margin, evidence };
}

/**
 * How far the words of a dialogue speak for one pair rather than for any other, 0 to 1: 1 where they name it alone, a
 * half where another is named as often, a quarter where they name none.
 */
export function supportOf(
  taxonomy: Taxonomy,
  weights: WordWeights,
  chosen: { readonly category: string; readonly subcategory: string },
): number {
  const { ranked } = rank(taxonomy, weights);
  const is = ({ pair }: { pair: Pair }) =>
    pair.category === chosen.category && pair.subcategory === chosen.subcategory;
  const own = ranked.find(is)?.score ?? 0;
  const other = ranked.find((one) => !is(one))?.score ?? 0;
  const strength = Math.max(own, other) / (Math.max(own, other) + halfStrength);
  return strength * (own / (own + other || 1)) + (1 - strength) * unnamed;
}

function rank(taxonomy: Taxonomy, weights: WordWeights) {
  const pairs = pairsOf(taxonomy);
  const rarity = rarityOf(pairs);
  const found = matchLabels(new Set(rarity.keys()), weights);
  const worth = (stems: readonly string[]) => spokenFor(stems, rarity, found);
  const ranked = pairs
    .map((pair) => ({ pair, score: categoryShare * worth(pair.categoryStems) + worth(pair.ownStems) }))
    .sort((a, b) => b.score - a.score);
  return { pairs, rarity, found, ranked };
}

function namesOf(pair: Pair): { category: string; subcategory: string } {
  return { category: pair.category, subcategory: pair.subcategory };
}

function isResidual(pair: Pair): boolean {
  return wordsOf(fold(`${pair.category} ${pair.subcategory}`)).some((word) => residualWords.has(word));
}

function pairsOf(taxonomy: Taxonomy): Pair[] {
  return taxonomy.flatMap(({ category, subcategories }) => {
    const categoryStems = labelStems(category);
    return subcategories.map((subcategory) => {
      const stems = labelStems(subcategory);
      const distinct = stems.filter((own) => !categoryStems.includes(own));
      return { category, subcategory, categoryStems, ownStems: distinct.length > 0 ? distinct : stems };
    });
  });
}

/** The words of a label: spaces, punctuation, underscores and camel case all part them. */
export function labelStems(label: string): string[] {
  const spaced = label.replace(/(\p{Ll})(\p{Lu})/gu, "$1 $2").replace(/_/g, " ");
  const words = wordsOf(fold(spaced)).filter(
    (word) => word.length > 1 && !stopWords.has(word) && !residualWords.has(word),
  );
  return [...new Set(words.map(stem))];
}

/** Inverse document frequency over the labels: a word that many pairs carry tells little. */
function rarityOf(pairs: readonly Pair[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const pair of pairs) {
    for (const label of new Set([...pair.categoryStems, ...pair.ownStems]))
      counts.set(label, (counts.get(label) ?? 0) + 1);
  }
  return new Map([...counts].map(([label, count]) => [label, Math.log(1 + pairs.length / count)]));
}

/** A label's words together: each counts by its rarity, and a label heard in full counts more than half of one. */
function spokenFor(stems: readonly string[], rarity: WordWeights, found: WordWeights): number {
  if (stems.length === 0) return 0;
  let heard = 0;
  let all = 0;
  for (const label of stems) {
    const weight = rarity.get(label) ?? 0;
    all += weight;
    heard += weight * (found.get(label) ?? 0);
  }
  return heard / Math.sqrt(stems.length) / Math.max(1, Math.sqrt(all / stems.length));
}

/** For each label stem, 0 to 1: how strongly the dialogue carries it, itself or as a part of a compound. */
function matchLabels(labels: ReadonlySet<string>, weights: WordWeights): Map<string, number> {
  const parts = partsOf(labels);
  const total = new Map<string, number>();
  const add = (label: string, weight: number) => total.set(label, (total.get(label) ?? 0) + weight);
  for (const [word, weight] of weights) {
    for (const [label, likeness] of alike(word, labels, parts)) add(label, likeness * weight);
  }
  return new Map([...total].map(([label, weight]) => [label, weight / (weight + saturation)]));
}

/** Beginnings and ends of the labels, so that no word has to be held against every label. */
function partsOf(labels: ReadonlySet<string>): Map<string, string[]> {
  const parts = new Map<string, string[]>();
  for (const label of labels) {
    for (let length = shortestPart; length < label.length; length += 1) {
      for (const part of new Set([label.slice(0, length), label.slice(-length)])) {
        const known = parts.get(part);
        if (known === undefined) parts.set(part, [label]);
        else known.push(label);
      }
    }
  }
  return parts;
}

/** Labels a word is like: the same; a compound with the label in it (jaarnota, nota); the label's part; one family. */
function alike(
  word: string,
  labels: ReadonlySet<string>,
  parts: ReadonlyMap<string, readonly string[]>,
): Map<string, number> {
  const likeness = new Map<string, number>();
  const note = (label: string, value: number) => {
    if (value > (likeness.get(label) ?? 0)) likeness.set(label, value);
  };
  if (labels.has(word)) note(word, 1);
  for (const label of parts.get(word) ?? []) note(label, label.startsWith(word) ? 0.5 : 0.4);
  for (let length = shortestPart; length < Math.min(word.length, 24); length += 1) {
    const front = word.slice(0, length);
    const back = word.slice(-length);
    if (labels.has(front)) note(front, 0.7);
    if (labels.has(back)) note(back, 0.7);
    for (const label of parts.get(front) ?? []) {
      if (label.startsWith(front) && length >= 5 && length >= 0.6 * Math.max(label.length, word.length))
        note(label, 0.6);
    }
  }
  return likeness;
}
