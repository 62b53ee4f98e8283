/** Text in, plain text out. Nothing here knows what a cue or a category is. */
import { placeholder as instruction } from "../../guard/guard.ts";
import { redactionKinds } from "../../redaction/kinds.ts";

const longestWord = 60;
/** What stands for something that was taken out is said as it is; other brackets are markup. */
const markOrRedacted = new RegExp(`\\[(?:${redactionKinds.join("|")})\\]|[<>[\\]\`*|~{}\\\\]|_{2,}`, "g");

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
    .replaceAll(instruction, " ")
    .replace(soundMark, " ")
    .replace(link, " ")
    .replace(tag, (found) => (/^<[A-Z][A-Z0-9_-]*>$/.test(found) ? found.slice(1, -1) : " "))
    .replace(/&(?:[a-z]{2,8}|#\d{1,6}|#x[0-9a-f]{1,6});/gi, " ")
    .replace(/\]\([^()]{0,500}\)/g, " ")
    .replace(/(?:^|\s)(?:#{1,6}|[*|>-])(?=\s)/g, " ")
    .replace(markOrRedacted, (found) => (found.length > 2 && found.startsWith("[") ? found : " "));
}

/** Cuts at the last whole word within `max` characters. */
export function clip(text: string, max: number): string {
  if (text.length <= max) return text;
  const cut = text.slice(0, max);
  const space = cut.lastIndexOf(" ");
  return space <= 0 ? "" : `${cut.slice(0, space).replace(/[\s,;:(-]+$/, "")}\u2026`;
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
