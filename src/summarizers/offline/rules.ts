import { type Cues, cues } from "./cues.ts";

/** One pattern a list of cues, tried on folded text. */
export const rules: Readonly<Record<keyof Cues, RegExp>> = Object.fromEntries(
  Object.entries(cues).map(([name, fragments]) => [name, anyOf(fragments)]),
) as Record<keyof Cues, RegExp>;

/** Opening words at the very front, once, with what parts them from the rest. */
export const opener = new RegExp(`^(?:${cues.openers.join("|")})(?![a-z0-9'-])`);

export function anyOf(fragments: readonly string[]): RegExp {
  return new RegExp(`(?<![a-z0-9'-])(?:${fragments.join("|")})(?![a-z0-9])`);
}

export function countOf(rule: RegExp, folded: string): number {
  return folded.match(new RegExp(rule.source, "g"))?.length ?? 0;
}
