import { z } from "zod";
import { ConfigError } from "../errors.ts";
import type { NumberColumn, SetReport } from "./measures.ts";
import { type Report, titleOf } from "./report.ts";
import { type Estimate, estimate, mcnemar, mean } from "./statistics.ts";

/** The measures two runs are set beside each other by, in the order they are read. */
export const comparedColumns = [
  "categoryRight",
  "pairRight",
  "ownFirst",
  "wordsFound",
  "factsTold",
  "claimsMade",
  "rougeL",
  "languageRight",
  "findings",
  "words",
  "review",
  "faithful",
  "complete",
  "readable",
  "inputTokens",
  "outputTokens",
  "latencyMs",
] as const satisfies readonly NumberColumn[];

export interface Difference {
  readonly measure: (typeof comparedColumns)[number];
  readonly first: number;
  readonly second: number;
  /** Second minus first, paired by record. */
  readonly difference: Estimate;
}

/** How often both, one or neither chose the right category, and how likely so uneven a split is by chance. */
export interface Duel {
  readonly both: number;
  readonly onlyFirst: number;
  readonly onlySecond: number;
  readonly neither: number;
  readonly p: number;
}

export interface SetComparison {
  readonly title: string;
  /** Records both have. */
  readonly n: number;
  readonly onlyInFirst: number;
  readonly onlyInSecond: number;
  readonly failures: readonly [number, number];
  readonly differences: readonly Difference[];
  readonly category: Duel | null;
}

export interface Comparison {
  readonly kind: "contactlogd-eval-comparison";
  readonly version: 1;
  readonly first: Pick<Report, "writer" | "createdAt" | "models" | "promptVersions">;
  readonly second: Pick<Report, "writer" | "createdAt" | "models" | "promptVersions">;
  readonly sets: readonly SetComparison[];
  /** Sets only one of the two has. */
  readonly unmatched: readonly string[];
}

/** Sets two reports against each other, set by set, paired by record. */
export function compare(first: Report, second: Report): Comparison {
  const others = new Map(second.sets.map((set) => [titleOf(set), set]));
  const titles = new Set(first.sets.map(titleOf));
  return {
    kind: "contactlogd-eval-comparison",
    version: 1,
    first: headOf(first),
    second: headOf(second),
    sets: first.sets.flatMap((set) => {
      const other = others.get(titleOf(set));
      return other ? [compareSets(set, other)] : [];
    }),
    unmatched: [
      ...first.sets.map(titleOf).filter((title) => !others.has(title)),
      ...[...others.keys()].filter((title) => !titles.has(title)),
    ],
  };
}

function headOf({ writer, createdAt, models, promptVersions }: Report): Comparison["first"] {
  return { writer, createdAt, models, promptVersions };
}

function compareSets(first: SetReport, second: SetReport): SetComparison {
  const others = new Map(second.rows.map((row) => [row.id, row]));
  const pairs = first.rows.flatMap((row) => {
    const other = others.get(row.id);
    return other ? [[row, other] as const] : [];
  });
  const paired = (name: NumberColumn) =>
    pairs.flatMap(([a, b]) => {
      const [one, two] = [a[name], b[name]];
      return one === null || two === null ? [] : [[one, two] as const];
    });
  return {
    title: titleOf(first),
    n: pairs.length,
    onlyInFirst: first.rows.length - pairs.length,
    onlyInSecond: second.rows.length - pairs.length,
    failures: [
      pairs.filter(([row]) => row.failure !== null).length,
      pairs.filter(([, row]) => row.failure !== null).length,
    ],
    differences: comparedColumns.flatMap((measure) => differenceOf(measure, paired(measure)) ?? []),
    category: duelOf(paired("categoryRight")),
  };
}

function differenceOf(
  measure: Difference["measure"],
  pairs: readonly (readonly [number, number])[],
): Difference | undefined {
  const difference = estimate(pairs.map(([a, b]) => b - a));
  if (difference === null) return undefined;
  return { measure, first: mean(pairs.map(([a]) => a)), second: mean(pairs.map(([, b]) => b)), difference };
}

function duelOf(pairs: readonly (readonly [number, number])[]): Duel | null {
  if (pairs.length === 0) return null;
  const count = (a: number, b: number) => pairs.filter(([one, two]) => one === a && two === b).length;
  const [onlyFirst, onlySecond] = [count(1, 0), count(0, 1)];
  return {
    both: count(1, 1),
    onlyFirst,
    onlySecond,
    neither: count(0, 0),
    p: mcnemar(onlyFirst, onlySecond),
  };
}

const number = z.number().nullable();
const rowSchema = z.looseObject({
  id: z.string(),
  failure: z.string().nullable(),
  ...(Object.fromEntries(comparedColumns.map((name) => [name, number])) as Record<
    (typeof comparedColumns)[number],
    typeof number
  >),
});
const reportSchema = z.looseObject({
  kind: z.literal("contactlogd-eval"),
  version: z.literal(1),
  createdAt: z.string(),
  writer: z.string(),
  models: z.array(z.string()),
  promptVersions: z.array(z.string()),
  sets: z.array(z.looseObject({ name: z.string(), form: z.string(), rows: z.array(rowSchema) })),
});

/** Reads a report.json as far as comparing needs it. @throws ConfigError where it is none */
export function parseReport(text: string, file: string): Report {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new ConfigError([`--compare ${file}: is not JSON`]);
  }
  const parsed = reportSchema.safeParse(json);
  if (parsed.success) return parsed.data as unknown as Report;
  const [issue] = parsed.error.issues;
  throw new ConfigError([
    `--compare ${file}: is not a report of contactlogd eval (${issue?.path.join(".") ?? ""}: ${issue?.message ?? ""})`,
  ]);
}
