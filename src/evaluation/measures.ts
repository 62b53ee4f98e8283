import type { Taxonomy } from "../model.ts";
import {
  type Bin,
  brierOf,
  type CoveragePoint,
  calibrationError,
  coverageOf,
  type Judged,
  reliabilityOf,
} from "./calibration.ts";
import {
  type Accuracy,
  accuracyOf,
  type Choice,
  type Confusion,
  confusionOf,
  countBy,
} from "./classification.ts";
import type { Form } from "./record.ts";
import { type Case, isWritten, type Row, rowOf, textsOf, type WrittenCase } from "./rows.ts";
import { type Spending, spendingOf } from "./spending.ts";
import { type Estimate, estimate } from "./statistics.ts";
import { estimateTexts, measureTexts, type Source, sources, type TextEstimates } from "./texts.ts";
import type { Price } from "./write.ts";

type Counts = Readonly<Record<string, number>>;

/** One data file read in one form. */
export interface EvalSet {
  readonly name: string;
  readonly form: Form;
  readonly taxonomy: Taxonomy;
  readonly cases: readonly Case[];
  /** Records that do not have this form. */
  readonly withoutForm: number;
}

/** The measures of one set; null where the data have nothing to measure by. Nothing in it quotes a dialogue. */
export interface SetReport {
  readonly name: string;
  readonly form: Form;
  readonly n: number;
  readonly withoutForm: number;
  readonly written: number;
  readonly failures: Counts;
  readonly repaired: Counts;
  readonly category: (Accuracy & { readonly confusion: Confusion }) | null;
  readonly pair: (Accuracy & { readonly confusion: Confusion }) | null;
  readonly confidence: {
    readonly coverage: readonly CoveragePoint[];
    readonly reliability: readonly Bin[];
    readonly ece: number;
    readonly brier: number;
    readonly n: number;
  } | null;
  /** By kind, per 100 logs. */
  readonly findings: Counts;
  readonly logsWithFinding: Estimate | null;
  /** Length of a log. */
  readonly words: Estimate | null;
  /** Dialogues with turns that spoke to the machine, and were kept from it. */
  readonly withSuspects: Estimate | null;
  readonly texts: Readonly<Record<Source, TextEstimates>>;
  /** Records whose facts are in another language than their log. */
  readonly factsLeftOut: number;
  readonly languageRight: Estimate | null;
  readonly review: { readonly single: Estimate | null; readonly several: Estimate | null };
  readonly redactions: Counts;
  readonly inParts: number;
  readonly spending: Spending;
  readonly judge: Readonly<Record<"faithful" | "complete" | "readable", Estimate | null>>;
  readonly rows: readonly Row[];
}

/** All measures of a set. */
export function measureSet(set: EvalSet, price: Price | undefined): SetReport {
  const written = set.cases.filter(isWritten);
  const texts = measureTexts(written.map(textsOf));
  const measuresOf = new Map(written.map((one, index) => [one as Case, texts.log[index]]));
  const rows = set.cases.map((one) => rowOf(one, measuresOf.get(one)));
  return {
    name: set.name,
    form: set.form,
    n: set.cases.length,
    withoutForm: set.withoutForm,
    written: written.length,
    failures: counted(rows.flatMap(({ failure }) => failure ?? [])),
    ...classificationOf(rows, set.taxonomy),
    confidence: confidenceOf(judgedOf(rows, "confidence")),
    texts: mapped(sources, (source) => estimateTexts(texts[source])),
    ...countsOf(written),
    languageRight: column(rows, "languageRight"),
    words: column(rows, "words"),
    review: {
      single: column(rows.filter(single), "review"),
      several: column(
        rows.filter((row) => !single(row)),
        "review",
      ),
    },
    spending: spendingOf(
      written.map(({ result }) => result),
      price,
    ),
    judge: mapped(["faithful", "complete", "readable"], (name) => column(rows, name)),
    rows,
  };
}

