import { fold, stem, stopWords, wordsOf } from "../language/words.ts";

/** Words that carry no content and are too rare to matter where labels are compared. */
const moreStopWords: ReadonlySet<string> = new Set(
  (
    "want dus omdat toen hier daar ten tot over door onder tegen zonder tussen na sinds tijdens per waren " +
    "wordt worden werd werden hebben hadden kunnen kon konden mogen moeten moest wilt willen wilde wou zal " +
    "zult zullen zou zouden ga gaat gaan doe doet doen jou haar hem hun hen zich men nu weer alle alles iets " +
    "niets waar welke waarom wanneer ja nee toch even heel erg meer veel but because then than those there " +
    "here into onto without off about under up down out between after before during were being having done " +
    "doing may might must shall should he she him her them his its their yes also again just very too all any " +
    "some where which why when whether i'm i've it's don't dont"
  ).split(" "),
);

/** What a placeholder of redaction looks like: it stands for a word and is none. */
const placeholder = /\[[a-zA-Z ]{1,40}\]/g;

/** Words that carry content, folded and stemmed, in order; placeholders, stop words and single letters are left out. */
export function contentStems(text: string): string[] {
  return wordsOf(fold(text.replace(placeholder, " ")))
    .filter(
      (word) => (word.length > 1 || /\d/.test(word)) && !stopWords.has(word) && !moreStopWords.has(word),
    )
    .map(stem);
}

const functionWords: Readonly<Record<"nl" | "en", ReadonlySet<string>>> = {
  nl: new Set(
    "de het een en ik niet van dat die je u mijn voor met op maar ook dan nog wel geen naar om te bij heeft wordt werd aan zijn uit door er".split(
      " ",
    ),
  ),
  en: new Set(
    "the a an and i not of that this you my for with but also then still to it are have has was on by from their they be will at".split(
      " ",
    ),
  ),
};

/**
 * Dutch or English, by its function words.
 * @returns undefined where there are fewer than three of them, or neither language leads
 */
export function languageOf(text: string): "nl" | "en" | undefined {
  const counts = { nl: 0, en: 0 };
  for (const word of wordsOf(fold(text))) {
    if (functionWords.nl.has(word)) counts.nl += 1;
    if (functionWords.en.has(word)) counts.en += 1;
  }
  if (counts.nl + counts.en < 3 || counts.nl === counts.en) return undefined;
  return counts.nl > counts.en ? "nl" : "en";
}
