import type { FastifyReply } from "fastify";
import { z } from "zod";
import type { LogAnswer, LogRequest } from "../model.ts";
import { type Door, doorBytes } from "./door.ts";
import { olderForm } from "./older-form.ts";

/** Who asks for contact logs here is answered by these. */
export interface ContactLogs {
  /** @param gone aborts when the caller has hung up */
  ask(request: LogRequest, gone: AbortSignal): Promise<LogAnswer>;
  /** Begins nothing. */
  standing(conversationId: string): LogAnswer;
}

type Logged = Extract<LogAnswer, { kind: "logged" }>;
type Refused = Exclude<LogAnswer, Logged | { kind: "waiting" }>;

const path = "/v1/contact-logs";
/** Shortest and longest time after which a caller is told to ask again, in seconds. */
const soonest = 1;
const latest = 60;

const id = z.string().regex(/^[\w-]{1,100}$/, "must be 1 to 100 letters, digits, - or _");
const requestSchema = z.strictObject({
  conversationId: id,
  caseId: id.optional(),
  wait: z.boolean().default(false),
  force: z.boolean().default(false),
});
const olderSchema = z
  .object({ interaction_id: id, case_id: id.nullish() })
  .transform(({ interaction_id, case_id }): LogRequest => {
    return { conversationId: interaction_id, caseId: case_id ?? undefined, wait: true, force: false };
  });

/** Status and body of what is no contact log. */
const refusals: { readonly [K in Refused["kind"]]: readonly [status: number, error: string] } = {
  unknown: [404, "the platform does not know this conversation"],
  running: [409, "another request for this conversation is being answered"],
  not_ended: [422, "not_ended"],
  skipped: [422, "skipped"],
  too_many_cases: [422, "too_many_cases"],
  full: [429, "too many requests are being answered; ask again later"],
  broken: [500, "internal error"],
  failed: [502, "an upstream failed"],
  stopping: [503, "the service is stopping; ask again later"],
};

/** `POST /v1/contact-logs`, `GET /v1/contact-logs/{conversationId}`, and `POST /generate-summary` for older clients. */
export function contactLogsDoor(logs: ContactLogs): Door {
  return (server) => {
    server.post(path, { bodyLimit: doorBytes }, async ({ body }, reply) => {
      const request = read(requestSchema, body);
      if ("problems" in request) return reply.code(400).send(request);
      const answer = await logs.ask(request, goneOf(reply));
      return send(reply, request.conversationId, answer, logged);
    });
    server.get<{ Params: { conversationId: string } }>(
      `${path}/:conversationId`,
      async ({ params }, reply) => {
        const named = read(z.object({ conversationId: id }), params);
        if ("problems" in named) return reply.code(400).send(named);
        return send(reply, named.conversationId, logs.standing(named.conversationId), logged);
      },
    );
    server.post("/generate-summary", { bodyLimit: doorBytes }, async ({ body }, reply) => {
      const request = read(olderSchema, body);
      if ("problems" in request) return reply.code(400).send(request);
      const answer = await logs.ask(request, goneOf(reply));
      return send(reply, request.conversationId, answer, (id, one) => olderForm(id, request.caseId, one));
    });
  };
}

/** Paths and rules of what is wrong, nothing of its content. */
function read<T>(schema: z.ZodType<T>, value: unknown): T | { readonly problems: readonly string[] } {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  return {
    problems: parsed.error.issues.slice(0, 20).map(({ path: at, code, message }) => {
      const rule = code === "unrecognized_keys" ? "holds keys that are not known" : message;
      return at.length === 0 ? rule : `${at.join(".")}: ${rule}`;
    }),
  };
}

function logged(conversationId: string, { kind: _, ...answer }: Logged): object {
  return { conversationId, ...answer };
}

function send(
  reply: FastifyReply,
  conversationId: string,
  answer: LogAnswer,
  form: (conversationId: string, answer: Logged) => object,
): FastifyReply {
  // What customers said is not for a proxy's memory.
  reply.header("cache-control", "no-store");
  switch (answer.kind) {
    case "logged":
      return reply.code(200).send(form(conversationId, answer));
    case "waiting":
      return reply
        .code(202)
        .header("location", `${path}/${conversationId}`)
        .header("retry-after", String(secondsUntil(answer.dueAt)))
        .send({ conversationId, status: "waiting" });
    default:
      return refuse(reply, answer);
  }
}

function refuse(reply: FastifyReply, answer: Refused): FastifyReply {
  const [status, error] = refusals[answer.kind];
  if (status === 429 || status === 503) reply.header("retry-after", "5");
  if (answer.kind === "failed") {
    return reply.code(status).send({ upstream: answer.upstream, reason: answer.reason });
  }
  if (status !== 422) return reply.code(status).send({ error });
  return reply.code(status).send({ reason: answer.kind === "skipped" ? answer.reason : error });
}

function secondsUntil(dueAt = 0): number {
  return Math.min(latest, Math.max(soonest, Math.ceil((dueAt - Date.now()) / 1_000)));
}

function goneOf({ raw }: FastifyReply): AbortSignal {
  const gone = new AbortController();
  raw.once("close", () => gone.abort());
  return gone.signal;
}
