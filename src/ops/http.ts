import { createHash, timingSafeEqual } from "node:crypto";
import type { AddressInfo } from "node:net";
import Fastify, { type FastifyError, type FastifyInstance } from "fastify";
import { causeOf, Fatal, Transient } from "../errors.ts";
import type { Metrics } from "./metrics.ts";

const feedbackBytes = 65_536;
const refusals: Readonly<Record<number, string>> = {
  400: "the body is not JSON",
  413: `the body is larger than ${feedbackBytes} bytes`,
  415: "content-type must be application/json",
};

export interface HttpOptions {
  readonly host: string;
  readonly port: number;
  readonly metrics: Metrics;
  /** Why the process is not ready, or undefined; asked at each request. */
  readonly unready: () => Promise<string | undefined>;
  /** The balance, for `/status`. */
  readonly status: () => object;
  /** Called before metrics are written, to set gauges. */
  readonly collect: () => Promise<void>;
  /** Bearer token of `POST /feedback`; without one there is no such door. */
  readonly token?: string | undefined;
  /** Takes a parsed body: counts, or what is wrong with it. */
  readonly feedback?: (body: unknown) => Promise<object | { readonly problems: readonly string[] }>;
}

export interface OpsServer extends AsyncDisposable {
  readonly address: string;
}

/**
 * `/healthz`, `/readyz`, `/status` and `/metrics`, which take no body, and `POST /feedback` behind a token. No insides
 * in an error.
 * @throws Fatal where the port is in use or not ours to open
 */
export async function serveOps({
  host,
  port,
  metrics,
  unready,
  status,
  collect,
  token,
  feedback,
}: HttpOptions): Promise<OpsServer> {
  const server = Fastify({
    logger: false,
    bodyLimit: 1024,
    requestTimeout: 10_000,
    forceCloseConnections: true,
  });
  server.setErrorHandler((_error, _request, reply) => reply.code(500).send({ error: "internal error" }));
  server.setNotFoundHandler((_request, reply) => reply.code(404).send({ error: "not found" }));
  server.get("/healthz", () => ({ status: "ok" }));
  server.get("/readyz", async (_request, reply) => {
    const reason = await unready();
    return reply
      .code(reason === undefined ? 200 : 503)
      .send(reason === undefined ? { status: "ready" } : { status: "not ready", reason });
  });
  server.get("/status", () => status());
  server.get("/metrics", async (_request, reply) => {
    await collect();
    return reply.type(metrics.registry.contentType).send(await metrics.registry.metrics());
  });
  if (token !== undefined && feedback) takeFeedback(server, token, feedback);
  try {
    await server.listen({ host, port });
  } catch (error) {
    await server.close();
    const cause = causeOf(error);
    const why = cause === "EADDRINUSE" ? "it is in use" : cause;
    throw new Fatal("port", `http: cannot listen on ${host}:${port} (${why}); set http.port`, error);
  }
  const bound = server.server.address() as AddressInfo;
  return {
    address: `${bound.address}:${bound.port}`,
    [Symbol.asyncDispose]: async () => await server.close(),
  };
}

/** The one door that takes something in. Who may not use it is told so before a byte of the body is read. */
function takeFeedback(
  server: FastifyInstance,
  token: string,
  feedback: NonNullable<HttpOptions["feedback"]>,
): void {
  const wanted = digest(`Bearer ${token}`);
  server.post("/feedback", {
    bodyLimit: feedbackBytes,
    async onRequest({ headers }, reply) {
      if (timingSafeEqual(digest(headers.authorization ?? ""), wanted)) return;
      await reply.code(401).header("www-authenticate", "Bearer").send({ error: "not authorized" });
    },
    async handler({ body }, reply) {
      const answer = await feedback(body);
      return reply.code("problems" in answer ? 400 : 200).send(answer);
    },
    errorHandler(error: FastifyError, _request, reply) {
      const refusal = refusals[error.statusCode ?? 500];
      if (refusal !== undefined) return reply.code(error.statusCode ?? 500).send({ error: refusal });
      if (error instanceof Transient) return reply.code(503).send({ error: "try again later" });
      return reply.code(500).send({ error: "internal error" });
    },
  });
}

/** Of one length whatever was sent, so that a comparison takes the same time. */
function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
