import { fold } from "../language/words.ts";
import type { Turn } from "../model.ts";
import { partsOf, type Run, runsOf } from "./digits.ts";
import type { Span } from "./kinds.ts";
import { withoutPlaceholders } from "./passage.ts";

/** A span of one of the turns. */
export interface TurnSpan extends Span {
  /** Index of the turn, from 0. */
  readonly turn: number;
}

/** One speaker's share of a number that is read aloud in pieces, as one text. */
export interface Sequence {
  readonly text: string;
  /** Index of the turn the sequence begins in: what was asked there holds for all of it. */
  readonly first: number;
  /** Where the text of each turn begins in `text`. */
  readonly pieces: readonly { readonly turn: number; readonly at: number; readonly length: number }[];
}

const longest = 24;
const longestFragment = 160;
const tail = 80;
const acknowledging = new Set(
  (
    "ja jaja ja oke ok okay klopt juist precies hm hmm mhm eh uh euh uhm um en dan and then yes yeah yep right correct got it dat is " +
    "that's die heb ik nog verder ga door daarna next goed prima go on mm genoteerd sure"
  ).split(" "),
);

/**
 * Numbers that are said over several turns ("nul zes", "ja", "twaalf vierendertig"): consecutive turns that hold nothing
 * but digits, letters and acknowledgements, from a turn that ends in digits on. One sequence a speaker.
 */
export function sequencesIn(turns: readonly Turn[]): Sequence[] {
  const texts = turns.map(({ text }) => withoutPlaceholders(text));
  const sequences: Sequence[] = [];
  for (let first = 0; first < texts.length; ) {
    let next = first + 1;
    if (endsInDigits(texts[first] ?? "")) {
      while (next < texts.length && next - first < longest && isFragment(texts[next] ?? "")) next++;
      for (const speaker of ["customer", "agent"] as const) {
        const sequence = joined(turns, texts, speaker, first, next);
        if (sequence !== undefined) sequences.push(sequence);
      }
    }
    first = Math.max(first + 1, next - 1);
  }
  return sequences;
}

/** What was found in a sequence that no turn holds alone, turn by turn, with the other speaker's echoes of it. */
export function spread({ pieces }: Sequence, found: readonly Span[], turns: readonly Turn[]): TurnSpan[] {
  return found.flatMap((span) => {
    const touched = pieces.filter(({ at, length }) => span.start < at + length && span.end > at);
    const [first, last] = [touched[0], touched.at(-1)];
    if (first === undefined || last === undefined || first === last) return [];
    const own = touched.map(({ turn, at, length }) => ({
      turn,
      kind: span.kind,
      start: Math.max(span.start - at, 0),
      end: Math.min(span.end - at, length),
    }));
    return [...own.map((part) => trimmed(part, turns)), ...echoes(span, first.turn, last.turn, turns)];
  });
}

function joined(
  turns: readonly Turn[],
  texts: readonly string[],
  speaker: Turn["speaker"],
  first: number,
  end: number,
): Sequence | undefined {
  const pieces: { turn: number; at: number; length: number }[] = [];
  let text = "";
  for (let turn = first; turn < end; turn++) {
    const own = texts[turn] ?? "";
    if (turns[turn]?.speaker !== speaker || !/[\p{L}\d]/u.test(own)) continue;
    pieces.push({ turn, at: text.length, length: own.length });
    text += `${turn === first ? own : digitsOnly(own)} `;
  }
  return pieces.length > 1 ? { text, first, pieces } : undefined;
}

/** Acknowledgements blanked out, so that they part no number. */
function digitsOnly(text: string): string {
  return text.replace(/\p{L}+(?:['’]\p{L}+)?/gu, (word) =>
    acknowledging.has(fold(word)) ? " ".repeat(word.length) : word,
  );
}

function endsInDigits(text: string): boolean {
  const end = text.slice(-tail);
  const last = partsOf(end).at(-1);
  return (
    last !== undefined &&
    last.type !== "plus" &&
    isDigitsOrLetter(last.text) &&
    /^[\s.,…?!-]*$/.test(end.slice(last.end))
  );
}

function isDigitsOrLetter(text: string): boolean {
  return /^(?:\d+|[A-Z])$/.test(text);
}

/** Digits, letters and acknowledgements, and nothing else. */
function isFragment(text: string): boolean {
  if (text.length > longestFragment) return false;
  const covered = partsOf(text).filter((part) => isDigitsOrLetter(part.text) || part.text.length === 2);
  let rest = "";
  let at = 0;
  for (const { start, end } of covered) {
    rest += `${text.slice(at, start)} `;
    at = end;
  }
  rest += text.slice(at);
  return (rest.match(/\p{L}+(?:['’]\p{L}+)?/gu) ?? []).every((word) => acknowledging.has(fold(word)));
}

function trimmed(span: TurnSpan, turns: readonly Turn[]): TurnSpan {
  const said = (turns[span.turn]?.text ?? "").slice(span.start, span.end);
  const lead = said.length - said.trimStart().length;
  return { ...span, start: span.start + lead, end: span.end - (said.length - said.trimEnd().length) };
}

function echoes({ kind }: Span, first: number, last: number, turns: readonly Turn[]): TurnSpan[] {
  const spans: TurnSpan[] = [];
  for (let turn = first + 1; turn <= Math.min(last + 1, turns.length - 1); turn++) {
    const text = withoutPlaceholders(turns[turn]?.text ?? "");
    if (turns[turn]?.speaker === turns[first]?.speaker || !isFragment(text)) continue;
    spans.push(...runsOf(partsOf(text)).map(({ start, end }: Run) => ({ turn, kind, start, end })));
  }
  return spans;
}
