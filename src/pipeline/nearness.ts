import type { Measures, ShadowRow } from "../ledger/shadow.ts";

const mostDisagreements = 20;
/** Two-sided 95 %. */
const z = 1.959964;

/** A share with its 95 % Wilson interval, 0 to 1; null of nothing. */
export interface Share {
  readonly n: number;
  readonly value: number | null;
  readonly low: number | null;
  readonly high: number | null;
}

/** Distances from 0 (the same words) to 1; null of nothing. */
export interface Distances {
  readonly n: number;
  readonly median: number | null;
  readonly p90: number | null;
}

/** How near the logs of one brand and medium come to the agents'. */
export interface Nearness {
  readonly compared: number;
  readonly description: Distances;
  readonly note: Distances;
  readonly actionItems: Distances;
  readonly category: Share;
  readonly pair: Share;
}

export interface Report {
  readonly compared: number;
  /** Our logs that wait for the agent's, and the agents' that wait for ours. */
  readonly waiting: { readonly logs: number; readonly finals: number };
  /** Our logs whose counterpart never came. */
  readonly expired: number;
  readonly all: Nearness;
  readonly groups: readonly (Nearness & { readonly brand: string; readonly medium: string })[];
  /** What agents classified otherwise, the most frequent first. */
  readonly disagreements: readonly {
    readonly ours: string;
    readonly theirs: string;
    readonly count: number;
  }[];
}

/** How near the logs of shadow runs come to what the agents wrote. */
export function reportOf(rows: readonly ShadowRow[]): Report {
  const compared = rows.filter(({ state }) => state === "compared");
  const count = (state: ShadowRow["state"]) => rows.filter((row) => row.state === state).length;
  const groups = Map.groupBy(compared, ({ brand, medium }) => JSON.stringify([brand ?? "", medium ?? ""]));
  return {
    compared: compared.length,
    waiting: { logs: count("log"), finals: count("final") },
    expired: count("expired"),
    all: nearnessOf(compared),
    groups: [...groups].sort().map(([name, members]) => {
      const [brand, medium] = JSON.parse(name) as [string, string];
      return { brand, medium, ...nearnessOf(members) };
    }),
    disagreements: disagreementsOf(compared),
  };
}

function nearnessOf(rows: readonly ShadowRow[]): Nearness {
  const values = (name: keyof Measures): number[] =>
    rows.flatMap(({ measures }) => (measures[name] === undefined ? [] : [measures[name]]));
  return {
    compared: rows.length,
    description: distancesOf(values("description")),
    note: distancesOf(values("note")),
    actionItems: distancesOf(values("actionItems")),
    category: shareOf(values("category")),
    pair: shareOf(values("pair")),
  };
}

function distancesOf(values: readonly number[]): Distances {
  const sorted = values.toSorted((a, b) => a - b);
  return { n: values.length, median: quantile(sorted, 0.5), p90: quantile(sorted, 0.9) };
}

/** Between two values in proportion; null of an empty list. */
function quantile(sorted: readonly number[], at: number): number | null {
  const place = at * (sorted.length - 1);
  const [below, above] = [sorted[Math.floor(place)], sorted[Math.ceil(place)]];
  if (below === undefined || above === undefined) return null;
  return round(below + (above - below) * (place - Math.floor(place)));
}

/** Of values that are 0 or 1. */
function shareOf(values: readonly number[]): Share {
  const hits = values.reduce((sum, value) => sum + value, 0);
  return wilson(hits, values.length);
}

/** A share of `n` with its 95 % Wilson interval, which holds also near 0, near 1 and for few. */
export function wilson(hits: number, n: number): Share {
  if (n === 0) return { n, value: null, low: null, high: null };
  const share = hits / n;
  const middle = (share + z ** 2 / (2 * n)) / (1 + z ** 2 / n);
  const half = (z / (1 + z ** 2 / n)) * Math.sqrt((share * (1 - share)) / n + z ** 2 / (4 * n ** 2));
  return { n, value: round(share), low: round(middle - half), high: round(middle + half) };
}

function round(value: number): number {
  return Math.round(value * 1e4) / 1e4;
}

function disagreementsOf(rows: readonly ShadowRow[]): Report["disagreements"] {
  const differing = rows.filter(({ measures }) => (measures.pair ?? measures.category) === 0);
  const named = Map.groupBy(differing, ({ ours, theirs }) => {
    const whole = theirs.subcategory !== undefined;
    return JSON.stringify([ours, theirs].map((one) => (whole ? nameOf(one) : (one.category ?? ""))));
  });
  return [...named]
    .map(([names, { length }]) => {
      const [ours = "", theirs = ""] = JSON.parse(names) as string[];
      return { ours, theirs, count: length };
    })
    .sort((one, other) => other.count - one.count || one.ours.localeCompare(other.ours))
    .slice(0, mostDisagreements);
}

function nameOf({ category, subcategory }: ShadowRow["ours"]): string {
  return `${category ?? ""} › ${subcategory ?? ""}`;
}
