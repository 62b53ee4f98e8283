import type { Turn } from "../model.ts";
import type { Cue } from "./cues.ts";
import type { Group } from "./vocabulary.ts";

/** Where the words of each group stand, in rising order, counted in words. */
export type Places = ReadonlyMap<Group, readonly number[]>;

/** Where a cue was found: the place of each of its words. */
export interface Hit {
  readonly cue: Cue;
  readonly at: readonly number[];
}

export function placesOf(groups: readonly (readonly Group[])[]): Places {
  const places = new Map<Group, number[]>();
  for (const [at, found] of groups.entries()) {
    for (const group of found) {
      const known = places.get(group);
      if (known === undefined) places.set(group, [at]);
      else known.push(at);
    }
  }
  return places;
}

/** The cues found in one sentence, each at its first place. Linear in the number of words. */
export function hitsOf(cues: readonly Cue[], places: Places, by: Turn["speaker"]): Hit[] {
  if (places.size === 0) return [];
  return cues.flatMap((cue) => {
    if (cue.by !== undefined && cue.by !== by) return [];
    if (!cue.says.every((group) => places.has(group))) return [];
    if (cue.unless?.some((group) => places.has(group))) return [];
    for (const at of foundAt(cue, places, cue.within))
      return cue.head && Math.min(...at) > 2 ? [] : [{ cue, at }];
    return [];
  });
}

/** The cues that also count in pieces, at all their places in what one side said. Linear in the number of words. */
export function piecesOf(cues: readonly Cue[], places: Places, by: Turn["speaker"]): Hit[] {
  return cues.flatMap((cue) => {
    if (cue.apart === undefined || (cue.by !== undefined && cue.by !== by)) return [];
    return [...foundAt(cue, places, cue.apart)].map((at) => ({ cue, at }));
  });
}

/** Each place where one word of every group stands within `within` words, in rising order. */
function* foundAt({ says, ordered }: Cue, places: Places, within: number): Generator<number[]> {
  const lists = says.map((group) => places.get(group) ?? []);
  if (lists.some((list) => list.length === 0)) return;
  const next = lists.map(() => 0);
  for (;;) {
    const at = lists.map((list, index) => list[next[index] ?? 0] ?? Number.POSITIVE_INFINITY);
    const from = Math.min(...at);
    if (Math.max(...at) === Number.POSITIVE_INFINITY) return;
    // One word cannot stand for two groups.
    const twice = at.findIndex((place, index) => at.indexOf(place) < index);
    if (twice < 0 && Math.max(...at) - from < within && (!ordered || rises(at))) yield at;
    const behind = twice < 0 ? at.indexOf(from) : twice;
    next[behind] = (next[behind] ?? 0) + 1;
  }
}

function rises(at: readonly number[]): boolean {
  return at.every((place, index) => index === 0 || place > (at[index - 1] ?? 0));
}
