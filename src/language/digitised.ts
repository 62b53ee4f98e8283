import { numbersIn } from "./numbers.ts";
import { foldAlike } from "./words.ts";

/** A text with its number words written as digits, folded, so that one pattern reads what is written and what is said. */
export interface Digitised {
  readonly text: string;
  /** The offset in the original text for one in `text`. */
  readonly offset: (at: number) => number;
}

interface Replacement {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

const dutchOrdinals = [
  "eerste tweede derde vierde vijfde zesde zevende achtste negende tiende elfde twaalfde dertiende veertiende",
  "vijftiende zestiende zeventiende achttiende negentiende twintigste eenentwintigste tweeentwintigste",
  "drieentwintigste vierentwintigste vijfentwintigste zesentwintigste zevenentwintigste achtentwintigste",
  "negenentwintigste dertigste eenendertigste",
];
const englishOrdinals = [
  "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth",
  "fifteenth sixteenth seventeenth eighteenth nineteenth twentieth twentyfirst twentysecond twentythird",
  "twentyfourth twentyfifth twentysixth twentyseventh twentyeighth twentyninth thirtieth thirtyfirst",
];
const ordinals = new Map(
  [dutchOrdinals, englishOrdinals].flatMap((lines) =>
    lines
      .join(" ")
      .split(" ")
      .map((word, index) => [word, index + 1] as const),
  ),
);

/** "De twaalfde, om half drie, vijfenveertig euro" reads "de 12e, om half 3, 45 euro". */
export function digitised(original: string): Digitised {
  const folded = foldAlike(original);
  const replacements = merged(spokenNumbers(original), spokenOrdinals(folded));
  if (replacements.length === 0) return { text: folded, offset: (at) => at };
  const pieces: string[] = [];
  const offsets: number[] = [];
  let from = 0;
  const copy = (to: number) => {
    pieces.push(folded.slice(from, to));
    for (; from < to; from += 1) offsets.push(from);
  };
  for (const { start, end, text } of replacements) {
    copy(start);
    pieces.push(text);
    for (let index = 0; index < text.length; index += 1) offsets.push(start);
    from = end;
  }
  copy(folded.length);
  return { text: pieces.join(""), offset: (at) => offsets[at] ?? original.length };
}

function spokenNumbers(text: string): Replacement[] {
  return numbersIn(text)
    .flatMap(({ parts }) => parts)
    .filter(({ spoken, value }) => spoken && value !== 0.5)
    .map(({ start, end, digits, value }) => ({
      start,
      end,
      text: value === undefined ? digits : `${value}`,
    }));
}

function spokenOrdinals(folded: string): Replacement[] {
  return Array.from(folded.matchAll(/[a-z]{4,24}/g), ({ 0: word, index }) => ({
    start: index,
    end: index + word.length,
    text: ordinals.has(word) ? `${ordinals.get(word)}e` : "",
  })).filter(({ text }) => text !== "");
}

/** In order; "twenty" and "first" beside each other are one. */
function merged(numbers: readonly Replacement[], days: readonly Replacement[]): Replacement[] {
  const all = [...numbers, ...days].sort((a, b) => a.start - b.start);
  return all.reduce<Replacement[]>((done, next) => {
    const last = done.at(-1);
    if (last !== undefined && next.start < last.end) return done;
    const joined =
      last !== undefined &&
      /^[23]0$/.test(last.text) &&
      /^\de$/.test(next.text) &&
      next.start === last.end + 1;
    if (joined) done[done.length - 1] = { ...next, start: last.start, text: `${last.text[0]}${next.text}` };
    else done.push(next);
    return done;
  }, []);
}
