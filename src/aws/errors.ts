import { Ambiguous, ContactlogdError, causeOf, Permanent, Transient, unreachable } from "../errors.ts";
import { cut, withoutQuotes } from "../text.ts";
import { retryAfter } from "../time.ts";

const maxReasonChars = 300;

/** Codes of AWS for the same few causes; services differ in the ending. */
const throttled =
  /^(Throttl\w*|TooManyRequests\w*|RequestThrottled\w*|RequestLimitExceeded|SlowDown|OverLimit|KmsThrottled)$/;
const denied = /^(AccessDenied\w*|AllAccessDisabled|KmsAccessDenied)$/;
const badCredentials =
  /^(CredentialsProviderError|TokenProviderError|ExpiredToken\w*|RequestExpired|UnrecognizedClient\w*|InvalidClientTokenId|InvalidAccessKeyId|InvalidToken|InvalidSignature\w*|SignatureDoesNotMatch|RequestTimeTooSkewed|MissingAuthenticationToken\w*|IncompleteSignature|NotAuthorized|UnknownKey)$/;
/** Nothing can have been sent. */
const unsent =
  /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|ERR_TLS\w*|CERT_\w+|\w*SELF_SIGNED\w*)$/;

export interface AwsCall {
  /** Who was called, for people: `queue contacts`, `case domain 1234`. */
  readonly what: string;
  /** The IAM action it needs. */
  readonly action: string;
  /** A lost reply leaves open whether something was changed. */
  readonly changes: boolean;
  /** What was sent, so that an answer that quotes it is told without the quote. */
  readonly sent?: readonly string[];
}

/** The parts of an error of the SDK that are relied on. */
interface SdkError extends Error {
  readonly $metadata?: { readonly httpStatusCode?: number };
  readonly $response?: { readonly headers?: Readonly<Record<string, string>> };
}

/**
 * An error of the SDK as one of ours. Refused credentials and missing permissions are Transient: they are mended
 * beside the daemon, and would else bury every contact. What AWS refuses for its content is Permanent, under its code.
 */
export function awsError(thrown: unknown, call: AwsCall): Error {
  if (thrown instanceof ContactlogdError) return thrown;
  const error = thrown as SdkError;
  const { what, action } = call;
  const code = codeOf(error);
  const status = error.$metadata?.httpStatusCode;
  if (badCredentials.test(code)) {
    return new Transient(
      "aws_credentials",
      `${what}: no valid AWS credentials (${code}); give the process a role, a profile or AWS_ACCESS_KEY_ID`,
    );
  }
  if (/^Region (is missing|not accepted)/.test(error.message)) {
    return new Transient(
      "aws_region",
      `${what}: no valid AWS region; set region in the configuration, or AWS_REGION`,
    );
  }
  if (throttled.test(code) || status === 429) {
    const notBefore = retryAfter(error.$response?.headers?.["retry-after"], Date.now());
    return new Transient("rate_limited", `${what}: AWS asks for fewer calls (${code})`, notBefore);
  }
  if (denied.test(code) || status === 403) {
    return new Transient("access_denied", `${what}: not permitted (${code}); allow ${action}`);
  }
  if (status !== undefined && status >= 400 && status < 500 && status !== 408) {
    const told = cut(withoutQuotes(error.message, call.sent ?? []), maxReasonChars);
    return new Permanent(code, `${what}: AWS answered ${code} (HTTP ${status}): ${told}`);
  }
  return unclear(error, code, status, call);
}

/** No answer, or one that leaves open what was done. */
function unclear(
  error: SdkError,
  code: string,
  status: number | undefined,
  { what, changes }: AwsCall,
): Error {
  if (status !== undefined && status >= 400) {
    const sentence = `${what}: AWS answered ${code} (HTTP ${status})`;
    return changes ? new Ambiguous("server_error", sentence) : new Transient("server_error", sentence);
  }
  const cause = causeOf(error);
  if (unsent.test(cause)) return new Transient("unreachable", `${what}: ${unreachable(cause)}`);
  // The SDK calls a lost connection a timeout too; the system's code is nearer to the truth.
  const sentence = `${what}: no answer (${/^[A-Z_]+$/.test(cause) ? cause : code})`;
  return changes ? new Ambiguous("no_answer", sentence) : new Transient("no_answer", sentence);
}

/** A code that AWS or the system gives; nothing a message could smuggle in. */
function codeOf({ name }: Error): string {
  return /^[\w.]{1,80}$/.test(name) ? name : "Error";
}
