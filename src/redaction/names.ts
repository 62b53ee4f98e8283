import { fold } from "../language/words.ts";
import { answeredName, type Introduction, particles, spelledNames } from "./introductions.ts";
import type { Span } from "./kinds.ts";
import type { Finder, Passage } from "./passage.ts";

/** Words of people's names, folded. */
export type KnownNames = ReadonlySet<string>;

const shortest = 3;
const word = /\p{L}[\p{L}'’]*(?:-\p{L}[\p{L}'’]*)*/gu;
const announced =
  /(?:meneer|mijnheer|mevrouw|mevr\.?|dhr\.?|mw\.?|heer|familie|naam is|naam|heet|name is|name|hallo|beste|dag|met|mr\.?|mrs\.?|ms\.?|hi|hello|dear) +(?:(?:van|de|der|den|het|ter|ten) +)*$/iu;

/** The words by which names the platform told are known again: their parts of three letters and more. */
export function knownNames(names: readonly string[]): Set<string> {
  const parts = names.flatMap((name) => name.match(word) ?? []).map(fold);
  return new Set(parts.filter((part) => part.length >= shortest && !particles.has(part)));
}

/**
 * Names have no shape, so there is no test: what the platform told, what somebody was introduced or greeted by, and
 * common given names with a capital. A known name is one again wherever it has a capital, stands beside another part of
 * a name, or follows "mevrouw"; without any of these "bakker" bakes bread.
 */
export const findNames: Finder = (passage) => {
  const introduced = introductions(passage);
  const own = new Set(introduced.flatMap(({ known }) => known));
  const isKnown = (part: string) => own.has(part) || passage.names.has(part);
  const spans: Span[] = introduced.map(({ start, end }) => ({ kind: "name", start, end }));
  return tied([...spans, ...again(passage.text, isKnown)], passage.text);
};

/** The words of the names a passage introduces, for the turns around it. */
export function namesLearntIn(passage: Passage): string[] {
  return introductions(passage).flatMap(({ known }) => known);
}

function introductions({ text, parts, introduced, asked }: Passage): readonly Introduction[] {
  return asked.has("name") ? [...introduced, ...answeredName(text), ...spelledNames(parts)] : introduced;
}

function again(text: string, isKnown: (part: string) => boolean): Span[] {
  const hits = [...text.matchAll(word)]
    .map(({ index, 0: raw }) => ({ start: index, end: index + bare(raw).length, raw: bare(raw) }))
    .filter(
      ({ raw }) =>
        isKnown(fold(raw)) || raw.split("-").some((part) => part.length >= shortest && isKnown(fold(part))),
    );
  return hits
    .filter((hit, index) => {
      if (/^\p{Lu}/u.test(hit.raw)) return true;
      const [before, after] = [hits[index - 1], hits[index + 1]];
      const beside = [before && text.slice(before.end, hit.start), after && text.slice(hit.end, after.start)];
      return (
        beside.some((gap) => gap !== undefined && isTie(gap)) ||
        announced.test(text.slice(Math.max(0, hit.start - 30), hit.start))
      );
    })
    .map(({ start, end }) => ({ kind: "name", start, end }));
}

/** Without the genitive: "Jans", written "Jan's". */
function bare(raw: string): string {
  return raw.replace(/['’]s?$/u, "");
}

function isTie(gap: string): boolean {
  return (
    gap.length <= 12 &&
    /^ (?:\p{L}+ )*$/u.test(gap) &&
    gap
      .trim()
      .split(" ")
      .every((part) => part === "" || particles.has(fold(part)))
  );
}

/** Parts of one name, with the particles between them, are one span. */
function tied(spans: readonly Span[], text: string): Span[] {
  const joined: Span[] = [];
  for (const span of spans.toSorted((a, b) => a.start - b.start || b.end - a.end)) {
    const last = joined.at(-1);
    if (last !== undefined && (span.start <= last.end || isTie(text.slice(last.end, span.start))))
      joined[joined.length - 1] = { ...last, end: Math.max(last.end, span.end) };
    else joined.push(span);
  }
  return joined;
}
