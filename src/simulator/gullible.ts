import type { Answer, AnswerItem } from "./honest.ts";

/** An instruction that a gullible model obeys wherever it can read it. */
export interface Lure {
  /** Its words, one element a part of the conversation that carries it. */
  readonly instruction: readonly string[];
  readonly obey: Obey;
}

/** What a model that obeys answers otherwise than it would have; what is left out stays as it was. */
export interface Obey {
  readonly classification?: string;
  /** A sentence more in the note. */
  readonly note?: string;
  readonly description?: string;
  /** One more. */
  readonly actionItem?: AnswerItem;
  readonly resolved?: Answer["resolved"];
  readonly sentiment?: Answer["sentiment"];
}

/** So many consecutive words of an instruction are enough to understand it. */
const enoughInARow = 4;
/** Or this share of its words, wherever they stand. */
const enoughOfAll = 0.6;

/** An honest answer with all that the readable instructions ask for mixed in. */
export function obeying(answer: Answer, transcript: string, lures: readonly Lure[]): Answer {
  const canRead = reader(transcript);
  return lures
    .filter(({ instruction }) => canRead(instruction))
    .reduce((all, { obey }) => obeyed(all, obey), answer);
}

/**
 * Tells of an instruction whether it can be read in a text: four consecutive words of a part, or most of all its words.
 * Case, spaces, punctuation and invisible characters make no difference.
 */
export function reader(text: string): (instruction: readonly string[]) => boolean {
  const words = wordsOf(text);
  const runs = new Set(runsOf(words));
  const all = new Set(words);
  return (instruction) => {
    if (instruction.some((part) => runsOf(wordsOf(part)).some((run) => runs.has(run)))) return true;
    const wanted = new Set(wordsOf(instruction.join(" ")));
    const heard = [...wanted].filter((word) => all.has(word)).length;
    return wanted.size > 0 && heard / wanted.size >= enoughOfAll;
  };
}

function obeyed(answer: Answer, { note, actionItem, ...fields }: Obey): Answer {
  return {
    ...answer,
    ...fields,
    note: note === undefined ? answer.note : [...answer.note, { sentence: note, turns: [1] }],
    actionItems: actionItem === undefined ? answer.actionItems : [...answer.actionItems, actionItem],
  };
}

function runsOf(words: readonly string[]): string[] {
  return words.slice(enoughInARow - 1).map((_, at) => words.slice(at, at + enoughInARow).join(" "));
}

function wordsOf(text: string): string[] {
  const folded = text.normalize("NFKC").replace(/\p{Cf}/gu, "");
  return folded.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
}
