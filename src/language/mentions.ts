import type { Digitised } from "./digitised.ts";

/** Where something is said: UTF-16 offsets, end exclusive. */
export interface Place {
  readonly start: number;
  readonly end: number;
}

export type Groups = Readonly<Record<string, string | undefined>>;

/** A form something is said in, over digitised text, and how it is read; no reading, no mention. */
export interface Rule<Reading, Context = undefined> {
  readonly pattern: RegExp;
  readonly read: (groups: Groups, context: Context) => Reading | undefined;
}

/** A written number with its separators, not in the midst of a longer one. */
export const number = "(?<!\\d|\\d[.,])\\d{1,12}(?:[.,]\\d{1,6}){0,4}(?!\\d)";

/** One alternative between word boundaries, anywhere in a text. */
export function form(source: string): RegExp {
  return new RegExp(`(?<![\\p{L}\\d])(?:${source})(?![\\p{L}\\d])`, "gu");
}

/** What the rules find, in order, without overlap: an earlier rule goes before a later one. */
export function mentionsOf<Reading extends object, Context>(
  { text, offset }: Digitised,
  rules: readonly Rule<Reading, Context>[],
  context: Context,
): (Reading & Place)[] {
  const taken = new Uint8Array(text.length);
  const found: (Reading & Place)[] = [];
  for (const { pattern, read } of rules) {
    pattern.lastIndex = 0;
    // Not matchAll, which compiles the pattern anew for every text: chats have thousands.
    for (let match = pattern.exec(text); match !== null; match = pattern.exec(text)) {
      const { 0: said, index, groups = {} } = match;
      const end = index + said.length;
      if (taken.subarray(index, end).includes(1)) continue;
      const reading = read(groups, context);
      if (reading === undefined) continue;
      taken.fill(1, index, end);
      found.push({ ...reading, start: offset(index), end: offset(end) });
    }
  }
  return found.sort((a, b) => a.start - b.start);
}
