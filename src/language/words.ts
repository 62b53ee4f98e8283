/** Words in the form they are compared in. */

/** Lower case, without diacritics, with straight apostrophes: the form cues and labels are compared in. */
export function fold(text: string): string {
  const lower = text.toLowerCase();
  if (!/[^\x20-\x7e]/.test(lower)) return lower;
  return lower
    .replace(/[\u2018\u2019\u02bc]/g, "'")
    .normalize("NFKD")
    .replace(/\p{M}/gu, "");
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

/** Words too common to tell one subject from another. */
export const stopWords: ReadonlySet<string> = new Set(
  (
    "de het een en of van in op te ter voor met naar aan bij uit om is zijn was ben bent heb hebt heeft had ik u je jij we wij " +
    "ze zij hij er dat die dit deze niet geen wel nog al ook dan maar mijn uw jouw ons onze mag kan kunt wil moet zo wat wie hoe als " +
    "the a an and or of in on to for with at from by is are was be been have has had i you we they it that this these not no my " +
    "your our can could will would do does did so what who how if as me us am im ive"
  ).split(" "),
);

/** Folded character by character, so that offsets in it are offsets in the text. */
export function foldAlike(text: string): string {
  return text.replace(/[A-Z\u0080-\uffff]/g, (char) => {
    const folded = fold(char);
    return folded.length === 1 ? folded : char;
  });
}
