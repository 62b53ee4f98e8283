import { secureContextOf } from "../destinations/http-tls.ts";
import { ContactlogdError } from "../errors.ts";
import { call, createConnections, hostOf } from "../http.ts";
import { retryAfter } from "../time.ts";
import type { TracingOptions } from "./schema.ts";

const maxAnswerBytes = 64 * 1024;
/** What the protocol lets a client send again (OTLP specification, "Failures"). */
const temporary: ReadonlySet<number> = new Set([429, 502, 503, 504]);

/** What became of an export. `why` is a sentence of ours: what a collector says is not for a log. */
export type Exported =
  | { readonly kind: "taken"; readonly refused: number }
  | { readonly kind: "later"; readonly why: string; readonly notBefore: number | undefined }
  | { readonly kind: "refused"; readonly why: string };

export interface Collector extends AsyncDisposable {
  /** Posts an encoded export, once. Does not throw. */
  post(body: string, signal: AbortSignal): Promise<Exported>;
}

/** An OTLP/HTTP endpoint. @throws ConfigError where a file of `tls` cannot be used */
export function createCollector({ endpoint, headers, tls, timeoutMs }: TracingOptions): Collector {
  const connections = createConnections(tls && secureContextOf(tls));
  const what = `collector ${hostOf(endpoint)}`;
  const fixed = {
    url: endpoint,
    method: "POST",
    headers: { ...headers, "content-type": "application/json" },
    deadlineMs: timeoutMs,
    maxBytes: maxAnswerBytes,
    unreadableBody: "empty",
    what,
  } as const;
  return {
    async post(body, signal) {
      try {
        const answer = await call(connections, { ...fixed, body }, signal);
        if (answer.status >= 200 && answer.status < 300) {
          return { kind: "taken", refused: refusedIn(answer.text) };
        }
        const why = `${what}: HTTP ${answer.status}`;
        if (!temporary.has(answer.status)) return { kind: "refused", why };
        return { kind: "later", why, notBefore: retryAfter(answer.headers["retry-after"], Date.now()) };
      } catch (error) {
        const why = error instanceof ContactlogdError ? error.message : `${what}: no answer`;
        return { kind: "later", why, notBefore: undefined };
      }
    },
    async [Symbol.asyncDispose]() {
      await connections.destroy();
    },
  };
}

/** Spans of a partial success that were not taken; an answer that is none of OTLP's took all. */
function refusedIn(text: string): number {
  try {
    const answer = JSON.parse(text) as { partialSuccess?: { rejectedSpans?: unknown } } | null;
    const refused = Number(answer?.partialSuccess?.rejectedSpans ?? 0);
    return Number.isSafeInteger(refused) && refused > 0 ? refused : 0;
  } catch {
    return 0;
  }
}
