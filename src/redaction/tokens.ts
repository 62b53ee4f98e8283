import { numberWord } from "../language/number-words.ts";
import { fold } from "../language/words.ts";

/** A word, a number, a sign, or a stretch that is neither dialled nor spelled. UTF-16 offsets, end exclusive. */
export interface Token {
  readonly start: number;
  readonly end: number;
  readonly type: "digits" | "plus" | "letters";
  /** As it would be keyed in; empty for letters, which are read in their context. */
  readonly text: string;
  /** Folded. */
  readonly word: string;
  readonly spoken: boolean;
}

const day = "(?:0?[1-9]|[12]\\d|3[01])";
const month = "(?:0?[1-9]|1[0-2])";
/** What has a shape of its own is no part of a number that is dialled: dates, times, amounts. */
const shaped = new RegExp(
  [
    `(?:${day}([-/.])${month}\\1|${month}([-/.])${day}\\2)(?:19|20)?\\d{2}(?![-/.]?\\d)`,
    "\\d{4}-\\d{2}-\\d{2}(?![-/.]?\\d)",
    "\\d{1,2}:\\d{2}",
    "[€$£] ?\\d[\\d.,]{0,15}",
    "\\d{1,6},\\d{1,2}(?!\\d)",
    "\\d{1,3}(?:\\.\\d{3}){1,3},\\d{2}",
  ].join("|"),
  "y",
);
const token = /\d+|\p{L}+(?:['’]\p{L}+)?|\+|[^\s]/gu;

/** The tokens of a text, white space left out. */
export function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  token.lastIndex = 0;
  for (let match = token.exec(text); match !== null; match = token.exec(text)) {
    const start = match.index;
    shaped.lastIndex = start;
    const whole = glued(text, start) ? undefined : shaped.exec(text)?.[0];
    token.lastIndex = start + (whole ?? match[0]).length;
    tokens.push(tokenOf(whole ?? match[0], start));
  }
  return tokens;
}

/** Preceded by a letter, a digit or a separator and digit: the middle of something, where no date begins. */
function glued(text: string, at: number): boolean {
  return /[\p{L}\d][-/.]?$/u.test(text.slice(Math.max(0, at - 2), at));
}

function tokenOf(raw: string, start: number): Token {
  const word = fold(raw);
  const base = { start, end: start + raw.length, word };
  if (raw === "+" || word === "plus") return { ...base, type: "plus", text: "+", spoken: raw !== "+" };
  if (/^\d+$/.test(raw)) return { ...base, type: "digits", text: raw, spoken: false };
  const digits = digitsOf(word);
  if (digits !== undefined) return { ...base, type: "digits", text: digits, spoken: true };
  return { ...base, type: "letters", text: "", spoken: false };
}

/**
 * A word as it would be keyed in; years are said as two numbers in one word ("negentientachtig").
 * @param word folded
 */
export function digitsOf(word: string): string | undefined {
  const value = numberWord(word)?.value;
  if (value !== undefined) return Number.isInteger(value) && value <= 9999 ? `${value}` : undefined;
  const [, century = "", rest = ""] = /^(achttien|negentien|twintig)(\p{L}{3,20})$/u.exec(word) ?? [];
  const [high, low] = [numberWord(century)?.value, numberWord(rest)?.value];
  return high !== undefined && low !== undefined && low < 100
    ? `${high}${`${low}`.padStart(2, "0")}`
    : undefined;
}
