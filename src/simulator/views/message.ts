import { iso } from "../../time.ts";
import type { Conversation } from "../conversation.ts";
import type { Utterance } from "../legs.ts";
import { stableId } from "../organization.ts";
import { messageUri, statusOf } from "./event.ts";
import { deployment, guestOf } from "./leg.ts";

/** MessageData. Its text is `normalizedMessage.text` only: `textBody` is gone since SDK 262. */
export function toMessageData(conversation: Conversation, message: Utterance) {
  const inbound = message.leg.purpose === "customer";
  const [from, to] = inbound ? [guestOf(conversation), deployment] : [deployment, guestOf(conversation)];
  const { userId } = message.leg;
  const written = message.originatingEntity === "Human" && userId !== undefined;
  return {
    id: message.id,
    timestamp: iso(message.at),
    fromAddress: from,
    toAddress: to,
    direction: inbound ? "inbound" : "outbound",
    messengerType: "webmessaging",
    status: statusOf(message),
    normalizedMessage: {
      id: stableId("normalized", message.id),
      channel: {
        id: stableId("channel", deployment),
        platform: "WebMessaging",
        type: "Private",
        messageId: stableId("channel message", message.id),
        to: { id: to, idType: "Opaque" },
        from: { id: from, idType: "Opaque" },
        time: iso(message.at),
      },
      ...contentOf(message),
      direction: inbound ? "Inbound" : "Outbound",
      originatingEntity: message.originatingEntity,
    },
    conversationId: conversation.id,
    selfUri: messageUri(conversation, message),
    ...(written ? { createdBy: { id: userId, selfUri: `/api/v2/users/${userId}` } } : {}),
  };
}

function contentOf(message: Utterance) {
  switch (message.kind) {
    case "text":
      return { type: "Text", text: message.text };
    case "typing":
      return { type: "Event", events: [{ eventType: "Typing", typing: { type: "On", duration: 5000 } }] };
    case "presence":
      return { type: "Event", events: [{ eventType: "Presence", presence: { type: "Join" } }] };
    case "receipt":
      return { type: "Receipt", status: "Delivered", isFinalReceipt: true };
    case "structured":
      return { type: "Structured", text: message.text, content: quickReplies(message.text ?? "") };
  }
}

function quickReplies(text: string) {
  const reply = { text: text || "OK", payload: text || "OK", action: "Message" };
  return [{ contentType: "QuickReply", quickReply: reply }];
}
