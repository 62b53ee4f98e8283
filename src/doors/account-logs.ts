import type { FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";
import type { Door } from "./door.ts";

const querySchema = z.strictObject({ limit: z.coerce.number().int().min(1).max(50).default(5) });

/** Posted contact logs that are kept, newest first; none where nothing is kept. */
export type FindLogs = (of: "account" | "case", id: string, limit: number) => readonly object[];

/**
 * `GET /v1/accounts/{accountId}/contact-logs` and `GET /v1/cases/{caseId}/contact-logs`, each with `?limit=` (1 to 50,
 * 5 where it is left out): what the next agent should know. 400 for another query.
 */
export function accountLogsDoor(find: FindLogs): Door {
  const answer = (of: "account" | "case") => async (request: FastifyRequest, reply: FastifyReply) => {
    const query = querySchema.safeParse(request.query);
    if (!query.success) {
      return await reply.code(400).send({ problems: ["limit: must be a whole number from 1 to 50"] });
    }
    const { id } = request.params as { id: string };
    // What customers said is not for a proxy's memory.
    return await reply.header("cache-control", "no-store").send(find(of, id, query.data.limit));
  };
  return (server) => {
    server.get("/v1/accounts/:id/contact-logs", answer("account"));
    server.get("/v1/cases/:id/contact-logs", answer("case"));
  };
}
