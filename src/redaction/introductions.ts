import { fold } from "../language/words.ts";
import type { Part } from "./digits.ts";
import { firstNames } from "./first-names.ts";
import { notNames } from "./not-names.ts";
import { digitsOf } from "./tokens.ts";

/** A name where it was introduced: offsets into the text, and the words of it that tell the person again later. */
export interface Introduction {
  readonly start: number;
  readonly end: number;
  /** Empty where the name holds in this place only: a greeting may be to a company. */
  readonly known: readonly string[];
}

/** Words inside a name, lower case as a rule. */
export const particles: ReadonlySet<string> = new Set(
  "van de der den het ter ten te 't el al ben bin von la le du di da dos op".split(" "),
);

const capital = "\\p{Lu}[\\p{L}'’-]{1,30}";
/** After these a name follows, capitalised or not. */
const stating =
  /(?<!\p{L})(?:mijn (?:volledige |hele |voor|achter|meisjes)?na(?:am|men) (?:is|zijn)|de naam is|(?:op|onder) naam van|op de naam|ik heet|my (?:full |first |last |sur)?name is|my name's|the name is|i am called) +/giu;
/** After these one follows where it has a capital. */
const presenting =
  /(?<!\p{L})(?:[Uu] spreekt met|[Jj]e spreekt met|[Ss]preek(?: ik|t u)? met|[Ii]k spreek met|[Ss]peaking (?:with|to)|[Yy]ou(?:'re| are) (?:speaking|through|chatting|talking) (?:with|to)|[Yy]ou spoke (?:with|to)|(?:de heer|[Mm]eneer|[Mm]ijnheer|[Mm]evrouw|[Mm]evr\.?|[Dd]hr\.?|[Mm]w\.?|[Ff]amilie|Mr\.?|Mrs\.?|Ms\.?|Miss)|(?:[Mm]ijn|[Mm]['’]n|[Uu]w|[Jj]e|[Jj]ouw|[Oo]nze|[Zz]ijn|[Hh]aar|[Mm]y|[Yy]our|[Oo]ur|[Hh]is|[Hh]er) (?:collega|man|vrouw|echtgeno(?:ot|te)|partner|vriend(?:in)?|verloofde|(?:schoon|stief|klein)?(?:zoon|dochter|moeder|vader|ouders|broer|zus|kind)|oma|opa|tante|oom|nicht|neef|buurman|buurvrouw|huisgenoot|colleague|husband|wife|(?:boy|girl)?friend|son|daughter|mother|father|brother|sister|neighbou?r)) +/gu;
/** After these too, but it may be a company's: nothing is learned. */
const greeting =
  /(?<!\p{L})(?:[Hh]allo|[Hh]oi|[Hh]ey|[Hh]i|[Hh]ello|[Dd]ag|[Gg]oede(?:morgen|middag|navond|ndag)|[Gg]oeie(?:morgen|middag|navond)|[Bb]este|[Gg]eachte|[Dd]ear|[Gg]ood (?:morning|afternoon|evening)),?(?: met)? +|^[Mm]et +/gu;
/** Thanks and courtesies that end in a name set off by a comma. */
const addressing = new RegExp(
  `(?:[Bb]edankt|[Dd]ank|[Gg]edaan|[Oo]ntmoeten|[Ss]orry|[Ww]elkom|[Zz]orgen|[Hh]elpen|[Dd]oen|[Tt]hanks?|[Tt]hank you|[Mm]eet you|[Ww]elcome|[Hh]elp|[Dd]ag)[^.!?,]{0,40}, (?=${capital}[.!?]|${capital}$)`,
  "gu",
);
/** After these one follows that has a capital, however a message ends or an account is told. */
const signing =
  /(?<!\p{L})(?:[Mm]vg|MVG|[Gg]roet(?:jes|en)?|[Rr]egards|[Tt]\.? ?n\.? ?v\.?|[Tt]en name van|[Hh]eette),? +/gu;
