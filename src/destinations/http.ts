import { z } from "zod";
import { Permanent, Transient } from "../errors.ts";
import { call, createConnections, type HttpAnswer } from "../http.ts";
import type { Receipt } from "../model.ts";
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
 * tried again, with the same bytes; any other answer is Permanent and carries the answer's text.
 */
export function createHttp({ url, headers, timeoutMs }: HttpOptions): Destination {
  const connections = createConnections();
  const { host, pathname } = new URL(url);
  const name = `${host}${pathname}`;
  return {
    name,
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
          what: `destination ${host}`,
          // The status alone says whether it was taken.
          ignoresBody: (status) => isTaken(status) || isTemporary(status),
          unreadableBody: "empty",
        },
        signal,
      );
      return receiptOf(answer, host, [
        ...valuesOf(body),
        ...Object.values(headers).flatMap((value) => [value, ...value.split(" ")]),
      ]);
    },
    async [Symbol.asyncDispose]() {
      await connections.destroy();
    },
  };
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
    throw new Transient(
      status === 429 ? "destination_rate_limited" : "destination_error",
      `destination ${host}: HTTP ${status}`,
      retryAfter(answer.headers["retry-after"], Date.now()),
    );
  }
  const text = cut(withoutQuotes(plainText(answer.text), secrets), maxReasonChars);
  throw new Permanent(`http_${status}`, `destination ${host}: HTTP ${status}${text ? `: ${text}` : ""}`);
}
