import type { FastifyInstance } from "fastify";
import type { Conversation } from "../conversation.ts";
import type { Organization } from "../organization.ts";
import { ApiError, badRequest, notFound } from "./errors.ts";

const maxBulk = 1000;

/** GET conversation and message texts. `endTimeDelayMs`: how late the end shows after the last leg ended. */
export function addConversations(
  app: FastifyInstance,
  organization: Organization,
  endTimeDelayMs: number,
): void {
  const conversationOf = (id: string): Conversation => {
    const conversation = organization.conversations.get(id);
    if (conversation !== undefined) return conversation;
    throw new ApiError(404, "conversation.not.found", `The conversation ${id} was not found.`);
  };

  app.get<{ Params: { id: string } }>("/api/v2/conversations/:id", async (request) => {
    const conversation = conversationOf(request.params.id);
    const hideEndTime = Date.now() < (conversation.endTime ?? 0) + endTimeDelayMs;
    return conversation.toRest({ hideEndTime });
  });

  const messages = "/api/v2/conversations/messages/:id/messages";
  app.post<{ Params: { id: string } }>(`${messages}/bulk`, async (request) => {
    const ids = request.body;
    if (!Array.isArray(ids)) throw badRequest("The request body must be an array of message ids.");
    if (ids.length > maxBulk) throw badRequest(`No more than ${maxBulk} messages can be requested at once.`);
    const conversation = conversationOf(request.params.id);
    return { entities: ids.flatMap((id) => conversation.toMessageData(String(id)) ?? []) };
  });

  app.get<{ Params: { id: string; messageId: string } }>(`${messages}/:messageId`, async (request) => {
    const message = conversationOf(request.params.id).toMessageData(request.params.messageId);
    if (message === undefined) throw notFound();
    return message;
  });
}
