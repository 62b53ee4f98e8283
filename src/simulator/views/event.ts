import { iso } from "../../time.ts";
import type { Conversation } from "../conversation.ts";
import type { Leg, LegMedia, Utterance } from "../legs.ts";
import { isLive, participantsOf } from "../legs.ts";
import {
  callbackFieldsOf,
  callbackOf,
  callOf,
  communicationOf,
  emailFieldsOf,
  emailOf,
  messageLegOf,
  optionalIso,
  parkingOf,
  wrapupOf,
} from "./leg.ts";

/**
 * QueueConversationEventTopicConversation: a snapshot of the whole conversation each time. No top-level state,
 * startTime or endTime, and participants without a startTime; those are told by REST only.
 */
export function toEvent(conversation: Conversation) {
  return {
    id: conversation.id,
    participants: participantsOf(conversation.legs).map((legs) => participantOf(conversation, legs)),
    recentTransfers: [],
    ...(conversation.isSpoken
      ? { recordingState: recordingState(conversation), address: "tel:+15550100" }
      : {}),
    divisions: [{ division: { id: conversation.divisionId }, entities: [] }],
  };
}

/** Participant as events and REST have it in common. */
export function participantOf(conversation: Conversation, legs: readonly [Leg, ...Leg[]]) {
  const [leg] = legs;
  const of = <T>(media: LegMedia, view: (conversation: Conversation, leg: Leg) => T): T[] | undefined => {
    const own = legs.filter((candidate) => candidate.media === media);
    return own.length === 0 ? undefined : own.map((one) => view(conversation, one));
  };
  return {
    id: leg.participantId,
    connectedTime: optionalIso(legs.find(({ connectedTime }) => connectedTime !== undefined)?.connectedTime),
    endTime: optionalIso(endOf(legs)),
    ...whoOf(leg),
    userId: leg.userId,
    queueId: leg.queueId,
    ...(leg.purpose === "customer" ? customerOf(conversation) : {}),
    attributes: {
      ...(leg.purpose === "customer" ? conversation.attributes : {}),
      ...conversation.attributesSet.get(leg.participantId),
    },
    ...(leg.purpose === "agent"
      ? { wrapupRequired: leg.queueId !== undefined, wrapupPrompt: "optional" }
      : {}),
    ...workOf(legs),
    calls: of("call", callOf),
    messages: of("message", messagesOf),
    callbacks: of("callback", callbackOf),
    emails: of("email", emailOf),
  };
}

function customerOf({ isSpoken, externalContactId }: Conversation) {
  return { externalContactId, ...(isSpoken ? { address: "tel:+15550199" } : {}) };
}

function whoOf({ name, purpose, ...leg }: Leg) {
  const { consultParticipantId, monitoredParticipantId, coachedParticipantId } = leg;
  return { name, purpose, consultParticipantId, monitoredParticipantId, coachedParticipantId };
}

/** When the last of a participant's communications ended. */
function endOf(legs: readonly Leg[]): number | undefined {
  return legs.some(isLive) ? undefined : Math.max(...legs.map((leg) => leg.disconnectedTime ?? 0));
}

function workOf(legs: readonly [Leg, ...Leg[]]) {
  const leg = legs.findLast(({ afterCallWork }) => afterCallWork !== undefined) ?? legs[0];
  return {
    wrapup: wrapupOf(leg),
    startAcwTime: optionalIso(leg.afterCallWork?.startTime),
    endAcwTime: optionalIso(leg.afterCallWork?.endTime),
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

/**
 * The media topics: who takes part with that medium, state on the participant itself (of the newest communication),
 * user and queue as references, and nothing that names the communication.
 */
export function toMediaEvent(conversation: Conversation, media: LegMedia) {
  const own = conversation.legs.filter((leg) => leg.media === media);
  return {
    id: conversation.id,
    name: "",
    participants: participantsOf(own).map((legs) => mediaParticipantOf(conversation, legs)),
    otherMediaUris: [],
    ...(media === "call" ? { recordingState: recordingState(conversation), address: "tel:+15550100" } : {}),
  };
}

function mediaParticipantOf(conversation: Conversation, legs: readonly [Leg, ...Leg[]]) {
  const leg = legs.at(-1) ?? legs[0];
  const { state, initialState, direction, held, provider } = communicationOf(conversation, leg);
  const { monitoredParticipantId, coachedParticipantId, consultParticipantId, ...who } = whoOf(leg);
  return {
    id: leg.participantId,
    ...who,
    startTime: iso(legs[0].startTime),
    connectedTime: optionalIso(legs.find(({ connectedTime }) => connectedTime !== undefined)?.connectedTime),
    endTime: optionalIso(endOf(legs)),
    state,
    initialState,
    direction,
    disconnectType: leg.disconnectType,
    held,
    wrapupRequired: leg.purpose === "agent" && leg.queueId !== undefined,
    user: leg.userId === undefined ? undefined : { id: leg.userId },
    queue: leg.queueId === undefined ? undefined : { id: leg.queueId },
    attributes: leg.purpose === "customer" ? { ...conversation.attributes } : {},
    provider,
    ...workOf(legs),
    ...(leg.media === "call" ? { monitoredParticipantId, coachedParticipantId, consultParticipantId } : {}),
    ...mediaFieldsOf(conversation, leg),
  };
}

function mediaFieldsOf(conversation: Conversation, leg: Leg) {
  switch (leg.media) {
    case "call": {
      const { muted, confined, recording, recordingState: state } = callOf(conversation, leg);
      return {
        ani: "tel:+15550199",
        dnis: "tel:+15550100",
        muted,
        confined,
        recording,
        recordingState: state,
      };
    }
    case "callback":
      return callbackFieldsOf(conversation, leg);
    case "email":
      return { ...emailFieldsOf(conversation, leg), ...parkingOf(leg) };
    case "message":
      return { type: "webmessaging", messages: mediaMessagesOf(conversation, leg), ...parkingOf(leg) };
  }
}

function mediaMessagesOf(conversation: Conversation, leg: Leg) {
  return listed(conversation, leg).map((message) => ({
    message: { id: message.id },
    messageTime: iso(message.at),
    messageStatus: statusOf(message),
    messageSegmentCount: 1,
    media: [],
    stickers: [],
    messageMetadata: metadataOf(message),
  }));
}

export function messageUri(conversation: Conversation, message: Utterance): string {
  return `/api/v2/conversations/messages/${conversation.id}/messages/${message.id}`;
}

function recordingState(conversation: Conversation): "active" | "none" {
  return conversation.endTime === undefined ? "active" : "none";
}
