import { sentencesOf } from "../../language/sentences.ts";
import { fold, wordsOf } from "../../language/words.ts";
import type { Dialogue, Turn } from "../../model.ts";
import { opener, rules } from "./rules.ts";
import { plain } from "./text.ts";

/** One sentence of the dialogue, as spoken, with where it stands. */
export interface Passage {
  readonly speaker: Turn["speaker"];
  /** Number of its turn in the dialogue, from 1. */
  readonly number: number;
  /** Index among the turns of its own speaker. */
  readonly turn: number;
  /** Index among all passages. */
  readonly index: number;
  readonly at: number;
  /** Verbatim, without the greeting or filler it opened with. */
  readonly text: string;
  readonly folded: string;
  /** Folded, with the opening words: mood is often all in them. */
  readonly whole: string;
  readonly words: readonly string[];
}

/** The dialogue as sentences, in order. Turns without a word leave none. */
export function passagesOf(dialogue: Dialogue): Passage[] {
  const passages: Passage[] = [];
  const turns = { customer: 0, agent: 0 };
  for (const [position, { speaker, at, text }] of dialogue.turns.entries()) {
    const sentences = sentencesOf(plain(text));
    if (sentences.length === 0) continue;
    for (const sentence of sentences) {
      const trimmed = withoutOpeners(sentence);
      const folded = fold(trimmed);
      const whole = trimmed === sentence ? folded : fold(sentence);
      passages.push({
        speaker,
        number: position + 1,
        turn: turns[speaker],
        index: passages.length,
        at,
        text: trimmed,
        folded,
        whole,
        words: wordsOf(folded),
      });
    }
    turns[speaker] += 1;
  }
  return passages;
}

/** "Ja, hallo, ik bel voor mijn moeder." → "Ik bel voor mijn moeder." A name after a greeting goes with it. */
export function withoutOpeners(sentence: string): string {
  let rest = sentence;
  for (let round = 0; round < 4; round += 1) {
    const opening = opener.exec(foldedAlike(rest));
    if (opening === null) break;
    const after = rest.slice(opening[0].length);
    const parted = /^(?:\s+\p{Lu}[\p{L}'-]*){0,3}[,!.]+\s+(?=\S)/u.exec(after);
    if (parted === null) break;
    rest = after.slice(parted[0].length);
  }
  return rest === sentence ? sentence : rest.charAt(0).toUpperCase() + rest.slice(1);
}

/** Folded without changing a single length, so that offsets in it are offsets in the text. */
function foldedAlike(text: string): string {
  return text.slice(0, 40).replace(/[A-Z\u00c0-\u00ff\u2019]/g, (char) => {
    const folded = fold(char);
    return folded.length === 1 ? folded : char;
  });
}

/** Nothing but courtesy or an answer of a word or two; or words meant for a machine that reads along. */
export function isIdle(passage: Passage): boolean {
  return (
    passage.words.length < 3 || rules.courtesy.test(passage.folded) || rules.machine.test(passage.folded)
  );
}

export function isQuestion(passage: Passage): boolean {
  return /\?["')\u201d]*$/.test(passage.text);
}
