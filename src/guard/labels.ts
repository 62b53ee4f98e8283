import type { Taxonomy } from "../model.ts";
import { wordsIn } from "./unmask.ts";

/** The labels of a taxonomy as word sequences, by their first word. */
export type Labels = ReadonlyMap<string, readonly (readonly string[])[]>;

export function labelsOf(taxonomy: Taxonomy): Labels {
  const labels = new Map<string, string[][]>();
  for (const label of taxonomy.flatMap(({ category, subcategories }) => [category, ...subcategories])) {
    const words = wordsIn(label);
    const [first] = words;
    if (first === undefined) continue;
    const known = labels.get(first);
    if (known === undefined) labels.set(first, [words]);
    else known.push(words);
  }
  return labels;
}

/** Whether a label begins at this word; a label of one word also with an ending (klacht, klachten; claim, claims). */
export function beginsLabel(labels: Labels, words: readonly string[], at: number): boolean {
  const word = words[at] ?? "";
  return (
    begins(labels.get(word), words, at) ||
    (word.length > 4 && [word.slice(0, -1), word.slice(0, -2)].some((stem) => holdsAlone(labels.get(stem))))
  );
}

function begins(
  candidates: readonly (readonly string[])[] | undefined,
  words: readonly string[],
  at: number,
): boolean {
  return candidates?.some((label) => label.every((part, index) => words[at + index] === part)) ?? false;
}

function holdsAlone(candidates: readonly (readonly string[])[] | undefined): boolean {
  return candidates?.some((label) => label.length === 1) ?? false;
}
