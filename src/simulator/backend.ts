import type { IncomingMessage, ServerResponse } from "node:http";
import { Alarm, sleep } from "../time.ts";
import { listen, plainHeaders, readBody } from "./loopback.ts";
import { cut, misbehave } from "./misbehave.ts";

export interface BackendOptions {
  readonly port?: number;
  /** Bearer token every post must carry; none is asked for when left out. */
  readonly token?: string;
  /** The answer to a key it has with the same bytes: 409 "already there", or 200 as if it were new. */
  readonly duplicateStatus?: 409 | 200;
  readonly latencyMs?: number;
}

/** A contact log it took. */
export interface Accepted {
  readonly path: string;
  readonly key: string;
  /** The parsed JSON. */
  readonly body: unknown;
  readonly headers: Readonly<Record<string, string>>;
  readonly at: number;
}

/** A request it saw, whatever became of it. */
export interface Attempt {
  readonly method: string;
  readonly path: string;
  readonly key: string | undefined;
  readonly headers: Readonly<Record<string, string>>;
  /** The body's bytes as text. */
  readonly text: string;
  readonly at: number;
  /** Undefined while unanswered, 0 where the connection was cut instead. */
  status: number | undefined;
}

export interface BackendFault {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly delayMs?: number;
  /** TCP reset: `before` anything is done, or `after` the log was stored, which is a lost reply. */
  readonly reset?: "before" | "after";
  /** Never answers. */
  readonly hang?: true;
  /** How many requests it meets; 1 when left out. */
  readonly times?: number;
}

/** Somebody's contact-log backend, which takes every key once. */
export interface Backend extends AsyncDisposable {
  /** `http://127.0.0.1:PORT`; every path takes contact logs. */
  readonly url: string;
  readonly accepted: readonly Accepted[];
  readonly attempts: readonly Attempt[];
  /** The next requests are answered like this. */
  fail(fault: BackendFault): void;
  /** Resolves with the accepted logs once there are `count`; rejects after `timeoutMs`. */
  waitFor(count: number, timeoutMs?: number): Promise<readonly Accepted[]>;
}

interface Answer {
  readonly status: number;
  readonly body: object;
}

export async function startBackend(options: BackendOptions = {}): Promise<Backend> {
  const stopped = new AbortController();
  const accepted: Accepted[] = [];
  const attempts: Attempt[] = [];
  const faults: { readonly fault: BackendFault; left: number }[] = [];
  const waiters = new Set<Alarm>();
  const stored = new Map<string, string>();
  const server = await listen((request, response) => void answer(request, response), options.port);

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const attempt = attemptOf(request, String(await readBody(request)));
    attempts.push(attempt);
    if (options.latencyMs !== undefined) await sleep(options.latencyMs, stopped.signal).catch(() => {});
    const fault = take();
    if (fault !== undefined && (await misbehave(response, { ...fault, reset: fault.reset === "before" }))) {
      attempt.status = fault.status ?? 0;
      return;
    }
    const { status, body } = consider(attempt);
    attempt.status = fault?.reset === "after" ? 0 : status;
    if (fault?.reset === "after") cut(response);
    else response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
  }

  function take(): BackendFault | undefined {
    const found = faults.find(({ left }) => left > 0);
    if (found !== undefined) found.left--;
    return found?.fault;
  }

  /** Idempotency-Key semantics: a key belongs to a path and to the bytes it came with first. */
  function consider(attempt: Attempt): Answer {
    const refusal = refuse(attempt, options.token);
    if (refusal !== undefined) return refusal;
    const { method, path, key = "", text, headers, at } = attempt;
    const before = stored.get(`${path} ${key}`);
    if (before === text) {
      // What is put may be put again; only what is posted would be there twice.
      const status = method === "POST" ? (options.duplicateStatus ?? 409) : 200;
      return { status, body: { key, status: "already there" } };
    }
    if (before !== undefined) return problem(422, "this Idempotency-Key came with another body before");
    stored.set(`${path} ${key}`, text);
    accepted.push({ path, key, body: JSON.parse(text), headers, at });
    for (const waiter of waiters) waiter.wake();
    return { status: 201, body: { key, status: "created" } };
  }

  return {
    url: server.url,
    accepted,
    attempts,
    fail(fault) {
      faults.push({ fault, left: fault.times ?? 1 });
    },
    async waitFor(count, timeoutMs = 30_000) {
      const deadline = Date.now() + timeoutMs;
      const alarm = new Alarm();
      waiters.add(alarm);
      while (accepted.length < count && Date.now() < deadline && !stopped.signal.aborted) {
        await alarm.wait(deadline - Date.now(), stopped.signal);
      }
      waiters.delete(alarm);
      if (accepted.length >= count) return accepted;
      throw new Error(
        `${accepted.length} of ${count} contact logs within ${timeoutMs} ms (${attempts.length} attempts)`,
      );
    },
    async [Symbol.asyncDispose]() {
      stopped.abort();
      await server[Symbol.asyncDispose]();
    },
  };
}

function attemptOf(request: IncomingMessage, text: string): Attempt {
  const headers = plainHeaders(request);
  return {
    method: request.method ?? "",
    path: (request.url ?? "/").split("?", 1)[0] ?? "/",
    key: headers["idempotency-key"],
    headers,
    text,
    at: Date.now(),
    status: undefined,
  };
}

function refuse({ method, headers, key, text }: Attempt, token: string | undefined): Answer | undefined {
  if (!["POST", "PUT", "PATCH"].includes(method)) return problem(405, "contact logs are posted");
  if (token !== undefined && headers.authorization !== `Bearer ${token}`)
    return problem(401, "bearer token wanted");
  if (!/^application\/(.+\+)?json\b/.test(headers["content-type"] ?? "")) return problem(415, "JSON wanted");
  if (key === undefined || key === "") return problem(400, "Idempotency-Key wanted");
  return isJson(text) ? undefined : problem(400, "the body is not JSON");
}

function problem(status: number, error: string): Answer {
  return { status, body: { error } };
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
