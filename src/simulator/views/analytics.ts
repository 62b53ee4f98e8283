import { iso } from "../../time.ts";
import type { Conversation } from "../conversation.ts";
import type { Leg, LegMedia } from "../legs.ts";
import { participantsOf } from "../legs.ts";
import { stableId } from "../organization.ts";
import { deployment, guestOf, mailbox, optionalIso, senderOf, subjectOf } from "./leg.ts";
import { inAnalytics } from "./spelling.ts";

/** What happened after this instant is not known yet. */
type Horizon = number;

/** AnalyticsConversationWithoutAttributes: conversationEnd is absent while it is open, attributes always are. */
export function toAnalytics(
  conversation: Conversation,
  { seenUntil = Number.POSITIVE_INFINITY }: { readonly seenUntil?: Horizon },
) {
  const known = conversation.legs.filter(({ startTime }) => startTime <= seenUntil);
  const first = conversation.legs[0];
  return {
    conversationId: conversation.id,
    conversationStart: iso(conversation.startTime),
    conversationEnd: seen(conversation.endTime, seenUntil),
    originatingDirection: first?.direction ?? "inbound",
    conversationInitiator: first?.purpose ?? "customer",
    customerParticipation: conversation.utterances.some(({ leg }) => leg.purpose === "customer"),
    divisionIds: [conversation.divisionId],
    participants: participantsOf(known).map((legs) => ({
      participantId: legs[0].participantId,
      participantName: legs[0].name,
      purpose: legs[0].purpose,
      userId: legs[0].userId,
      sessions: legs.map((leg) => sessionOf(conversation, leg, seenUntil)),
    })),
  };
}

function seen(at: number | undefined, seenUntil: Horizon): string | undefined {
  return at !== undefined && at <= seenUntil ? iso(at) : undefined;
}

function sessionOf(conversation: Conversation, leg: Leg, seenUntil: Horizon) {
  const isFirst = leg === conversation.legs[0];
  return {
    ...mediaOf(conversation, leg.media),
    sessionId: leg.communicationId,
    peerId: isFirst ? undefined : conversation.legs[0]?.communicationId,
    direction: leg.direction,
    monitoredParticipantId: leg.monitoredParticipantId,
    coachedParticipantId: leg.coachedParticipantId,
    callbackScheduledTime: optionalIso(leg.callbackScheduledTime),
    acwSkipped: leg.purpose === "agent" ? leg.afterCallWork === undefined : undefined,
    metrics: [],
    segments: segmentsOf(conversation, leg, seenUntil),
  };
}

function mediaOf(conversation: Conversation, media: LegMedia) {
  switch (media) {
    case "call":
      return { mediaType: "voice", provider: "Edge", ani: "tel:+15550199", dnis: "tel:+15550100" };
    case "message":
      return {
        mediaType: "message",
        messageType: "webmessaging",
        provider: "PureCloud Messaging",
        addressFrom: guestOf(conversation),
        addressTo: deployment,
      };
    case "callback":
      return {
        mediaType: "callback",
        provider: "PureCloud Callback",
        callbackNumbers: ["+15550199"],
        callbackUserName: conversation.legs[0]?.name,
      };
    case "email":
      return {
        mediaType: "email",
        provider: "PureCloud Email",
        addressFrom: senderOf(conversation),
        addressTo: mailbox,
      };
  }
}

function segmentsOf(conversation: Conversation, leg: Leg, seenUntil: Horizon) {
  const { queueId, stages, source, destination } = leg;
  const subject = leg.media === "email" ? subjectOf(conversation) : undefined;
  const known = stages.filter(({ from }) => from <= seenUntil);
  const segments = known.map(({ kind, from, to }, index) => {
    const ended = index === stages.length - 1 && to !== undefined && to <= seenUntil;
    return {
      ...span(kind, from, seen(to, seenUntil)),
      queueId,
      subject,
      disconnectType: ended ? inAnalytics(leg.disconnectType) : undefined,
      ...(index === 0
        ? { sourceConversationId: source?.conversationId, sourceSessionId: source?.sessionId }
        : {}),
      ...(ended
        ? {
            destinationConversationId: destination?.conversationId,
            destinationSessionId: destination?.sessionId,
          }
        : {}),
    };
  });
  const work = leg.afterCallWork;
  if (work === undefined || work.startTime > seenUntil) return segments;
  const wrapUpCode = work.endTime === undefined ? undefined : stableId("wrapup", "Default");
  return [
    ...segments,
    { ...span("wrapup", work.startTime, seen(work.endTime, seenUntil)), queueId, wrapUpCode },
  ];
}

function span(segmentType: string, from: number, segmentEnd: string | undefined) {
  return { segmentType, conference: false, segmentStart: iso(from), segmentEnd };
}
