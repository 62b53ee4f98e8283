import { type AmountMention, amountsIn } from "../language/amounts.ts";
import { type DateMention, datesIn } from "../language/dates.ts";
import { digitised } from "../language/digitised.ts";
import { type DurationMention, durationsIn } from "../language/durations.ts";
import type { Place } from "../language/mentions.ts";
import { type NumberSpan, numbersIn } from "../language/numbers.ts";
import { type TimeMention, timesIn } from "../language/times.ts";
import { fold, stem } from "../language/words.ts";
import { type Code, codesIn } from "./codes.ts";

/** One thing a text states that can be looked for in a dialogue. */
export type Fact =
  | ({ readonly kind: "amount" } & AmountMention)
  | ({ readonly kind: "date" } & DateMention)
  | ({ readonly kind: "time" } & TimeMention)
  | ({ readonly kind: "duration" } & DurationMention)
  | NumberFact
  | Code;

export interface NumberFact extends NumberSpan {
  readonly kind: "number";
  /** Where it counts things, the word that names them. */
  readonly counted: string | undefined;
  /** A number somebody gave something, not a quantity: "ordernummer 123456". */
  readonly label: boolean;
  /** "12e", "12th": a place in an order, or a day. */
  readonly ordinal: boolean;
}

const labels =
  /(?:nummers?|nr\.?|nos?\.?|numbers?|#|code|referentie|reference|kenmerk|ticket|order|zaak|case|dossier|factuur|invoice)(?: (?:is|was|met|with|van|of))?[ :#]{0,3}$/i;
/** Numbers that say nothing of this conversation. */
const idle = /^\d{1,2}[.)] |(?<![\d])24[/ ]7(?!\d)|(?<!\d)100 ?%|(?<!\p{L})[ckd]?m[23](?![\p{L}\d])/giu;

/**
 * The facts of a text, in order, without overlap. Placeholders of a redaction state nothing.
 * @param day the conversation's, see `dayOf`
 */
export function factsIn(text: string, day: number): Fact[] {
  const clear = text.replace(/\[[\p{L}_-]{2,24}\]/gu, blank).replace(idle, blank);
  const reading = digitised(clear);
  const facts: Fact[] = [
    ...codesIn(clear),
    ...amountsIn(reading).map((one) => ({ kind: "amount" as const, ...one })),
    ...datesIn(reading, day)
      .filter(isSure)
      .map((one) => ({ kind: "date" as const, ...one })),
    ...timesIn(reading)
      .filter(isSure)
      .map((one) => ({ kind: "time" as const, ...one })),
    ...durationsIn(reading, day)
      .filter(({ firm }) => firm)
      .map((one) => ({ kind: "duration" as const, ...one })),
  ];
  return withoutOverlap([...facts, ...numberFacts(clear)], text.length);
}

function isSure({ sure }: { readonly sure: boolean }): boolean {
  return sure;
}

function blank(found: string): string {
  return " ".repeat(found.length);
}

function numberFacts(text: string): NumberFact[] {
  return numbersIn(text).map((span) => ({
    ...span,
    kind: "number",
    counted: countedAfter(text, span.end),
    ordinal: /^(?:e|de|ste|st|nd|rd|th)(?!\p{L})/u.test(text.slice(span.end, span.end + 4)),
    label: labels.test(text.slice(Math.max(0, span.start - 30), span.start)),
  }));
}

/** The stem of the word after a number: what it counts. */
export function countedAfter(text: string, end: number): string | undefined {
  const word = /^\s+(\p{L}{3,40})/u.exec(text.slice(end, end + 48))?.[1];
  return word === undefined ? undefined : stem(fold(word));
}

/** An earlier fact goes before a later one; a number run that is partly taken goes on with its other parts. */
function withoutOverlap(facts: readonly Fact[], length: number): Fact[] {
  const taken = new Uint8Array(length);
  const free = ({ start, end }: Place) => !taken.subarray(start, end).includes(1);
  const kept: Fact[] = [];
  for (const fact of facts) {
    const whole = free(fact);
    const rest = whole ? [fact] : fact.kind === "number" ? partsOf(fact).filter(free) : [];
    kept.push(...rest);
    for (const { start, end } of rest) taken.fill(1, start, end);
  }
  return kept.sort((a, b) => a.start - b.start);
}

function partsOf(fact: NumberFact): NumberFact[] {
  return fact.parts.map((part) => ({ ...fact, ...part, parts: [part] }));
}
