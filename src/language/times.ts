import type { Digitised } from "./digitised.ts";
import { form, type Groups, mentionsOf, type Place, type Rule } from "./mentions.ts";
import { notCents } from "./units.ts";

interface Clock {
  /** Minutes after midnight; both halves of the day where neither is said. */
  readonly minutes: readonly number[];
  /** It can be nothing but a time of day. */
  readonly sure: boolean;
}

export interface TimeMention extends Clock, Place {}

const half = "(?: ?(?<half>am|pm|a\\.m\\.?|p\\.m\\.?|a m|p m)(?![\\p{L}\\d]))";
const around = "om|at|rond|tegen|around|by|vanaf|tot|until|till|from|voor|na|before|after|tussen|between";
const hour = "(?<hour>\\d{1,2})";
/** "Een" is an hour only where nothing else can stand. */
const anyHour = "(?<hour>\\d{1,2}|een)";
/** "Rond elven", "na vijven", folded. */
const plurals = "enen tweeen drieen vieren vijven zessen zevenen achten negenen tienen elven twaalven".split(
  " ",
);
const noUnit = `(?!\\d|[.,:]\\d|[ -]?(?:${notCents}))`;

const rules: readonly Rule<Clock>[] = [
  {
    pattern: form(
      `(?:(?<at>${around}) )?(?<minute>5|10|15|20|25|kwartier|kwart|a quarter|quarter)(?: minuten| minutes)? (?<way>over|voor|past|to|after|before) half ${anyHour}`,
    ),
    read: (groups) => beside(groups, true),
  },
  {
    pattern: form(
      `(?:(?<at>${around}) )?(?<minute>kwartier|kwart|a quarter|quarter) (?<way>over|voor|past|to) ${anyHour}${noUnit}${half}?`,
    ),
    read: (groups) => beside(groups, false),
  },
  {
    pattern: form(
      `(?:(?<at>${around}) )?(?<minute>5|10|15|20|25|kwartier|kwart|a quarter|quarter)(?: minuten| minutes)? (?<way>over|voor|past|to) ${hour}${noUnit}${half}?`,
    ),
    read: (groups) => beside(groups, false),
  },
  { pattern: form(`half past ${hour}${half}?`), read: (groups) => at(groups.hour, "30", groups.half) },
  {
    pattern: form(`half ${anyHour}${noUnit}(?! (?:uur|jaar|dag|kilo|pond|hour|year|day))`),
    read: ({ hour: said }) => at(`${hourOf(said) - 1}`, "30", undefined),
  },
  {
    pattern: form(`${hour}:(?<minute>\\d{2})(?::\\d{2})?(?: ?(?:uur|u|h|hrs))?${half}?`),
    read: (groups) => at(groups.hour, groups.minute, groups.half),
  },
  {
    pattern: form(`${hour}[. ](?<minute>\\d{2})(?: ?(?:uur|u|h|hrs)(?!\\p{L})|${half})`),
    read: (groups) => at(groups.hour, groups.minute, groups.half),
  },
  {
    pattern: form(
      `${hour}[.](?<minute>[0-5]\\d)(?= ?(?:en|of|tot|and|or|to|-|\u2013) ?\\d{1,2}[.][0-5]\\d ?(?:uur|u|h|hrs)(?!\\p{L}))`,
    ),
    read: (groups) => at(groups.hour, groups.minute, undefined),
  },
  {
    pattern: form(`${hour} ?(?:u|uur|h) ?(?<minute>[0-5]\\d)${noUnit}`),
    read: (groups) => at(groups.hour, groups.minute, undefined),
  },
  { pattern: form(`${hour}${half}`), read: (groups) => at(groups.hour, "0", groups.half) },
  { pattern: form(`${hour} ?o['\u2019 ]?clock`), read: (groups) => at(groups.hour, "0", undefined) },
  {
    pattern: form(`(?:om|at|tegen|by|rond|around|vanaf) ${hour}[.](?<minute>[0-5]\\d)${noUnit}`),
    read: (groups) => at(groups.hour, groups.minute, undefined),
  },
  {
    pattern: form(
      "(?:om|at|tegen|by|rond|around|vanaf|until|till|from|tussen|between|before|after|voor|na|tot) (?<hour>\\d{1,2})(?: uur)(?! geleden)",
    ),
    read: (groups) => at(groups.hour, "0", undefined),
  },
  {
    pattern: form(`(?<hour>\\d{1,2}) uur 's (?:morgens|ochtends|middags|avonds|nachts)`),
    read: (groups) => at(groups.hour, "0", undefined),
  },
  {
    pattern: form(`(?:om|at|rond|around|by|tegen) ${hour} (?<minute>[0-5]\\d)${noUnit}`),
    read: (groups) => at(groups.hour, groups.minute, undefined),
  },
  { pattern: form("(?:om|at|rond|tegen|klokslag|vanaf) een uur"), read: () => at("1", "0", undefined) },
  {
    pattern: form(
      `(?<minute>\\d{1,2}) over ${anyHour}${noUnit}(?! \\p{L}*(?:week|weken|dag|dagen|uur|jaar))`,
    ),
    read: (groups) => unsure(beside({ ...groups, way: "over" }, false)),
  },
  {
    pattern: form(`(?:om|rond|tegen|na|voor|over|tot|vanaf) (?<plural>${plurals.join("|")})`),
    read: ({ plural = "" }) => at(`${plurals.indexOf(plural) + 1}`, "0", undefined),
  },
  { pattern: form("noon|midday"), read: () => ({ minutes: [720], sure: false }) },
  { pattern: form("midnight|middernacht"), read: () => ({ minutes: [0], sure: false }) },
];

