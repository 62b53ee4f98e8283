import { dateOf, dayOfDate, daysOfMonth, months, weekdayOf, weekdays } from "./calendar.ts";
import type { Digitised } from "./digitised.ts";
import { form, type Groups, mentionsOf, type Place, type Rule } from "./mentions.ts";
import { relativeDates } from "./relative-dates.ts";

/** What a date is read as; every day in it is a day since 1970-01-01. */
export interface Calendar {
  /** All days it can be: one where all is said, more where the year, the month or the week is left open. */
  readonly days: readonly number[];
  /** How wide what was said is: "12 maart" is a day, whichever year. */
  readonly precision: "day" | "week" | "month";
  /** It can be nothing but a date. */
  readonly sure: boolean;
}

export interface DateMention extends Calendar, Place {}

const farBack = 250;
const farAhead = 300;
const month = `(?<month>${months.flat().join("|")})`;
const weekday = `(?<weekday>${weekdays.flat().join("|")})`;
const date = "(?<date>[0-3]?\\d)";
const ordinal = "(?:e|de|ste|st|nd|rd|th)";
const year = "(?:,? (?:van |of )?(?<year>(?:19|20)\\d\\d|20 \\d\\d|'\\d\\d)(?!\\d))?";
/** What stands between two days of one month: "van 12 naar 14 december". */
const between = "(?: (?:naar|en|of|tot|tot en met|t/m|and|or|to|until|through) (?:de |the )?| ?[-\u2013/] ?)";
const fullMonth = `(?<month>${months.map((names) => names.filter((name) => name.length > 3 || name === "mei").join("|")).join("|")})`;
const before = "(?:op|voor|tot|vanaf|sinds|per|on|by|before|until|from|since|uiterlijk)";

const written: readonly Rule<Calendar, number>[] = [
  {
    pattern: form("(?<year>(?:19|20)\\d\\d)-(?<month>\\d{1,2})-(?<date>\\d{1,2})"),
    read: ({ year: y, month: m, date: d }) => sure([dayOfDate(Number(y), Number(m), Number(d))]),
  },
  {
    pattern: form(
      "(?<![\\d][-/.])(?<first>\\d{1,2})(?<sep>[-/.])(?<second>\\d{1,2})\\k<sep>(?<year>(?:19|20)\\d\\d|\\d\\d)(?!\\d|[-/.]\\d)",
    ),
    read: ({ first, second, year: y }) => eitherWay(first, second, fullYear(y)),
  },
  {
    pattern: form("(?<first>\\d{1,2}) (?<second>\\d{1,2}) (?<year>(?:19|20)\\d\\d)"),
    read: ({ first, second, year: y }) => eitherWay(first, second, fullYear(y)),
  },
  {
    pattern: form(`${weekday},? (?:de |the )?${date} ?${ordinal}?(?: of| van)? ${month}\\.?${year}`),
    read: onWeekday,
  },
  {
    pattern: form(`${weekday},? (?:the )?${month} (?:the )?${date} ?${ordinal}?(?!\\d)${year}`),
    read: onWeekday,
  },
  {
    pattern: form(
      `${date} ?${ordinal}?(?=${between}[0-3]?\\d ?${ordinal}?(?: of| van)? ${month}\\.?${year})`,
    ),
    read: monthDay,
  },
  { pattern: form(`${date} ?${ordinal}?(?: dag)?(?: of| van)? ${month}\\.?${year}`), read: monthDay },
  // "Een" counts nothing before a month.
  {
    pattern: form(`een ${fullMonth}${year}`),
    read: (groups, day) => monthDay({ ...groups, date: "1" }, day),
  },
  { pattern: form(`${date}-${month}(?:-(?<year>(?:19|20)\\d\\d))?`), read: monthDay },
  {
    pattern: form(
      `${month}\\.? (?:the )?${date} ?(?:st|nd|rd|th|e)?(?![:.,]?\\d| ?(?:%|euro|uur|am|pm))${year}`,
    ),
    read: monthDay,
  },
  {
    pattern: form("(?<first>\\d{1,2})/(?<second>\\d{1,2})(?!/|\\d)"),
    read: ({ first, second }, day) => near(first, second, day),
  },
  {
    pattern: form(`(?<part>begin|start of|half|medio|mid|eind|einde(?: van)?|end of)[ -]${fullMonth}${year}`),
    read: wholeMonth,
  },
  { pattern: form(`${fullMonth}(?<! may|^may)${year}`), read: wholeMonth },
  {
    pattern: form(
      `(?:${before} )?(?:de )?${date} ?${ordinal}(?= van (?:(?:de|deze|elke|iedere|volgende|komende) ){1,2}maand)`,
    ),
    read: ({ date: d }, day) => ofMonths(d, day, true),
  },
  {
    pattern: form(
      `${before} (?:de|the) ${date} ?${ordinal}(?= ?(?:[.,;!?)]|$|(?:om|at|tussen|between|van|en|and|voor|in|of|tot|the|de|staat|is|komt|wordt)(?!\\p{L})))`,
    ),
    read: ({ date: d }, day) => ofMonths(d, day, true),
  },
];

