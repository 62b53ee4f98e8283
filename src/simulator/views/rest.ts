import { iso } from "../../time.ts";
import type { Conversation } from "../conversation.ts";
import type { Leg, Utterance } from "../legs.ts";
import { messageUri, participantOf, statusOf } from "./event.ts";
import { optionalIso } from "./leg.ts";

/**
 * The `Conversation` of GET /api/v2/conversations/{id}: like the event, with startTime, endTime ("when the last
 * participant left") and segments. `hideEndTime` is the platform that has not noticed yet.
 */
export function toRest(
  conversation: Conversation,
  { hideEndTime = false }: { readonly hideEndTime?: boolean },
) {
  return {
    id: conversation.id,
    startTime: iso(conversation.startTime),
    endTime: hideEndTime ? undefined : optionalIso(conversation.endTime),
    ...(conversation.medium === "voice" ? { address: "tel:+15550100" } : {}),
    participants: conversation.legs.map((leg) => restParticipantOf(conversation, leg)),
    recordingState: "NONE",
    divisions: [
      {
        division: {
          id: conversation.divisionId,
          selfUri: `/api/v2/authorization/divisions/${conversation.divisionId}`,
        },
        entities: [],
      },
    ],
    recentTransfers: [],
    securePause: false,
    selfUri: `/api/v2/conversations/${conversation.id}`,
  };
}

function restParticipantOf(conversation: Conversation, leg: Leg) {
  const { calls, messages, ...participant } = participantOf(conversation, leg);
  const segments = segmentsOf(leg);
  return {
    ...participant,
    startTime: iso(leg.startTime),
    calls: calls?.map((call) => ({ ...call, segments })),
    messages: messages?.map((message) => ({ ...message, messages: detailsOf(conversation, leg), segments })),
  };
}

function detailsOf(conversation: Conversation, leg: Leg) {
  return conversation.utterances
    .filter((utterance) => utterance.leg === leg)
    .map((message: Utterance) => ({
      messageId: message.id,
      messageTime: iso(message.at),
      messageStatus: statusOf(message),
      messageSegmentCount: 1,
      messageURI: messageUri(conversation, message),
    }));
}

/** Segments exist once they are over: the schema wants both ends. */
function segmentsOf(leg: Leg) {
  const end = leg.disconnectedTime;
  if (end === undefined) return [];
  const alerted = leg.purpose === "agent" ? [segment("Alert", leg.startTime, leg.connectedTime ?? end)] : [];
  const type = leg.purpose === "ivr" ? "Ivr" : "Interact";
  const talked = leg.connectedTime === undefined ? [] : [segment(type, leg.connectedTime, end)];
  const segments = [...alerted, ...talked];
  return segments.map((each, index) =>
    index === segments.length - 1
      ? { ...each, howEnded: "Disconnect", disconnectType: leg.disconnectType }
      : { ...each, howEnded: "Interact" },
  );
}

function segment(type: string, from: number, to: number) {
  return { startTime: iso(from), endTime: iso(to), type };
}
