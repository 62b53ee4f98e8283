import type { Compare, LogWords, Measures } from "../ledger/shadow.ts";
import type { ContactLog, Taxonomy } from "../model.ts";

/** Words of one side that are compared; nobody writes more about a conversation. */
const maxWords = 2_000;
/** Stands for a category of the agent's that the brand's taxonomy does not have: it may be any text. */
export const outside = "(not in the taxonomy)";

/** The part of a contact log that is compared. */
export function comparable({ description, note, category, subcategory, actionItems }: ContactLog): LogWords {
  return { description, note, category, subcategory, actionItems: actionItems.map(({ text }) => text) };
}

/** @param taxonomyOf a brand's, undefined of a brand that is configured no more */
export function createCompare(taxonomyOf: (brand: string) => Taxonomy | undefined): Compare {
  return (brand, ours, theirs) => {
    const classified = classify(theirs, [...ownPair(ours), ...(taxonomyOf(brand) ?? [])]);
    return { ...classified, measures: measure(ours, theirs, classified) };
  };
}

/** What was ours at the time belongs to the taxonomy, whatever became of that since. */
function ownPair({ category, subcategory }: LogWords): Taxonomy {
  return category === undefined || subcategory === undefined
    ? []
    : [{ category, subcategories: [subcategory] }];
}

/** The agent's classification in the taxonomy's own spelling. */
function classify({ category, subcategory }: LogWords, taxonomy: Taxonomy) {
  if (category === undefined) return { category, subcategory: undefined };
  const entries = taxonomy.filter((entry) => alike(entry.category, category));
  const names = entries.flatMap(({ subcategories }) => subcategories);
  return {
    category: entries[0]?.category ?? outside,
    subcategory:
      subcategory === undefined ? undefined : (names.find((name) => alike(name, subcategory)) ?? outside),
  };
}

function alike(one: string, other: string): boolean {
  const bare = (text: string) => text.normalize("NFC").toLowerCase().replace(/\s+/g, " ").trim();
  return bare(one) === bare(other);
}

function measure(ours: LogWords, theirs: LogWords, { category, subcategory }: LogWords): Measures {
  const sameCategory = category === ours.category;
  return {
    ...distanceOf("description", ours.description, theirs.description),
    ...distanceOf("note", ours.note, theirs.note),
    ...(ours.actionItems === undefined || theirs.actionItems === undefined
      ? {}
      : { actionItems: setDistance(ours.actionItems, theirs.actionItems) }),
    ...(category === undefined ? {} : { category: Number(sameCategory) }),
    ...(subcategory === undefined ? {} : { pair: Number(sameCategory && subcategory === ours.subcategory) }),
  };
}

function distanceOf(field: "description" | "note", ours: string | undefined, theirs: string | undefined) {
  return ours === undefined || theirs === undefined ? {} : { [field]: wordDistance(ours, theirs) };
}

/** Levenshtein distance in words by the longer side's length, 0 to 1; case and punctuation make no difference. */
export function wordDistance(one: string, other: string): number {
  return distanceBetween(wordsOf(one, maxWords), wordsOf(other, maxWords));
}

function distanceBetween(one: readonly string[], other: readonly string[]): number {
  const longer = Math.max(one.length, other.length);
  return longer === 0 ? 0 : edits(one, other) / longer;
}

function wordsOf(text: string, max: number): string[] {
  const words =
    text
      .normalize("NFC")
      .toLowerCase()
      .match(/[\p{L}\p{M}\p{N}]+/gu) ?? [];
  return words.slice(0, max);
}

/** Words put in, left out or replaced to make one of the other. */
function edits(from: readonly string[], to: readonly string[]): number {
  let above = Uint16Array.from({ length: to.length + 1 }, (_, index) => index);
  for (const [index, word] of from.entries()) {
    const row = new Uint16Array(to.length + 1);
    row[0] = index + 1;
    for (const [column, other] of to.entries()) {
      const replaced = (above[column] as number) + (word === other ? 0 : 1);
      row[column + 1] = Math.min(replaced, (above[column + 1] as number) + 1, (row[column] as number) + 1);
    }
    above = row;
  }
  return above[to.length] as number;
}

/** Each item with the nearest of the other side, nearest pairs first; what is left over is 1. Mean, 0 to 1. */
export function setDistance(ours: readonly string[], theirs: readonly string[]): number {
  const [mine, other] = [wordsOfEach(ours), wordsOfEach(theirs)];
  const pairs = mine
    .flatMap((one, a) => other.map((two, b) => ({ a, b, distance: distanceBetween(one, two) })))
    .sort((one, other) => one.distance - other.distance);
  const [takenOurs, takenTheirs] = [new Set<number>(), new Set<number>()];
  let saved = 0;
  for (const { a, b, distance } of pairs) {
    if (takenOurs.has(a) || takenTheirs.has(b)) continue;
    takenOurs.add(a);
    takenTheirs.add(b);
    saved += 1 - distance;
  }
  const longer = Math.max(ours.length, theirs.length);
  return longer === 0 ? 0 : 1 - saved / longer;
}

/** A list is one side: its items share the words that are compared. */
function wordsOfEach(items: readonly string[]): string[][] {
  return items.map((item) => wordsOf(item, Math.ceil(maxWords / items.length)));
}
