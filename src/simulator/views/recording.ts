import { iso } from "../../time.ts";
import type { Conversation } from "../conversation.ts";
import type { Leg, Utterance } from "../legs.ts";
import { stableId } from "../organization.ts";
import { deployment, guestOf, optionalIso } from "./leg.ts";

export function recordingIdOf(leg: Leg): string {
  return stableId("recording", leg.communicationId);
}

/** The customer's side is what is recorded: a call's line, a chat with all that was written. */
export function recordedLegs(conversation: Conversation): Leg[] {
  const isRecorded = ({ purpose, media }: Leg) =>
    purpose === "customer" && (media === "call" || media === "message");
  return conversation.legs.filter(isRecorded);
}

/** RecordingMetadata: what there is, without media; its sessionId is the communicationId. */
export function toRecordingMetadata(conversation: Conversation, leg: Leg) {
  const id = recordingIdOf(leg);
  return {
    id,
    conversationId: conversation.id,
    startTime: iso(leg.startTime),
    endTime: optionalIso(leg.disconnectedTime),
    media: leg.media === "call" ? "audio" : "message",
    ...(leg.media === "call" ? { mediaSubtype: "Trunk" } : {}),
    annotations: [],
    fileState: "AVAILABLE",
    maxAllowedRestorationsForOrg: 10_000,
    remainingRestorationsAllowedForOrg: 10_000,
    sessionId: leg.communicationId,
    selfUri: `/api/v2/conversations/${conversation.id}/recordings/${id}`,
  };
}

/** Recording: a call's audio by a link, a chat's words in full. */
export function toRecording(conversation: Conversation, leg: Leg, mediaUri: () => string) {
  const common = { ...toRecordingMetadata(conversation, leg), recordingFileRole: "CUSTOMER_EXPERIENCE" };
  return leg.media === "call"
    ? { ...common, mediaUris: { S: { mediaUri: mediaUri() } } }
    : { ...common, messagingTranscript: writtenIn(conversation) };
}

function writtenIn(conversation: Conversation) {
  return conversation.utterances
    .filter(({ kind }) => kind === "text" || kind === "structured")
    .map((message) => transcribed(conversation, message));
}

function transcribed(conversation: Conversation, { id, at, leg, text }: Utterance) {
  const inbound = leg.purpose === "customer";
  const [from, to] = inbound ? [guestOf(conversation), deployment] : [deployment, guestOf(conversation)];
  const self = (path: string, reference: string | undefined) =>
    reference === undefined ? undefined : { id: reference, selfUri: `/api/v2/${path}/${reference}` };
  return {
    from,
    fromUser: self("users", leg.userId),
    to,
    timestamp: iso(at),
    id,
    purpose: inbound ? "external" : leg.purpose,
    participantId: leg.participantId,
    queue: self("routing/queues", leg.queueId),
    messageText: text,
    messageMediaAttachments: [],
    messageStickerAttachments: [],
    quickReplies: [],
    cards: [],
  };
}
