import { fold } from "../language/words.ts";
import { otherNumber } from "./cues.ts";
import { type Part, partsOf, type Run, runsOf } from "./digits.ts";
import { type Introduction, introducedIn } from "./introductions.ts";
import { type RedactionKind, redactionKinds, type Span } from "./kinds.ts";
import type { KnownNames } from "./names.ts";

/** One text, read once for all kinds. */
export interface ReadText {
  /** What was redacted before is blanked out, at its length, so that offsets hold and nothing is found in it. */
  readonly text: string;
  readonly parts: readonly Part[];
  readonly runs: readonly Run[];
  /** Names it introduces, whatever was asked. */
  readonly introduced: readonly Introduction[];
}

/** The same with what is known of it from around it. */
export interface Passage extends ReadText {
  /** Kinds that were just asked for: a bare answer is one of them. */
  readonly asked: ReadonlySet<RedactionKind>;
  readonly names: KnownNames;
}

/** Finds one kind; spans may come in any order and overlap. */
export type Finder = (passage: Passage) => Span[];

/**
 * `[email]`, `[PII]`, `[naam]`, `<NAME_1>`, `#EMAIL#`, `***`: what this or another program put in the place of something
 * personal. What else stands in brackets is text like any other.
 */
const placeholders = new RegExp(
  [
    `\\[(?:${redactionKinds.join("|")}|[\\p{Lu}_ -]{2,40}\\d{0,3}|\\p{Ll}{2,20})\\]`,
    "<[\\p{Lu}_ -]{2,40}\\d{0,3}>",
    "\\{[\\p{Lu}_ -]{2,40}\\d{0,3}\\}",
    "#[\\p{Lu}_-]{2,40}\\d{0,3}#",
    "\\*{2,}",
  ].join("|"),
  "gu",
);
const blank = "\u0000";

/** @param text one turn, sentence or field */
export function passageOf(text: string, asked: ReadonlySet<RedactionKind>, names: KnownNames): Passage {
  return { ...readText(text), asked, names };
}

/** @param raw one turn, sentence or field */
export function readText(raw: string): ReadText {
  const text = withoutPlaceholders(raw);
  const parts = partsOf(text);
  return { text, parts, runs: runsOf(parts), introduced: introducedIn(text) };
}

/** The text at its length, with what was redacted before blanked out. */
export function withoutPlaceholders(text: string): string {
  return text.replace(placeholders, (found) => blank.repeat(found.length));
}

/** Whether `cue` stands in the `reach` characters before an offset. */
export function isAfter({ text }: Passage, at: number, cue: RegExp, reach = 60): boolean {
  return cue.test(text.slice(Math.max(0, at - reach), at));
}

const leadIn = new Set(
  (
    "ja nee yes no yeah yep dat die dit is zijn het was wordt worden dan de een it it's its that that's this the would will be my mijn eh uh uhm " +
    "euh um even kijken momentje moment hoor ogenblik one let me see sure zeker jazeker natuurlijk of course oke ok okay en and so dus nou well " +
    "doe maar use op at on nummer number huisnummer house gewoon graag please alstublieft alsjeblieft aub thanks komt ie komt-ie here goes " +
    "pakken grab erbij ik heb i have i've letters cijfers digits"
  ).split(" "),
);
/** What a number on a meter is said with, before or after it. */
const measured = /(?<!\p{L})(?:meter\p{L}*|teller|kwh|m3|m³|kuub)(?!\p{L})/iu;
const longestAnswer = 160;
const mostOtherWords = 2;

/** Whether a stretch answers a question for a kind: it was asked for, and little else is said beside it. */
export function isAnswer(
  { text, parts, asked }: Passage,
  kind: RedactionKind,
  start: number,
  end: number,
): boolean {
  if (!asked.has(kind) || text.length > longestAnswer || text.includes("?")) return false;
  if (otherNumber.test(text.slice(0, start)) || measured.test(text)) return false;
  const said = parts.filter(({ type }) => type === "digits");
  const others = [...text.matchAll(/\p{L}+(?:['’-]\p{L}+)*/gu)].filter(({ index, 0: word }) => {
    const counted =
      (index >= start && index < end) || said.some((part) => index >= part.start && index < part.end);
    return !counted && word.length > 1 && !leadIn.has(fold(word));
  });
  return others.length <= mostOtherWords;
}

/** Whether `cue` stands in the `reach` characters from an offset on. */
export function isBefore({ text }: Passage, at: number, cue: RegExp, reach = 20): boolean {
  return cue.test(text.slice(at, at + reach));
}
