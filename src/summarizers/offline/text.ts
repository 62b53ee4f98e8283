/** Text in, plain text, sentences and stems out. Nothing here knows what a cue or a category is. */

const longestWord = 60;
const longestSentence = 280;
/** Unpunctuated speech is cut before these once a piece has enough words. */
const clauseStarts = new Set(
  "ik dus maar want omdat we wij u je en i i'm i've but so because and we you".split(" "),
);
const abbreviations =
  /(?:^|[\s(])(?:dhr|mevr|mw|mr|mrs|ms|dr|drs|bijv|o\.a|incl|excl|nr|tel|ca|m\.b\.t|i\.v\.m|t\/m|st|e\.g|i\.e|no|vs|approx|a\.m|p\.m|punt)\.$/i;

/** Invisible, control and layout characters, and halves of a surrogate pair. */
const unprintable = /[\p{Cc}\p{Cf}\p{Co}\p{Cn}\p{Zl}\p{Zp}]/gu;
const loneSurrogate = /\p{Cs}/gu;
const link = /\b(?:https?:\/\/|www\.)\S+|\b[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,}\/\S*/gi;
/** A tag; a placeholder in capitals (<EMAIL>) is none, its name stays. */
const tag = /<(?:!--|\/?[a-z])[^<>]{0,500}>/gi;
const soundMark =
  /[[(<](?:noise|laughter|silence|crosstalk|inaudible|unk|unknown|music|ruis|gelach|stilte)[\])>]/gi;

/**
 * Plain text on one line: no markup, links, control characters or endless words; words are dropped, never changed.
 * Endless words go first: what is left has none a pattern could run away on.
 */
export function plain(text: string): string {
  let out = text;
  if (/[^\x20-\x7e]/.test(out)) out = printable(out);
  if (out.length > longestWord) out = withoutEndlessWords(out);
  if (/[<>[\]`*_#|~{}\\&/]|www\./i.test(out)) out = withoutMarkup(out);
  return out.replace(/\s+/g, " ").trim();
}

function printable(text: string): string {
  return text
    .replace(loneSurrogate, " ")
    .replace(/[\t\r\n\v\f\u2028\u2029]/g, " ")
    .replace(unprintable, "");
}

function withoutEndlessWords(text: string): string {
  return text
    .replace(/>/g, "> ")
    .split(/\s/)
    .filter((word) => word.length <= longestWord)
    .join(" ");
}

function withoutMarkup(text: string): string {
  return text
    .replace(soundMark, " ")
    .replace(link, " ")
    .replace(tag, (found) => (/^<[A-Z][A-Z0-9_-]*>$/.test(found) ? found.slice(1, -1) : " "))
    .replace(/&(?:[a-z]{2,8}|#\d{1,6}|#x[0-9a-f]{1,6});/gi, " ")
    .replace(/\]\([^()]{0,500}\)/g, " ")
    .replace(/(?:^|\s)(?:#{1,6}|[*|>-])(?=\s)/g, " ")
    .replace(/[<>[\]`*|~{}\\]|_{2,}/g, " ");
}

/** Lower case, without diacritics, with straight apostrophes: the form cues and labels are compared in. */
export function fold(text: string): string {
  const lower = text.toLowerCase();
  if (!/[^\x20-\x7e]/.test(lower)) return lower;
  return lower
    .replace(/[\u2018\u2019\u02bc]/g, "'")
    .normalize("NFKD")
    .replace(/\p{M}/gu, "");
}

/** The sentences of one turn, in order, whole and unchanged. Speech without punctuation is cut at clauses. */
export function sentencesOf(text: string): string[] {
  const sentences: string[] = [];
  let start = 0;
  for (const end of text.matchAll(/[.!?\u2026]+["')\u201d]*(?=\s|$)/g)) {
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

/** Cuts at the last whole word within `max` characters. */
export function clip(text: string, max: number): string {
  if (text.length <= max) return text;
  const cut = text.slice(0, max);
  const space = cut.lastIndexOf(" ");
  return space <= 0 ? "" : `${cut.slice(0, space).replace(/[\s,;:(-]+$/, "")}\u2026`;
}

/** The words of folded text. */
export function wordsOf(folded: string): string[] {
  return folded.match(/[\p{L}\p{N}]+(?:'[\p{L}]+)?/gu) ?? [];
}

/**
 * A stem good enough to compare by: both sides go through it, so it need not be a word. Dutch and English endings,
 * doubled letters made single (paneel, panelen; opzeg, opzeggen), z and v at the end made s and f (verhuizen, verhuis).
 */
export function stem(word: string): string {
  let out = word.replace(/'[a-z]*$/, "");
  if (out.length > 4) {
    for (const ending of [
      "ingen",
      "ments",
      "ment",
      "ings",
      "ing",
      "heden",
      "ies",
      "ied",
      "en",
      "ed",
      "es",
      "er",
      "s",
      "e",
    ]) {
      if (out.endsWith(ending) && out.length - ending.length >= 4) {
        out = out.slice(0, -ending.length);
        break;
      }
    }
  }
  out = out.replace(/([a-z])\1/g, "$1");
  return out.length > 3 ? out.replace(/z$/, "s").replace(/v$/, "f").replace(/y$/, "") : out;
}

/** Which of two languages the words are, or neither when it is not plain to see. */
export function guessLanguage(
  words: readonly string[],
  lists: { readonly nl: ReadonlySet<string>; readonly en: ReadonlySet<string> },
): "nl" | "en" | undefined {
  let nl = 0;
  let en = 0;
  for (const word of words) {
    if (lists.nl.has(word)) nl += 1;
    if (lists.en.has(word)) en += 1;
  }
  if (nl + en < 4) return undefined;
  if (nl >= 2 * en) return "nl";
  return en >= 2 * nl ? "en" : undefined;
}
