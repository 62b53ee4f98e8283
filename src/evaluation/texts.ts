import { claimsMade, factsTold } from "./facts.ts";
import { rougeAgainst, rougeBetween } from "./rouge.ts";
import { findsOwn, indexOf, type WordIndex, wordsFound } from "./similarity.ts";
import { type Estimate, estimate, shuffled } from "./statistics.ts";

/** What a log is set beside: a log of another dialogue, the dialogue's own first and last turn, what people wrote. */
export const sources = ["log", "floor", "firstAndLast", "people"] as const;
export type Source = (typeof sources)[number];

/** One log with all it is measured against. */
export interface Texts {
  readonly log: string;
  readonly dialogue: string;
  readonly firstAndLast: string;
  /** Summaries people wrote, in the log's language. */
  readonly people: readonly string[];
  /** Empty too where they are in another language than the log: words of two languages cannot be compared. */
  readonly mustMention: readonly string[];
  readonly mustNotClaim: readonly string[];
}

/** Measures of one text; null where the data have nothing to measure it by. */
export interface TextMeasures {
  /** Its own dialogue is the most similar one of the set. */
  readonly ownFirst: number | null;
  /** Share of its content words that the dialogue has. */
  readonly wordsFound: number | null;
  readonly factsTold: number | null;
  readonly claimsMade: number | null;
  readonly rougeL: number | null;
}
export const textMeasures = ["ownFirst", "wordsFound", "factsTold", "claimsMade", "rougeL"] as const;

/** The measures of every log of a set, and of what stands beside it; same order as the logs. */
export function measureTexts(all: readonly Texts[]): Record<Source, readonly TextMeasures[]> {
  const index = indexOf(all.map(({ dialogue }) => dialogue));
  const strangers = strangersOf(all.length);
  const stranger = (at: number) => all[strangers[at] ?? -1];
  const against = (own: Texts, text: string | undefined) =>
    text === undefined ? undefined : rougeAgainst(text, own.people);
  const measure = (textOf: TextOf, rougeOf: RougeOf) =>
    all.map((own, at) => measureText(index, own, at, textOf(own, at), rougeOf(own, at)));
  return {
    log: measure(
      ({ log }) => log,
      (own) => against(own, own.log),
    ),
    floor: measure(
      (_own, at) => stranger(at)?.log,
      (own, at) => against(own, stranger(at)?.people[0]),
    ),
    firstAndLast: measure(
      ({ firstAndLast }) => firstAndLast,
      (own) => against(own, own.firstAndLast),
    ),
    people: measure(
      ({ people }) => people[0],
      ({ people }) => rougeBetween(people),
    ),
  };
}

type TextOf = (own: Texts, at: number) => string | undefined;
type RougeOf = (own: Texts, at: number) => number | undefined;

function measureText(
  index: WordIndex,
  { dialogue, mustMention, mustNotClaim }: Texts,
  at: number,
  text: string | undefined,
  rouge: number | undefined,
): TextMeasures {
  const rougeL = rouge ?? null;
  if (text === undefined) {
    return { rougeL, ownFirst: null, wordsFound: null, factsTold: null, claimsMade: null };
  }
  return {
    rougeL,
    ownFirst: Number(findsOwn(index, text, at)),
    wordsFound: wordsFound(text, dialogue) ?? null,
    factsTold: factsTold(text, mustMention) ?? null,
    claimsMade: mustNotClaim.length === 0 ? null : claimsMade(text, mustNotClaim),
  };
}

/** For each of n, another one (seeded), and each once; undefined where there is only one. */
function strangersOf(n: number): (number | undefined)[] {
  const order = shuffled(Array.from({ length: n }, (_, index) => index));
  const strangers = new Array<number | undefined>(n).fill(undefined);
  if (n > 1) for (const [place, index] of order.entries()) strangers[index] = order[(place + 1) % n];
  return strangers;
}

export type TextEstimates = Readonly<Record<keyof TextMeasures, Estimate | null>>;

/** Means with intervals, over the texts that have the measure. */
export function estimateTexts(list: readonly TextMeasures[]): TextEstimates {
  return Object.fromEntries(
    textMeasures.map((name) => [
      name,
      estimate(list.map((one) => one[name]).filter((value) => value !== null)),
    ]),
  ) as TextEstimates;
}
