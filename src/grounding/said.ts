import { type AmountMention, amountsIn } from "../language/amounts.ts";
import { type DateMention, datesIn, possibleDatesIn } from "../language/dates.ts";
import { digitised } from "../language/digitised.ts";
import { type DurationMention, durationsIn } from "../language/durations.ts";
import type { Place } from "../language/mentions.ts";
import { type NumberSpan, numbersIn } from "../language/numbers.ts";
import { possibleTimesIn, type TimeMention, timesIn } from "../language/times.ts";
import { fold, stem, wordsOf } from "../language/words.ts";
import type { Dialogue, Turn } from "../model.ts";
import { withoutCorrected } from "./corrections.ts";
import { countedAfter } from "./facts.ts";
import { isSpelled, piecesOf } from "./spelled.ts";

/** Something said, with the number (from 1) of its turn. */
export type Heard<Mention> = Mention & { readonly turn: number };

export interface HeardNumber {
  /** All it can be: the number, its parts, its digits read as one, "forty five fifty" as 45.5. */
  readonly values: readonly number[];
  /** Neither part of a date, a time or a number that was dialled: it may count something. */
  readonly isCount: boolean;
  /** Nor of a stretch of time: it may be an amount nobody put a currency to. */
  readonly isBare: boolean;
  readonly counted: string | undefined;
}

/** All that a dialogue says, read once. */
export interface Said {
  readonly dialogue: Dialogue;
  readonly day: number;
  readonly amounts: readonly Heard<AmountMention>[];
  readonly dates: readonly Heard<DateMention>[];
  readonly times: readonly Heard<TimeMention>[];
  readonly durations: readonly Heard<DurationMention>[];
  readonly numbers: readonly Heard<HeardNumber>[];
  /** Folded words and their stems. */
  readonly words: ReadonlySet<string>;
  readonly stems: ReadonlySet<string>;
  /** Whether one of the speakers spells a code in the turns that `counts` admits. */
  readonly spells: (key: string, counts: (turn: number) => boolean) => boolean;
}

const countsNothing = /^(?:\s*(?:[.,;:!?]|$)|\s+(?:naar|tot|of|en|maar|dus|to|or|and)(?!\p{L}))/u;

/** @param day the conversation's, see `dayOf` */
export function readDialogue(dialogue: Dialogue, day: number): Said {
  const turns = dialogue.turns.map(({ text }, index) => hear(text, index + 1, day));
  const words = new Set(dialogue.turns.flatMap(({ text }) => wordsOf(fold(text))));
  return {
    dialogue,
    day,
    amounts: turns.flatMap(({ amounts }) => amounts),
    dates: turns.flatMap(({ dates }) => dates),
    times: turns.flatMap(({ times }) => times),
    durations: turns.flatMap(({ durations }) => durations),
    numbers: turns.flatMap(({ numbers }) => numbers),
    words,
    stems: new Set([...words].map(stem)),
    spells: speller(dialogue.turns),
  };
}

function hear(spoken: string, turn: number, day: number) {
  const text = withoutCorrected(spoken, day);
  const reading = digitised(text);
  const at = <Mention extends object>(one: Mention): Heard<Mention> => ({ ...one, turn });
  const dates = datesIn(reading, day);
  const times = timesIn(reading);
  const durations = durationsIn(reading, day);
  const amounts = amountsIn(reading);
  const isClear = (...places: Place[][]) => isClearOf(places.flat(), text.length);
  const [ofDates, ofTimes, ofAll] = [
    isClear(dates),
    isClear(dates, times),
    isClear(dates, times, durations, amounts),
  ];
  return {
    amounts: amounts.map(at),
    dates: [...dates, ...possibleDatesIn(reading, day).filter(ofDates)].map(at),
    times: [...times, ...possibleTimesIn(reading).filter(ofTimes)].map(at),
    durations: durations.map(at),
    numbers: [...numbersIn(reading.text).map(numberAt), ...thousandsIn(text).map(at)],
  };

  function numberAt(span: NumberSpan): Heard<HeardNumber> {
    const place = { start: reading.offset(span.start), end: reading.offset(span.end) };
    const isCount = ofTimes(place) && !isDialled(span);
    return at({
      values: valuesOf(span),
      isCount,
      isBare: isCount && ofAll(place),
      counted: countedAfter(reading.text, span.end),
    });
  }
}

/** "Van dertig naar vijftigduizend": the thousand that is said once is meant of both, where nothing else is counted. */
function thousandsIn(text: string): HeardNumber[] {
  const spoken = numbersIn(text).filter((span) => span.spoken);
  if (!spoken.some(({ value = 0 }) => value >= 1000 && value % 1000 === 0)) return [];
  return spoken
    .filter(
      ({ value = 0, end }) => value > 1 && value < 1000 && countsNothing.test(text.slice(end, end + 12)),
    )
    .map(({ value = 0 }) => ({ values: [value * 1000], isCount: true, isBare: true, counted: undefined }));
}

/** Linear in the text once, whatever is asked of it after that: a turn may be a flood of numbers. */
function isClearOf(places: readonly Place[], length: number): (place: Place) => boolean {
  if (places.length === 0) return () => true;
  const taken = new Uint8Array(length);
  for (const { start, end } of places) taken.fill(1, start, end);
  const takenBefore = new Uint32Array(length + 1);
  for (let at = 0; at < length; at += 1) takenBefore[at + 1] = (takenBefore[at] ?? 0) + (taken[at] ?? 0);
  return ({ start, end }) => takenBefore[start] === takenBefore[end];
}

function isDialled({ digits, parts }: NumberSpan): boolean {
  return digits.length >= 5 && (parts.length > 2 || digits.startsWith("0"));
}

function valuesOf({ parts, value, digits }: NumberSpan): number[] {
  const asOne = digits.length <= 15 ? Number(digits) : undefined;
  const pairs = parts.flatMap((part, index) => {
    const cents = parts[index + 1];
    const isCents = part.value !== undefined && cents?.digits.length === 2 && cents.value !== undefined;
    return isCents ? [(part.value ?? 0) + (cents.value ?? 0) / 100] : [];
  });
  return [value, asOne, ...parts.map((part) => part.value), ...pairs].filter((each) => each !== undefined);
}

function speller(turns: readonly Turn[]): Said["spells"] {
  let pieces: (readonly string[])[] | undefined;
  return (key, counts) => {
    pieces ??= turns.map(({ text }) => piecesOf(text));
    const said = { customer: [] as string[], agent: [] as string[] };
    for (const [index, { speaker }] of turns.entries())
      if (counts(index + 1)) said[speaker].push(...(pieces[index] ?? []));
    return isSpelled(said.customer, key) || isSpelled(said.agent, key);
  };
}
