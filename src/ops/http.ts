import type { AddressInfo } from "node:net";
import Fastify, { type FastifyInstance, type FastifyReply } from "fastify";
import type { Metrics } from "./metrics.ts";
import { cannotListen, placeOf } from "./place.ts";

/** More than may wait for a contact log (`http.maxWaiting`), and far fewer than the files a process may have open. */
const mostConnections = 2_000;

export interface HttpOptions {
  readonly host: string;
  readonly port: number;
  readonly metrics: Metrics;
  /** Why the process is not ready, or undefined; asked at each request, so it writes nothing. */
  readonly unready: () => string | undefined;
  /** The balance, for `/status`; a text says what is wrong with its query. */
  readonly status: (query: Readonly<Record<string, unknown>>) => object | string;
  /** Called before metrics are written, to set gauges. */
  readonly collect: () => void;
  /** Hangs the doors on the server; none where no token is configured. */
  readonly doors?: ((server: FastifyInstance) => void) | undefined;
  /** What comes beyond them is closed at once. */
  readonly maxConnections?: number;
}

export interface OpsServer extends AsyncDisposable {
  readonly address: string;
}

/**
 * `/healthz`, `/readyz`, `/status` and `/metrics`, which take no body, and the doors. No insides in an error.
 * @throws Fatal where the port is in use or not ours to open
 */
export async function serveOps({
  host,
  port,
  metrics,
  unready,
  status,
  collect,
  doors,
  maxConnections = mostConnections,
}: HttpOptions): Promise<OpsServer> {
  const server = Fastify({
    logger: false,
    bodyLimit: 1024,
    requestTimeout: 10_000,
    // Whoever sends nothing, or a byte now and then, is cut off that much later at most.
    http: { connectionsCheckingInterval: 5_000 },
    forceCloseConnections: true,
    // Ids of other systems, percent-encoded.
    routerOptions: { maxParamLength: 1_000 },
    frameworkErrors: (_error, _request, reply: FastifyReply) => {
      void reply.code(400).send({ error: "not a valid URL" });
    },
  });
  server.server.maxConnections = maxConnections;
  server.setErrorHandler((_error, _request, reply) => reply.code(500).send({ error: "internal error" }));
  server.setNotFoundHandler((_request, reply) => reply.code(404).send({ error: "not found" }));
  server.get("/healthz", () => ({ status: "ok" }));
  server.get("/readyz", async (_request, reply) => {
    const reason = unready();
    return reply
      .code(reason === undefined ? 200 : 503)
      .send(reason === undefined ? { status: "ready" } : { status: "not ready", reason });
  });
  server.get<{ Querystring: Record<string, unknown> }>("/status", async ({ query }, reply) => {
    const answer = status(query);
    return typeof answer === "string" ? reply.code(400).send({ error: answer }) : answer;
  });
  server.get("/metrics", async (_request, reply) => {
    collect();
    return reply.type(metrics.registry.contentType).send(await metrics.registry.metrics());
  });
  doors?.(server);
  try {
    await server.listen({ host, port });
  } catch (error) {
    await server.close();
    throw cannotListen(host, port, error);
  }
  const bound = server.server.address() as AddressInfo;
  return {
    address: placeOf(bound.address, bound.port),
    [Symbol.asyncDispose]: async () => await server.close(),
  };
}