/** Only ever looked for in what was said: "de twaalfde" may be a date. */
const loose: readonly Rule<Calendar, number>[] = [
  { pattern: form(`(?:de|the) ${date} ?${ordinal}`), read: ({ date: d }, day) => ofMonths(d, day, false) },
];

function monthDay({ date: d, month: name, year: y }: Groups, day: number): Calendar | undefined {
  return sure(datesNear(Number(d), monthOf(name), y === undefined ? undefined : fullYear(y), day));
}

/** The weekday chooses among the years; where it fits none it says nothing. */
function onWeekday(groups: Groups, day: number): Calendar | undefined {
  const reading = monthDay(groups, day);
  const index = weekdays.findIndex((names) => names.includes(groups.weekday ?? ""));
  const fitting = reading?.days.filter((each) => weekdayOf(each) === index) ?? [];
  return reading === undefined || fitting.length === 0 ? reading : { ...reading, days: fitting };
}

function wholeMonth({ month: name, year: y, part }: Groups, day: number): Calendar {
  const { year: now } = dateOf(day);
  const years = y === undefined ? [now - 1, now, now + 1] : [fullYear(y)];
  const all = years.map((each) => daysOfMonth(each, monthOf(name)));
  const days = all.flatMap((each) => partOf(each, part));
  return { days, precision: part === undefined ? "month" : "week", sure: true };
}

/** The days of a month that "begin", "half" and "eind" speak of. */
export function partOf(days: readonly number[], part: string | undefined): readonly number[] {
  if (part === undefined) return days;
  if (/^(?:begin|start)/.test(part)) return days.slice(0, 10);
  return /^(?:half|medio|mid)/.test(part) ? days.slice(9, 20) : days.slice(-8);
}

function monthOf(name = ""): number {
  return months.findIndex((names) => names.includes(name)) + 1;
}

function fullYear(text = ""): number {
  const digits = text.replace(/[' ]/g, "");
  return Number(digits.length === 2 ? `20${digits}` : digits);
}

/** 3/4/2026 is March in one country and April in another. */
function eitherWay(first: string | undefined, second: string | undefined, y: number): Calendar | undefined {
  return sure([dayOfDate(y, Number(second), Number(first)), dayOfDate(y, Number(first), Number(second))]);
}

function near(first: string | undefined, second: string | undefined, day: number): Calendar | undefined {
  return sure([
    ...datesNear(Number(first), Number(second), undefined, day),
    ...datesNear(Number(second), Number(first), undefined, day),
  ]);
}

/** Without a year, the last and the next such day, as far as people leave the year out. */
function datesNear(d: number, m: number, y: number | undefined, day: number): (number | undefined)[] {
  if (y !== undefined) return [dayOfDate(y, m, d)];
  const { year: now } = dateOf(day);
  return [now - 1, now, now + 1]
    .map((each) => dayOfDate(each, m, d))
    .filter((each) => each !== undefined && each - day >= -farBack && each - day <= farAhead);
}

/** Without a month, that day of the months around. */
function ofMonths(d: string | undefined, day: number, isSure: boolean): Calendar | undefined {
  const { year: now, month: current } = dateOf(day);
  const reading = sure(
    [-1, 0, 1, 2].map((by) => {
      const days = daysOfMonth(now, current + by);
      return Number(d) > 0 ? days[Number(d) - 1] : undefined;
    }),
  );
  return reading === undefined ? undefined : { ...reading, sure: isSure };
}

function sure(found: readonly (number | undefined)[]): Calendar | undefined {
  const days = found.filter((each) => each !== undefined);
  return days.length === 0 ? undefined : { days, precision: "day", sure: true };
}

const rules = [...written, ...relativeDates];

/**
 * Dates written ("12-03-2026", "March 12th"), spoken ("twaalf maart") and relative ("overmorgen", "next Tuesday").
 * @param day the conversation's: relative dates and missing years are reckoned from it
 */
export function datesIn(text: Digitised, day: number): DateMention[] {
  return mentionsOf(text, rules, day);
}

/** Also what only may be one: "de twaalfde". */
export function possibleDatesIn(text: Digitised, day: number): DateMention[] {
  return mentionsOf(text, loose, day);
}
