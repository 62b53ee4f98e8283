/** A stretch of a turn's text: UTF-16 offsets, end exclusive. */
export interface Stretch {
  readonly start: number;
  readonly end: number;
}

/** Fewer letters than these are no sentence: a list's number, a letter of a word that is spelled. */
const fewestLetters = 2;

/** Nobody says more in one turn; what follows is read in pieces of some length, so that a flood costs no memory. */
const mostSentences = 200;
const shortestBeyond = 200;

/** The sentences of a text, without gaps: each ends behind its white space. Linear. */
export function sentencesIn(text: string): Stretch[] {
  const sentences: Stretch[] = [];
  let start = 0;
  for (const mark of text.matchAll(/[.!?…。]["'”’)\]]{0,3}\s+|[\n\r]+/g)) {
    const end = mark.index + mark[0].length;
    if (sentences.length > mostSentences && end - start < shortestBeyond) continue;
    if (!holdsLetters(text.slice(start, end))) continue;
    sentences.push({ start, end });
    start = end;
  }
  if (start < text.length) sentences.push({ start, end: text.length });
  return sentences;
}

function holdsLetters(text: string): boolean {
  return (text.slice(0, 200).match(/\p{L}/gu) ?? []).length >= fewestLetters;
}
