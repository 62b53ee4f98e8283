import type { Conversation } from "../conversation.ts";
import type { Leg, Utterance } from "../legs.ts";
import { isLive } from "../legs.ts";
import { stableId } from "../organization.ts";

/**
 * The Speech & Text Analytics transcript file of one of the customer's calls. A phrase tells only its side: who of
 * the inside spoke is in the participants' windows, and an IVR is inside. A language switch begins another transcript
 * in the same file.
 */
export function toTranscript(conversation: Conversation, leg: Leg) {
  const end = leg.disconnectedTime ?? conversation.endTime ?? conversation.startTime;
  const said = saidIn(conversation, leg);
  const transcriptId = transcriptIdOf(conversation, leg);
  return {
    organizationId: conversation.organizationId,
    conversationId: conversation.id,
    communicationId: leg.communicationId,
    mediaType: "call",
    conversationStartTime: conversation.startTime,
    startTime: leg.startTime,
    duration: { milliseconds: end - leg.startTime },
    transcripts: passagesOf(said).map((passage, index, passages) => {
      const from = index === 0 ? leg.startTime : (passage[0]?.at ?? leg.startTime);
      const to = passages[index + 1]?.[0]?.at ?? end;
      return {
        transcriptId: index === 0 ? transcriptId : stableId("transcript", transcriptId, String(index)),
        language: passage[0]?.language ?? conversation.language,
        programId: programId(),
        engineId: "r2d2",
        startTime: from,
        duration: { milliseconds: to - from },
        phrases: passage.map((utterance, place) => phraseOf(utterance, place, passage[place + 1]?.at ?? to)),
        analytics: {},
      };
    }),
    participants: conversation.legs
      .filter((other) => isHeardOn(leg, other))
      .map((other) => ({
        ...windowOf(other, end),
        divisionId: conversation.divisionId,
      })),
    uri: `https://example.invalid/transcripts/${transcriptId}`,
  };
}

export function transcriptIdOf(conversation: Conversation, leg: Leg): string {
  return leg === conversation.legs[0]
    ? stableId("transcript", conversation.id)
    : stableId("transcript", conversation.id, leg.communicationId);
}

export function programId(): string {
  return stableId("program", "Default");
}

/** What was said while this communication lasted. */
export function saidIn(conversation: Conversation, leg: Leg): Utterance[] {
  const only = conversation.legs.filter(({ purpose, media }) => purpose === "customer" && media === "call");
  if (only.length === 1) return conversation.utterances;
  const to = leg.disconnectedTime ?? Number.POSITIVE_INFINITY;
  return conversation.utterances.filter(({ at }) => at >= leg.startTime && at < to);
}

/** Runs of one language; a call in which nothing was said has one without phrases. */
function passagesOf(said: readonly Utterance[]): Utterance[][] {
  const passages: Utterance[][] = [];
  for (const utterance of said) {
    const current = passages.at(-1);
    if (current?.[0]?.language === utterance.language) current.push(utterance);
    else passages.push([utterance]);
  }
  return passages.length === 0 ? [[]] : passages;
}

function phraseOf(utterance: Utterance, phraseIndex: number, next: number) {
  const text = (utterance.text ?? "").trim();
  const words = spokenWords(text);
  const length = Math.max(1, Math.min(words.length * 300, next - utterance.at));
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
export function spokenWords(text: string): string[] {
  return text
    .toLowerCase()
    .replace(/[^\p{L}\p{M}\p{N}'’\s-]+/gu, " ")
    .split(/\s+/)
    .filter((word) => word !== "");
}

/** Who was connected meanwhile; a supervisor is on no recording of the customer's line. */
function isHeardOn(line: Leg, other: Leg): boolean {
  if (other.media !== "call" || other.purpose === "user" || other.connectedTime === undefined) return false;
  if (other.purpose === "customer") return other === line;
  return isLive(other) || (other.disconnectedTime ?? 0) >= line.startTime;
}

function windowOf(leg: Leg, conversationEnd: number) {
  const window = { startTimeMs: leg.connectedTime, endTimeMs: leg.disconnectedTime ?? conversationEnd };
  if (leg.purpose === "customer" || leg.purpose === "external") {
    return {
      participantPurpose: leg.purpose,
      ani: "tel:+15550199",
      dnis: "tel:+15550100",
      initialDirection: leg.direction,
      ...window,
    };
  }
  if (leg.purpose === "ivr")
    return { participantPurpose: leg.purpose, flowId: stableId("flow", "Welcome"), ...window };
  return { participantPurpose: leg.purpose, userId: leg.userId, queueId: leg.queueId, ...window };
}
