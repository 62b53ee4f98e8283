import type { Conversation } from "../conversation.ts";
import type { Leg, Utterance } from "../legs.ts";
import { stableId } from "../organization.ts";

/**
 * The Speech & Text Analytics transcript file of a call. A phrase tells only its side: who of the inside spoke is in
 * the participants' windows, and an IVR is inside.
 */
export function toTranscript(conversation: Conversation) {
  const end = conversation.endTime ?? conversation.startTime;
  const duration = { milliseconds: end - conversation.startTime };
  const transcriptId = stableId("transcript", conversation.id);
  return {
    organizationId: conversation.organizationId,
    conversationId: conversation.id,
    communicationId: conversation.customer.communicationId,
    mediaType: "call",
    conversationStartTime: conversation.startTime,
    startTime: conversation.startTime,
    duration,
    transcripts: [
      {
        transcriptId,
        language: conversation.language,
        programId: stableId("program", "Default"),
        engineId: "r2d2",
        startTime: conversation.startTime,
        duration,
        phrases: conversation.utterances.map((utterance, index) => phraseOf(conversation, utterance, index)),
        analytics: {},
      },
    ],
    participants: conversation.legs
      .filter(({ connectedTime }) => connectedTime !== undefined)
      .map((leg) => ({
        ...windowOf(leg, end),
        divisionId: conversation.divisionId,
      })),
    uri: `https://example.invalid/transcripts/${transcriptId}`,
  };
}

function phraseOf(conversation: Conversation, utterance: Utterance, phraseIndex: number) {
  const text = (utterance.text ?? "").trim();
  const words = spokenWords(text);
  const room =
    (conversation.utterances[phraseIndex + 1]?.at ?? conversation.endTime ?? utterance.at) - utterance.at;
  const length = Math.max(1, Math.min(words.length * 300, room));
  return {
    text: words.join(" "),
    decoratedText: text,
    stability: 1,
    confidence: 0.9,
    startTimeMs: utterance.at,
    duration: { milliseconds: length },
    phraseIndex,
    participantPurpose: utterance.leg.purpose === "customer" ? "external" : "internal",
    words: words.map((word, index) => ({
      word,
      confidence: 0.9,
      startTimeMs: utterance.at + Math.floor((index * length) / words.length),
      duration: { milliseconds: Math.floor(length / words.length) },
    })),
    alternatives: [],
  };
}

/** Recognised speech is lower case without punctuation; the decorated text is what a person reads. */
function spokenWords(text: string): string[] {
  return text
    .toLowerCase()
    .replace(/[^\p{L}\p{M}\p{N}'’\s-]+/gu, " ")
    .split(/\s+/)
    .filter((word) => word !== "");
}

function windowOf(leg: Leg, conversationEnd: number) {
  const window = { startTimeMs: leg.connectedTime, endTimeMs: leg.disconnectedTime ?? conversationEnd };
  if (leg.purpose === "customer") {
    return {
      participantPurpose: leg.purpose,
      ani: "tel:+15550199",
      dnis: "tel:+15550100",
      initialDirection: "inbound",
      ...window,
    };
  }
  if (leg.purpose === "ivr")
    return { participantPurpose: leg.purpose, flowId: stableId("flow", "Welcome"), ...window };
  return { participantPurpose: leg.purpose, userId: leg.userId, queueId: leg.queueId, ...window };
}
