import { fold } from "../language/words.ts";
import { cueOf } from "./cues.ts";
import type { Span } from "./kinds.ts";
import { notNames } from "./not-names.ts";
import { type Finder, isAnswer, isBefore, type Passage } from "./passage.ts";

/**
 * A secret looks like anything, so only its announcement tells it: what stands after "wachtwoord is", "pincode:", or
 * answers the question. Digits are taken where there are as many as codes have; a word where it is no ordinary word of
 * that place ("mijn wachtwoord is vergeten", "the password is wrong").
 */
export const findSecrets: Finder = (passage) => [...codes(passage), ...words(passage), ...answers(passage)];

const closing =
  /(?<!\p{L})(?:laatste (?:vier|4)|last (?:four|4)|huis|post ?code|bedrag|euro|dagen|days|minuten|minutes|poging|times|keer)/iu;
const units =
  /^ ?(?:keer|x|times|dagen|days|minuten|minutes|uur|hours|cijfers|digits|tekens|characters|euro|weken|weeks|stappen|pogingen)(?!\p{L})/iu;

/** Says of a number what it is, as the last thing before it: "een code per sms, maar mijn bestelnummer is …". */
const labelled =
  /(?<!\p{L})(?:\p{L}+(?:nummer|number|nr)|artikel|article|factuur|invoice|order|ticket|model|versie|version|firmware)(?: (?:is|was|van|of))?[ :#]*$/iu;

function codes(passage: Passage): Span[] {
  return passage.runs
    .filter(({ start, end, digits }) => {
      if (!/^\d{3,8}$/.test(digits) || units.test(passage.text.slice(end, end + 14))) return false;
      const before = passage.text.slice(Math.max(0, start - 45), start);
      if (closing.test(before) || labelled.test(before)) return false;
      return (
        isAnswer(passage, "secret", start, end) ||
        isAnnounced(passage, start) ||
        isBefore(passage, end, said, 40)
      );
    })
    .map(({ start, end }) => ({ kind: "secret", start, end }));
}

/** "… as my pin". */
const said = /^ (?:as|als)(?: \p{L}+)? (?:pin|pincode|pin code|code|password|wachtwoord|cvc)(?!\p{L})/iu;
const typed = /([^\s"'’”]{5,64})(?= (?:as|als)(?: \p{L}+)? (?:password|wachtwoord)(?!\p{L}))/giu;

function isAnnounced(passage: Passage, at: number): boolean {
  const { index = -1, 0: cue = "" } =
    cueOf("secret").exec(passage.text.slice(Math.max(0, at - 45), at)) ?? {};
  if (index < 0) return false;
  const between = passage.text.slice(Math.max(0, at - 45), at).slice(index + cue.length);
  return !/[.?!;]/.test(between);
}

const announced =
  /(?<![\p{L}-])(?:wacht ?woord|pass ?word|pass ?phrase|toegangscode|inlogcode|memorable word)(?!\p{L})( ?[:=]| (?:is|luidt|was|wordt|used to be|will be)(?!\p{L}))?/giu;
const candidate = /[^\s"'‘’“”«»]{4,64}/gu;
const reach = 100;
const mostCandidates = 4;

function words({ text }: Passage): Span[] {
  const told = [...text.matchAll(announced)].flatMap(({ index, 0: cue, 1: verb }) =>
    wordAfter(text, index + cue.length, verb !== undefined),
  );
  const named = [...text.matchAll(typed)].flatMap(({ index, 1: raw = "" }) => spanOf(index, raw));
  return [...told, ...named.filter(({ start, end }) => isMixed(text.slice(start, end)))];
}

/** The first of the next words that no ordinary word is like; where "is" stands before them, else the first one. */
function wordAfter(text: string, from: number, told: boolean): Span[] {
  const near = [...text.slice(from, from + reach).matchAll(candidate)].slice(0, told ? mostCandidates : 1);
  const over = near.findIndex(({ 0: word }) => /[.?]$/.test(word));
  const next = near
    .slice(0, over < 0 ? near.length : over + 1)
    .map(({ index, 0: raw }) => spanOf(from + index, raw));
  const mixed = next.flat().find(({ start, end }) => isMixed(text.slice(start, end)));
  const first = next.flat()[0];
  if (mixed !== undefined) return [mixed];
  return told && first !== undefined && isSecret(text.slice(first.start, first.end)) ? [first] : [];
}

/** A word without the punctuation behind it. */
function spanOf(start: number, raw: string): Span[] {
  const length = raw.replace(/[.,;:?)]{1,5}$/, "").length;
  return length === 0 ? [] : [{ kind: "secret", start, end: start + length }];
}

/** A question for a password, answered in so many words. */
function answers(passage: Passage): Span[] {
  const { text } = passage;
  if (!isAnswer(passage, "secret", 0, text.length)) return [];
  const alone = !/\S\s+\S/.test(text.trim());
  return [...text.matchAll(candidate)]
    .flatMap(({ index, 0: raw }) => spanOf(index, raw))
    .filter(({ start, end }) => {
      const word = text.slice(start, end);
      return (isMixed(word) && isAnswer(passage, "secret", start, end)) || (alone && isSecret(word));
    });
}

/** Digits or signs among letters: what no ordinary word has. */
function isMixed(word: string): boolean {
  return (
    /\p{L}/u.test(word) &&
    /[\d@#$%^&*_+=]|!(?!$)/.test(word) &&
    /[\p{L}\d]{3}/u.test(word) &&
    word.length >= 5 &&
    !word.includes("\u0000")
  );
}

const states = new Set(
  (
    "niet nooit weer wel ook altijd nog fout onjuist kwijt weg zoek juist correct goed hetzelfde veilig zwak sterk leeg nieuw oud " +
    "wrong incorrect expired lost reset invalid correct right fine good weak strong required needed case same not never always " +
    "still also changed being sent stored different unknown blocked too very only something dat iets heel erg vandaag gisteren " +
    "eerst vroeger gewoon opnieuw daarna zojuist gelijk actief geldig ongeldig nodig vereist minimaal minstens maximaal tijdelijk temporary valid active " +
    "weet moet staat werkt doet lukt krijg kreeg vergeet recent makkelijk moeilijk lastig bekend onbekend lang kort simpel verplicht uniek klaar persoonlijk prive verkeerd anders steeds " +
    "easy hard long short known unique private secret personal working set"
  ).split(" "),
);
const participle = /^(?:ge|ver|be|ont|her|aan|in|op|uit|toe|door)\p{L}+(?:d|t|en)$|ed$|ing$/u;

function isSecret(word: string): boolean {
  const folded = fold(word);
  if (isMixed(word)) return true;
  return (
    /^\p{L}{4,}$/u.test(word) && !states.has(folded) && !notNames.has(folded) && !participle.test(folded)
  );
}
