import { z } from "zod";
import { Ambiguous, Permanent, Transient } from "../errors.ts";
import { call, createConnections, type HttpAnswer } from "../http.ts";
import type { ContactLog, Receipt } from "../model.ts";
import { cut, plainText, withoutQuotes } from "../text.ts";
import { retryAfter } from "../time.ts";
import type { Destination } from "./destination.ts";

const maxAnswerBytes = 2 ** 20;
/** How much of an answer's text goes into a dead letter. */
const maxReasonChars = 500;
/** Headers the program writes itself: a configured one would make the post mean something else. */
const ownHeaders = [
  "content-type",
  "content-length",
  "content-encoding",
  "idempotency-key",
  "host",
  "transfer-encoding",
  "connection",
  "keep-alive",
  "upgrade",
  "expect",
];

const lookupUrl = z
  .string()
  .refine((url) => URL.canParse(url.replace("{key}", "k")) && /^https?:/.test(url), {
    error: "must be an http or https URL",
  })
  .refine((url) => url.includes("{key}"), { error: "must hold {key}" });

export const httpSchema = z.strictObject({
  kind: z.literal("http"),
  url: z
    .url({ protocol: /^https?$/ })
    .refine((url) => !/\/\/[^/]*@/.test(url), {
      error: "must not hold a user or password: put them in headers.authorization",
    })
    .describe("Where contact logs are POSTed to."),
  headers: z
    .record(
      z.string().regex(/^[!#$%&'*+.^_`|~\w-]+$/, "is not an HTTP header name"),
      z.string().regex(/^[\t\x20-\x7e\x80-\xff]*$/, "must hold nothing but Latin-1 text on one line"),
    )
    .refine((headers) => Object.keys(headers).every((name) => !ownHeaders.includes(name.toLowerCase())), {
      error: `must not set ${ownHeaders.join(", ")}: the program does`,
    })
    .default({})
    .describe("Further headers, such as authorization; take secrets from the environment or a file."),
  id: z
    .string()
    .regex(/^[\w-]{1,60}$/, "must be letters, digits, - or _")
    .default("main")
    .describe("Its name within the brand, where there are several."),
  lookup: z
    .union([lookupUrl, z.strictObject({ url: lookupUrl })])
    .optional()
    .describe("GET by key, {key} in its place: asked before a post whose outcome is unknown is repeated."),
  ambiguous: z
    .enum(["repeat", "park"])
    .optional()
    .describe(
      "Where a post may have arrived and there is no lookup: repeat the same bytes, or wait for a person.",
    ),
  evidence: z
    .boolean()
    .default(false)
    .describe("Post provenance.evidence too: the numbers of the turns each sentence of the note rests on."),
  timeoutMs: z
    .int()
    .min(1)
    .max(600_000)
    .default(10_000)
    .describe("Deadline of one post, from first byte to last."),
});

export type HttpOptions = z.output<typeof httpSchema>;

/**
 * POSTs the contact log as JSON under its `Idempotency-Key`. 2xx and 409 (already there) settle it; 429 and 5xx are
 * tried again, with the same bytes; any other answer is Permanent and carries the answer's text. After a timeout, a
 * lost connection or a 5xx it may have been taken, but for a 503 that says when to come back.
 */
export function createHttp(options: HttpOptions, ambiguous: "repeat" | "park" = "repeat"): Destination {
  const { id, url, headers, timeoutMs, lookup, evidence } = options;
  const connections = createConnections();
  const { host, pathname } = new URL(url);
  const name = `${host}${pathname}`;
  const what = `destination ${host}`;
  const lookupAt = typeof lookup === "string" ? lookup : lookup?.url;
  return {
    id,
    name,
    ambiguous: options.ambiguous ?? ambiguous,
    render: (log) => ({ body: JSON.stringify(evidence ? log : withoutEvidence(log)) }),
    async post({ key, body }, signal) {
      const answer = await call(
        connections,
        {
          url,
          method: "POST",
          headers: { ...headers, "content-type": "application/json", "idempotency-key": key },
          body,
          deadlineMs: timeoutMs,
          maxBytes: maxAnswerBytes,
          what,
          // The status alone says whether it was taken.
          ignoresBody: (status) => isTaken(status) || isTemporary(status),
          unreadableBody: "empty",
        },
        signal,
      ).catch((error: unknown) => {
        throw maybeTaken(error);
      });
      return receiptOf(answer, host, [
        ...valuesOf(body),
        ...Object.values(headers).flatMap((value) => [value, ...value.split(" ")]),
      ]);
    },
    has:
      lookupAt === undefined
        ? undefined
        : ({ key }, signal) => ask(lookupAt.replaceAll("{key}", encodeURIComponent(key)), signal),
    async [Symbol.asyncDispose]() {
      await connections.destroy();
    },
  };

  async function ask(at: string, signal: AbortSignal): Promise<boolean> {
    const answer = await call(
      connections,
      {
        url: at,
        method: "GET",
        headers,
        deadlineMs: timeoutMs,
        maxBytes: maxAnswerBytes,
        what,
        ignoresBody: () => true,
      },
      signal,
    );
    if (answer.status >= 200 && answer.status < 300) return true;
    if (answer.status === 404 || answer.status === 410) return false;
    throw new Transient("lookup_failed", `${what}: the look-up answered HTTP ${answer.status}`);
  }
}

function withoutEvidence({ provenance: { evidence: _, ...provenance }, ...log }: ContactLog): ContactLog {
  return { ...log, provenance };
}

/** Unless nothing can have been sent, the backend may have it. */
function maybeTaken(error: unknown): unknown {
  if (!(error instanceof Transient) || error.reason === "unreachable") return error;
  return new Ambiguous(error.reason, error.message, error.notBefore, error);
}

/** Every text in the posted body, so that what an answer quotes of it can be told from what it says. */
function valuesOf(body: string): string[] {
  const texts: string[] = [];
  JSON.parse(body, (_key, value: unknown) => {
    if (typeof value === "string") texts.push(value);
    return value;
  });
  return texts;
}

function isTaken(status: number): boolean {
  return (status >= 200 && status < 300) || status === 409;
}

function isTemporary(status: number): boolean {
  return status >= 500 || status === 429;
}

function receiptOf(answer: HttpAnswer, host: string, secrets: readonly string[]): Receipt {
  const { status } = answer;
  if (isTaken(status)) return { status, alreadyThere: status === 409 };
  if (isTemporary(status)) {
    const notBefore = retryAfter(answer.headers["retry-after"], Date.now());
    const sentence = `destination ${host}: HTTP ${status}`;
    if (status === 429) throw new Transient("destination_rate_limited", sentence, notBefore);
    // A 503 that says when to come back was turned away at the door; any other 5xx may have come after the deed.
    if (status === 503 && notBefore !== undefined)
      throw new Transient("destination_error", sentence, notBefore);
    throw new Ambiguous("destination_error", sentence, notBefore);
  }
  const text = cut(withoutQuotes(plainText(answer.text), secrets), maxReasonChars);
  throw new Permanent(`http_${status}`, `destination ${host}: HTTP ${status}${text ? `: ${text}` : ""}`);
}
