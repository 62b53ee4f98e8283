import { iso } from "../../time.ts";
import type { Conversation } from "../conversation.ts";
import type { Leg, Utterance } from "../legs.ts";
import { callOf, messageLegOf, optionalIso, wrapupOf } from "./leg.ts";

/**
 * QueueConversationEventTopicConversation: a snapshot of the whole conversation each time. No top-level state,
 * startTime or endTime, and participants without a startTime; those are told by REST only.
 */
export function toEvent(conversation: Conversation) {
  return {
    id: conversation.id,
    participants: conversation.legs.map((leg) => participantOf(conversation, leg)),
    recentTransfers: [],
    ...(conversation.medium === "voice"
      ? { recordingState: recordingState(conversation), address: "tel:+15550100" }
      : {}),
    divisions: [{ division: { id: conversation.divisionId }, entities: [] }],
  };
}

/** Participant as events and REST have it in common. */
export function participantOf(conversation: Conversation, leg: Leg) {
  return {
    id: leg.participantId,
    connectedTime: optionalIso(leg.connectedTime),
    endTime: optionalIso(leg.disconnectedTime),
    name: leg.name,
    userId: leg.userId,
    queueId: leg.queueId,
    purpose: leg.purpose,
    ...(leg.purpose === "customer" && conversation.medium === "voice" ? { address: "tel:+15550199" } : {}),
    attributes: leg.purpose === "customer" ? { ...conversation.attributes } : {},
    ...(leg.purpose === "agent" ? { wrapupRequired: true, wrapupPrompt: "optional" } : {}),
    wrapup: wrapupOf(leg),
    startAcwTime: optionalIso(leg.afterCallWork?.startTime),
    endAcwTime: optionalIso(leg.afterCallWork?.endTime),
    calls: conversation.medium === "voice" ? [callOf(conversation, leg)] : undefined,
    messages: conversation.medium === "message" ? [messagesOf(conversation, leg)] : undefined,
  };
}

function messagesOf(conversation: Conversation, leg: Leg) {
  return { ...messageLegOf(conversation, leg), messages: listed(conversation, leg).map(detailsOf) };
}

/** The leg's own messages; events never carry their text. */
function listed(conversation: Conversation, leg: Leg): Utterance[] {
  return conversation.utterances.filter((utterance) => utterance.leg === leg);
}

export function statusOf(message: Utterance): "received" | "delivery-success" {
  return message.leg.purpose === "customer" ? "received" : "delivery-success";
}

export function metadataOf(message: Utterance) {
  switch (message.kind) {
    case "text":
      return { type: "text", content: [] };
    case "typing":
      return { type: "event", events: [{ eventType: "Typing", subType: "On" }] };
    case "presence":
      return { type: "event", events: [{ eventType: "Presence", subType: "Join" }] };
    case "receipt":
      return { type: "receipt", content: [] };
    case "structured":
      return { type: "structured", content: [{ contentType: "QuickReply" }] };
  }
}

function detailsOf(message: Utterance) {
  return {
    messageId: message.id,
    messageTime: iso(message.at),
    messageStatus: statusOf(message),
    messageSegmentCount: 1,
    media: [],
    stickers: [],
    messageMetadata: metadataOf(message),
  };
}

/** The media topics: state sits on the participant itself, user and queue are references, nothing names the communication. */
export function toMediaEvent(conversation: Conversation) {
  return {
    id: conversation.id,
    name: "",
    participants: conversation.legs.map((leg) => mediaParticipantOf(conversation, leg)),
    otherMediaUris: [],
    ...(conversation.medium === "voice"
      ? { recordingState: recordingState(conversation), address: "tel:+15550100" }
      : {}),
  };
}

function mediaParticipantOf(conversation: Conversation, leg: Leg) {
  const { state, initialState, direction, held, provider } =
    conversation.medium === "voice" ? callOf(conversation, leg) : messageLegOf(conversation, leg);
  return {
    id: leg.participantId,
    name: leg.name,
    startTime: iso(leg.startTime),
    connectedTime: optionalIso(leg.connectedTime),
    endTime: optionalIso(leg.disconnectedTime),
    purpose: leg.purpose,
    state,
    initialState,
    direction,
    disconnectType: leg.disconnectType,
    held,
    wrapupRequired: leg.purpose === "agent",
    user: leg.userId === undefined ? undefined : { id: leg.userId },
    queue: leg.queueId === undefined ? undefined : { id: leg.queueId },
    attributes: leg.purpose === "customer" ? { ...conversation.attributes } : {},
    provider,
    wrapup: wrapupOf(leg),
    startAcwTime: optionalIso(leg.afterCallWork?.startTime),
    endAcwTime: optionalIso(leg.afterCallWork?.endTime),
    ...mediaFieldsOf(conversation, leg),
  };
}

function mediaFieldsOf(conversation: Conversation, leg: Leg) {
  if (conversation.medium === "voice") {
    const { muted, confined, recording, recordingState: state } = callOf(conversation, leg);
    return { ani: "tel:+15550199", dnis: "tel:+15550100", muted, confined, recording, recordingState: state };
  }
  const messages = listed(conversation, leg).map((message) => ({
    message: { id: message.id },
    messageTime: iso(message.at),
    messageStatus: statusOf(message),
    messageSegmentCount: 1,
    media: [],
    stickers: [],
    messageMetadata: metadataOf(message),
  }));
  return { type: "webmessaging", messages };
}

export function messageUri(conversation: Conversation, message: Utterance): string {
  return `/api/v2/conversations/messages/${conversation.id}/messages/${message.id}`;
}

function recordingState(conversation: Conversation): "active" | "none" {
  return conversation.endTime === undefined ? "active" : "none";
}
