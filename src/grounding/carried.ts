import type { AmountMention } from "../language/amounts.ts";
import type { DateMention } from "../language/dates.ts";
import type { DurationMention } from "../language/durations.ts";
import type { TimeMention } from "../language/times.ts";
import type { Fact, NumberFact } from "./facts.ts";
import type { Said } from "./said.ts";
import { dialled } from "./spelled.ts";

/** Which turns may speak for a fact. */
export type Admits = (turn: number) => boolean;

const anyTurn: Admits = () => true;
const widths = ["day", "week", "month"] as const;
/** Counts this small are made by whoever writes ("één monteur", "twee keer"), not only by who speaks. */
const smallest = 2;

/** Whether a dialogue carries a fact: whether the same value was said, however it was said, in a turn that is admitted. */
export function carries(said: Said, fact: Fact, admits: Admits = anyTurn): boolean {
  switch (fact.kind) {
    case "amount":
      return carriesAmount(said, fact, admits);
    case "date":
      return carriesDate(said, fact, admits);
    case "time":
      return carriesTime(said, fact.minutes, admits);
    case "duration":
      return carriesDuration(said, fact, admits);
    case "number":
      return carriesNumber(said, fact, admits);
    case "email":
    case "iban":
    case "reference":
      return said.spells(fact.key, admits);
  }
}

function carriesAmount(said: Said, { cents, currency }: AmountMention, admits: Admits): boolean {
  const [meant = 0] = cents;
  const named = said.amounts.some(
    (one) => one.cents.includes(meant) && one.currency === currency && admits(one.turn),
  );
  const isValue = (value: number) => Math.abs(Math.round(value * 100) - meant) < 1;
  return named || said.numbers.some((one) => one.isBare && one.values.some(isValue) && admits(one.turn));
}

/** The conversation's own day is known without being said. */
function carriesDate(said: Said, { days, precision }: DateMention, admits: Admits): boolean {
  const meant = new Set(days);
  if (meant.has(said.day)) return true;
  const fineEnough = (other: DateMention["precision"]) => widths.indexOf(other) <= widths.indexOf(precision);
  const isMeant = (day: number) => meant.has(day);
  return (
    said.dates.some((one) => fineEnough(one.precision) && admits(one.turn) && one.days.some(isMeant)) ||
    said.durations.some((one) => one.isDay && admits(one.turn) && one.ends.some(isMeant))
  );
}

function carriesTime(said: Said, minutes: TimeMention["minutes"], admits: Admits): boolean {
  return said.times.some((one) => admits(one.turn) && one.minutes.some((each) => minutes.includes(each)));
}

/** Hours may have been said as times ("tussen acht en twaalf"), days as the date they end on. */
function carriesDuration(said: Said, { lengths, ends, isDay }: DurationMention, admits: Admits): boolean {
  const saidDates = said.dates.filter(({ precision, turn }) => precision === "day" && admits(turn));
  return lengths.every(({ measure, count }, index) => {
    const same = said.durations.some(
      (one) =>
        admits(one.turn) && one.lengths.some((each) => each.measure === measure && each.count === count),
    );
    const end = ends[index];
    const isHour = measure === "minutes" && count % 60 === 0 && count <= 1440;
    return (
      same ||
      (isDay && end !== undefined && saidDates.some(({ days }) => days.includes(end))) ||
      (isHour && carriesTime(said, [count % 1440, (count + 720) % 1440], admits))
    );
  });
}

function carriesNumber(said: Said, fact: NumberFact, admits: Admits): boolean {
  const { value, digits, parts, label } = fact;
  if (value !== undefined && !label && Number.isInteger(value) && value <= smallest)
    return !isMiscounted(said, fact, value);
  if (digits.length >= 5 || label || value === undefined) {
    if (dialled(digits).some((way) => said.spells(way, admits))) return true;
  }
  const ofAnything = fact.ordinal || label || (value !== undefined && value >= 1900 && value < 2100);
  const isSaid = (one: number) =>
    isThisYear(said, one) ||
    said.numbers.some(
      (each) => (ofAnything || each.isCount) && each.values.includes(one) && admits(each.turn),
    );
  if (value !== undefined) return isSaid(value);
  const separate = parts.length <= 3 && digits.length < 9 && !parts.some((part) => part.value === undefined);
  return separate && parts.every((part) => isSaid(part.value ?? 0));
}

function isThisYear({ day }: Said, value: number): boolean {
  return value === new Date(day * 86_400_000).getUTCFullYear();
}

/** A small count is wrong only where the dialogue counts the same things, and always otherwise; "one" may count nothing. */
function isMiscounted(said: Said, { counted, spoken }: NumberFact, value: number): boolean {
  if (spoken && value === 1) return false;
  const counts = said.numbers.filter((one) => one.counted !== undefined && one.counted === counted);
  return counts.length > 0 && !counts.some((one) => one.values.includes(value));
}
