import { randomUUID } from "node:crypto";
import { z } from "zod";
import { withoutEvidence } from "../contact-log.ts";
import { Ambiguous, Transient } from "../errors.ts";
import type { CaseLink, ContactLog, Receipt, Rendered } from "../model.ts";
import type { Destination, DestinationContext, Outgoing } from "./destination.ts";
import { authSchema, headersSchema, secretsOf } from "./http-auth.ts";
import { createClient } from "./http-client.ts";
import { isTaken, isTemporary, receiptOf } from "./http-refusal.ts";
import { tlsSchema } from "./http-tls.ts";
import { destinationId } from "./id.ts";
import type { LogView } from "./log-samples.ts";
import { fieldsSchema, mapLog, usesCase } from "./mapping.ts";
import { perCaseOf, perCaseShape } from "./per-case.ts";
import { checkMapping } from "./schema-check.ts";
import { fillUrl, namesIn, urlTemplate } from "./template.ts";

const url = urlTemplate(["caseId", "conversationId", "key", "accountId", "brand"]);
const lookupUrl = urlTemplate(["key", "conversationId", "caseId"]).refine((at) => at.includes("{key}"), {
  error: "must hold {key}",
});

export const httpSchema = z
  .strictObject({
    kind: z.literal("http"),
    url: url.describe(
      "Where contact logs go; may hold {caseId}, {conversationId}, {key}, {accountId}, {brand}.",
    ),
    method: z.enum(["POST", "PUT", "PATCH"]).default("POST"),
    headers: headersSchema,
    auth: authSchema.optional(),
    tls: tlsSchema.optional(),
    id: destinationId,
    fields: fieldsSchema.optional(),
    schema: z
      .string()
      .min(1)
      .refine((at) => !/^\w+:\/\//.test(at) || at.startsWith("https://"), {
        error: "must be a file or an https URL",
      })
      .optional()
      .describe(
        "JSON Schema of the body, a file or an https URL: what is sent is held against it at the start.",
      ),
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
    ...perCaseShape,
    timeoutMs: z
      .int()
      .min(1)
      .max(600_000)
      .default(10_000)
      .describe("Deadline of one post, from first byte to last."),
  })
  .superRefine(({ url, headers, auth, tls }, context) => {
    const named = Object.keys(headers).map((name) => name.toLowerCase());
    const own = auth?.type === "apiKey" ? auth.header?.toLowerCase() : "authorization";
    if (auth !== undefined && own !== undefined && named.includes(own)) {
      context.addIssue({ code: "custom", path: ["headers"], message: `must not set ${own}: auth does` });
    }
    if (tls !== undefined && !url.startsWith("https:")) {
      context.addIssue({ code: "custom", path: ["tls"], message: "needs an https URL" });
    }
  });

export type HttpOptions = z.output<typeof httpSchema>;

/** What a search answers that found nothing. */
const emptyResult = /^\s*(?:\[\s*\]|null)\s*$/;

/** Every secret in it. */
export function httpSecrets({ headers, auth, tls }: HttpOptions): string[] {
  return [...Object.values(headers), ...secretsOf(auth), ...(tls?.passphrase ? [tls.passphrase] : [])];
}

/** The same, with its files where `resolve` says they are. */
export function withHttpFiles(options: HttpOptions, resolve: (path: string) => string): HttpOptions {
  const { tls, schema } = options;
  const { ca, cert, key } = tls ?? {};
  const files = Object.entries({ ca, cert, key }).flatMap(([name, path]) =>
    path ? [[name, resolve(path)]] : [],
  );
  return {
    ...options,
    ...(tls && { tls: { ...tls, ...Object.fromEntries(files) } }),
    ...(schema !== undefined && { schema: schema.startsWith("https://") ? schema : resolve(schema) }),
  };
}

/**
 * Sends the contact log as JSON under its `Idempotency-Key`: as it is, or in the backend's own fields. 2xx and, to a
 * POST, 409 (already there) settle it; 429 and 5xx are tried again, with the same bytes; any other answer is Permanent
 * and carries the answer's text. After a timeout, a lost connection or a 5xx it may have been taken, but for a 503
 * that says when to come back.
 * @throws ConfigError where a file of `tls` cannot be used
 */
