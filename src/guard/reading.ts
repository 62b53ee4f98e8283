import { holdsMarkup, opensFrame } from "./frames.ts";
import { beginsLabel, type Labels } from "./labels.ts";
import { meaningOf, partsOf } from "./lexicon.ts";
import { type Places, placesOf } from "./match.ts";
import { type Stretch, sentencesIn } from "./sentences.ts";
import { hidesText, wordsIn } from "./unmask.ts";
import type { Group } from "./vocabulary.ts";

/** A sentence as the cues see it. */
export interface Sentence {
  /** Index of its turn in the dialogue. */
  readonly turn: number;
  readonly stretch: Stretch;
  /** How many words it has. */
  readonly length: number;
  /** As it stands, and where that gives anything, in rot13 and backwards. */
  readonly readings: readonly Places[];
  /** Shows by its form alone that it is not for a person; what follows a frame belongs to it. */
  readonly form: "frame" | "hidden" | undefined;
}

/** The sentences of one turn; those that hold nothing a cue knows are one with their like before them. */
export function readTurn(text: string, turn: number, labels: Labels): Sentence[] {
  const read: Sentence[] = [];
  for (const stretch of sentencesIn(text)) {
    const sentence = readSentence(text, turn, stretch, labels);
    const last = read.at(-1);
    if (last === undefined || !isPlain(last) || !isPlain(sentence)) read.push(sentence);
    else read[read.length - 1] = extended(last, sentence);
  }
  return read;
}

function readSentence(text: string, turn: number, stretch: Stretch, labels: Labels): Sentence {
  const sentence = text.slice(stretch.start, stretch.end).trimEnd();
  const words = wordsIn(sentence).flatMap(partsOf);
  return { turn, stretch, length: words.length, readings: readingsOf(words, labels), form: formOf(sentence) };
}

function isPlain({ readings, form }: Sentence): boolean {
  return form === undefined && readings.every(({ size }) => size === 0);
}

function extended(sentence: Sentence, { stretch, length }: Sentence): Sentence {
  return {
    ...sentence,
    stretch: { start: sentence.stretch.start, end: stretch.end },
    length: sentence.length + length,
  };
}

function formOf(sentence: string): Sentence["form"] {
  if (opensFrame(sentence)) return "frame";
  return holdsMarkup(sentence) || hidesText(sentence) ? "hidden" : undefined;
}

function readingsOf(words: readonly string[], labels: Labels): Places[] {
  const meanings = words.map(meaningOf);
  const plain = meanings.map(({ plain }, at): readonly Group[] =>
    beginsLabel(labels, words, at) ? [...plain, "taxonomy"] : plain,
  );
  const others = [meanings.map(({ rot13 }) => rot13), meanings.map(({ backwards }) => backwards)];
  return [placesOf(plain), ...others.map(placesOf).filter(({ size }) => size > 1)];
}

/** All sentences of one side read as one, without pauses. */
export function joined(sentences: readonly Sentence[]): Places {
  const places = new Map<Group, number[]>();
  let offset = 0;
  for (const { readings, length } of sentences) {
    for (const [group, found] of readings[0] ?? []) {
      const known = places.get(group) ?? [];
      for (const at of found) known.push(at + offset);
      places.set(group, known);
    }
    offset += length;
  }
  return places;
}
