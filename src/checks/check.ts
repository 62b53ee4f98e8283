import { ConfigError, ContactlogdError } from "../errors.ts";
import { abortable } from "../time.ts";

const deadlineMs = 20_000;
/** Where neither the check nor the error knows better. */
const tryAgain = "try again; if it stays, the sentence names who to ask";

/** What a check found, in words for a person: no secret, no word of a conversation. */
export interface Finding {
  readonly ok: boolean;
  readonly summary: string;
  /** What to do about it. */
  readonly mend?: string | undefined;
}

export interface Check {
  readonly id: string;
  /** Checks before it without which it would only say again what they say. */
  readonly needs?: readonly string[];
  /** What to do where `run` throws an error that does not say so itself. */
  readonly mend?: string;
  /** Milliseconds; 20 s where it does not say. */
  readonly deadlineMs?: number;
  /** Whatever it throws is a finding. */
  run(signal: AbortSignal): Promise<Finding>;
}

export interface CheckResult extends Omit<Finding, "ok"> {
  readonly id: string;
  /** Null where it was not looked at, because something it needs is not well. */
  readonly ok: boolean | null;
  readonly ms: number;
}

/** Runs them at once, as far as they do not need each other. Yields in the order given; never throws. */
export async function* runChecks(checks: readonly Check[], signal: AbortSignal): AsyncGenerator<CheckResult> {
  const results = new Map<string, Promise<CheckResult>>();
  for (const check of checks) {
    const needed = (check.needs ?? []).flatMap((id) => results.get(id) ?? []);
    results.set(check.id, resultOf(check, needed, signal));
  }
  for (const result of results.values()) yield await result;
}

async function resultOf(
  check: Check,
  needed: readonly Promise<CheckResult>[],
  signal: AbortSignal,
): Promise<CheckResult> {
  const missing = (await Promise.all(needed)).filter(({ ok }) => ok !== true).map(({ id }) => id);
  const startedAt = performance.now();
  const unknown = (summary: string) => ({ ok: null, summary });
  const finding =
    missing.length > 0
      ? unknown(`not looked at: it needs ${missing.join(", ")}`)
      : await findingOf(check, signal);
  const told = signal.aborted && finding.ok === false ? unknown("stopped") : finding;
  return { id: check.id, ...told, ms: Math.round(performance.now() - startedAt) };
}

async function findingOf(check: Check, signal: AbortSignal): Promise<Finding> {
  const limitMs = check.deadlineMs ?? deadlineMs;
  const deadline = AbortSignal.timeout(limitMs);
  const limits = AbortSignal.any([signal, deadline]);
  try {
    // Not everything listens to a signal.
    return await abortable(check.run(limits), limits);
  } catch (error) {
    if (deadline.aborted)
      return { ok: false, summary: `not done within ${limitMs} ms`, mend: check.mend ?? tryAgain };
    return failure(error, check.mend);
  }
}

/** An error as a finding. Our own say what is wrong and, after a semicolon, how to mend it. */
export function failure(error: unknown, mend = tryAgain): Finding {
  if (!(error instanceof ContactlogdError)) {
    const kind = error instanceof Error ? error.name : typeof error;
    return { ok: false, summary: `unforeseen error: ${kind}`, mend };
  }
  const problems = error instanceof ConfigError ? error.problems : [error.message];
  const sentence = problems.join("; ");
  const parts = problems.length === 1 ? /^(.+); ([^;()]+)$/s.exec(sentence) : null;
  return { ok: false, summary: parts?.[1] ?? sentence, mend: parts?.[2] ?? mend };
}

/** The first of many names, and how many more there are. */
export function listed(names: readonly string[], most = 8): string {
  const shown = names.slice(0, most).join(", ");
  return names.length > most ? `${shown} and ${names.length - most} more` : shown;
}
