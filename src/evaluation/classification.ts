import { type Estimate, estimate } from "./statistics.ts";

/** What was chosen for a dialogue beside what its label says; undefined where no log was written. */
export interface Choice {
  readonly gold: string;
  readonly chosen: string | undefined;
}

export interface Accuracy {
  /** Share that is right; a dialogue that got no log counts as wrong. Null where nothing is labelled. */
  readonly right: Estimate | null;
  /** What picking a label blindly would reach. */
  readonly chance: number;
  /** What always picking the data's commonest label would reach. */
  readonly commonest: number;
}

/** @param labels how many there are to choose from */
export function accuracyOf(choices: readonly Choice[], labels: number): Accuracy {
  const counts = countBy(choices.map(({ gold }) => gold));
  return {
    right: estimate(choices.map(({ gold, chosen }) => (gold === chosen ? 1 : 0))),
    chance: labels > 0 ? 1 / labels : 0,
    commonest: choices.length === 0 ? 0 : Math.max(...counts.values()) / choices.length,
  };
}

export interface Confusion {
  readonly labels: readonly string[];
  /** Row: label in the data; column: what was chosen, in the order of `labels`; last column: no log. */
  readonly counts: readonly (readonly number[])[];
}

/** Which label was taken for which; labels in order of how often the data have them. */
export function confusionOf(choices: readonly Choice[]): Confusion {
  const counts = countBy(choices.map(({ gold }) => gold));
  const chosen = choices.flatMap((choice) => (choice.chosen === undefined ? [] : [choice.chosen]));
  const byCount = [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).map(([name]) => name);
  const labels = [...new Set([...byCount, ...chosen])];
  const place = new Map(labels.map((name, index) => [name, index]));
  const rows = labels.map(() => new Array<number>(labels.length + 1).fill(0));
  for (const choice of choices) {
    const row = rows[place.get(choice.gold) ?? 0];
    const column = choice.chosen === undefined ? labels.length : (place.get(choice.chosen) ?? labels.length);
    if (row) row[column] = (row[column] ?? 0) + 1;
  }
  return { labels, counts: rows };
}

/** How often each occurs, in order of first occurrence. */
export function countBy<T>(values: Iterable<T>): Map<T, number> {
  const counts = new Map<T, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
}
