import { cueOf, otherNumber } from "./cues.ts";
import { type Run, windowsOf } from "./digits.ts";
import type { Span } from "./kinds.ts";
import { type Finder, isAfter, isAnswer } from "./passage.ts";

/**
 * One in eleven of all numbers of nine digits passes the 11-test, order numbers among them, so the test alone takes too
 * much: a BSN is one only where it is announced or was asked for. There, what passes is preferred, and otherwise eight or nine digits on
 * their own are enough: a digit misheard fails the test.
 */
export const findBsns: Finder = (passage) => {
  const spans: Span[] = [];
  for (const run of passage.runs) {
    const told = isAfter(passage, run.start, cueOf("bsn")) || isAnswer(passage, "bsn", run.start, run.end);
    if (!told && (!passage.asked.has("bsn") || isAfter(passage, run.start, otherNumber))) continue;
    const found = bsnIn(run, told);
    if (found !== undefined) spans.push({ kind: "bsn", start: found.start, end: found.end });
  }
  return spans;
};

function bsnIn(run: Run, told: boolean): Run | undefined {
  const windows = [...windowsOf(run, 8, 9)].filter(({ digits }) => /^\d+$/.test(digits));
  return (
    windows.find(({ digits }) => passesElevenTest(digits.padStart(9, "0"))) ??
    windows.find(({ digits }) => told && digits.length === run.digits.length)
  );
}

/** The 11-test of the burgerservicenummer: weights 9 to 2, and minus 1 for the last digit. */
export function passesElevenTest(digits: string): boolean {
  const weights = [9, 8, 7, 6, 5, 4, 3, 2, -1];
  const sum = weights.reduce((total, weight, index) => total + weight * Number(digits[index]), 0);
  return /^\d{9}$/.test(digits) && sum > 0 && sum % 11 === 0;
}
