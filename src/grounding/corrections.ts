import { datesIn } from "../language/dates.ts";
import { digitised } from "../language/digitised.ts";
import type { Place } from "../language/mentions.ts";
import { numbersIn } from "../language/numbers.ts";
import { timesIn } from "../language/times.ts";
import { foldAlike } from "../language/words.ts";

const filler = "(?:eh+m?|uh+m?|oh|of|nou|ja|but|or)";
const takesBack =
  "(?:nee|neen|wacht(?: even)?|sorry|pardon|ik bedoel|bedoel ik|correctie|no|wait|i mean|make that)";
const goesOn = "(?:het is|dat is|it's|that's|op|om|vanaf|per|de|on|at|from|the)";
/** What stands between a word taken back and the one in its place; after a full stop no bare "nee", which may answer. */
const between = new RegExp(
  `^(?: euros?| uur)?(?:[ ,\\u2026-]+(?:${filler}[ ,]+){0,2}|[.\\u2026]+ (?:${filler}[ ,]+){1,2})(?:${takesBack}[ ,]+){1,3}(?:(?:${filler}|${goesOn})[ ,]+){0,2}$`,
);
const anyCorrection = new RegExp(`(?<!\\p{L})${takesBack}(?!\\p{L})`, "u");
const longestGap = 40;

/**
 * A turn without the numbers, dates and times its speaker takes back at once ("vijftig, nee, zestig euro"): blanks stand in
 * their place, so that offsets stay.
 * @param day the conversation's, see `dayOf`
 */
export function withoutCorrected(text: string, day: number): string {
  const folded = foldAlike(text);
  if (!anyCorrection.test(folded)) return text;
  const reading = digitised(text);
  return [numbersIn(text), datesIn(reading, day), timesIn(reading)]
    .flatMap((places) => correctedOf(places, folded))
    .reduce((kept, { start, end }) => kept.slice(0, start) + " ".repeat(end - start) + kept.slice(end), text);
}

function correctedOf(places: readonly Place[], folded: string): readonly Place[] {
  return places.filter(({ end }, index) => {
    const next = places[index + 1];
    return (
      next !== undefined && next.start - end <= longestGap && between.test(folded.slice(end, next.start))
    );
  });
}
