/**
 * An error says itself whether a retry helps; the runner obeys. `reason` is a short slug for metrics and rows,
 * `message` one clear sentence for a person. Neither ever quotes a transcript, a token or a pre-signed URL.
 */
export abstract class ContactlogdError extends Error {
  readonly reason: string;

  constructor(reason: string, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = new.target.name;
    this.reason = reason;
  }
}

/** Not a failure: what is asked for does not exist yet, or we were asked to wait. Postpones, uses no attempt. */
export class NotYet extends ContactlogdError {
  /** Earliest epoch milliseconds of the next try; undefined leaves it to the runner's back-off. */
  readonly notBefore: number | undefined;

  constructor(reason: string, message: string, notBefore?: number, cause?: unknown) {
    super(reason, message, cause);
    this.notBefore = notBefore;
  }
}

/** May heal by itself: network, 5xx, timeouts. Postpones with back-off, never before `notBefore`. */
export class Transient extends ContactlogdError {
  readonly notBefore: number | undefined;
  /** Tries after which it is given up all the same; undefined leaves it to its age. */
  readonly maxTries: number | undefined;

  constructor(reason: string, message: string, notBefore?: number, cause?: unknown, maxTries?: number) {
    super(reason, message, cause);
    this.notBefore = notBefore;
    this.maxTries = maxTries;
  }
}

/**
 * Bytes went out and no clear answer came back: it may have been taken. Repeated with the same bytes only, after the
 * destination was asked where it can be.
 */
export class Ambiguous extends Transient {}

/** Will not heal: goes to the dead letters with its reason. */
export class Permanent extends ContactlogdError {}

/** The process cannot go on (credentials refused, port in use, state file not writable): exit code 1. */
export class Fatal extends ContactlogdError {}

/** The configuration is wrong: exit code 78. `problems` are sentences, one a mistake. */
export class ConfigError extends ContactlogdError {
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super("config", problems.join("\n"));
    this.problems = problems;
  }
}

/** The innermost cause's system code (`ECONNREFUSED`, `ENOTFOUND` …) or message, for one-line reports. */
export function causeOf(error: unknown): string {
  let deepest = error;
  for (let depth = 0; depth < 8; depth++) {
    const next =
      deepest instanceof AggregateError && deepest.errors.length > 0
        ? deepest.errors[0]
        : deepest instanceof Error
          ? deepest.cause
          : undefined;
    if (next === undefined) break;
    deepest = next;
  }
  if (deepest instanceof Error) {
    const code = (deepest as NodeJS.ErrnoException).code;
    return code ?? deepest.message;
  }
  return String(deepest);
}

/** What mends a certificate that was refused, by the code that refuses it. */
const certificateMends: readonly [code: RegExp, mend: string][] = [
  [
    /SELF_SIGNED|^UNABLE_TO_(?:GET|VERIFY)/,
    "its certificate's authority is not known here: name it in NODE_EXTRA_CA_CERTS, a destination's in tls.ca",
  ],
  [/^CERT_HAS_EXPIRED$/, "its certificate has expired: its owner has to renew it"],
  [/^CERT_NOT_YET_VALID$/, "its certificate is not valid yet: see whether this machine's clock is right"],
  [/^ERR_TLS_CERT_ALTNAME_INVALID$/, "its certificate is for another name: check the address"],
];

/** `cannot be reached (CODE)`, and how to mend it where the code tells. */
export function unreachable(cause: string): string {
  const mend = certificateMends.find(([code]) => code.test(cause))?.[1];
  return `cannot be reached (${cause})${mend === undefined ? "" : `; ${mend}`}`;
}
