import { months, weekdays } from "../language/calendar.ts";
import type { Place } from "../language/mentions.ts";
import { numberWord } from "../language/number-words.ts";
import { fold, stem, stopWords } from "../language/words.ts";
import type { Said } from "./said.ts";

export interface NameMention extends Place {
  readonly text: string;
}

/** Words that are written with a capital and name nobody in particular. */
const ordinary = new Set([
  ...stopWords,
  ...months.flat(),
  ...weekdays.flat(),
  ...(
    "klant klanten medewerker medewerkers medewerkster agent agents adviseur collega beller bedrijf afdeling team helpdesk support " +
    "klantenservice klantenservicemedewerker klantendienst service manager supervisor leidinggevende mevrouw meneer mijnheer heer dhr mevr mw " +
    "customer customers client clients caller user company department representative advisor colleague technician engineer monteur " +
    "mr mrs ms miss sir madam nederland netherlands belgie belgium duitsland germany frankrijk france engeland england europa europe " +
    "nederlands nederlandse dutch engels engelse english duits duitse german frans franse french belgisch belgische belgian europese european " +
    "euro euros eur usd gbp internet wifi email mail sms app web website online chat bug url faq pdf iban bsn btw vat pin id dm pm am tv pc " +
    "actie acties afspraak afspraken contact vraag antwoord probleem reden oplossing resultaat vervolg status note notes issue action"
  ).split(" "),
]);
/** Open a sentence right before its verb ("Daarna belt klant"), and name nobody; nor do words for who somebody is. */
const opening = new Set(
  (
    "daarna vervolgens hierna later tevens daarom daarbij verder daarnaast bovendien eerder inmiddels intussen ondertussen gisteren " +
    "eergisteren vandaag morgen vanochtend vanmiddag vanavond zojuist zonet eerst tot uiteindelijk toen hierop daarop hierover daarover " +
    "hierbij hiervoor daarvoor desgevraagd telefonisch schriftelijk mondeling vooraf achteraf tijdens nadat voordat omdat aangezien " +
    "hoewel toch alsnog opnieuw nogmaals wederom kort ten slotte tenslotte eveneens mogelijk waarschijnlijk volgens helaas " +
    "also then later afterwards previously earlier subsequently finally initially meanwhile again additionally furthermore moreover " +
    "eventually yesterday today tomorrow still now once next lastly first secondly however therefore instead " +
    "partner echtgenoot echtgenote zoon dochter moeder vader ouder ouders vrouw man broer zus buurman buurvrouw vriend vriendin huisgenoot " +
    "huurder verhuurder bewoner eigenaar installateur bezorger koerier tegenpartij expert taxateur bewindvoerder curator mantelzorger " +
    "contactpersoon gemachtigde netbeheerder leverancier provider makelaar arts apotheek verkoper ondernemer melder " +
    "wife husband spouse son daughter mother father parent brother sister neighbour neighbor friend tenant landlord owner driver courier " +
    "supplier shop store doctor"
  ).split(" "),
);
/** A person does these: the capitalised word before one at the start of a sentence is who. */
const personal =
  /^(?:belt|belde|zegt|zei|vraagt|vroeg|meldt|meldde|wil|wilde|mailt|mailde|chat|chatte|schrijft|schreef|stuurt|stuurde|bedankt|bevestigt|calls|called|says|said|asks|asked|wants|wanted|reports|reported|writes|wrote|emailed|chatted|thanks|thanked|confirms|confirmed|told|tells|mentioned|explained|apologi[sz]ed|promised|complained)$/;
const token = /[\p{L}\p{N}]+(?:['\u2019.-][\p{L}\p{N}]+)*/gu;

/** The names of a text that its dialogue does not know. */
export function unknownNames(text: string, said: Said): NameMention[] {
  const words = Array.from(text.matchAll(token), ({ 0: word, index }) => ({
    word,
    start: index,
    end: index + word.length,
  }));
  return words
    .filter(({ word, start }, index) => {
      if (!isCapitalised(word) || isKnown(word, said)) return false;
      if (!opensSentence(text, start)) return true;
      const next = words[index + 1];
      return (
        next !== undefined &&
        ((isPerson(text, next) && !opening.has(fold(word))) ||
          (isCapitalised(next.word) && !isKnown(next.word, said)))
      );
    })
    .map(({ word, start, end }) => ({ text: word, start, end }));
}

/** "Jansen", "O'Neill", "McDonald"; an abbreviation in capitals is no name, nor is what it is put before ("WOZ-waarde"). */
function isCapitalised(word: string): boolean {
  const [first = "", ...rest] = word.split("-");
  if (rest.length > 0 && /^\p{Lu}+$/u.test(first)) return rest.some(isCapitalised);
  return /^\p{Lu}/u.test(word) && /\p{Ll}/u.test(word) && word.length >= 3 && !/\d/.test(word);
}

function isPerson(text: string, next: Place & { readonly word: string }): boolean {
  return personal.test(next.word) && text.charAt(next.start - 1) === " ";
}

function opensSentence(text: string, start: number): boolean {
  const before = text.slice(Math.max(0, start - 6), start);
  return /(?:^|[.!?:;\u2026\u2022\n])["'(\u2018\u201c\s-]*$/u.test(before);
}

/** "@acmecares" names Acme. */
function isPartOfHandle(folded: string, { words }: Said): boolean {
  return folded.length >= 5 && words.values().some((word) => word.startsWith(folded));
}

/** Said, in any inflection, case or spelling with doubled letters; spelled out; or naming nobody. */
function isKnown(word: string, said: Said): boolean {
  const folded = fold(word).replace(/'s?$/, "");
  if (ordinary.has(folded) || numberWord(folded) !== undefined || said.words.has(folded)) return true;
  const root = stem(folded);
  if (said.stems.has(root) || ordinary.has(root) || said.stems.has(stem(folded.replace(/s$/, ""))))
    return true;
  const parts = folded.split(/[-'.]/).filter((part) => part.length > 1);
  if (parts.length > 1) return parts.every((part) => isKnown(part, said));
  return isPartOfHandle(folded, said) || said.spells(folded, () => true);
}
