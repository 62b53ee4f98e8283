import { numberWord } from "../language/number-words.ts";
import { letterOf, spelledWith } from "./spelling.ts";
import { type Token, tokensOf } from "./tokens.ts";

/** A piece of what is dialled or spelled: some digits, a plus sign, or some letters. UTF-16 offsets, end exclusive. */
export interface Part {
  readonly start: number;
  readonly end: number;
  readonly type: "digits" | "plus" | "letters";
  /** As it would be keyed in: `0`, `12`, `+`, `ABNA`. */
  readonly text: string;
  readonly spoken: boolean;
  /** Only separators and fillers ("streepje", "eh") lie between it and the part before it. */
  readonly joined: boolean;
}

/** Consecutive parts of a text, and what they come to. */
export interface Run {
  readonly start: number;
  readonly end: number;
  readonly digits: string;
  readonly parts: readonly Part[];
}

const separators = new Set(["-", ".", "/", "(", ")", ",", "–", "…", ":"]);
const fillers = new Set(
  (
    "streepje streep dash hyphen koppelteken punt dot spatie space slash komma comma " +
    "eh uh euh uhm ehm um hm ja dan en and then nog daarna vervolgens oke yes"
  ).split(" "),
);
const times: Readonly<Record<string, number>> = {
  dubbel: 2,
  dubbele: 2,
  double: 2,
  triple: 3,
  driedubbel: 3,
};
const longestBankWord = 4;

/**
 * A text as a sequence of digits and letters, however they are written or said: `06-12`, "nul zes twaalf", "oh six
 * double five", "N van Nico". Values are keyed in as said, so "vierendertig" is `34` and "achthonderd" `800`.
 */
export function partsOf(text: string): Part[] {
  const parts: Part[] = [];
  let joined = false;
  const tokens = tokensOf(text);
  for (let index = 0; index < tokens.length; ) {
    const [part, used] = partAt(tokens, index, text);
    index += used;
    if (part !== undefined) parts.push({ ...part, joined: joined && parts.length > 0 });
    joined = part !== undefined || (joined && isBetween(tokens[index - 1]));
  }
  return parts;
}

/** The runs of digits among the parts; letters end a run. */
export function runsOf(parts: readonly Part[]): Run[] {
  const runs: Part[][] = [];
  let previous: Part | undefined;
  for (const part of parts) {
    const goes =
      previous !== undefined && previous.type !== "letters" && part.joined && part.type === "digits";
    if (goes) runs.at(-1)?.push(part);
    else if (part.type !== "letters") runs.push([part]);
    previous = part;
  }
  return runs.filter((run) => run.some(({ type }) => type === "digits")).map(runOf);
}

/** Every stretch of whole parts of a run with `min` to `max` digits, longest first at each start. */
export function* windowsOf({ parts }: Run, min: number, max: number): Generator<Run> {
  for (let from = 0; from < parts.length; from++) {
    let length = 0;
    const ends: number[] = [];
    for (let to = from; to < parts.length && length <= max; to++) {
      const part = parts[to];
      length += part?.type === "digits" ? part.text.length : 0;
      if (length >= min && length <= max) ends.push(to);
    }
    for (const to of ends.reverse()) yield runOf(parts.slice(from, to + 1));
  }
}

function runOf(parts: readonly Part[]): Run {
  const digits = parts.map(({ text }) => text).join("");
  return { start: parts[0]?.start ?? 0, end: parts.at(-1)?.end ?? 0, digits, parts };
}

function isBetween(last: Token | undefined): boolean {
  return last !== undefined && (separators.has(last.word) || fillers.has(last.word));
}

/** The part that begins at a token, if one does, and how many tokens it takes. */
function partAt(
  tokens: readonly Token[],
  at: number,
  text: string,
): [Omit<Part, "joined"> | undefined, number] {
  const first = tokens[at] as Token;
  const said = first.word;
  if (first.type !== "letters") return numberAt(tokens, at);
  const repeat = times[said];
  const next = tokens[at + 1];
  if (repeat !== undefined && next?.type === "digits" && next.text.length === 1)
    return [{ ...next, start: first.start, text: next.text.repeat(repeat) }, 2];
  if (isNought(tokens, at)) return [{ ...first, type: "digits", text: "0", spoken: true }, 1];
  if (said === "en" && next?.word === "el") return [{ ...first, end: next.end, text: "NL", spoken: true }, 2];
  if (fillers.has(said)) return [undefined, 1];
  return lettersAt(tokens, at, text);
}

