import { ConfigError, ContactlogdError, Fatal, NotYet, Transient } from "../errors.ts";
import { abortable, backoffMs, sleep } from "../time.ts";
import type { Journal } from "./journal.ts";
import {
  type Asked,
  type FailedResult,
  type Judgement,
  judgedText,
  keyOf,
  type Result,
  transcriptText,
} from "./result.ts";
import type { Judge, Write } from "./write.ts";

const tries = 3;
const retry = { baseMs: 1_000, maxMs: 30_000 };
/** A person waits for the report: a longer pause than this is a failure for now. */
const longestPauseMs = 60_000;

/**
 * Works through items, at most `concurrency` at once, in order of the list.
 * @throws what `work` throws first, or the signal's reason, once the others have ended
 */
export async function each<T>(
  items: readonly T[],
  concurrency: number,
  work: (item: T) => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  const left = items[Symbol.iterator]();
  const failed: unknown[] = [];
  const worker = async () => {
    for (const item of left) {
      if (failed.length > 0 || signal.aborted) return;
      await work(item).catch((error: unknown) => failed.push(error));
    }
  };
  await Promise.all(Array.from({ length: Math.max(1, concurrency) }, worker));
  signal.throwIfAborted();
  if (failed.length > 0) throw failed[0];
}

/** Writes one log and says how it went; a passing trouble is met with a few tries. @throws Fatal, ConfigError, or where aborted */
export async function writeOne(asked: Asked, write: Write, signal: AbortSignal): Promise<Result> {
  const common = { key: keyOf(asked), id: asked.id, form: asked.form };
  for (let attempt = 0; ; attempt++) {
    const began = performance.now();
    const latencyMs = () => Math.round(performance.now() - began);
    try {
      const { dialogue, ...written } = await abortable(write(asked.dialogue, asked.manner, signal), signal);
      const turns = dialogue.turns.map(({ speaker, text }) => ({ speaker, text }));
      const { summary, redactions, suspects, findings, signals, rawConfidence, drafted, usage } = written;
      const kept = { summary, redactions, suspects, findings, signals, rawConfidence, drafted, usage };
      return { ...common, ok: true, latencyMs: latencyMs(), turns, ...kept };
    } catch (error) {
      signal.throwIfAborted();
      const pause = pauseOf(error, attempt);
      if (pause === undefined) return { ...common, ok: false, latencyMs: latencyMs(), ...failureOf(error) };
      await sleep(pause, signal);
    }
  }
}

/** How long to wait before the next try; undefined where there is none. */
function pauseOf(error: unknown, attempt: number): number | undefined {
  if (error instanceof Fatal || error instanceof ConfigError) throw error;
  if (!(error instanceof Transient || error instanceof NotYet) || attempt + 1 >= tries) return undefined;
  const asked = (error.notBefore ?? 0) - Date.now();
  return asked > longestPauseMs ? undefined : Math.max(asked, backoffMs(attempt, retry));
}

function failureOf(error: unknown): Pick<FailedResult, "reason" | "passing"> {
  const reason = error instanceof ContactlogdError ? error.reason : "unforeseen";
  return { reason, passing: error instanceof Transient || error instanceof NotYet };
}

interface Course {
  readonly concurrency: number;
  readonly onDone: () => void;
  readonly signal: AbortSignal;
}

/** Writes what the journal does not have yet, or has as a passing failure only. */
export async function writeAll(
  all: readonly Asked[],
  journal: Journal<Result>,
  write: Write,
  { concurrency, onDone, signal }: Course,
): Promise<void> {
  const work = async (asked: Asked) => {
    const known = journal.get(keyOf(asked));
    if (known === undefined || (!known.ok && known.passing))
      await journal.add(await writeOne(asked, write, signal));
    onDone();
  };
  await each(all, concurrency, work, signal);
}

/** @param name of the judge: another judge's ratings are others */
export function judgementKey(result: Result, name: string): string {
  return `${result.key} ${name}`;
}

/** Has every log rated that was not rated yet. @returns how many the judge gave no usable rating of */
export async function judgeAll(
  results: readonly { readonly result: Result; readonly language: string }[],
  journal: Journal<Judgement>,
  { name, judge }: { readonly name: string; readonly judge: Judge },
  { concurrency, onDone, signal }: Course,
): Promise<number> {
  let failed = 0;
  const work = async ({ result, language }: (typeof results)[number]) => {
    const key = judgementKey(result, name);
    if (result.ok && !journal.get(key)) {
      try {
        const rating = await judge(transcriptText(result), judgedText(result.summary), language, signal);
        await journal.add({ key, rating });
      } catch (error) {
        signal.throwIfAborted();
        if (error instanceof Fatal || error instanceof ConfigError) throw error;
        failed += 1;
      }
    }
    onDone();
  };
  await each(results, concurrency, work, signal);
  return failed;
}
