import { iso } from "../../time.ts";
import type { Conversation } from "../conversation.ts";
import type { Leg, Stage, Utterance } from "../legs.ts";
import { participantsOf } from "../legs.ts";
import { messageUri, participantOf, statusOf } from "./event.ts";
import { optionalIso } from "./leg.ts";
import { inRest } from "./spelling.ts";

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
    ...(conversation.isSpoken ? { address: "tel:+15550100" } : {}),
    participants: participantsOf(conversation.legs).map((legs) => restParticipantOf(conversation, legs)),
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

function restParticipantOf(conversation: Conversation, legs: readonly [Leg, ...Leg[]]) {
  const { calls, messages, callbacks, emails, ...participant } = participantOf(conversation, legs);
  const found = new Map(legs.map((leg) => [leg.communicationId, leg]));
  const more = (id: string) => {
    const leg = found.get(id);
    return leg && { disconnectType: inRest(leg.disconnectType), segments: segmentsOf(leg) };
  };
  return {
    ...participant,
    startTime: iso(legs[0].startTime),
    calls: calls?.map((call) => ({ ...call, ...more(call.id) })),
    messages: messages?.map((message) => ({
      ...message,
      messages: detailsOf(conversation, message.id),
      ...more(message.id),
    })),
    callbacks: callbacks?.map((callback) => ({ ...callback, ...more(callback.id) })),
    emails: emails?.map(({ resumeTime: _unknownHere, ...email }) => ({ ...email, ...more(email.id) })),
  };
}

function detailsOf(conversation: Conversation, communicationId: string) {
  return conversation.utterances
    .filter(({ leg }) => leg.communicationId === communicationId)
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
  if (leg.disconnectedTime === undefined) return [];
  return leg.stages.map((stage, index) => {
    const next = leg.stages[index + 1];
    const segment = segmentOf(stage, leg.disconnectedTime ?? stage.from);
    return next === undefined
      ? { ...segment, howEnded: "Disconnect", disconnectType: inRest(leg.disconnectType) }
      : { ...segment, howEnded: title(next.kind) };
  });
}

function segmentOf({ kind, from, to }: Stage, end: number) {
  return { startTime: iso(from), endTime: iso(to ?? end), type: title(kind) };
}

function title(word: string): string {
  return `${word.slice(0, 1).toUpperCase()}${word.slice(1)}`;
}
