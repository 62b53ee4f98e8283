import type { FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";
import type { Door } from "../doors/door.ts";
import type { DeadRow, Desk, LedgerReader } from "../ledger/ledger.ts";
import type { Live } from "./live.ts";
import type { View } from "./view.ts";

const replaySchema = z.strictObject({
  key: z.string().min(1).max(1_000),
  route: z.string().min(1).max(1_000).optional(),
});
const replayBytes = 4_096;

/** `GET /live`: server-sent events; 503 where too many look already. */
export function liveDoor(live: Live): Door {
  return (server) => {
    server.get("/live", { exposeHeadRoute: false }, async (request, reply) => {
      if (live.isFull) {
        return await reply.code(503).header("retry-after", "10").send({ error: "too many are looking" });
      }
      reply.hijack();
      const lastId = request.headers["last-event-id"];
      live.add(reply.raw, typeof lastId === "string" ? lastId : undefined);
    });
  };
}

/** `GET /dead`: how many dead letters there are, and the newest 100 with their causes. */
export function deadDoor(view: View): Door {
  return (server) => {
    server.get("/dead", async (_request, reply) => await uncached(reply).send(view.letters()));
  };
}

/**
 * `GET /explain/{conversationId}`: what happened to it, step by step; 404 where it is unheard of.
 * @param showsLogs with `logs`: what waits to be sent, or died on the way
 */
export function explainDoor(reader: LedgerReader, showsLogs: boolean): Door {
  return (server) => {
    server.get("/explain/:conversationId", async (request, reply) => {
      const { conversationId } = request.params as { conversationId: string };
      const told = reader.explain(conversationId);
      if (told.steps.length + told.contacts.length === 0 && told.noticeDueAt === undefined) {
        return await reply.code(404).send({ error: "unheard of" });
      }
      const logs = showsLogs ? { logs: reader.unposted(conversationId) } : {};
      return await uncached(reply).send({ conversationId, ...told, ...logs });
    });
  };
}

/**
 * `POST /dead/replay` with `key`, and `route` where only one of its destinations is meant: sends it back to where it
 * died. 404 where it is not dead, 403 from another site, 400 and 415 for the body.
 */
export function replayDoor(desk: Desk, onReplayed: () => void): Door {
  return (server) => {
    const checks = { bodyLimit: replayBytes, onRequest: [fromHere, inJson] };
    server.post("/dead/replay", checks, async ({ body }, reply) => {
      const asked = replaySchema.safeParse(body);
      if (!asked.success) {
        return await reply
          .code(400)
          .send({ error: "the body must be an object with key, and perhaps route" });
      }
      const { key, route } = asked.data;
      const isMeant = (row: DeadRow): boolean =>
        row.key === key && (route === undefined || row.destination === route);
      let replayed = 0;
      for (const row of desk.dead({ id: key }).filter(isMeant)) if (await desk.replay(row)) replayed++;
      onReplayed();
      if (replayed === 0) return await reply.code(404).send({ error: "no such dead letter" });
      return await reply.send({ replayed });
    });
  };
}

/** In place of it where there is no token: nothing is changed for whoever happens to be near. */
export const noReplayDoor: Door = (server) => {
  server.post("/dead/replay", {
    onRequest: async (_request, reply) =>
      await reply.code(403).send({ error: "nothing can be changed from here without http.token" }),
    handler: async () => ({}),
  });
};

/** A browser says where a request was made; the token alone would suffice, and two locks are better than one. */
async function fromHere({ headers: { origin, host } }: FastifyRequest, reply: FastifyReply) {
  if (origin === undefined || (URL.canParse(origin) && new URL(origin).host === host)) return;
  return await reply.code(403).send({ error: "asked by another site" });
}

async function inJson({ headers }: FastifyRequest, reply: FastifyReply) {
  if (/^application\/json\s*(;|$)/i.test(headers["content-type"] ?? "")) return;
  return await reply.code(415).send({ error: "content-type must be application/json" });
}

/** Ids and causes are not for a proxy's memory. */
function uncached(reply: FastifyReply): FastifyReply {
  return reply.header("cache-control", "no-store").header("x-content-type-options", "nosniff");
}
