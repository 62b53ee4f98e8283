import { sentencesOf } from "../language/sentences.ts";
import { fold, stem, stopWords, wordsOf } from "../language/words.ts";
import type { Dialogue } from "../model.ts";
import { carries } from "./carried.ts";
import { deedsIn, newThing } from "./deeds.ts";
import type { Fact } from "./facts.ts";
import * as cues from "./promise-cues.ts";
import { readDialogue, type Said } from "./said.ts";

/** What the agents of a dialogue committed to, and what may speak for what they promised. */
export interface Commitments {
  readonly made: readonly Made[];
  /** What they would not do or give. */
  readonly refused: readonly Made[];
  /** What the customers said, folded. */
  readonly asked: readonly string[];
  /** Whether an agent's turn carries a fact, other than in what is refused there, or a customer's that an agent affirmed. */
  readonly carry: (said: Said, fact: Fact) => boolean;
}

export interface Made {
  readonly turn: number;
  readonly deeds: ReadonlySet<string>;
  readonly weights: ReadonlySet<string>;
  readonly stems: ReadonlySet<string>;
  /** The same with short words: what it may be about. */
  readonly named: ReadonlySet<string>;
}

const shortestStem = 4;
/** "Tas", "bon": what something is done to may be short. */
const shortestSubject = 3;
const clauseEnds = /((?:(?<=[.!?\u2026])|[,;:])\s+| maar | but )/i;
const pointsBack = /^(?:en |and )?(?:die|dat|deze|dit|that|those|these|it)(?!\p{L})/u;
const anythingNew = new RegExp(`(?<![\\p{L}\\d])${newThing}`, "u");

/** What the agents said they did or will do, and what they would not, read once a dialogue. */
export function commitmentsOf(dialogue: Dialogue): Commitments {
  const { turns } = dialogue;
  const made: Made[] = [];
  const refused: Made[] = [];
  const speaking = new Set<number>();
  const granting = new Map<number, string>();
  for (const [index, { speaker, text }] of turns.entries()) {
    if (speaker !== "agent") continue;
    speaking.add(index + 1);
    for (const sentence of sentencesOf(text).map(assertion))
      if (cues.commits.test(sentence)) made.push(madeIn(sentence, index + 1, cues.restates.test(sentence)));
    const folded = fold(text);
    const pieces = cues.negation.test(folded) ? text.split(clauseEnds) : [];
    const granted = pieces.filter((piece) => !isRefusal(piece));
    if (granted.length < pieces.length) {
      granting.set(index + 1, granted.join(""));
      if (!cues.afterAll.test(folded)) refused.push(...refusalsIn(pieces, index + 1));
    }
    const before = turns[index - 1];
    if (before?.speaker !== "customer" || !isAffirmed(text)) continue;
    speaking.add(index);
    made.push(madeIn(`${fold(before.text)} ${fold(text)}`, index + 1, false));
  }
  const asked = turns.filter(({ speaker }) => speaker === "customer").map(({ text }) => fold(text));
  return { made, refused, asked, carry: carrierOf(dialogue, speaking, granting) };
}

/** Without phrases that only look like a promise or a denial. */
export function plainly(folded: string): string {
  return folded.replace(cues.harmless, "").replace(cues.releases, cues.released);
}

/** The stems of what a folded text is about, without the words every promise has. */
export function contentOf(folded: string): Set<string> {
  return stemsOf(folded, shortestStem, () => true);
}

/** The same without the verbs: what something is done to. */
export function subjectsOf(folded: string): Set<string> {
  return stemsOf(folded, shortestSubject, (word) => !cues.helping.test(word) && deedsIn(word).length === 0);
}

function stemsOf(folded: string, shortest: number, isMeant: (word: string) => boolean): Set<string> {
  const words = wordsOf(folded).filter(
    (word) => word.length >= shortest && !stopWords.has(word) && !cues.common.test(word) && isMeant(word),
  );
  return new Set(words.map(stem).filter((word) => /\p{L}/u.test(word)));
}

/** What a sentence asserts: its clauses without those that deny, or ask something of the customer. */
function assertion(sentence: string): string {
  return plainly(fold(sentence))
    .split(/[,;:]\s| maar | but /)
    .filter((clause) => !cues.negation.test(clause) && !isAsking(clause))
    .join(", ");
}

function isAsking(clause: string): boolean {
  return cues.needs.test(clause) && deedsIn(clause).every(({ weight }) => weight === undefined);
}

function isRefusal(clause: string): boolean {
  const folded = plainly(fold(clause));
  return cues.negation.test(folded) && cues.grantable.test(folded);
}

/** @param pieces clauses, and between them what parts them */
function refusalsIn(pieces: readonly string[], turn: number): Made[] {
  return pieces.flatMap((clause, index) => {
    if (!isRefusal(clause)) return [];
    const folded = fold(clause);
    // "The fence was turned down, that we don't pay."
    const meant = pointsBack.test(folded) ? fold(pieces[index - 2] ?? "") : "";
    return [madeIn(`${meant} ${folded}`.trim(), turn, false)];
  });
}

/** @param granting what is left of turns, by their number, that refuse something */
function carrierOf(
  dialogue: Dialogue,
  speaking: ReadonlySet<number>,
  granting: ReadonlyMap<number, string>,
): Commitments["carry"] {
  const left = () => dialogue.turns.map((turn, index) => ({ ...turn, text: granting.get(index + 1) ?? "" }));
  let rest: Said | undefined;
  return (said, fact) => {
    if (carries(said, fact, (turn) => speaking.has(turn) && !granting.has(turn))) return true;
    if (granting.size === 0) return false;
    rest ??= readDialogue({ ...dialogue, turns: left() }, said.day);
    return carries(rest, fact);
  };
}

function isAffirmed(text: string): boolean {
  const folded = plainly(fold(text));
  const opening = folded.slice(0, 160);
  return cues.affirms.test(opening) && !cues.negation.test(opening) && !cues.uncertain.test(opening);
}

function madeIn(folded: string, turn: number, restated: boolean): Made {
  const deeds = deedsIn(folded).filter(({ weight }) => weight === undefined || !restated);
  const money = !restated && cues.money.test(folded) && !cues.charges.test(folded);
  const goods = !restated && anythingNew.test(folded);
  return {
    turn,
    deeds: new Set(deeds.map(({ name }) => name)),
    weights: new Set([
      ...deeds.flatMap(({ weight }) => weight ?? []),
      ...(money ? ["money"] : []),
      ...(goods ? ["goods"] : []),
    ]),
    stems: contentOf(folded),
    named: stemsOf(folded, shortestSubject, () => true),
  };
}
