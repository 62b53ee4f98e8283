import type { FastifyInstance } from "fastify";
import type { Leg, LegMedia } from "../legs.ts";
import type { Organization } from "../organization.ts";
import { wrapupOf } from "../views/leg.ts";
import { ApiError, badRequest, notFound } from "./errors.ts";

export interface ParticipantParts {
  readonly organization: Organization;
  readonly now: () => number;
}

interface Route {
  Params: { id: string; participantId: string; communicationId: string };
}

/** What may be written to a conversation's participants: attributes, and wrap-ups of their communications. */
export function addParticipants(app: FastifyInstance, { organization, now }: ParticipantParts): void {
  const legsOf = ({ id, participantId }: { id: string; participantId: string }) => {
    const conversation = organization.conversations.get(id);
    const legs = conversation?.legs.filter((leg) => leg.participantId === participantId) ?? [];
    if (conversation !== undefined && legs.length > 0) return { conversation, legs };
    throw new ApiError(404, "conversation.not.found", `The conversation ${id} was not found.`);
  };

  app.patch<Route>(
    "/api/v2/conversations/:id/participants/:participantId/attributes",
    async (request, reply) => {
      const { conversation } = legsOf(request.params);
      const { participantId } = request.params;
      const given = attributesIn(request.body);
      conversation.attributesSet.set(participantId, {
        ...conversation.attributesSet.get(participantId),
        ...given,
      });
      conversation.revision++;
      return await reply.code(202).send();
    },
  );

  for (const [array, media] of [
    ["calls", "call"],
    ["messages", "message"],
  ] as const) {
    const path = `/api/v2/conversations/${array}/:id/participants/:participantId/communications/:communicationId/wrapup`;
    const found = ({ communicationId, ...ids }: Route["Params"]) => {
      const { conversation, legs } = legsOf(ids);
      return { conversation, leg: legWith(legs, communicationId, media) };
    };

    app.get<Route>(path, async ({ params }) => {
      const wrapup = wrapupOf(found(params).leg);
      if (wrapup === undefined) throw notFound();
      return wrapup;
    });
    app.post<Route>(path, async (request, reply) => {
      const { conversation, leg } = found(request.params);
      const { code, notes } = (request.body ?? {}) as Readonly<Record<string, unknown>>;
      if (typeof code !== "string" || code === "") throw badRequest("A wrap-up needs a code.");
      leg.wrapup = { code, notes: String(notes ?? ""), at: now() };
      conversation.revision++;
      return await reply.code(200).send();
    });
  }
}

function attributesIn(body: unknown): Record<string, string> {
  const { attributes } = (body ?? {}) as { attributes?: unknown };
  const values =
    typeof attributes === "object" && attributes !== null ? Object.values(attributes) : [undefined];
  if (values.every((value) => typeof value === "string")) return attributes as Record<string, string>;
  throw badRequest("attributes must be a map of strings.");
}

function legWith(legs: readonly Leg[], communicationId: string, media: LegMedia): Leg {
  const leg = legs.find((one) => one.communicationId === communicationId && one.media === media);
  if (leg === undefined) throw notFound();
  return leg;
}
