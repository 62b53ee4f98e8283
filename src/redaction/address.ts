import { fold } from "../language/words.ts";
import { cueOf } from "./cues.ts";
import type { Span } from "./kinds.ts";
import { notNames } from "./not-names.ts";
import { type Finder, isAfter, isAnswer, isBefore, type Passage } from "./passage.ts";

/**
 * A street without a house number is a place on a map; with it, it is somebody's door. So: a street's name by its
 * ending, and a number right behind it (before it, in English). Endings that end ordinary words too (onderweg, pad,
 * hof) need the capital of a name, or talk of an address. Recall is what the endings are: Prinsengracht is found,
 * "Het Eiland 3" only where an address was asked for.
 */
export const findAddresses: Finder = (passage) => [
  ...dutch(passage),
  ...english(passage),
  ...asked(passage),
  ...houseNumbers(passage),
];

const sureEndings =
  "straat|straatje|laan|plein|gracht|kade|singel|dreef|steeg|boulevard|allee|plantsoen|weide|burgwal|haven|str";
const capitalEndings =
  "weg|pad|hof|dijk|markt|hout|park|ring|wal|brug|zijde|berg|veld|erf|akker|oord|baan|poort|donk|horst|kamp|wijk|bos";
const number =
  "(?!(?:19|20)\\d\\d(?!\\d))\\d{1,4}(?:[ -]?(?:[a-zA-Z]|bis|hs|\\d{1,3})(?![\\p{L}\\d]))?(?![\\d:.,]\\d|\\d| ?(?:%|€|euro|uur|km|kwh|jaar|dagen|keer|weken|minuten|maanden))";
const street = new RegExp(
  `(?<![\\p{L}\\d])(?:\\p{L}{2,30}(?:${sureEndings})|\\p{Lu}\\p{L}{1,30}(?:${capitalEndings})|(?<=\\p{Lu}\\p{L}{1,20} )(?:straat|laan|weg|plein|gracht|kade|singel|dreef|markt|voorhout|Straat|Laan|Weg|Plein|Gracht|Kade|Singel|Dreef|Markt|Voorhout))\\.?(?![\\p{L}])`,
  "gu",
);
const ordinary = new Set(["onderweg", "halverwege", "snelweg", "spoorweg", "luchthaven"]);
const units = /^ ?(?:euro|uur|keer|dagen|weken|jaar|maanden|km|kilometer|minuten)/iu;
const toNumber = /^,?(?: (?:huis ?nummer|nummer|nr\.?|no\.?|op))? /iu;
const numberHere = new RegExp(`^${number}`, "u");
const particles = "van|de|der|den|het|ter|ten|'t|’t|von|la|le|in";
const nameBefore = new RegExp(
  `(?<![\\p{L}\\d])(?:\\p{Lu}[\\p{L}.'’-]{0,20} (?:(?:${particles}) ){0,2}){1,3}$`,
  "u",
);
/** Capitalised because a sentence begins with them. */
const sentenceWords = /^(?:(?:Ik|Wij|Mijn|De|Het|Op|In|Dat|Aan|Naar|Van|My|The|At|It) )+/u;
const town = /^(?:,? (?:in |te )?\p{Lu}[\p{L}'’-]{2,30}(?: aan (?:den?|het) \p{Lu}\p{L}{2,20})?)(?! \p{Lu})/u;

function dutch(passage: Passage): Span[] {
  const { text } = passage;
  const spans: Span[] = [];
  for (const match of text.matchAll(street)) {
    const after = match.index + match[0].length;
    const end = numberEnd(passage, after);
    if (end === undefined || ordinary.has(match[0].toLowerCase())) continue;
    spans.push({ kind: "address", start: nameStart(text, match.index), end: townEnd(text, end) });
  }
  return spans;
}

/** End of the house number after a street's name, written or said. */
function numberEnd(passage: Passage, at: number): number | undefined {
  const { text, runs } = passage;
  const lead = toNumber.exec(text.slice(at, at + 20))?.[0];
  if (lead === undefined) return undefined;
  const from = at + lead.length;
  const written = numberHere.exec(text.slice(from, from + 24))?.[0];
  if (written !== undefined) return from + written.length;
  const said = runs.find(({ start }) => start === from);
  if (said === undefined || said.digits.length > 4 || !said.parts[0]?.spoken) return undefined;
  return isBefore(passage, said.end, units) ? undefined : said.end;
}

/** Where a street's name begins: with the capitalised words before its last one, and the particles between them. */
function nameStart(text: string, start: number): number {
  const before = text.slice(Math.max(0, start - 60), start);
  const named = nameBefore.exec(before)?.[0].replace(sentenceWords, "") ?? "";
  return start - named.length;
}

/** End of the town named right after an offset, or the same offset. */
export function townEnd(text: string, end: number): number {
  return end + (town.exec(text.slice(end, end + 60))?.[0].length ?? 0);
}

const road =
  /(?<![\p{L}\d])\d{1,4}[a-zA-Z]? (?:\p{Lu}[\p{L}'’-]{1,20} ){1,3}(?:Street|St|Road|Rd|Lane|Ln|Avenue|Ave|Drive|Dr|Close|Court|Place|Square|Terrace|Grove|Hill|Mews|Row|Green|Approach|Parade|Walk|Gardens|Way|Crescent|Boulevard|Blvd)(?![\p{L}])\.?/gu;

function english({ text }: Passage): Span[] {
  return [...text.matchAll(road)].map(({ index, 0: whole }) => ({
    kind: "address",
    start: index,
    end: townEnd(text, index + whole.length),
  }));
}

const namedPlace = new RegExp(
  `(?<![\\p{L}\\d])(?:(?:${particles}) )?\\p{Lu}[\\p{L}'’-]{1,30}(?: (?:\\p{Lu}[\\p{L}'’-]{0,30}|${particles})){0,3}`,
  "gu",
);
const leadingUp =
  /(?:adres|address|woon|wonen|live|verhui(?:sd|zen) naar|mov(?:ed|ing) to)\p{L}*(?: (?:is|op|aan|in|at|nu|de|het|on))*[ :]*$/iu;

/** Where an address is asked for, or announced, a name and a number are one. */
function asked(passage: Passage): Span[] {
  const text = passage.text.slice(0, 300);
  return [...text.matchAll(namedPlace)].flatMap(({ index, 0: name }) => {
    const end = numberEnd(passage, index + name.length);
    const called = name.split(" ").some((word) => /^\p{Lu}/u.test(word) && !notNames.has(fold(word)));
    const wanted =
      end !== undefined && (isAnswer(passage, "address", index, end) || isAfter(passage, index, leadingUp));
    return called && wanted ? [{ kind: "address", start: index, end: townEnd(text, end) }] : [];
  });
}

const house = /(?<!\p{L})(?:huis ?nummer|house number)(?: (?:is|van|eh|dan|dat is))*[ :]{0,2}$/iu;

function houseNumbers(passage: Passage): Span[] {
  const wanted = passage.asked.has("address") || cueOf("address").test(passage.text);
  if (!wanted) return [];
  return passage.runs
    .filter(({ start, digits }) => digits.length <= 4 && isAfter(passage, start, house, 40))
    .map(({ start, end }) => ({ kind: "address", start, end }));
}