export function createHttp(
  options: HttpOptions,
  { ambiguous, protect, traceHeaders = () => ({}) }: DestinationContext,
): Destination {
  const { id, url, method, fields, schema, lookup } = options;
  const { host, pathname } = new URL(url);
  const perCase = namesIn(url).includes("caseId") || usesCase(fields) ? perCaseOf(options) : undefined;
  const lookupAt = typeof lookup === "string" ? lookup : lookup?.url;
  const client = createClient(options, protect);
  const body = (log: LogView): unknown => bodyOf(options, log);
  return {
    id,
    name: `${host}${pathname.replace(/%7B(\w+)%7D/g, "{$1}")}`,
    certificateEndsAt: client.certificateEndsAt,
    ambiguous: options.ambiguous ?? ambiguous,
    perCase,
    render: (log, link) => renderFor(options, log, perCase && link),
    post,
    has: lookupAt === undefined ? undefined : (outgoing, signal) => isThere(lookupAt, outgoing, signal),
    check: (signal) => checkMapping({ schema, fields, body, get: client.get }, signal),
    reach: (signal) => reach(signal),
    [Symbol.asyncDispose]: async () => await client[Symbol.asyncDispose](),
  };

  async function reach(signal: AbortSignal): Promise<string> {
    if (lookupAt === undefined || lookupAt.includes("{caseId}")) {
      await client.reach(signal);
      return "it can be connected to";
    }
    const conversationId = randomUUID();
    if (!(await isThere(lookupAt, { key: conversationId, body: "" }, signal))) {
      return "its look-up does not know a key nobody posted";
    }
    throw new Transient(
      "lookup_failed",
      `destination ${host}: its look-up says it has a log nobody posted; a key it does not have wants 404`,
    );
  }

  async function post({ key, body, target }: Outgoing, signal: AbortSignal): Promise<Receipt> {
    const [verb = method, at = url] = (target ?? `${method} ${url}`).split(/ (.*)/s);
    const answer = await client.send(
      {
        url: at,
        method: verb,
        headers: {
          ...traceHeaders(key.split("#", 1)[0] ?? key),
          "content-type": "application/json",
          "idempotency-key": inHeader(key),
        },
        body,
        // The status alone says whether it was taken.
        ignoresBody: (status) => isTaken(status, verb) || isTemporary(status),
        unreadableBody: "empty",
      },
      signal,
      maybeTaken,
    );
    const secrets = [...valuesOf(body), ...valuesInUrl(at, url), ...client.secrets];
    return receiptOf(answer, { method: verb, host, body, secrets });
  }

  async function isThere(template: string, { key }: Outgoing, signal: AbortSignal): Promise<boolean> {
    const [contactKey = "", caseId] = key.split(/#(.*)/s);
    // Asked before it is known which cases there are.
    if (caseId === undefined && template.includes("{caseId}")) return false;
    const conversationId = contactKey.split(":", 1)[0];
    const at = fillUrl(template, { key, conversationId, caseId });
    const answer = await client.send(
      { url: at, method: "GET", ignoresBody: (status) => !isOk(status), unreadableBody: "empty" },
      signal,
    );
    if (isOk(answer.status)) return !emptyResult.test(answer.text);
    if (answer.status === 404 || answer.status === 410) return false;
    throw new Transient("lookup_failed", `destination ${host}: the look-up answered HTTP ${answer.status}`);
  }
}

function isOk(status: number): boolean {
  return status >= 200 && status < 300;
}

function renderFor(options: HttpOptions, log: ContactLog, link: CaseLink | undefined): Rendered {
  const { url, method } = options;
  const key = link === undefined ? log.key : `${log.key}#${link.caseId}`;
  const { conversationId, accountId, brand } = log;
  const filled = fillUrl(url, { key, conversationId, accountId, brand, caseId: link?.caseId });
  const view = options.fields === undefined ? log : { ...log, key, ...(link && { caseId: link.caseId }) };
  return {
    body: JSON.stringify(bodyOf(options, view)),
    ...(namesIn(url).length > 0 && { target: `${method} ${filled}` }),
  };
}

function bodyOf({ fields, evidence }: HttpOptions, log: LogView): unknown {
  if (fields !== undefined) return mapLog(fields, log);
  return evidence ? log : withoutEvidence(log);
}

/** A key may hold a case's id, and so any letter: what is not printable ASCII is percent-encoded, the same in every try. */
function inHeader(key: string): string {
  return key.toWellFormed().replace(/[^\x20-\x7e]+/g, encodeURIComponent);
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

/** What a template was filled with. */
function valuesInUrl(at: string, template: string): string[] {
  const fixed = new Set(template.split(/[/?&=]/));
  return at.split(/[/?&=]/).filter((part) => !fixed.has(part));
}