/** "oh" among digits, and "o" unless it stands in a row of letters. */
function isNought(tokens: readonly Token[], at: number): boolean {
  const [before, here, after] = [tokens[at - 1], tokens[at]?.word ?? "", tokens[at + 1]];
  if (!/^oh?$/.test(here)) return false;
  if (here === "o" && before?.type === "letters" && /^[a-z]$/.test(before.word)) return false;
  return before?.type === "digits" || after?.type === "digits";
}

/** One number, or several words that make one: "thirty four", "zes en dertig", "six hundred twelve", "twee keer vijf". */
function numberAt(tokens: readonly Token[], at: number): [Omit<Part, "joined">, number] {
  const first = tokens[at] as Token;
  const repeated = repeatedAt(tokens, at);
  if (repeated !== undefined) return [repeated, 3];
  if (!first.spoken || first.type === "plus") return [first, 1];
  const [value, used] = below100At(tokens, at);
  const scale = valueAt(tokens, at + used);
  if (value > 9 || value < 1 || (scale !== 100 && scale !== 1000))
    return [made(tokens, at, used, `${value}`), used];
  const [more, moreUsed] = below100At(tokens, at + used + 1);
  return scale === 100 && more > 9 && more < 100
    ? [made(tokens, at, used + 1 + moreUsed, `${value * scale + more}`), used + 1 + moreUsed]
    : [made(tokens, at, used + 1, `${value * scale}`), used + 1];
}

/** "twee keer vijf", "two times five": a digit, so many times. */
function repeatedAt(tokens: readonly Token[], at: number): Omit<Part, "joined"> | undefined {
  const [count, word, digit] = tokens.slice(at, at + 3);
  if (!/^[23]$/.test(count?.text ?? "") || !/^(?:keer|maal|times)$/.test(word?.word ?? "")) return undefined;
  return digit?.type === "digits" && digit.text.length === 1
    ? made(tokens, at, 3, digit.text.repeat(Number(count?.text)))
    : undefined;
}

/** The number the words at an index make together, as far as it is below 100, and how many they are. */
function below100At(tokens: readonly Token[], at: number): [number, number] {
  const [one, two, three] = [valueAt(tokens, at), valueAt(tokens, at + 1), valueAt(tokens, at + 2)];
  if (isTens(one) && isUnit(two) && isEnglish(tokens[at])) return [one + two, 2];
  if (isUnit(one) && tokens[at + 1]?.word === "en" && isTens(three)) return [one + three, 3];
  return [one, 1];
}

/** NaN where no number is said. */
function valueAt(tokens: readonly Token[], at: number): number {
  const found = tokens[at];
  return found?.type === "digits" && found.spoken ? Number(found.text) : Number.NaN;
}

function made(tokens: readonly Token[], at: number, used: number, text: string): Omit<Part, "joined"> {
  const [first, last] = [tokens[at] as Token, tokens[at + used - 1] as Token];
  return {
    start: first.start,
    end: last.end,
    type: "digits",
    text: used === 1 ? first.text : text,
    spoken: first.spoken,
  };
}

function isTens(value: number): boolean {
  return value >= 20 && value < 100 && value % 10 === 0;
}

function isUnit(value: number): boolean {
  return value >= 1 && value <= 9;
}

function isEnglish(said: Token | undefined): boolean {
  return numberWord(said?.word ?? "")?.language === "en";
}

function lettersAt(
  tokens: readonly Token[],
  at: number,
  text: string,
): [Omit<Part, "joined"> | undefined, number] {
  const first = tokens[at] as Token;
  const said = first.word;
  if (!/^[a-z]+$/.test(said)) return [undefined, 1];
  if (said.length === 1) {
    const used = spelledWith(tokens.slice(at, at + 4).map(({ word }) => word));
    return [{ ...first, end: tokens[at + used - 1]?.end ?? first.end, text: said.toUpperCase() }, used];
  }
  const letter = letterOf(said);
  const nearDigits = /\d/.test(`${text[first.start - 1] ?? ""}${text[first.end] ?? ""}`);
  if (letter !== undefined && isSpelling(tokens, at)) return [{ ...first, text: letter, spoken: true }, 1];
  if (said.length > longestBankWord && !nearDigits) return [undefined, 1];
  return [{ ...first, text: said.toUpperCase() }, 1];
}

/** A word of a spelling alphabet counts as its letter only beside digits, another such word or a letter. */
function isSpelling(tokens: readonly Token[], at: number): boolean {
  return [tokens[at - 1], tokens[at + 1]].some(
    (other) =>
      other !== undefined &&
      (other.type === "digits" || /^[a-z]$/.test(other.word) || letterOf(other.word) !== undefined),
  );
}
