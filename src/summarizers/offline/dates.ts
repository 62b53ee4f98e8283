import { months } from "../../language/calendar.ts";
import { dueWords } from "./cues.ts";

const dayMs = 86_400_000;
/** A day and month without a year mean the next such day; further away than this it was more likely the last one. */
const farthestMs = 275 * dayMs;
/** Turns dated before this carry no wall clock to reckon from. */
const earliestClock = Date.UTC(2000, 0, 1);

const name = months.flat().join("|");
const spokenDate = `(\\d{1,2})(?:e|ste|de|st|nd|rd|th)?(?: of)? (${name})(?:,? (20\\d\\d))?|(${name}) (\\d{1,2})(?:st|nd|rd|th)?(?:,? (20\\d\\d))?`;
const writtenDate = "(20\\d\\d)-(\\d\\d)-(\\d\\d)|(\\d{1,2})[-/](\\d{1,2})[-/](20\\d\\d)";
const anyDate = new RegExp(`(?<![a-z0-9-])(?:${spokenDate}|${writtenDate})(?![a-z0-9-])`, "g");
const beforeDue = new RegExp(`(?<![a-z0-9])(?:${dueWords.join("|")})(?: de| the)? $`);

/**
 * The day (YYYY-MM-DD) a folded sentence names as due, or null. Only one plainly written date, after a word that makes
 * it a deadline, counts; "binnen vijf dagen" and "vrijdag" need a calendar and a time zone, and stay words.
 */
export function dueOf(folded: string, at: number): string | null {
  const dates = [...folded.matchAll(anyDate)];
  const [only] = dates;
  if (only === undefined || dates.length > 1 || !beforeDue.test(folded.slice(0, only.index))) return null;
  const [, day1, month1, year1, month2, day2, year2, isoYear, isoMonth, isoDay, first, second, year3] = only;
  if (isoYear !== undefined) return isoDate(Number(isoYear), Number(isoMonth), Number(isoDay));
  if (year3 !== undefined)
    return isUnambiguous(first, second) ? isoDate(Number(year3), Number(second), Number(first)) : null;
  const month = monthOf(month1 ?? month2 ?? "");
  const day = Number(day1 ?? day2);
  const year = year1 ?? year2;
  return year === undefined ? nextDate(month, day, at) : isoDate(Number(year), month, day);
}

/** 3/4/2026 is March in one country and April in another. */
function isUnambiguous(first: string | undefined, second: string | undefined): boolean {
  return Number(first) > 12 || first === second;
}

function monthOf(spoken: string): number {
  return months.findIndex((names) => names.includes(spoken)) + 1;
}

function nextDate(month: number, day: number, at: number): string | null {
  if (!(at >= earliestClock) || at > 8e15) return null;
  const today = Math.floor(at / dayMs) * dayMs;
  const year = new Date(today).getUTCFullYear();
  for (const candidate of [isoDate(year, month, day), isoDate(year + 1, month, day)]) {
    if (candidate === null) continue;
    const distance = Date.parse(candidate) - today;
    if (distance >= 0) return distance <= farthestMs ? candidate : null;
  }
  return null;
}

function isoDate(year: number, month: number, day: number): string | null {
  const date = new Date(Date.UTC(year, month - 1, day));
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day
    ? date.toISOString().slice(0, 10)
    : null;
}
