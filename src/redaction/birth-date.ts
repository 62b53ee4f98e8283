import { months } from "../language/calendar.ts";
import { fold } from "../language/words.ts";
import { cueOf } from "./cues.ts";
import type { Span } from "./kinds.ts";
import { type Finder, isAfter, isAnswer, isBefore } from "./passage.ts";
import { digitsOf } from "./tokens.ts";

/**
 * A date is a birth date only by what is said around it: contracts, visits and bills have dates of any year too. So the
 * date has to follow the words (born, geboortedatum) closely, or answer a question for it; then any way of saying a day,
 * a month or a year is taken.
 */
export const findBirthDates: Finder = (passage) => {
  const { text } = passage;
  const spans: Span[] = [];
  for (const { start, end } of datesIn(text)) {
    const told =
      isAfter(passage, start, announced, 70) ||
      isAfter(passage, start, /(?<!\p{L})ben van (?:de )?$/iu) ||
      isBefore(passage, end, said, 45);
    if (told || isAnswer(passage, "birthDate", start, end))
      spans.push({ kind: "birthDate", start: opening(text, start), end });
  }
  return spans;
};

/** Before it, in the same sentence. */
const announced = new RegExp(`${cueOf("birthDate").source}\\.?[^.;!]{0,50}$`, "iu");
/** "… is zijn geboortedatum", "… as my date of birth", in the same breath. */
const said =
  /^,? ?(?:is|was|als|as|dat is|that is|that's|that was|staat als)?(?: \p{L}+)? (?:geboorte ?datum|date of birth|birth ?da(?:te|y)|verjaardag|geboren)/iu;

/** "de 17e": the article goes with it. */
function opening(text: string, start: number): number {
  return (
    start - (/(?<!\p{L})(?:de|the) $/iu.exec(text.slice(Math.max(0, start - 5), start))?.[0].length ?? 0)
  );
}

const written =
  /\d{1,2} ?[-/. ] ?\d{1,2} ?[-/. ] ?(?:\d{4}|\d{2})(?!\d)|\d{4}[-/. ]\d{1,2}[-/. ]\d{1,2}(?!\d)|['’]\d{2}(?!\d)|\d+(?:e|ste|de|st|nd|rd|th)?|\p{L}+|[^\s]/giu;
const monthNames = new Set(months.flat());
const ordinals = new Set(
  (
    "eerste tweede derde vierde vijfde zesde zevende achtste negende tiende elfde twaalfde dertiende veertiende vijftiende " +
    "zestiende zeventiende achttiende negentiende twintigste eenentwintigste tweeentwintigste drieentwintigste vierentwintigste " +
    "vijfentwintigste zesentwintigste zevenentwintigste achtentwintigste negenentwintigste dertigste eenendertigste first second " +
    "third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth sixteenth seventeenth " +
    "eighteenth nineteenth twentieth thirtieth"
  ).split(" "),
);
const between = new Set("de of the van in en and oh".split(" ").concat(",", ".", "-", "/"));

interface DateSpan {
  readonly start: number;
  readonly end: number;
}

/** Stretches that can be a date: of two words or more, or one that is a whole date or a year. */
function datesIn(text: string): DateSpan[] {
  const spans: DateSpan[] = [];
  let open: { start: number; end: number; size: number; last: string } | undefined;
  const close = () => {
    if (
      open !== undefined &&
      (open.size > 1 || /^(?:\d{1,2}\D+\d{1,2}\D+\d+|(?:19|20)\d{2}|\d{4}\D.*)$/.test(open.last))
    )
      spans.push({ start: open.start, end: open.end });
    open = undefined;
  };
  for (const { index, 0: word } of text.matchAll(written)) {
    const folded = fold(word);
    const end = index + word.length;
    if (isDateWord(folded))
      open = { start: open?.start ?? index, end, size: (open?.size ?? 0) + 1, last: folded };
    else if (open === undefined || !between.has(folded)) close();
  }
  close();
  return spans;
}

function isDateWord(word: string): boolean {
  if (/^'?\d{1,4}(?!\d)/.test(word) || monthNames.has(word) || ordinals.has(word)) return true;
  const digits = digitsOf(word);
  return digits !== undefined && Number(digits) <= 2100;
}
