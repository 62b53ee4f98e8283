import type { Estimate } from "../statistics.ts";
import type { Source, TextEstimates, TextMeasures } from "../texts.ts";

/** A share as a percentage. */
export function percent(share: number | null | undefined): string {
  return share === null || share === undefined ? "–" : `${(share * 100).toFixed(1)} %`;
}

/** A share with its interval. */
export function percentWithin(one: Estimate | null): string {
  return one === null
    ? "–"
    : `${percent(one.value)} (${(one.low * 100).toFixed(1)}–${(one.high * 100).toFixed(1)})`;
}

/** A figure with its interval. */
export function within(one: Estimate | null, digits = 2): string {
  return one === null
    ? "–"
    : `${one.value.toFixed(digits)} (${one.low.toFixed(digits)}–${one.high.toFixed(digits)})`;
}

export function count(value: number): string {
  return value.toLocaleString("en-GB");
}

/** Counts under names, in a line. */
export function listed(counts: Readonly<Record<string, number>>, digits = 0): string {
  const entries = Object.entries(counts);
  return entries.length === 0
    ? "none"
    : entries.map(([name, n]) => `${name} ${n.toFixed(digits)}`).join(", ");
}

/** A measure of the logs beside what a wrong text and people reach. */
export function beside(
  { log, floor, people }: Readonly<Record<Source, TextEstimates>>,
  measure: keyof TextMeasures,
): string {
  return [
    percent(log[measure]?.value),
    `floor ${percent(floor[measure]?.value)}`,
    ...(people[measure] ? [`people ${percent(people[measure].value)}`] : []),
  ].join(", ");
}
