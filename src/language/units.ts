import { months } from "./calendar.ts";

/** Units of time by what they measure, as they are said in Dutch and English. */
const minuteUnits: readonly (readonly [words: string, minutes: number])[] = [
  ["minuten|minuutjes?|minuut|min|minutes?|mins?", 1],
  ["uurtjes?|uren|uur|hours?|hrs?", 60],
  ["(?:werk|kalender)?dagen|(?:werk)?dag|(?:(?:working|business|week|calendar) )?days?", 1440],
  ["weken|weekje|week|weeks?", 7 * 1440],
];
const monthUnits: readonly (readonly [words: string, months: number])[] = [
  ["maanden|maandje|maand|months?", 1],
  ["kwartalen|kwartaal|quarters", 3],
  ["jaren|jaar|jaartje|years?", 12],
];

/** Any unit of time, as the source of a pattern. */
export const timeUnit = [...minuteUnits, ...monthUnits].map(([words]) => words).join("|");

const tables = [
  { measure: "minutes", units: minuteUnits },
  { measure: "months", units: monthUnits },
] as const;
const compiled = tables.flatMap(({ measure, units }) =>
  units.map(([words, size]) => ({ measure, size, pattern: new RegExp(`^(?:${words})$`) })),
);

/** What one of a unit of time is; undefined for no such unit. */
export function unitOf(
  word: string,
): { readonly measure: "minutes" | "months"; readonly size: number } | undefined {
  return compiled.find(({ pattern }) => pattern.test(word));
}

/** What a number after "45 euro" belongs to when it is no cents. */
export const notCents = `${timeUnit}|${months.flat().join("|")}|e\\b|de\\b|st\\b|th\\b|%|procent|percent|euro|eur|\u20ac|\\$|dollar|pond|pound|keer|maal|times|x\\b|stuks|pieces`;