/** A transcript may write nothing with a capital: a given name then tells, or the particles of a family name. */
const spokenGiven = /(?<!\p{L})(?:u|je|jij) spreekt met +(?=\p{Ll})/giu;
const spokenFamily = /(?<!\p{L})(?:meneer|mijnheer|mevrouw|familie|met) +(?=van de[rn] \p{Ll}{3})/giu;
const presentingSelf = /(?<!\p{L})(?:[Ii]k ben|I am|I'm|I’m) +/gu;
/** "This is Unacceptable" is said as well: two words, a given name, or one who says they are calling. */
const pointing = /(?<!\p{L})(?:[Tt]his is|[Ii]s this) +/gu;
/** "Hallo, Jan de Vries hier". */
const calling = /(?:^|[.,!?] )(?=\p{Lu})/gu;
const withSomeone = /(?<!\p{L})[Mm]et +/gu;
/** "TeleNoord, met Kees.", "Hallo, met Wout Claes, ik ga verhuizen". */
const withSetOff = /[,.!?] [Mm]et +/gu;
/** "Ja hallo met Teunissen eh ik heb een vraag": who goes on with a sound or with themselves has said who they are. */
const withGreeting =
  /(?<!\p{L})(?:[Jj]a|[Hh]allo|[Hh]oi|[Hh]ey|[Dd]ag|[Gg]oe(?:de|ie|ien)(?:morgen|middag|navond|ndag|dag)) met +/gu;

/** The names a text introduces: who speaks, who is greeted, who is thanked, and given names wherever they stand. */
export function introducedIn(text: string): Introduction[] {
  return [
    ...after(text, stating, true, learnt),
    ...after(text, presenting, false, learnt),
    ...after(text, greeting, false, onlyGiven, isSetOff),
    ...after(text, addressing, false, onlyGiven),
    ...after(text, presentingSelf, false, learnt, isSetOff),
    ...after(text, pointing, false, learnt, isSomebody),
    ...after(text, withSomeone, false, onlyGiven, isPerson),
    ...after(text, withSetOff, false, onlyGiven, isSetOff),
    ...after(text, withGreeting, false, learnt, isFollowedByI),
    ...after(text, signing, false, learnt),
    ...after(text, spokenGiven, true, learnt, isPerson, 1),
    ...after(text, spokenFamily, true, learnt, () => true, 1),
    ...after(text, calling, false, learnt, isHere),
    ...given(text),
  ];
}

const answering =
  /^\s*(?:(?:ja|yes|sure|zeker|dat is|dat ben ik|it's|that's|ik ben|i am|i'm|eh|uh|op|met)[ ,.]+){0,3}/iu;
const answered = /^[\s.,!]*(?:(?:is|was) (?:mijn|de|my|the) na(?:am|me))?[\s.!,]*$/iu;

/** A bare answer to the question for a name; offsets as in the text. */
export function answeredName(text: string): Introduction[] {
  const lead = answering.exec(text)?.[0] ?? "";
  const words = wordsFrom(text, lead.length, true);
  const named = words.filter(({ text: word }) => !particles.has(fold(word)));
  // "Ik ben verhuisd" is no name, and neither is a sentence without a capital.
  const capital = /^\p{Lu}/u.test(words[0]?.text ?? "");
  if (named.length === 0 || (!capital && (named.length > 2 || /(?:ben|am|'m)\b/iu.test(lead)))) return [];
  return answered.test(text.slice(words.at(-1)?.end ?? 0)) ? [introduction(words, learnt(words))] : [];
}

/** Single letters in a row, as a name is spelled where it was asked for. */
export function spelledNames(parts: readonly Part[]): Introduction[] {
  const rows: Part[][] = [];
  for (const [index, part] of parts.entries()) {
    if (part.type !== "letters" || part.text.length > 1) continue;
    const row = part.joined && parts[index - 1] === rows.at(-1)?.at(-1) ? rows.at(-1) : undefined;
    if (row === undefined) rows.push([part]);
    else row.push(part);
  }
  return rows
    .filter((row) => row.length >= shortestKnown)
    .map((row) => ({
      start: row[0]?.start ?? 0,
      end: row.at(-1)?.end ?? 0,
      known: [row.map(({ text }) => text.toLowerCase()).join("")],
    }));
}

interface Word {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

function after(
  text: string,
  cue: RegExp,
  anyCase: boolean,
  known: (words: readonly Word[]) => string[],
  accepts: (words: readonly Word[], text: string) => boolean = () => true,
  mostNamed?: number,
): Introduction[] {
  return [...text.matchAll(cue)].flatMap(({ index, 0: whole }) => {
    const words = wordsFrom(text, index + whole.length, anyCase, mostNamed);
    return words.length > 0 && accepts(words, text) ? [introduction(words, known(words))] : [];
  });
}

function introduction(words: readonly Word[], known: readonly string[]): Introduction {
  return { start: words[0]?.start ?? 0, end: words.at(-1)?.end ?? 0, known };
}

const nextWord = /\p{Lu}\.(?= ?\p{L})|\p{L}[\p{L}'’-]{0,30}/uy;
const initial = /^\p{Lu}\.$/u;
const longestName = 7;

/** The words of a name from an offset on: capitalised ones and what ties them; in any case where it was announced. */
function wordsFrom(text: string, from: number, anyCase: boolean, mostNamed = 3): Word[] {
  const words: Word[] = [];
  let at = from;
  let named = 0;
  for (let count = 0; count < longestName; count++) {
    nextWord.lastIndex = at;
    const found = nextWord.exec(text)?.[0];
    if (found === undefined) break;
    const folded = fold(found);
    const particle = particles.has(folded);
    if (
      !particle &&
      (notNames.has(folded) ||
        digitsOf(folded) !== undefined ||
        !(anyCase || /^\p{Lu}/u.test(found)) ||
        named >= mostNamed)
    )
      break;
    named += particle || initial.test(found) ? 0 : 1;
    words.push({ start: at, end: at + found.length, text: found });
    at += found.length;
    if (text[at] === " ") at += 1;
    else if (!initial.test(found)) break;
  }
  while (words.length > 0 && particles.has(fold(words.at(-1)?.text ?? ""))) words.pop();
  return words.some(({ text: word }) => word.length > 1 && !particles.has(fold(word))) ? words : [];
}

const shortestKnown = 3;

/** What tells the person later. What follows "van" may be the company: "u spreekt met Sanne van Vattenfall". */
function learnt(words: readonly Word[]): string[] {
  const cut = words.findIndex(({ text }) => fold(text) === "van");
  const own = cut > 0 ? words.slice(0, cut) : words;
  return own
    .map(({ text }) => fold(text))
    .filter((word) => word.length >= shortestKnown && !particles.has(word));
}

function onlyGiven(words: readonly Word[]): string[] {
  return learnt(words).filter((word) => firstNames.has(word));
}

function isPerson(words: readonly Word[]): boolean {
  return firstNames.has(fold(words[0]?.text ?? ""));
}

function isSomebody(words: readonly Word[], text: string): boolean {
  const end = words.at(-1)?.end ?? 0;
  const calling = /^,? (?:calling|speaking|here|from|again)(?!\p{L})/u.test(text.slice(end, end + 12));
  return isPerson(words) || calling || (words.length > 1 && isSetOff(words, text));
}

function isHere(words: readonly Word[], text: string): boolean {
  const end = words.at(-1)?.end ?? 0;
  return /^ (?:hier|here)(?=[,.!?]|$)/u.test(text.slice(end, end + 8));
}

/** "Hallo Jan," and "Goedemiddag Pieter", not "Hallo Internet werkt niet". */
function isSetOff(words: readonly Word[], text: string): boolean {
  return (
    isPerson(words) ||
    /^\s*(?:[,.!?;:]|$)/u.test(text.slice(words.at(-1)?.end ?? 0, (words.at(-1)?.end ?? 0) + 4))
  );
}

function isFollowedByI(words: readonly Word[], text: string): boolean {
  const end = words.at(-1)?.end ?? 0;
  return /^[ ,]+(?:eh+m?|uh+m?|ik|we|wij|hier)(?!\p{L})/u.test(text.slice(end, end + 10));
}

const capitalised = /(?<![\p{L}\p{N}@._-])\p{Lu}[\p{L}'’-]{1,30}(?![\p{L}\p{N}@_])/gu;

/** Shops and suppliers that bear a person's name. */
const companies =
  /^(?:Albert Heijn|Hans Anders|Jan Linders|Frank Energie|Robin Mobile|Ben Mobiel|Simon L[ée]velt)(?!\p{L})/u;

/** Common given names with a capital, with the surname behind them. */
function given(text: string): Introduction[] {
  let past = 0;
  return [...text.matchAll(capitalised)].flatMap(({ index, 0: word }) => {
    if (index < past || !firstNames.has(fold(word)) || companies.test(text.slice(index, index + 20)))
      return [];
    const words = wordsFrom(text, index, false);
    past = words.at(-1)?.end ?? past;
    return [introduction(words, onlyGiven(words))];
  });
}
