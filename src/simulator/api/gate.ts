import { randomUUID } from "node:crypto";
import { once } from "node:events";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { sleep } from "../../time.ts";
import type { Faults } from "../faults.ts";
import { misbehave } from "../misbehave.ts";
import type { Token, Tokens } from "../tokens.ts";
import { ApiError, notFound, tooManyRequests } from "./errors.ts";

/** One HTTP request the simulator got, in order of arrival; storage downloads included. */
export interface RequestEntry {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly at: number;
  /** Undefined while unanswered, 0 where the connection was cut instead. */
  status: number | undefined;
  /** What the JSON or form body said. */
  body: unknown;
}

export interface GateOptions {
  readonly tokens: Tokens;
  readonly faults: Faults;
  readonly requests: RequestEntry[];
  readonly requestsPerMinute: number;
  /** What a minute is: bench plays hours in minutes. */
  readonly rateWindowMs: number;
  readonly latencyMs: number;
  readonly signal: AbortSignal;
}

/** Who sent this request; set for everything below /api. */
const callers = new WeakMap<FastifyRequest, Token>();

export function callerOf(request: FastifyRequest): Token {
  const token = callers.get(request);
  if (token === undefined) throw new ApiError(401, "bad.credentials", "Invalid login credentials.");
  return token;
}

/**
 * What every call passes: log, latency, scripted faults, token, rate limit (300 a minute and token), and on the way
 * out `inin-correlation-id`, `inin-ratelimit-*` and the platform's error body.
 */
export function addGate(app: FastifyInstance, options: GateOptions): void {
  const entries = new WeakMap<FastifyRequest, RequestEntry>();
  const losing = new WeakMap<FastifyRequest, "reset" | "silence">();
  addBodyParsers(app);

  app.addHook("onRequest", async (request, reply) => {
    const entry = entryOf(request);
    options.requests.push(entry);
    entries.set(request, entry);
    reply.header("inin-correlation-id", randomUUID());
    reply.header("date", new Date(Date.now() + options.faults.clockSkewMs).toUTCString());
  });

  app.addHook("preHandler", async (request, reply) => {
    const entry = entries.get(request);
    if (entry !== undefined) entry.body = request.body;
    if (options.latencyMs > 0) await sleep(options.latencyMs, options.signal);
    const fault = options.faults.takeRest(request.method, pathOf(request));
    if (fault?.lost !== undefined) losing.set(request, fault.lost);
    else if (fault !== undefined && (await misbehave(reply.raw, fault))) {
      if (entry !== undefined) entry.status = fault.status ?? 0;
      reply.hijack();
      return reply;
    }
    if (pathOf(request).startsWith("/api/")) admit(request, reply, options);
  });

  app.addHook("onSend", async (request, reply) => {
    const entry = entries.get(request);
    const loss = losing.get(request);
    if (entry !== undefined) entry.status = loss === undefined ? reply.statusCode : 0;
    if (loss === "reset") request.raw.socket.resetAndDestroy();
    if (loss === "silence") await once(request.raw.socket, "close");
  });

  app.setNotFoundHandler(() => {
    throw notFound();
  });
  app.setErrorHandler((error, _request, reply) => {
    const known = error instanceof ApiError ? error : asApiError(error as Error & { statusCode?: number });
    const contextId = String(reply.getHeader("inin-correlation-id"));
    return reply.code(known.status).headers(known.headers).send(known.toBody(contextId));
  });
}

/** Bodies of at most `request.bytes.max` are the server's `bodyLimit`; SDKs send an empty one as JSON, too. */
function addBodyParsers(app: FastifyInstance): void {
  app.addContentTypeParser("application/json", { parseAs: "string" }, (_request, body, done) => {
    try {
      done(null, body === "" ? undefined : JSON.parse(String(body)));
    } catch {
      done(new ApiError(400, "bad.request", "The request body is not valid JSON."), undefined);
    }
  });
  app.addContentTypeParser(
    "application/x-www-form-urlencoded",
    { parseAs: "string" },
    (_request, body, done) => {
      done(null, Object.fromEntries(new URLSearchParams(String(body))));
    },
  );
}

function admit(
  request: FastifyRequest,
  reply: FastifyReply,
  { tokens, requestsPerMinute, rateWindowMs }: GateOptions,
): void {
  const header = request.headers.authorization;
  if (header === undefined) {
    const message = "No authentication bearer token specified in authorization header.";
    throw new ApiError(401, "authentication.required", message);
  }
  const token = tokens.bearer(header);
  if (token === undefined) throw new ApiError(401, "bad.credentials", "Invalid login credentials.");
  callers.set(request, token);
  const resetSeconds = count(token, rateWindowMs);
  reply.headers({
    "inin-ratelimit-count": String(token.window.count),
    "inin-ratelimit-allowed": String(requestsPerMinute),
    "inin-ratelimit-reset": String(resetSeconds),
  });
  if (token.window.count > requestsPerMinute) {
    throw tooManyRequests(requestsPerMinute, resetSeconds, rateWindowMs);
  }
}

/** Counts the request in the token's minute and tells the seconds until that minute is over. */
function count(token: Token, windowMs: number): number {
  const now = Date.now();
  if (now - token.window.startedAt >= windowMs) token.window = { startedAt: now, count: 0 };
  token.window.count++;
  return Math.max(1, Math.ceil((token.window.startedAt + windowMs - now) / 1000));
}

function asApiError(error: Error & { statusCode?: number }): ApiError {
  switch (error.statusCode) {
    case 400:
      return new ApiError(400, "bad.request", error.message);
    case 413:
      return new ApiError(413, "response.entity.too.large", "The request is over the size limit.");
    case 415:
      return new ApiError(415, "unsupported.media.type", error.message);
    default:
      return new ApiError(500, "internal.server.error", error.message);
  }
}

function entryOf(request: FastifyRequest): RequestEntry {
  const query = request.query as Record<string, string>;
  return {
    method: request.method,
    path: pathOf(request),
    query: { ...query },
    at: Date.now(),
    status: undefined,
    body: undefined,
  };
}

function pathOf(request: FastifyRequest): string {
  return request.url.split("?", 1)[0] ?? "";
}