function single({ multiTask }: Row): boolean {
  return !multiTask;
}

function mapped<K extends string, V>(names: readonly K[], of: (name: K) => V): Record<K, V> {
  return Object.fromEntries(names.map((name) => [name, of(name)])) as Record<K, V>;
}

type CountNames =
  | "repaired"
  | "inParts"
  | "findings"
  | "logsWithFinding"
  | "withSuspects"
  | "factsLeftOut"
  | "redactions";

/** What can be counted of the logs alone. */
function countsOf(written: readonly WrittenCase[]): Pick<SetReport, CountNames> {
  const results = written.map(({ result }) => result);
  const kinds = counted(results.flatMap(({ findings }) => findings.map(({ kind }) => kind)));
  return {
    repaired: counted(results.flatMap(({ drafted }) => drafted.repaired ?? [])),
    inParts: results.filter(({ drafted }) => drafted.parts > 1).length,
    findings: Object.fromEntries(
      Object.entries(kinds).map(([kind, n]) => [kind, (100 * n) / written.length]),
    ),
    logsWithFinding: estimate(results.map(({ findings }) => Number(findings.length > 0))),
    withSuspects: estimate(results.map(({ suspects }) => Number(suspects.length > 0))),
    factsLeftOut: written.filter(hasForeignFacts).length,
    redactions: summed(results.map(({ redactions }) => redactions)),
  };
}

function hasForeignFacts({ record: { gold }, language }: WrittenCase): boolean {
  return gold.mustMention.length > 0 && !language.toLowerCase().startsWith(gold.factsLanguage);
}

function classificationOf(rows: readonly Row[], taxonomy: Taxonomy): Pick<SetReport, "category" | "pair"> {
  const level = (choices: readonly Choice[], labels: number) =>
    choices.length === 0 ? null : { ...accuracyOf(choices, labels), confusion: confusionOf(choices) };
  const categories = rows.flatMap(({ categoryRight, goldCategory, category }): Choice[] =>
    categoryRight === null || goldCategory === null
      ? []
      : [{ gold: goldCategory, chosen: category ?? undefined }],
  );
  const pairs = rows.flatMap((row): Choice[] => {
    if (row.pairRight === null) return [];
    const chosen = row.category === null ? undefined : `${row.category} › ${row.subcategory}`;
    return [{ gold: `${row.goldCategory} › ${row.goldSubcategory}`, chosen }];
  });
  const pairCount = taxonomy.reduce((sum, { subcategories }) => sum + subcategories.length, 0);
  return { category: level(categories, taxonomy.length), pair: level(pairs, pairCount) };
}

/** What is known of whether a confidence is worth what it says: labelled logs alone. */
export function judgedOf(rows: readonly Row[], which: "confidence" | "rawConfidence"): Judged[] {
  return rows.flatMap((row) => {
    const confidence = row[which];
    return confidence === null || row.categoryRight === null
      ? []
      : [{ confidence, right: row.categoryRight === 1 }];
  });
}

function confidenceOf(judged: readonly Judged[]): SetReport["confidence"] {
  if (judged.length === 0) return null;
  return {
    coverage: coverageOf(judged),
    reliability: reliabilityOf(judged),
    ece: calibrationError(judged),
    brier: brierOf(judged),
    n: judged.length,
  };
}

/** The mean of one column over the rows that have it. */
export function column(rows: readonly Row[], name: NumberColumn): Estimate | null {
  return estimate(rows.map((row) => row[name]).filter((value) => value !== null));
}
export type NumberColumn = { [K in keyof Row]: Row[K] extends number | null ? K : never }[keyof Row];

function counted(values: Iterable<string>): Counts {
  return Object.fromEntries([...countBy(values)].sort((a, b) => b[1] - a[1]));
}

function summed(all: readonly Counts[]): Counts {
  const sum: Record<string, number> = {};
  for (const one of all) for (const [name, n] of Object.entries(one)) sum[name] = (sum[name] ?? 0) + n;
  return sum;
}
