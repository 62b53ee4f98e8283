import { agreementsOf, type FormAgreement } from "./agreement.ts";
import { type CalibrationPoints, type CrossValidation, crossValidate, fitIsotonic } from "./calibration.ts";
import { type EvalSet, judgedOf, measureSet, type SetReport } from "./measures.ts";
import type { Price } from "./write.ts";

/** What one run measured. Figures and labels only: no word of a dialogue or a log. */
export interface Report {
  readonly kind: "contactlogd-eval";
  readonly version: 1;
  /** ISO 8601. */
  readonly createdAt: string;
  /** Name a person may read: provider and model. */
  readonly writer: string;
  readonly models: readonly string[];
  readonly promptVersions: readonly string[];
  readonly judge: string | null;
  /** Logs the judge gave no usable rating of. */
  readonly judgeFailures: number;
  /** Lines of the data that could not be used: how many, and the first of them. */
  readonly problems: { readonly n: number; readonly first: readonly string[] };
  readonly sets: readonly SetReport[];
  readonly agreements: readonly FormAgreement[];
  readonly calibration: Calibration | null;
}

/** A map from raw confidence to the probability that the category is right, for `llm.calibration`. */
export interface Calibration {
  readonly model: string;
  /** Sets it was fitted on. */
  readonly fittedOn: readonly string[];
  readonly n: number;
  readonly points: CalibrationPoints;
  readonly crossValidation: CrossValidation | null;
}

export interface Run {
  readonly createdAt: string;
  readonly writer: string;
  readonly judge: string | undefined;
  readonly judgeFailures: number;
  readonly problems: readonly string[];
  readonly sets: readonly EvalSet[];
  readonly price: Price | undefined;
  readonly calibrate: boolean;
}

const shownProblems = 20;

/** Measures a run. Pure; the work is linear in the number of dialogues, but for the bootstrap's constant. */
export function reportOf(run: Run): Report {
  const drafted = run.sets.flatMap(({ cases }) =>
    cases.flatMap(({ result }) => (result.ok ? [result.drafted] : [])),
  );
  const sets = run.sets.map((set) => measureSet(set, run.price));
  return {
    kind: "contactlogd-eval",
    version: 1,
    createdAt: run.createdAt,
    writer: run.writer,
    models: [...new Set(drafted.map(({ model }) => model))],
    promptVersions: [...new Set(drafted.map(({ promptVersion }) => promptVersion))],
    judge: run.judge ?? null,
    judgeFailures: run.judgeFailures,
    problems: { n: run.problems.length, first: run.problems.slice(0, shownProblems) },
    sets,
    agreements: agreementsOf(sets),
    calibration: run.calibrate ? calibrationOf(run.writer, sets) : null,
  };
}

/** Fits the map on all labelled logs of the run; null where there are none. */
export function calibrationOf(model: string, sets: readonly SetReport[]): Calibration | null {
  const used = sets.filter(({ rows }) => judgedOf(rows, "rawConfidence").length > 0);
  const judged = used.flatMap(({ rows }) => judgedOf(rows, "rawConfidence"));
  if (judged.length === 0) return null;
  return {
    model,
    fittedOn: used.map(titleOf),
    n: judged.length,
    points: fitIsotonic(judged),
    crossValidation: crossValidate(judged) ?? null,
  };
}

/** What a set is called: file and form. */
export function titleOf({ name, form }: Pick<SetReport, "name" | "form">): string {
  return form === "text" ? name : `${name} (${form})`;
}
