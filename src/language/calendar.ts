/** Month names as spoken, folded; the index is the month. */
export const months: readonly (readonly string[])[] = [
  ["januari", "january", "jan"],
  ["februari", "february", "feb"],
  ["maart", "march", "mrt", "mar"],
  ["april", "apr"],
  ["mei", "may"],
  ["juni", "june", "jun"],
  ["juli", "july", "jul"],
  ["augustus", "august", "aug"],
  ["september", "sept", "sep"],
  ["oktober", "october", "okt", "oct"],
  ["november", "nov"],
  ["december", "dec"],
];

/** Day names as spoken, folded; the index is that of `Date.getUTCDay`. */
export const weekdays: readonly (readonly string[])[] = [
  ["zondag", "sunday"],
  ["maandag", "monday"],
  ["dinsdag", "tuesday"],
  ["woensdag", "wednesday"],
  ["donderdag", "thursday"],
  ["vrijdag", "friday"],
  ["zaterdag", "saturday"],
];

const dayMs = 86_400_000;

/** Days are whole days since 1970-01-01, UTC. */
export function dayOf(at: number): number {
  return Math.floor(at / dayMs);
}

/** The day of a calendar date (month from 1); undefined where there is no such date. */
export function dayOfDate(year: number, month: number, day: number): number | undefined {
  const date = new Date(Date.UTC(year, month - 1, day));
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day ? dayOf(date.getTime()) : undefined;
}

/** Year, month (from 1) and day of a day. */
export function dateOf(day: number): {
  readonly year: number;
  readonly month: number;
  readonly date: number;
} {
  const at = new Date(day * dayMs);
  return { year: at.getUTCFullYear(), month: at.getUTCMonth() + 1, date: at.getUTCDate() };
}

/** 0 is Sunday. */
export function weekdayOf(day: number): number {
  return (((day + 4) % 7) + 7) % 7;
}

/** `length` days from `first` on. */
export function daysFrom(first: number, length: number): number[] {
  return Array.from({ length }, (_, index) => first + index);
}

/** All days of a month; months before 1 and after 12 reach into other years. */
export function daysOfMonth(year: number, month: number): number[] {
  const first = dayOf(Date.UTC(year, month - 1, 1));
  return daysFrom(first, dayOf(Date.UTC(year, month, 1)) - first);
}

/** The day `count` working days on, Saturday and Sunday left out. */
export function afterWorkingDays(day: number, count: number): number {
  let at = day;
  for (let left = Math.min(count, 400); left > 0; ) {
    at += 1;
    if (weekdayOf(at) % 6 !== 0) left -= 1;
  }
  return at;
}
