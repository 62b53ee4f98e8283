import type { Dialogue, Turn } from "../model.ts";
import { asksFor } from "./cues.ts";
import { finders } from "./index.ts";
import { matchInFull } from "./keep.ts";
import type { RedactionKind, RedactionOptions, Span } from "./kinds.ts";
import { type KnownNames, knownNames, namesLearntIn } from "./names.ts";
import { type Passage, passageOf, readText } from "./passage.ts";
import { sequencesIn, spread, type TurnSpan } from "./sequences.ts";

export interface TextOptions extends RedactionOptions {
  /** Names the platform told: full names, or parts of them. */
  readonly names: readonly string[];
}

export type Redactions = Partial<Record<RedactionKind, number>>;

const nothing: ReadonlySet<RedactionKind> = new Set();
/** What is taken out can bring together what stood apart, so it is looked through again; once is all it takes as a rule. */
const mostPasses = 5;
const turnsToAnswer = 2;
const shortestValue = 6;

/**
 * The personal parts of one text.
 * @param asked kinds that were asked for just before, so that a bare answer is known for what it is
 * @returns in order, not overlapping
 */
export function findPersonal(
  text: string,
  options: TextOptions,
  asked: ReadonlySet<RedactionKind> = nothing,
): Span[] {
  return found(passageOf(text, asked, knownNames(options.names)), options);
}

/** A text with a placeholder, the kind in brackets, for each personal part; redacting it again changes nothing. */
export function redactText(text: string, options: TextOptions): { text: string; counts: Redactions } {
  const counts: Redactions = {};
  let current = text;
  for (let pass = 0; pass < mostPasses; pass++) {
    const spans = findPersonal(current, options);
    if (spans.length === 0) break;
    count(counts, spans);
    current = replaced(current, spans);
  }
  return { text: current, counts };
}

/**
 * A dialogue without what is personal in it. Turns are read in their context: a question tells what its answer is, a
 * name that was introduced is one in every turn, a number may be said over several turns, and what was found once is
 * found wherever it is said again.
 * @param names the platform's, full names or parts of them
 */
export function redactDialogue(
  dialogue: Dialogue,
  options: RedactionOptions,
  names: readonly string[],
): { dialogue: Dialogue; redactions: Redactions } {
  const redactions: Redactions = {};
  let turns = dialogue.turns;
  for (let pass = 0; pass < mostPasses; pass++) {
    const spans = findInTurns(turns, { ...options, names });
    if (spans.every((own) => own.length === 0)) break;
    for (const own of spans) count(redactions, own);
    turns = turns.map((turn, index) => ({ ...turn, text: replaced(turn.text, spans[index] ?? []) }));
  }
  return { dialogue: { ...dialogue, turns }, redactions };
}

/** The personal parts of each turn, in order, not overlapping. */
export function findInTurns(turns: readonly Turn[], options: TextOptions): Span[][] {
  const told = knownNames(options.names);
  const texts = turns.map(({ text }) => heard(text));
  const first = readInOrder(texts, told, options);
  const learnt = new Set([...told, ...first.flatMap(({ passage }) => namesLearntIn(passage))]);
  const reading = learnt.size === told.size ? first : readInOrder(texts, learnt, options);
  const passages = reading.map(({ passage }) => passage);
  const spelled = groupByTurn(overTurns(turns, passages, options), turns.length);
  const spans = reading.map(({ spans: own }, index) => settled([...own, ...(spelled[index] ?? [])]));
  const values = valuesOf(passages, spans);
  return passages.map((passage, index) =>
    kept(settled([...(spans[index] ?? []), ...saidAgain(passage, values)]), passage.text, options),
  );
}

interface Read {
  readonly passage: Passage;
  readonly spans: readonly Span[];
}

/** What does not depend on the turns around it. */
function heard(raw: string) {
  const read = readText(raw);
  return { read, asks: asksFor(read.text) };
}

