import type { Turn } from "../../src/model.ts";
import { type RedactionKind, redactionKinds, type Span } from "../../src/redaction/kinds.ts";
import { findInTurns, type TextOptions } from "../../src/redaction/redact.ts";

/** A turn with what is personal in it marked: UTF-16 offsets, end exclusive. */
export interface MarkedTurn {
  readonly speaker: "customer" | "agent";
  readonly text: string;
  readonly personal: readonly Span[];
}

export interface Marked {
  readonly turns: readonly MarkedTurn[];
}

export interface Score {
  /** Spans that are marked. */
  readonly marked: number;
  /** Of these, those that are gone, whatever kind they were taken for. */
  readonly hit: number;
  /** Of these, those that were touched by their own kind. */
  readonly named: number;
  /** Spans that were found. */
  readonly found: number;
  /** Of these, those that overlap a marked span of any kind. */
  readonly right: number;
}

export interface Figures {
  readonly kinds: ReadonlyMap<RedactionKind, Score>;
  readonly checkable: Score;
  /** Turns without a marked span, and how many of them were touched. */
  readonly clean: { readonly turns: number; readonly checkable: number; readonly any: number };
  /** What is missed and what is wrongly found, for a person to read. */
  readonly misses: readonly string[];
}

/** Kinds with a test of their own: a check digit, a numbering plan, a shape. */
export const checkable: readonly RedactionKind[] = ["email", "phone", "iban", "bsn", "card", "postcode"];
export const everyKind: TextOptions = { kinds: new Set(redactionKinds), keep: [], names: [] };

/** Share of the letters and digits of a marked span that has to be gone for a hit. */
const enough = 0.9;

/** What is found in dialogues, held against what is marked in them. */
export function scoreOf(set: readonly Marked[]): Figures {
  const verdicts = set.flatMap(({ turns }) => {
    const found = findInTurns(turns.map(toTurn), everyKind);
    return turns.map((turn, index) => verdictOn(turn, found[index] ?? []));
  });
  const clean = verdicts.filter(({ marked }) => marked.length === 0);
  const kinds = redactionKinds.map((kind) => [kind, scoreOfKinds(verdicts, [kind])] as const);
  return {
    kinds: new Map(kinds),
    checkable: scoreOfKinds(verdicts, checkable),
    clean: {
      turns: clean.length,
      checkable: clean.filter(({ found }) => found.some(({ kind }) => checkable.includes(kind))).length,
      any: clean.filter(({ found }) => found.length > 0).length,
    },
    misses: verdicts.flatMap(({ text, marked, found }) => [
      ...marked.filter(({ hit }) => !hit).map((span) => missed("missed", span, text)),
      ...found.filter(({ right }) => !right).map((span) => missed("wrongly", span, text)),
    ]),
  };
}

interface Verdict {
  readonly text: string;
  readonly marked: readonly (Span & { readonly hit: boolean; readonly named: boolean })[];
  readonly found: readonly (Span & { readonly right: boolean })[];
}

export function toTurn({ speaker, text }: MarkedTurn, at: number): Turn {
  return { speaker, userId: undefined, at, text };
}

function verdictOn({ text, personal }: MarkedTurn, found: readonly Span[]): Verdict {
  return {
    text,
    marked: personal.map((span) => ({
      ...span,
      hit: covered(text, span, found) >= enough,
      named: found.some((other) => other.kind === span.kind && overlaps(other, span)),
    })),
    found: found.map((span) => ({ ...span, right: personal.some((other) => overlaps(other, span)) })),
  };
}

function scoreOfKinds(verdicts: readonly Verdict[], kinds: readonly RedactionKind[]): Score {
  const marked = verdicts.flatMap((verdict) => verdict.marked).filter(({ kind }) => kinds.includes(kind));
  const found = verdicts.flatMap((verdict) => verdict.found).filter(({ kind }) => kinds.includes(kind));
  return {
    marked: marked.length,
    hit: marked.filter(({ hit }) => hit).length,
    named: marked.filter(({ named }) => named).length,
    found: found.length,
    right: found.filter(({ right }) => right).length,
  };
}

function overlaps(one: Span, other: Span): boolean {
  return one.start < other.end && other.start < one.end;
}

/** Share of a span's letters and digits that lie in one of the others. */
function covered(text: string, { start, end }: Span, others: readonly Span[]): number {
  const signs = [...text.slice(start, end).matchAll(/[\p{L}\p{N}]/gu)].map(({ index }) => start + index);
  const gone = signs.filter((at) => others.some((other) => other.start <= at && at < other.end));
  return gone.length / Math.max(1, signs.length);
}

function missed(how: string, { kind, start, end }: Span, text: string): string {
  return `${how} ${kind}: ${text.slice(start, end)}  |  ${text}`;
}
