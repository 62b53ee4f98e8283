import { createHash, timingSafeEqual } from "node:crypto";
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { NotYet, Transient } from "../errors.ts";

/** Hangs its routes on the server; whoever comes has shown the token before a byte of the body is read. */
export type Door = (server: FastifyInstance) => void;

/** What a door takes in one request, unless it says otherwise. */
export const doorBytes = 65_536;

const refusals: Readonly<Record<number, string>> = {
  400: "the body is not JSON",
  413: "the body is too large",
  415: "content-type must be application/json",
};

/**
 * Opens the doors behind one token, asked for at each request, a bearer's or in `x-api-key`, compared in constant time. No insides in an error:
 * 401 without the token, 400, 413 and 415 for the body, 503 where it may work later, 500 for what nobody foresaw.
 * @param onAnswered told the door (its route) and the status of each answer
 */
export function openDoors(
  server: FastifyInstance,
  token: () => string,
  doors: readonly Door[],
  onAnswered: (door: string, status: number) => void = () => {},
): void {
  const isShown = ({ authorization, "x-api-key": key }: FastifyRequest["headers"]): boolean => {
    const shown = [
      timingSafeEqual(digest(authorization ?? ""), digest(`Bearer ${token()}`)),
      timingSafeEqual(digest(String(key ?? "")), digest(token())),
    ];
    return shown.includes(true);
  };
  server.register((scope, _options, done) => {
    scope.addHook("onRequest", async ({ headers }: FastifyRequest, reply: FastifyReply) => {
      if (isShown(headers)) return;
      return await reply.code(401).header("www-authenticate", "Bearer").send({ error: "not authorized" });
    });
    scope.addHook("onResponse", async ({ routeOptions }, { statusCode }) =>
      onAnswered(routeOptions.url ?? "", statusCode),
    );
    scope.setErrorHandler((error: FastifyError, _request, reply) => {
      const status = error.statusCode ?? 500;
      const refusal = refusals[status];
      if (refusal !== undefined) return reply.code(status).send({ error: refusal });
      if (error instanceof Transient || error instanceof NotYet) {
        return reply.code(503).header("retry-after", "5").send({ error: "try again later" });
      }
      return reply.code(500).send({ error: "internal error" });
    });
    for (const door of doors) door(scope);
    done();
  });
}

/** Of one length whatever was sent, so that a comparison takes the same time. */
function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
