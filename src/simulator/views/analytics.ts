import { iso } from "../../time.ts";
import type { Conversation } from "../conversation.ts";
import type { DisconnectType, Leg } from "../legs.ts";
import { deployment, guestOf, optionalIso } from "./leg.ts";

/** Analytics writes disconnect types in camel case. */
const camelCase: Readonly<Record<DisconnectType, string>> = {
  client: "client",
  endpoint: "endpoint",
  inactivity: "inactivity",
  peer: "peer",
  "session.expired": "sessionExpired",
  transfer: "transfer",
  "transfer.noanswer": "noAnswerTransfer",
};

/** AnalyticsConversationWithoutAttributes: conversationEnd is absent while it is open, attributes always are. */
export function toAnalytics(conversation: Conversation, { hideEnd = false }: { readonly hideEnd?: boolean }) {
  return {
    conversationId: conversation.id,
    conversationStart: iso(conversation.startTime),
    conversationEnd: hideEnd ? undefined : optionalIso(conversation.endTime),
    originatingDirection: "inbound",
    conversationInitiator: "customer",
    customerParticipation: conversation.utterances.some(({ leg }) => leg.purpose === "customer"),
    divisionIds: [conversation.divisionId],
    participants: conversation.legs.map((leg) => ({
      participantId: leg.participantId,
      participantName: leg.name,
      purpose: leg.purpose,
      userId: leg.userId,
      sessions: [sessionOf(conversation, leg)],
    })),
  };
}

function sessionOf(conversation: Conversation, leg: Leg) {
  const common = {
    sessionId: leg.communicationId,
    peerId: leg.purpose === "customer" ? undefined : conversation.customer.communicationId,
    direction: "inbound",
    acwSkipped: leg.purpose === "agent" ? leg.afterCallWork === undefined : undefined,
    metrics: [],
    segments: segmentsOf(leg),
  };
  return conversation.medium === "voice"
    ? { mediaType: "voice", provider: "Edge", ani: "tel:+15550199", dnis: "tel:+15550100", ...common }
    : {
        mediaType: "message",
        messageType: "webmessaging",
        provider: "PureCloud Messaging",
        addressFrom: guestOf(conversation),
        addressTo: deployment,
        ...common,
      };
}

function segmentsOf(leg: Leg) {
  const queueId = leg.queueId;
  const alerted = leg.connectedTime ?? leg.disconnectedTime;
  const ended = leg.disconnectType && camelCase[leg.disconnectType];
  const alert =
    leg.purpose === "agent"
      ? [
          {
            ...span("alert", leg.startTime, alerted),
            queueId,
            ...(leg.connectedTime === undefined ? { disconnectType: ended } : {}),
          },
        ]
      : [];
  const kind = leg.purpose === "ivr" ? "ivr" : "interact";
  const interact =
    leg.connectedTime === undefined
      ? []
      : [{ ...span(kind, leg.connectedTime, leg.disconnectedTime), queueId, disconnectType: ended }];
  const work = leg.afterCallWork;
  const wrapup = work === undefined ? [] : [{ ...span("wrapup", work.startTime, work.endTime), queueId }];
  return [...alert, ...interact, ...wrapup];
}

function span(segmentType: string, from: number, to: number | undefined) {
  return { segmentType, conference: false, segmentStart: iso(from), segmentEnd: optionalIso(to) };
}
