import { reversed, rot13 } from "./unmask.ts";
import { type Group, vocabulary } from "./vocabulary.ts";

/** Groups a word belongs to, read as it is, in rot13 and backwards. */
export interface Meaning {
  readonly plain: readonly Group[];
  readonly rot13: readonly Group[];
  readonly backwards: readonly Group[];
}

type Entries<T> = Map<string, T[]>;

const longestPrefix = 16;
/** Shorter words are too near to others to be known with a letter wrong. */
const shortestFuzzy = 6;
/** A longer run of letters is looked through for words of these lengths. */
const glued = { from: 16, shortest: 4, longest: 14 };
const shortestHidden = 3;
const maxKept = 20_000;
const none: readonly Group[] = [];

const exact: Entries<Group> = new Map();
const prefixes: Entries<Group> = new Map();
const inRot13: Entries<Group> = new Map();
const inReverse: Entries<Group> = new Map();
/** Words of the vocabulary by themselves with a letter left out. */
const fuzzy: Entries<string> = new Map();
for (const [group, words] of Object.entries(vocabulary) as [Group, string][]) {
  for (const word of words.split(" ")) {
    const stem = word.replace("*", "");
    enter(word === stem ? exact : prefixes, stem, group);
    if (stem.length < shortestHidden) continue;
    enter(inRot13, rot13(stem), group);
    enter(inReverse, reversed(stem), group);
    if (stem.length >= shortestFuzzy) for (const key of [stem, ...withoutOne(stem)]) enter(fuzzy, key, stem);
  }
}

const known = new Map<string, Meaning>();

/** What a word means for the cues; `word` is lower case, as `wordsIn` gives it. */
export function meaningOf(word: string): Meaning {
  const kept = known.get(word);
  if (kept !== undefined) return kept;
  const meaning = {
    plain: groupsOf(word),
    rot13: inRot13.get(word) ?? none,
    backwards: inReverse.get(word) ?? none,
  };
  if (known.size >= maxKept) known.clear();
  known.set(word, meaning);
  return meaning;
}

/** The words that hide in a run of letters without spaces, in order; the run itself where it is short. */
export function partsOf(run: string): string[] {
  if (run.length < glued.from) return [run];
  const parts: string[] = [];
  for (let from = 0; from < run.length; from += 1) {
    for (let length = Math.min(glued.longest, run.length - from); length >= glued.shortest; length -= 1) {
      const part = run.slice(from, from + length);
      if (!isWord(part)) continue;
      parts.push(part);
      from += length - 1;
      break;
    }
  }
  return parts.length > 1 ? parts : [run];
}

function isWord(part: string): boolean {
  return exact.has(part) || prefixes.has(part) || inReverse.has(part) || inRot13.has(part);
}

function groupsOf(word: string): readonly Group[] {
  const found = strictly(word);
  if (found.length > 0 || word.length < shortestFuzzy - 1 || word.length > 20) return found;
  const near = new Set<Group>();
  for (const key of [word, ...withoutOne(word)]) {
    for (const known of fuzzy.get(key) ?? []) {
      if (isSlip(word, known)) for (const group of strictly(known)) near.add(group);
    }
  }
  return [...near];
}

function strictly(word: string): readonly Group[] {
  const found = new Set(exact.get(word));
  for (let length = 3; length <= Math.min(word.length, longestPrefix); length += 1) {
    for (const group of prefixes.get(word.slice(0, length)) ?? []) found.add(group);
  }
  return [...found];
}

/** One letter more or less, or two changed places; another letter makes another word. */
function isSlip(word: string, known: string): boolean {
  return word.length !== known.length || [...word].sort().join("") === [...known].sort().join("");
}

/** The word with each of its letters but the first left out: two words a slip apart share one of these. */
function withoutOne(word: string): string[] {
  return Array.from({ length: word.length - 1 }, (_, at) => word.slice(0, at + 1) + word.slice(at + 2));
}

function enter<T>(entries: Entries<T>, key: string, value: T): void {
  const values = entries.get(key);
  if (values === undefined) entries.set(key, [value]);
  else if (!values.includes(value)) values.push(value);
}