/** Each turn with what the turns before it ask for and nobody has answered yet. */
function readInOrder(
  texts: readonly ReturnType<typeof heard>[],
  names: KnownNames,
  options: RedactionOptions,
): Read[] {
  let open = new Map<RedactionKind, number>();
  return texts.map(({ read, asks: wanted }) => {
    const passage = { ...read, asked: new Set(open.keys()), names };
    const spans = found(passage, options);
    const answered = new Set(spans.map(({ kind }) => kind));
    const waiting = [...open].filter(([kind, left]) => !answered.has(kind) && left > 1);
    const asks = [...wanted].filter((kind) => !answered.has(kind));
    open = new Map([
      ...waiting.map(([kind, left]) => [kind, left - 1] as const),
      ...asks.map((kind) => [kind, turnsToAnswer] as const),
    ]);
    return { passage, spans };
  });
}

function overTurns(
  turns: readonly Turn[],
  passages: readonly Passage[],
  options: RedactionOptions,
): TurnSpan[] {
  return sequencesIn(turns).flatMap((sequence) => {
    const { asked = nothing, names = nothing } = passages[sequence.first] ?? {};
    return spread(sequence, found(passageOf(sequence.text, asked, names), options), turns);
  });
}

function groupByTurn(spans: readonly TurnSpan[], turns: number): Span[][] {
  const groups: Span[][] = Array.from({ length: turns }, () => []);
  for (const { turn, ...span } of spans) groups[turn]?.push(span);
  return groups;
}

/** Numbers that were found to be personal, by what they are keyed in as. */
function valuesOf(
  passages: readonly Passage[],
  spans: readonly (readonly Span[])[],
): Map<string, RedactionKind> {
  const values = new Map<string, RedactionKind>();
  for (const [index, { runs }] of passages.entries()) {
    const own = new Map(spans[index]?.map((span) => [span.end, span]));
    for (const { start, end, digits } of runs) {
      const span = own.get(end);
      if (span !== undefined && span.start <= start && digits.length >= shortestValue)
        values.set(digits, span.kind);
    }
  }
  return values;
}

function saidAgain({ runs }: Passage, values: ReadonlyMap<string, RedactionKind>): Span[] {
  return runs.flatMap(({ start, end, digits }) => {
    const kind = values.get(digits);
    return kind === undefined ? [] : [{ kind, start, end }];
  });
}

function found(passage: Passage, options: RedactionOptions): Span[] {
  const spans = [...options.kinds].flatMap((kind) => finders[kind](passage));
  return kept(settled(spans), passage.text, options);
}

/** Spans that overlap become one, of the longest one's kind: none of what any of them covers may stay. */
function settled(spans: readonly Span[]): Span[] {
  const joined: Span[] = [];
  let longest = 0;
  for (const span of spans.toSorted((a, b) => a.start - b.start || b.end - a.end)) {
    const last = joined.at(-1);
    const length = span.end - span.start;
    if (last === undefined || span.start >= last.end) {
      joined.push(span);
      longest = length;
      continue;
    }
    const kind = length > longest ? span.kind : last.kind;
    longest = Math.max(longest, length);
    joined[joined.length - 1] = { kind, start: last.start, end: Math.max(last.end, span.end) };
  }
  return joined;
}

/** Without the spans a brand wants to keep. */
function kept(spans: readonly Span[], text: string, { keep }: RedactionOptions): Span[] {
  if (keep.length === 0 || spans.length === 0) return [...spans];
  const keeps = matchInFull(
    keep,
    spans.map(({ start, end }) => text.slice(start, end)),
  );
  return spans.filter((_span, index) => !keeps[index]);
}

function replaced(text: string, spans: readonly Span[]): string {
  let safe = "";
  let at = 0;
  for (const { kind, start, end } of spans) {
    safe += `${text.slice(at, start)}[${kind}]`;
    at = end;
  }
  return safe + text.slice(at);
}

function count(counts: Redactions, spans: readonly Span[]): void {
  for (const { kind } of spans) counts[kind] = (counts[kind] ?? 0) + 1;
}
