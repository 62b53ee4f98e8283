import { chmod, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Taxonomy } from "../model.ts";
import { dialogueOf, languageOfForm } from "./dialogue.ts";
import type { DataFile } from "./files.ts";
import { reportPage } from "./html/report-page.ts";
import { Journal } from "./journal.ts";
import type { EvalSet } from "./measures.ts";
import type { EvalRecord, Form } from "./record.ts";
import { type Report, reportOf, titleOf } from "./report.ts";
import { type Asked, type Judgement, keyOf, type Result } from "./result.ts";
import { judgeAll, judgementKey, writeAll } from "./run.ts";
import { worstOf } from "./worst.ts";
import type { Judge, Price, Write } from "./write.ts";

export interface Evaluation {
  readonly files: readonly DataFile[];
  readonly forms: readonly Form[];
  /** BCP 47 language of the logs; undefined: each in its dialogue's own. */
  readonly language: string | undefined;
  readonly writer: {
    readonly name: string;
    /** All that decides what is written, besides dialogue, language and taxonomy; JSON. */
    readonly identity: unknown;
    readonly write: Write;
  };
  readonly judge: { readonly name: string; readonly judge: Judge } | undefined;
  readonly price: Price | undefined;
  readonly calibrate: boolean;
  /** Folder for results, report and calibration; created where it is not there. */
  readonly out: string;
  readonly concurrency: number;
  /** Sentences on lines that could not be used. */
  readonly problems: readonly string[];
  readonly progress: Progress;
}

/** Told how far the work is. */
export interface Progress {
  start(what: string, total: number): void;
  step(): void;
  stop(): void;
}

interface Planned {
  readonly name: string;
  readonly form: Form;
  readonly taxonomy: Taxonomy;
  readonly asked: readonly (Asked & { readonly record: EvalRecord })[];
  readonly withoutForm: number;
}

/**
 * Has logs written of labelled dialogues, measures them, and writes results.jsonl, report.json, report.html and
 * calibration.json. What an earlier run left in results.jsonl is not asked for again.
 * @throws Fatal, ConfigError or the signal's reason; what was written by then stays
 */
export async function evaluate(evaluation: Evaluation, signal: AbortSignal): Promise<Report> {
  await mkdir(evaluation.out, { recursive: true, mode: 0o700 });
  const plan = planOf(evaluation);
  await using results = await Journal.open<Result>(join(evaluation.out, "results.jsonl"));
  await using judgements = await Journal.open<Judgement>(join(evaluation.out, "judgements.jsonl"));
  const all = plan.flatMap(({ asked }) => asked);
  await during(evaluation.progress, "logs written", all.length, (onDone) =>
    writeAll(all, results, evaluation.writer.write, { ...evaluation, onDone, signal }),
  );
  const judgeFailures = await rate(evaluation, all, results, judgements, signal);
  const sets = plan.map((one) => setOf(one, results, judgements, evaluation.judge?.name));
  const report = reportOf({
    ...evaluation,
    createdAt: new Date().toISOString(),
    writer: evaluation.writer.name,
    judge: evaluation.judge?.name,
    judgeFailures,
    sets,
  });
  await writeReport(evaluation.out, report, sets);
  return report;
}

function planOf({ files, forms, language: asked, writer }: Evaluation): Planned[] {
  return files.flatMap(({ name, records, taxonomy }) =>
    forms.flatMap((form): Planned[] => {
      const list = records.flatMap((record) => {
        const dialogue = dialogueOf(record, form);
        if (!dialogue) return [];
        const manner = { language: asked ?? languageOfForm(record, form), taxonomy };
        return [{ id: record.id, form, dialogue, manner, writer: writer.identity, record }];
      });
      if (list.length === 0) return [];
      return [{ name, form, taxonomy, asked: list, withoutForm: records.length - list.length }];
    }),
  );
}

async function rate(
  { judge, progress, concurrency }: Evaluation,
  all: readonly Asked[],
  results: Journal<Result>,
  judgements: Journal<Judgement>,
  signal: AbortSignal,
): Promise<number> {
  if (!judge) return 0;
  const written = all.flatMap((asked) => {
    const result = results.get(keyOf(asked));
    return result ? [{ result, language: asked.manner.language }] : [];
  });
  return await during(progress, "logs judged", written.length, (onDone) =>
    judgeAll(written, judgements, judge, { concurrency, onDone, signal }),
  );
}

function setOf(
  { name, form, taxonomy, asked, withoutForm }: Planned,
  results: Journal<Result>,
  judgements: Journal<Judgement>,
  judge: string | undefined,
): EvalSet {
  const cases = asked.flatMap((one) => {
    const result = results.get(keyOf(one));
    if (!result) return [];
    const rating = judge === undefined ? undefined : judgements.get(judgementKey(result, judge))?.rating;
    return [{ record: one.record, language: one.manner.language, result, rating }];
  });
  return { name, form, taxonomy, cases, withoutForm };
}

async function during<T>(
  progress: Progress,
  what: string,
  total: number,
  work: (onDone: () => void) => Promise<T>,
): Promise<T> {
  progress.start(what, total);
  try {
    return await work(() => progress.step());
  } finally {
    progress.stop();
  }
}

async function writeReport(out: string, report: Report, sets: readonly EvalSet[]): Promise<void> {
  const worst = new Map(
    report.sets.flatMap((one, index) => {
      const set = sets[index];
      return set ? [[titleOf(one), worstOf(set, one)] as const] : [];
    }),
  );
  await writePrivate(join(out, "report.json"), `${JSON.stringify(report, null, 1)}\n`);
  await writePrivate(join(out, "report.html"), reportPage(report, worst));
  if (report.calibration)
    await writePrivate(join(out, "calibration.json"), `${JSON.stringify(report.calibration, null, 1)}\n`);
}

/** Writes a file only its owner can read, also where one was there before. */
export async function writePrivate(path: string, text: string): Promise<void> {
  await writeFile(path, text, { mode: 0o600 });
  await chmod(path, 0o600);
}
