import { Ambiguous, NotYet, Permanent, Transient } from "../errors.ts";
import type { HttpAnswer } from "../http.ts";
import { retryAfter } from "../time.ts";

/** A refusal nobody can explain (an odd 4xx, a redirect) may be a glitch: a few tries, then a person has to see it. */
const refusalTries = 6;
/** Pause after a 429 that does not say how long (PROTOCOL §4: official CLI waits 5 s and more). */
const defaultPauseMs = 5_000;
const shortestPauseMs = 500;
/** How much of an error's body is read. */
const readChars = 4_000;

/** How long a 429 asks to wait, in milliseconds; never nothing at all. */
export function pauseMs(headers: HttpAnswer["headers"], now: number): number {
  return Math.max(shortestPauseMs, (retryAfter(headers["retry-after"], now) ?? now + defaultPauseMs) - now);
}

/**
 * How far our clock is ahead of the one that dated an answer, in milliseconds (behind: negative), and 0 where both may
 * agree: it is dated in whole seconds, somewhere between our question and its arrival. Undefined without a date.
 */
export function aheadOf(
  { headers }: Pick<HttpAnswer, "headers">,
  askedAt: number,
  answeredAt: number,
): number | undefined {
  const date = Date.parse(headers.date ?? "");
  if (Number.isNaN(date)) return undefined;
  return Math.max(0, askedAt - 1_000 - date) - Math.max(0, date - answeredAt);
}

/** @throws Transient (`unexpected_answer`) */
export function parseJson(answer: HttpAnswer, what: string): unknown {
  try {
    return JSON.parse(answer.text);
  } catch {
    throw new Transient("unexpected_answer", `${what}: the answer (HTTP ${answer.status}) is not JSON`);
  }
}

/** What is safe to repeat of an error: permission names, the error code and the correlation id, never its message. */
export function detail(answer: HttpAnswer): string {
  const head = answer.text.slice(0, readChars);
  const permissions = [...new Set(head.match(/\b[A-Za-z]+:[A-Za-z]+:[A-Za-z]+\b/g) ?? [])];
  const code = /"code"\s*:\s*"([a-z.]{3,60})"/.exec(head)?.[1];
  const correlation = /^[\w-]{8,64}$/.exec(answer.headers["inin-correlation-id"] ?? "")?.[0];
  const parts = [
    code,
    permissions.length > 0 ? `needs ${permissions.join(", ")}` : undefined,
    correlation ? `correlation ${correlation}` : undefined,
  ].filter((part) => part !== undefined);
  return parts.length > 0 ? ` (${parts.join("; ")})` : "";
}

/**
 * Throws unless a call that changes nothing was a success: NotYet (429), Transient (everything else; refusals nobody can
 * explain with a limit to the tries).
 */
export function checkRead(answer: HttpAnswer, what: string): void {
  const { status } = answer;
  if (status >= 200 && status < 300) return;
  const sentence = `${what}: Genesys answered HTTP ${status}${detail(answer)}`;
  const now = Date.now();
  if (status === 429) {
    throw new NotYet("rate_limited", sentence, now + pauseMs(answer.headers, now));
  }
  if (status === 401) throw new Transient("unauthorized", sentence);
  if (status === 403)
    throw new Transient("forbidden", `${sentence}; give the OAuth client's role what is missing`);
  if (status === 408 || status >= 500) {
    throw new Transient("platform_error", sentence, retryAfter(answer.headers["retry-after"], now));
  }
  throw new Transient("platform_refused", sentence, undefined, undefined, refusalTries);
}

/** A call that writes a contact log to the platform, or asks whether it is there. */
export interface Deed {
  /** For messages: `external contact's note`. */
  readonly what: string;
  /** What the OAuth client's role has to allow; undefined where the call asks for none. */
  readonly permission: string | undefined;
  /** Something changes by it: where the answer is lost, it may have been done. */
  readonly writes: boolean;
}

/**
 * Throws unless the answer is a success: Transient for what may heal (429, 401, 403, 408, 409, and a 503 that says
 * when to come back), Ambiguous for a write that met any other 5xx, Permanent with the platform's error code for the
 * rest. A missing permission is somebody's oversight, which would bury every log: it waits to be given.
 */
export function expectSuccess(answer: HttpAnswer, { what, permission, writes }: Deed): void {
  const { status, headers } = answer;
  if (status >= 200 && status < 300) return;
  const now = Date.now();
  const sentence = `${what}: Genesys answered HTTP ${status}${detail(answer)}`;
  const notBefore = retryAfter(headers["retry-after"], now);
  if (status === 429) throw new Transient("destination_rate_limited", sentence, now + pauseMs(headers, now));
  if (status === 401) throw new Transient("unauthorized", sentence);
  if (status === 403) {
    const missing =
      permission === undefined ? "what is missing" : `${permission}, in every division it writes to`;
    throw new Transient("forbidden", `${sentence}; give the OAuth client's role ${missing}`);
  }
  if (status === 408) throw new Transient("platform_error", sentence, notBefore);
  if (status === 409) throw new Transient("conflict", sentence, notBefore, undefined, refusalTries);
  if (status >= 500) {
    const turnedAway = status === 503 && notBefore !== undefined;
    throw writes && !turnedAway
      ? new Ambiguous("platform_error", sentence, notBefore)
      : new Transient("platform_error", sentence, notBefore);
  }
  throw new Permanent(`http_${status}`, sentence);
}

/** Of a write that got no answer: unless nothing can have been sent, it may have been done. */
export function maybeDone(error: unknown): unknown {
  if (!(error instanceof Transient) || error.reason === "unreachable") return error;
  return new Ambiguous(error.reason, error.message, error.notBefore, error);
}
