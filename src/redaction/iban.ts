import { cueOf } from "./cues.ts";
import type { Part } from "./digits.ts";
import type { Span } from "./kinds.ts";
import { type Finder, isAfter, type Passage } from "./passage.ts";

/** Length of an IBAN by country, from the SWIFT registry. */
const lengths = new Map(
  (
    "AD24 AE23 AT20 BA20 BE16 BG22 CH21 CY28 CZ24 DE22 DK18 EE20 ES24 FI18 FR27 GB22 GR27 HR21 HU28 IE22 IS26 IT27 " +
    "LI21 LT20 LU20 LV21 MA28 MC27 MT31 NL18 NO15 PL28 PT25 RO24 RS22 SE24 SI19 SK24 SM27 TR26 UA29"
  )
    .split(" ")
    .map((entry) => [entry.slice(0, 2), Number(entry.slice(2))]),
);
const opens = /^[A-Z]{1,2}(?:$|\d)/;
const dutch = /^NL\d{2}[A-Z]{4}\d{8,10}$/;

/**
 * A country, its length and mod 97: one in 97 of what has the shape passes by chance, and hardly anything else has the
 * shape. What was misheard fails the test and is an account number all the same, so after talk of an account the Dutch
 * shape is enough, and so is a bare (pre-IBAN) number of 9 or 10 digits.
 */
export const findIbans: Finder = (passage) => {
  const spans: Span[] = [];
  for (let from = 0; from < passage.parts.length; from++) {
    const last = ibanFrom(passage, from);
    const [first, end] = [passage.parts[from], last === undefined ? undefined : passage.parts[last]];
    if (first === undefined || end === undefined) continue;
    spans.push({ kind: "iban", start: first.start, end: end.end });
    from = last ?? from;
  }
  return [...spans, ...bareAccounts(passage)];
};

/** Index of the last part of the IBAN that begins at a part. */
function ibanFrom(passage: Passage, from: number): number | undefined {
  const { parts } = passage;
  let said = "";
  let to = from;
  for (; to < parts.length; to++) {
    const part = parts[to] as Part;
    const longer = said + part.text;
    const length = lengths.get(longer.slice(0, 2));
    if ((to > from && !part.joined) || !opens.test(longer) || (longer.length > 1 && length === undefined))
      break;
    if (length !== undefined && longer.length > length) break;
    said = longer;
    if (said.length === length && passesMod97(said)) return to;
  }
  return dutch.test(said) && isAnnounced(passage, parts[from]?.start ?? 0) ? to - 1 : undefined;
}

/** ISO 7064 mod 97-10, digit by digit. */
export function passesMod97(iban: string): boolean {
  let rest = 0;
  for (const char of iban.slice(4) + iban.slice(0, 4)) {
    const value = Number.parseInt(char, 36);
    rest = (value > 9 ? rest * 100 + value : rest * 10 + value) % 97;
  }
  return rest === 1;
}

function isAnnounced(passage: Passage, at: number): boolean {
  return passage.asked.has("iban") || isAfter(passage, at, cueOf("iban"));
}

const number = /rekening ?nummer[^\d.?!]{0,25}$|bank account(?: number)?[^\d.?!]{0,25}$/iu;

function bareAccounts(passage: Passage): Span[] {
  return passage.runs
    .filter(({ digits, start }) => /^\d{9,10}$/.test(digits) && isAfter(passage, start, number))
    .map(({ start, end }) => ({ kind: "iban", start, end }));
}
