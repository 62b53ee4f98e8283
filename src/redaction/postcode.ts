import { townEnd } from "./address.ts";
import { cueOf } from "./cues.ts";
import type { Part } from "./digits.ts";
import type { Span } from "./kinds.ts";
import { type Finder, isAfter, isAnswer, isBefore, type Passage } from "./passage.ts";

/**
 * Four digits and two letters are also articles of a law, models and years ("artikel 1234 AB", "in 2024 is"), so the
 * shape has to stand by a house number or a place, be announced or asked for, or be all there is. The house number
 * goes with it: together they are one front door. Codes of other countries have no shape of their own and are taken
 * right after the word alone.
 */
export const findPostcodes: Finder = (passage) => [...dutch(passage), ...announcedDigits(passage)];

/** Where a text is no longer than this, it is the postcode and little else. */
const longestAlone = 12;
/** Not given out. */
const unused = new Set(["SA", "SD", "SS"]);
const coded =
  /(?<!\p{L})(?:artikel|art\.?|model|type|order|bestel|factuur|kenmerk|serie|versie|lid|code|article|version|section|reference)[\p{L}-]*[ :#]{0,2}$/iu;
const houseNumber =
  /^(?:[ ,;]{0,3}(?:(?:en|and)? ?(?:(?:het|ons|mijn|the|our|my) )?(?:huis ?nummer|house number|nummer|number|nr\.?|no\.?)(?: is)? ?|,? ?))(?=\d|\p{L})/iu;
const writtenHouse = /^\d{1,4}(?:[-/ ]?(?:[a-z]|bis|hs|[IVX]{1,3}|\d{1,3})(?![\p{L}\d]))?(?!\d)/iu;
const place = /^,? \p{Lu}[\p{L}'-]{2,}/u;

/** Words of two letters, which follow a number without being part of it. */
const words = new Set(
  "IS EN OF OM OP IN DE JE IK TE WE ZE ER AL ZO NU JA UW AM PM TO AT ON UP OR AN AS IT BE NO SO DO GO HE ME MY US BY IF KM CM MM KG ML KW".split(
    " ",
  ),
);

function dutch(passage: Passage): Span[] {
  const spans: Span[] = [];
  let past = -1;
  for (let from = 0; from < passage.parts.length; from++) {
    const code = codeFrom(passage.parts, from);
    if (code === undefined || code.start < past) continue;
    const house = houseAfter(passage, code.end);
    if (!isPostcode(passage, code, house)) continue;
    past = townEnd(passage.text, house);
    spans.push({ kind: "postcode", start: code.start, end: past });
  }
  return spans;
}

interface Code {
  readonly start: number;
  readonly end: number;
  readonly letters: string;
  readonly spoken: boolean;
}

/** Four digits in any grouping and two letters, as one part or two. */
function codeFrom(parts: readonly Part[], from: number): Code | undefined {
  let digits = "";
  let letters = "";
  for (let to = from; to < parts.length; to++) {
    const part = parts[to] as Part;
    if (to > from && !part.joined) return undefined;
    if (part.type === "digits" && letters === "") digits += part.text;
    else if (part.type === "letters" && digits.length === 4) letters += part.text;
    else return undefined;
    if (digits.length > 4 || letters.length > 2 || digits.startsWith("0")) return undefined;
    const first = parts[from] as Part;
    if (letters.length === 2)
      return unused.has(letters)
        ? undefined
        : { start: first.start, end: part.end, letters, spoken: first.spoken };
  }
  return undefined;
}

function isPostcode(passage: Passage, { start, end, letters, spoken }: Code, house: number): boolean {
  const { text } = passage;
  if (isAfter(passage, start, /[\p{L}\d]$/u, 1) || isBefore(passage, end, /^[\p{L}\d]/u, 1)) return false;
  const announced = isAnswer(passage, "postcode", start, house) || isAfter(passage, start, cueOf("postcode"));
  const upper = text.slice(start, end).replace(/[^\p{Lu}]/gu, "") === letters;
  const housed = house > end;
  const numbered = housed && /\p{L}{2}/u.test(text.slice(end, house));
  if (words.has(letters) && !upper) {
    const glued = !text.slice(start, end).includes(" ");
    return (announced && (housed || glued)) || (numbered && glued);
  }
  if (announced || numbered) return true;
  if (isAfter(passage, start, coded, 24)) return false;
  if (isAnswer(passage, "address", start, house) || isAfter(passage, start, cueOf("address"), 80))
    return upper;
  if (spoken) return housed && upper;
  return upper && (housed || place.test(text.slice(end, end + 30)) || text.length <= longestAlone);
}

/** End of the house number that follows, or the same offset where none does. */
function houseAfter({ text, runs }: Passage, end: number): number {
  const lead = houseNumber.exec(text.slice(end, end + 30))?.[0];
  if (lead === undefined) return end;
  const at = end + lead.length;
  const written = writtenHouse.exec(text.slice(at, at + 12))?.[0];
  if (written !== undefined) return at + written.length;
  const spoken = runs.find(({ start, digits }) => start === at && digits.length <= 4);
  return spoken?.end ?? end;
}

const right =
  /(?<!\p{L})(?:post ?code|postal code|zip(?: code)?)(?: (?:is|van|nummer|of|dat is|even|dan|eh))*[ :]{0,2}$/iu;

function announcedDigits(passage: Passage): Span[] {
  return passage.runs
    .filter(
      ({ start, end, digits }) =>
        /^\d{4,5}$/.test(digits) &&
        (isAfter(passage, start, right, 50) || isAnswer(passage, "postcode", start, end)),
    )
    .map(({ start, end }) => ({ kind: "postcode", start, end }));
}