/** What may be an hour where the company it keeps says so: only ever looked for in what was said. */
const loose: readonly Rule<Clock>[] = [
  {
    pattern: form(`(?:${around}) ${hour}(?: (?<minute>[0-5]\\d))?${noUnit}`),
    read: (groups) => unsure(at(groups.hour, groups.minute ?? "0", undefined)),
  },
  {
    pattern: form(`(?:en|and|tot|to|till|until|-|\u2013) ?${hour}(?! ?:|\\d)`),
    read: (groups) => unsure(at(groups.hour, "0", undefined)),
  },
  { pattern: form(`${hour} uur`), read: (groups) => unsure(at(groups.hour, "0", undefined)) },
  { pattern: form(`uur of ${hour}`), read: (groups) => unsure(at(groups.hour, "0", undefined)) },
  {
    pattern: form(`${hour} (?<minute>[0-5]\\d)`),
    read: (groups) => unsure(at(groups.hour, groups.minute, undefined)),
  },
];

function at(
  hours: string | undefined,
  minutes: string | undefined,
  part: string | undefined,
): Clock | undefined {
  const h = Number(hours);
  const m = Number(minutes);
  if (!(h >= 0 && h <= 24 && m >= 0 && m < 60)) return undefined;
  const time = ((h % 24) * 60 + m) % 1440;
  if (part !== undefined) {
    const pm = part.startsWith("p");
    return h > 12 ? undefined : { minutes: [(time % 720) + (pm ? 720 : 0)], sure: true };
  }
  const open = h <= 12 && !/^0\d/.test(hours ?? "");
  return { minutes: open ? [time % 720, (time % 720) + 720] : [time], sure: true };
}

function hourOf(said: string | undefined): number {
  return said === "een" ? 1 : Number(said);
}

/** "Tien voor half vijf", "quarter past two": minutes beside an hour or its half. */
function beside(
  { minute = "", way = "", hour: said, at: lead, half: part }: Groups,
  ofHalf: boolean,
): Clock | undefined {
  const exact = /kwart|quarter/.test(minute);
  const off = exact ? 15 : Number(minute);
  const sure = ofHalf || exact || lead !== undefined;
  const base = at(`${hourOf(said)}`, "0", part);
  if (base === undefined || hourOf(said) > 12) return undefined;
  const shift = (/^(?:over|past|after)$/.test(way) ? off : -off) - (ofHalf ? 30 : 0);
  return { minutes: base.minutes.map((time) => (time + shift + 1440) % 1440), sure };
}

function unsure(clock: Clock | undefined): Clock | undefined {
  return clock === undefined ? undefined : { ...clock, sure: false };
}

/** Times of day: "14.30 uur", "half drie", "tien voor half vijf", "quarter past two", "3 pm". */
export function timesIn(text: Digitised): TimeMention[] {
  return mentionsOf(text, rules, undefined);
}

/** Also what only may be one: "tussen tien en twaalf", "drie uur", "two thirty". Each form on its own; they may overlap. */
export function possibleTimesIn(text: Digitised): TimeMention[] {
  return loose.flatMap((rule) => mentionsOf(text, [rule], undefined));
}
