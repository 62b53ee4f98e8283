const longestSentence = 280;
/** Unpunctuated speech is cut before these once a piece has enough words. */
const clauseStarts = new Set(
  "ik dus maar want omdat we wij u je en i i'm i've but so because and we you".split(" "),
);
const abbreviations =
  /(?:^|[\s(])(?:dhr|mevr|mw|mr|mrs|ms|dr|drs|bijv|o\.a|incl|excl|nr|tel|ca|m\.b\.t|i\.v\.m|t\/m|st|e\.g|i\.e|no|vs|approx|a\.m|p\.m|punt)\.$/i;

/** The sentences of one turn, in order, whole and unchanged. Speech without punctuation is cut at clauses. */
export function sentencesOf(text: string): string[] {
  const sentences: string[] = [];
  let start = 0;
  for (const end of text.matchAll(/(?<![.!?\u2026])[.!?\u2026]+["')\u201d]*(?=\s|$)/g)) {
    const stop = end.index + end[0].length;
    if (end[0] === "." && abbreviations.test(text.slice(Math.max(start, stop - 12), stop))) continue;
    sentences.push(text.slice(start, stop).trim());
    start = stop;
  }
  sentences.push(text.slice(start).trim());
  return sentences.filter((sentence) => sentence !== "").flatMap(atClauses);
}

function atClauses(sentence: string): string[] {
  if (sentence.length <= longestSentence && !isRunOn(sentence)) return [sentence];
  const pieces: string[] = [];
  let piece: string[] = [];
  let length = 0;
  for (const word of sentence.split(" ")) {
    const clause =
      piece.length >= 8 && (clauseStarts.has(word.toLowerCase()) || /[,;:]$/.test(piece.at(-1) ?? ""));
    if (clause || piece.length >= 40 || length + word.length > longestSentence - 10) {
      if (piece.length > 0) pieces.push(piece.join(" "));
      piece = [];
      length = 0;
    }
    piece.push(word);
    length += word.length + 1;
  }
  pieces.push(piece.join(" "));
  return pieces;
}

function isRunOn(sentence: string): boolean {
  return sentence.length > 140 && !/[,;:.]/.test(sentence.slice(0, -1));
}
