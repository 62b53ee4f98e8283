import { type NumberWord, numberWord, writtenValue } from "./number-words.ts";
import { fold } from "./words.ts";

/** One number inside a span: "vierendertig" in "nul zes twaalf vierendertig". */
export interface NumberPart {
  /** UTF-16 offsets into the text, end exclusive. */
  readonly start: number;
  readonly end: number;
  /** As dialled or written, separators dropped: "0612", "4550" for "45,50". */
  readonly digits: string;
  /** Undefined where it is no quantity: a leading zero, a doubled digit, dots as in 12.03.2026. */
  readonly value: number | undefined;
  readonly spoken: boolean;
}

/** A run of digits and number words that could be one number or one dialled sequence. */
export interface NumberSpan extends NumberPart {
  /** The numbers it consists of, in order; `value` is that of the only one. */
  readonly parts: readonly NumberPart[];
}

/** How a number is tied to the one before it: only "plain" and "and" can make one number of two. */
type Joint = "plain" | "loose" | "and" | "point";

interface Atom extends NumberPart {
  readonly joint: Joint;
  readonly word: NumberWord | undefined;
  /** "een" may be an article and "oh" a sigh: at the ends of a run they need company to count. */
  readonly weak: "article" | "sigh" | undefined;
}

interface Phrase extends NumberPart {
  readonly last: Atom;
}

interface Token {
  readonly start: number;
  readonly end: number;
  readonly text: string;
  readonly folded: string;
}

