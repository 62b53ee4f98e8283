import { dateOf, daysFrom, daysOfMonth, weekdayOf, weekdays } from "./calendar.ts";
import type { Calendar } from "./dates.ts";
import { form, type Groups, type Rule } from "./mentions.ts";

const weekday = `(?<weekday>${weekdays.flat().join("|")})`;
const partOfDay =
  "(?:(?:och?tend|middag|avond|vroeg)|[ -](?:morning|afternoon|evening|ochtend|middag|avond))?";
const coming = "aanstaande|aankomende|eerstvolgende|komende|aanst|this|coming|this coming|upcoming";
const following = "volgende|next";
const past = "afgelopen|vorige|last|past|this past";

/** Words for a day, and how many days it is from the conversation's. */
const fixed: readonly (readonly [words: string, shift: number, sure: boolean])[] = [
  ["overmorgen|(?:the )?day after tomorrow", 2, true],
  [
    `(?<!goede |goeden|goeie |elke |'s |de |iedere |in de )morgen(?!s)${partOfDay}|tomorrow${partOfDay}`,
    1,
    true,
  ],
  ["eergisteren|(?:the )?day before yesterday", -2, true],
  [`gister(?:en)?${partOfDay}|yesterday${partOfDay}|last night`, -1, true],
  [
    "vandaag|vanochtend|vanmorgen|vanmiddag|vanavond|vannacht|today|tonight|this (?:morning|afternoon|evening)",
    0,
    false,
  ],
];

/** The first day of the week (Monday) a day is in, `weeks` on. */
function weekOf(day: number, weeks: number): number[] {
  return daysFrom(day - ((weekdayOf(day) + 6) % 7) + 7 * weeks, 7);
}

function weekdayIn(days: readonly number[], name = ""): number[] {
  const index = weekdays.findIndex((names) => names.includes(name));
  return days.filter((day) => weekdayOf(day) === index);
}

function onDays(days: readonly number[], sure = true): Calendar {
  return { days, precision: "day", sure };
}

const weeksByWord: readonly (readonly [words: string, weeks: number])[] = [
  ["volgende week|komende week|aankomende week|next week|coming week|the following week", 1],
  ["deze week|this week", 0],
  ["vorige week|afgelopen week|last week|past week", -1],
];
const monthsByWord: readonly (readonly [words: string, months: number])[] = [
  ["volgende maand|komende maand|next month", 1],
  ["deze maand|this month", 0],
  ["vorige maand|afgelopen maand|last month", -1],
];

function monthAway(day: number, by: number): number[] {
  const { year, month } = dateOf(day);
  return daysOfMonth(year, month + by);
}

function partOfWeek(days: readonly number[], part: string): readonly number[] {
  if (/^(?:begin|start|early)/.test(part)) return days.slice(0, 3);
  return /^(?:mid|half|halverwege)/.test(part) ? days.slice(1, 4) : days.slice(3);
}

const inWeek: readonly Rule<Calendar, number>[] = weeksByWord.flatMap(([words, weeks]) => [
  {
    pattern: form(`(?:${words})(?: op| on)? ${weekday}${partOfDay}`),
    read: ({ weekday: name }: Groups, day: number) => onDays(weekdayIn(weekOf(day, weeks), name)),
  },
  {
    pattern: form(`${weekday}(?: van| of)? (?:${words})`),
    read: ({ weekday: name }: Groups, day: number) => onDays(weekdayIn(weekOf(day, weeks), name)),
  },
  {
    pattern: form(
      `(?<part>begin|start|early|mid|halverwege|eind|einde|later|end|late)(?: van| of)?(?: de| the)? ?(?:${words})`,
    ),
    read: ({ part = "" }: Groups, day: number) => ({
      days: partOfWeek(weekOf(day, weeks), part),
      precision: "week" as const,
      sure: true,
    }),
  },
  {
    pattern: form(words),
    read: (_: Groups, day: number) => ({
      days: weekOf(day, weeks),
      precision: "week" as const,
      sure: weeks !== 0,
    }),
  },
]);

const inMonth: readonly Rule<Calendar, number>[] = monthsByWord.map(([words, by]) => ({
  pattern: form(`(?:(?<part>begin|eind|einde|half)(?: van)? |(?:start|end) of )?(?:${words})`),
  read: (_: Groups, day: number) => ({
    days: monthAway(day, by),
    precision: "month" as const,
    sure: by !== 0,
  }),
}));

/** Dates that mean something only from a day: from "morgen" to "next Tuesday". A bare weekday is the last, this or the next ones. */
export const relativeDates: readonly Rule<Calendar, number>[] = [
  ...fixed.map(([words, shift, sure]) => ({
    pattern: form(words),
    read: (_: Groups, day: number) => onDays([day + shift], sure),
  })),
  ...inWeek,
  {
    pattern: form(`${weekday} (?:over een week|over 1 week|a week from now)`),
    read: ({ weekday: name }, day) => onDays(weekdayIn(daysFrom(day + 7, 8), name)),
  },
  {
    pattern: form(`(?:${coming}) ${weekday}${partOfDay}`),
    read: ({ weekday: name }, day) => onDays(weekdayIn(daysFrom(day, 8), name)),
  },
  {
    pattern: form(`(?:${following}) ${weekday}${partOfDay}`),
    read: ({ weekday: name }, day) => onDays(weekdayIn(daysFrom(day + 1, 13), name)),
  },
  {
    pattern: form(`(?:${past}) ${weekday}${partOfDay}`),
    read: ({ weekday: name }, day) => onDays(weekdayIn(daysFrom(day - 13, 14), name)),
  },
  {
    pattern: form(`${weekday}s?${partOfDay}`),
    read: ({ weekday: name }, day) => onDays(weekdayIn(daysFrom(day - 7, 22), name)),
  },
  ...inMonth,
  {
    pattern: form("(?:eind|einde|end)(?: van| of)? (?:de|the) (?<unit>maand|month|week)"),
    read: ({ unit }, day) =>
      unit === "week"
        ? { days: weekOf(day, 0).slice(3), precision: "week", sure: true }
        : { days: monthAway(day, 0).slice(-8), precision: "week", sure: true },
  },
];
