import { type CountryCode, parsePhoneNumberFromString } from "libphonenumber-js/max";
import { cueOf, otherNumber } from "./cues.ts";
import { type Run, windowsOf } from "./digits.ts";
import type { Span } from "./kinds.ts";
import { type Finder, isAfter, isAnswer, isBefore, type Passage } from "./passage.ts";

/**
 * A number that some numbering plan has given out, written so that it can be dialled: with its national zero or its
 * country. Without either (`6 12 34 56 78`), or from a plan that was not to be expected, talk of telephones has to
 * stand before it. What is known to be another kind of number needs the Dutch form in full. Numbers nobody has at home
 * (free of charge, premium rate) are no one's personal data and stay.
 */
export const findPhones: Finder = (passage) => {
  const spans: Span[] = [];
  for (const run of passage.runs) {
    const manner = mannerOf(passage, run);
    let past = -1;
    for (const window of windowsOf(run, 8, 15)) {
      if (window.start < past || isQuantity(passage, window) || !isPhone(window, run, manner)) continue;
      spans.push({ kind: "phone", start: opening(passage, window.start), end: window.end });
      past = window.end;
    }
  }
  return spans;
};

type Manner = "announced" | "plain" | "other";

const units =
  /^ ?(?:euro|eur\b|€|kwh|kilowatt|m3|m³|kuub|kub|procent|percent|%|dagen|days|uur|hours|stuks|meter|liter|gram)/iu;
const announcedRegions: readonly CountryCode[] = ["NL", "BE", "DE", "GB", "FR", "US"];
const everybodys = new Set(["TOLL_FREE", "PREMIUM_RATE", "SHARED_COST", "UAN"]);

function mannerOf(passage: Passage, { start, end }: Run): Manner {
  if (isAfter(passage, start, otherNumber, 45)) return "other";
  return isAnswer(passage, "phone", start, end) || isAfter(passage, start, cueOf("phone"))
    ? "announced"
    : "plain";
}

function isQuantity(passage: Passage, { end }: Run): boolean {
  return isBefore(passage, end, units);
}

function isPhone(window: Run, run: Run, manner: Manner): boolean {
  const digits = window.digits.replace(/^\+?(?:00)?(31|32|49|44)0/, "+$1");
  if (/^06\d{8}$/.test(digits)) return true;
  if (/^0[1-9]\d{8}$/.test(digits) && isGiven(digits, "NL")) return true;
  if (manner === "other") return /^\+31/.test(digits) && isGiven(digits);
  if (/^\+/.test(digits)) return isGiven(digits);
  const whole = window.start === run.start;
  if (/^00[1-9]/.test(digits) && whole) return isGiven(`+${digits.slice(2)}`);
  if (/^07\d{9}$/.test(digits) && isGiven(digits, "GB")) return true;
  if (manner === "plain") return false;
  if (/^31[1-9]\d{8}$/.test(digits) || /^6\d{8}$/.test(digits)) return true;
  return (
    whole &&
    window.end === run.end &&
    (announcedRegions.some((region) => isGiven(digits, region)) || /^0\d{8,10}$/.test(digits))
  );
}

function isGiven(digits: string, region?: CountryCode): boolean {
  const parsed = parsePhoneNumberFromString(digits, region);
  return parsed?.isValid() === true && !everybodys.has(parsed.getType() ?? "");
}

/** An opening parenthesis goes with its number. */
function opening({ text }: Passage, start: number): number {
  return text[start - 1] === "(" ? start - 1 : start;
}
