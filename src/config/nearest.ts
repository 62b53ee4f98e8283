/** A longer name is no misspelling of ours, and would cost its square. */
const longestName = 60;

/** The candidate a misspelt name is nearest to; undefined where none is near: a third of its letters may differ. */
export function nearest(name: string, candidates: readonly string[]): string | undefined {
  if (name.length > longestName) return undefined;
  const folded = fold(name);
  const ranked = candidates
    .map((candidate) => ({ candidate, apart: distance(folded, fold(candidate)) }))
    .filter(
      ({ candidate, apart }) => apart <= Math.max(1, Math.floor(Math.min(name.length, candidate.length) / 3)),
    )
    .sort((a, b) => a.apart - b.apart);
  return ranked[0]?.candidate;
}

/** `base_url` and `baseURL` are `baseUrl`. */
function fold(name: string): string {
  return name.toLowerCase().replace(/[-_ ]/g, "");
}

/** How many letters to add, take away, change or swap with their neighbour (optimal string alignment). */
function distance(a: string, b: string): number {
  let older: number[] = [];
  let before = Array.from({ length: b.length + 1 }, (_none, index) => index);
  for (let row = 1; row <= a.length; row++) {
    const now = [row];
    for (let column = 1; column <= b.length; column++) {
      const same = a[row - 1] === b[column - 1];
      const swapped = a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      now[column] = Math.min(
        (before[column] ?? 0) + 1,
        (now[column - 1] ?? 0) + 1,
        (before[column - 1] ?? 0) + (same ? 0 : 1),
        swapped ? (older[column - 2] ?? 0) + 1 : Number.POSITIVE_INFINITY,
      );
    }
    [older, before] = [before, now];
  }
  return before[b.length] ?? 0;
}