const token = /[\d\uff10-\uff19]+(?:[.,][\d\uff10-\uff19]+)*|[\p{L}\p{M}]+(?:['\u2019][\p{L}\p{M}]+)*/gu;
const joints = new Map<string, Joint>([
  ["en", "and"],
  ["and", "and"],
  ["komma", "point"],
  ["point", "point"],
  ["punt", "point"],
]);
const fillers = new Set("eh ehm uh uhm um euh hm streepje dash spatie".split(" "));
const repeats = new Map([
  ["dubbel", 2],
  ["dubbele", 2],
  ["double", 2],
  ["driedubbel", 3],
  ["triple", 3],
]);
const sighs = new Set(["oh", "o"]);
const halves = new Set(["half", "halve"]);
const articles = new Set(["een", "a", "an"]);
/** Dutch "ten" is a preposition before these. */
const afterTen = new Set(
  "onrechte slotte minste zeerste eerste tweede derde dele gevolge laste behoeve opzichte name tijde aanzien einde goede gunste hoogste laatste koste strengste kantore overstaan bate".split(
    " ",
  ),
);

/**
 * Every run of digits and number words, Dutch, English or mixed, in order. A lone article "een" is none.
 * Times and dates are not looked for: "14:30" is two spans, "12-03-2026" one without a value.
 */
export function numbersIn(text: string): NumberSpan[] {
  return runsIn(text)
    .map(withoutWeakEnds)
    .filter((run) => run.length > 0)
    .map(toSpan);
}

function runsIn(text: string): Atom[][] {
  const tokens = tokensOf(text);
  const runs: Atom[][] = [];
  let run: Atom[] = [];
  let joint: Joint = "plain";
  const flush = () => {
    if (run.length > 0) runs.push(run);
    run = [];
    joint = "plain";
  };
  for (let at = 0; at < tokens.length; at += 1) {
    const here = tokens[at] as Token;
    const tie = at === 0 ? undefined : tieOf(text.slice(tokens[at - 1]?.end, here.start));
    if (tie === undefined) flush();
    else if (tie === "loose" && joint === "plain") joint = "loose";
    const atom = atomAt(tokens, at, joint);
    if (atom !== undefined) {
      if (!follows(run, atom)) flush();
      run.push(run.length === 0 ? { ...atom, joint: "plain" } : atom);
      joint = "plain";
      if (repeats.has(here.folded)) at += 1;
    } else if (fillers.has(here.folded) && run.length > 0) joint = "loose";
    else if (joints.has(here.folded) && run.length > 0 && joint === "plain")
      joint = joints.get(here.folded) ?? "plain";
    else if (!(joint === "and" && articles.has(here.folded))) flush();
  }
  flush();
  return runs;
}

function tokensOf(text: string): Token[] {
  return Array.from(text.matchAll(token), ({ 0: found, index }) => ({
    start: index,
    end: index + found.length,
    text: found,
    folded: fold(found),
  }));
}

/** What stands between two words of one run; undefined where it ends the run. */
function tieOf(gap: string): "plain" | "loose" | undefined {
  if (/^(?:\s{1,2}|[-\u2010-\u2014])$/.test(gap)) return "plain";
  if (/^(?:[\s()/\u2010-\u2014-]{1,3}|,\s?|\.|(?:\.{3}|\u2026)\s?)$/.test(gap)) return "loose";
  return undefined;
}

function atomAt(tokens: readonly Token[], at: number, joint: Joint): Atom | undefined {
  const here = tokens[at] as Token;
  const next = tokens[at + 1];
  if (here.folded === "ten" && next !== undefined && afterTen.has(next.folded)) return undefined;
  if (joint === "and" && next !== undefined && articles.has(here.folded) && halves.has(next.folded))
    return undefined;
  const times = repeats.get(here.folded);
  if (times === undefined) return atomOf(here, joint);
  const repeated = next === undefined ? undefined : atomOf(next, joint);
  if (repeated?.digits.length !== 1 || repeated.value === 0.5) return undefined;
  return {
    ...repeated,
    start: here.start,
    digits: repeated.digits.repeat(times),
    value: undefined,
    word: undefined,
  };
}

function atomOf({ start, end, text, folded }: Token, joint: Joint): Atom | undefined {
  if (/^\d/.test(folded)) {
    const value = finite(writtenValue(folded));
    const digits = folded.replace(/[.,]/g, "");
    return { start, end, digits, value, spoken: false, joint, word: undefined, weak: undefined };
  }
  const sigh = sighs.has(folded);
  const word = sigh ? numberWord("zero") : numberWord(folded);
  if (word === undefined) return undefined;
  const weak = sigh ? "sigh" : text.toLowerCase() === "een" ? "article" : undefined;
  return { start, end, digits: digitsOf(word.value), value: word.value, spoken: true, joint, word, weak };
}

function digitsOf(value: number): string {
  return String(value).replace(".", "");
}

function finite(value: number | undefined): number | undefined {
  return value !== undefined && Number.isFinite(value) ? value : undefined;
}

/** Whether a number goes on in the same run: a fraction stands alone, "en" has to make one number of two. */
function follows(run: readonly Atom[], atom: Atom): boolean {
  const last = run.at(-1);
  if (last === undefined) return true;
  if (atom.joint === "and" || atom.joint === "point")
    return extended(run.slice(-3).reduce(grow, []).at(-1), atom) !== undefined;
  const fraction = (one: Atom) => one.spoken && one.value !== undefined && !Number.isInteger(one.value);
  return !fraction(atom) && (!fraction(last) || atom.word?.scale === true);
}

function withoutWeakEnds(run: readonly Atom[]): readonly Atom[] {
  const [first, second, third] = run;
  if (first?.weak !== undefined && !startsRun(first, second, third)) return withoutWeakEnds(run.slice(1));
  const isTail = run.length === 2 && second?.weak !== undefined && second.joint !== "and";
  return isTail ? run.slice(0, 1) : run;
}

function startsRun(first: Atom, second: Atom | undefined, third: Atom | undefined): boolean {
  if (second === undefined) return false;
  if (first.weak === "sigh") return third !== undefined && second.joint === "plain" && second.spoken;
  return second.joint === "and" || second.word?.scale === true || (second.spoken && isDigit(second));
}

function isDigit(atom: Atom): boolean {
  return atom.digits.length === 1 && atom.value !== 0.5;
}

function toSpan(run: readonly Atom[]): NumberSpan {
  const parts = run
    .reduce(grow, [])
    .map(({ start, end, digits, value, spoken }) => ({ start, end, digits, value, spoken }));
  return {
    start: parts[0]?.start ?? 0,
    end: parts.at(-1)?.end ?? 0,
    digits: parts.map(({ digits }) => digits).join(""),
    value: parts.length === 1 ? parts[0]?.value : undefined,
    spoken: parts.some(({ spoken }) => spoken),
    parts,
  };
}

function grow(phrases: Phrase[], atom: Atom): Phrase[] {
  const before = phrases.at(-1);
  const value = extended(before, atom);
  if (before === undefined || value === undefined) phrases.push({ ...atom, last: atom });
  else
    phrases[phrases.length - 1] = {
      start: before.start,
      end: atom.end,
      digits: digitsOf(value),
      value,
      spoken: true,
      last: atom,
    };
  return phrases;
}

/** The one number that a number and the word after it make; undefined where they stay two. */
function extended(before: Phrase | undefined, atom: Atom): number | undefined {
  if (before?.value === undefined || atom.value === undefined || atom.joint === "loose") return undefined;
  if (atom.joint === "point") return decimal(before.value, atom);
  if (atom.word?.scale) return atom.joint === "plain" ? multiplied(before, atom.value) : undefined;
  if (atom.joint === "and" && atom.value === 0.5) return before.value + 0.5;
  return added(before, atom, atom.value);
}

/** "Point thirty one": the tens came as a decimal, the unit belongs to them. */
function centesimal(value: number, { last }: Phrase, atom: Atom): number | undefined {
  const tens = last.word?.language === "en" && (last.value ?? 0) >= 20 && atom.word?.language === "en";
  const unit = atom.value ?? 0;
  return tens && unit > 0 && unit < 10 ? Math.round(value * 100 + unit) / 100 : undefined;
}

function decimal(whole: number, { digits }: Atom): number | undefined {
  return Number.isInteger(whole) && digits.length <= 6 ? Number(`${whole}.${digits}`) : undefined;
}

function multiplied({ value = 0, last }: Phrase, scale: number): number | undefined {
  // "Vierduizend honderd": as Dutch counts on from thousands.
  if (scale === 100 && value > 0 && value % 1000 === 0 && last.word?.language === "nl") return value + scale;
  if (last.word?.scale && scale <= last.word.value) return undefined;
  const tail = value % (scale === 100 ? 1000 : 1e6);
  const most = scale === 100 ? 100 : 1000;
  return tail > 0 && tail < most ? value - tail + tail * scale : undefined;
}

function added(before: Phrase, atom: Atom, more: number): number | undefined {
  const { value = 0, last } = before;
  const tens = more >= 20 && more < 100 && more % 10 === 0;
  const unit = last.value !== undefined && last.value > 0 && last.value < 10;
  if (atom.joint === "and" && unit && tens && last.word?.language === "nl" && atom.word?.language === "nl")
    return value + more;
  if (!last.spoken || more <= 0) return undefined;
  if (last.joint === "point") return centesimal(value, before, atom);
  const round = last.value ?? 1;
  if (round >= 20 && round < 100 && round % 10 === 0 && last.word?.language === "en")
    return atom.word?.language === "en" && more < 10 && atom.joint === "plain" ? value + more : undefined;
  if (round < 100) return undefined;
  const room = value % 1e6 === 0 ? 1e6 : value % 1000 === 0 ? 1000 : 100;
  return value % room === 0 && more < room && Number.isInteger(more) ? value + more : undefined;
}
