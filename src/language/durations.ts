import { afterWorkingDays, dateOf, dayOfDate } from "./calendar.ts";
import type { Digitised } from "./digitised.ts";
import { form, type Groups, mentionsOf, number, type Place, type Rule } from "./mentions.ts";
import { writtenValue } from "./number-words.ts";
import { timeUnit, unitOf } from "./units.ts";

interface Duration {
  /** Minutes for what is a week's multiple or less, months for the rest; two of them for "drie tot vijf". */
  readonly lengths: readonly { readonly measure: "minutes" | "months"; readonly count: number }[];
  /** Whole days, where it is that long; working days counted as such. */
  readonly ends: readonly number[];
  /** Said as a day to come or gone by, not as the most it takes: "over twee weken", "three days ago". */
  readonly isDay: boolean;
  /** Said as a term: "binnen", "over", "within", "in"; or as a number rather than an article. */
  readonly firm: boolean;
}

/** A stretch of time, and the days it ends on when it is reckoned from the conversation's day. */
export interface DurationMention extends Duration, Place {}

const count = `${number}|een half|een|half|an?|a half|half an`;
const term = "binnen|over|within|in|na|after|uiterlijk|maximaal|max|up to|at most";

const rules: readonly Rule<Duration, number>[] = [
  {
    pattern: form(
      `(?:(?<term>${term}) )?(?:(?<low>${number})(?: ?[-\u2013] ?| tot | a | of | to | or | en | and ))?(?<high>${count})[ -]?(?:volle |full |hele )?(?<unit>${timeUnit})(?<half> en een half| and a half)?(?<ago> geleden| ago| eerder| earlier)?`,
    ),
    read: durationOf,
  },
  {
    pattern: form(
      "(?:(?<term>binnen|over|in|within) )?(?:een |a )?(?<word>kwartiertje|kwartier|fortnight|halfuur|halfuurtje)",
    ),
    read: ({ term: said, word }, day) => {
      const minutes = word === "fortnight" ? 14 * 1440 : word?.startsWith("half") ? 30 : 15;
      return durationFrom([minutes], "minutes", {
        day,
        working: false,
        back: false,
        firm: said !== undefined,
        isDay: said === "over" || said === "in",
      });
    },
  },
];

function durationOf(
  { term: said, low, high = "", unit = "", half, ago }: Groups,
  day: number,
): Duration | undefined {
  const measured = unitOf(unit);
  const counts = [low, high].filter((text) => text !== undefined).map(countOf);
  if (measured === undefined || counts.some((value) => value === undefined)) return undefined;
  const more = half === undefined ? 0 : 0.5;
  return durationFrom(
    counts.map((value) => ((value ?? 0) + more) * measured.size),
    measured.measure,
    {
      day,
      working: isWorking(unit),
      back: ago !== undefined,
      firm: said !== undefined || /\d|half/.test(high),
      isDay: (said === "over" || said === "in" || ago !== undefined) && !isWorking(unit),
    },
  );
}

function isWorking(unit: string): boolean {
  return /^(?:werk|working|business|week )/.test(unit);
}

function countOf(said: string): number | undefined {
  if (/half/.test(said)) return 0.5;
  return /^\D/.test(said) ? 1 : writtenValue(said);
}

function durationFrom(
  counts: readonly number[],
  measure: "minutes" | "months",
  how: {
    readonly day: number;
    readonly working: boolean;
    readonly back: boolean;
    readonly firm: boolean;
    readonly isDay: boolean;
  },
): Duration {
  return {
    lengths: counts.map((each) => ({ measure, count: Math.round(each * 100) / 100 })),
    ends: counts.flatMap((each) => endOf(each, measure, how) ?? []),
    firm: how.firm,
    isDay: how.isDay,
  };
}

function endOf(
  length: number,
  measure: "minutes" | "months",
  { day, working, back }: { readonly day: number; readonly working: boolean; readonly back: boolean },
): number | undefined {
  const way = back ? -1 : 1;
  if (measure === "months") {
    const { year, month, date } = dateOf(day);
    const target = month - 1 + way * length;
    return Number.isInteger(target) && length < 1200
      ? dayOfDate(year + Math.floor(target / 12), (((target % 12) + 12) % 12) + 1, date)
      : undefined;
  }
  const days = length / 1440;
  if (!Number.isInteger(days) || days > 4000) return undefined;
  return working ? afterWorkingDays(day, days) : day + way * days;
}

/**
 * Stretches of time: "binnen vijf werkdagen", "half uur", "3 tot 5 dagen", "two and a half hours".
 * @param day the conversation's, to reckon ends from
 */
export function durationsIn(text: Digitised, day: number): DurationMention[] {
  return mentionsOf(text, rules, day);
}
