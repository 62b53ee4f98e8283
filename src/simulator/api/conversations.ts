import type { FastifyInstance } from "fastify";
import type { Conversation } from "../conversation.ts";
import type { Faults } from "../faults.ts";
import type { Organization } from "../organization.ts";
import { toEmail, toEmailPreview } from "../views/email.ts";
import { ApiError, badRequest, notFound } from "./errors.ts";

const maxBulk = 1000;

export interface ConversationParts {
  readonly organization: Organization;
  readonly faults: Faults;
  readonly now: () => number;
  /** How late the end shows after the last leg ended. */
  readonly endTimeDelayMs: number;
}

/** GET conversation and the texts of messages and mails. */
export function addConversations(app: FastifyInstance, parts: ConversationParts): void {
  const { organization, faults, now, endTimeDelayMs } = parts;
  const unknown = (id: string) =>
    new ApiError(404, "conversation.not.found", `The conversation ${id} was not found.`);
  const conversationOf = (id: string): Conversation => {
    const conversation = organization.conversations.get(id);
    if (conversation !== undefined) return conversation;
    throw unknown(id);
  };

  app.get<{ Params: { id: string } }>("/api/v2/conversations/:id", async ({ params }) => {
    const conversation = conversationOf(params.id);
    const { endTime } = conversation;
    if (endTime !== undefined && faults.hasForgotten(now() - endTime)) throw unknown(params.id);
    return conversation.toRest({ hideEndTime: now() < (endTime ?? 0) + endTimeDelayMs });
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

  const emails = "/api/v2/conversations/emails/:id/messages";
  const mailsOf = (id: string) => {
    const conversation = conversationOf(id);
    if (conversation.medium !== "email") throw unknown(id);
    return conversation;
  };
  app.get<{ Params: { id: string } }>(emails, async ({ params }) => {
    const conversation = mailsOf(params.id);
    const entities = conversation.utterances.map((mail) => toEmailPreview(conversation, mail));
    return { entities, pageSize: entities.length, pageNumber: 1, total: entities.length, pageCount: 1 };
  });
  app.get<{ Params: { id: string; messageId: string } }>(`${emails}/:messageId`, async ({ params }) => {
    const conversation = mailsOf(params.id);
    const mail = conversation.utterances.find(({ id }) => id === params.messageId);
    if (mail === undefined) throw notFound();
    return toEmail(conversation, mail);
  });
}
