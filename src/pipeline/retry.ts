import { ContactlogdError, Fatal, NotYet, Permanent, Transient } from "../errors.ts";
import type { DeadLetter, Postponement, Work } from "../ledger/ledger.ts";
import { backoffMs } from "../time.ts";

export interface RetryTiming {
  readonly retryBaseMs: number;
  readonly retryMaxMs: number;
  readonly retryGiveUpMs: number;
}

/** An error nobody classified is a mistake of ours: a few tries, then a person has to see it. */
const maxInternalErrors = 10;

export type NextStep =
  | ({ readonly kind: "postpone" } & Postponement)
  | ({ readonly kind: "bury" } & DeadLetter)
  | { readonly kind: "stop"; readonly error: Fatal };

/** What becomes of work that failed: the error says whether a retry helps, this says when. Pure but for `random`. */
export function nextStep(
  error: unknown,
  work: Work,
  { now, timing, random = Math.random }: { now: number; timing: RetryTiming; random?: () => number },
): NextStep {
  const pause = (attempt: number): number =>
    backoffMs(attempt, { baseMs: timing.retryBaseMs, maxMs: timing.retryMaxMs }, random);
  if (error instanceof Fatal) return { kind: "stop", error };
  if (error instanceof Permanent) return { kind: "bury", reason: error.reason, message: error.message };
  if (error instanceof NotYet) {
    const asks = work.kind === "contact" ? work.asks : work.looks;
    return {
      kind: "postpone",
      dueAt: error.notBefore ?? now + pause(asks),
      reason: error.reason,
      failed: false,
    };
  }
  const reason = error instanceof ContactlogdError ? error.reason : "internal_error";
  const message = error instanceof ContactlogdError ? error.message : "an error nobody foresaw; see the log";
  const failingSince = work.failingSince ?? now;
  const tooOld = now - failingSince >= timing.retryGiveUpMs;
  const unforeseen = !(error instanceof ContactlogdError);
  const maxTries = unforeseen ? maxInternalErrors : error instanceof Transient ? error.maxTries : undefined;
  const tooOften = work.attempts + 1 >= (maxTries ?? Infinity);
  if (tooOld || tooOften) return { kind: "bury", reason, message };
  const asked = error instanceof Transient ? error.notBefore : undefined;
  // A server's Retry-After is a floor: jitter comes on top of it, never below.
  const dueAt = asked === undefined ? now + pause(work.attempts) : Math.max(asked, now) + pause(0);
  return { kind: "postpone", dueAt, reason, failed: true };
}
