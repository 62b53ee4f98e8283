import { iso } from "../time.ts";
import type { Conversation } from "./conversation.ts";
import type { Publication } from "./delivery.ts";
import type { Leg, Utterance } from "./legs.ts";
import { isLive, isWorker } from "./legs.ts";
import type { Organization } from "./organization.ts";
import { stableId } from "./organization.ts";
import { readyLegs, transcribedLegs } from "./transcription.ts";
import { recordingIdOf } from "./views/recording.ts";
import { programId, saidIn, spokenWords, transcriptIdOf } from "./views/transcript.ts";

export interface SignOptions {
  readonly organization: Organization;
  readonly now: () => number;
  readonly publish: (publication: Publication) => void;
}

/** A Node timer's longest delay. */
const maxTimerMs = 2 ** 31 - 1;

/**
 * Hints of a transcript, for who subscribed a conversation's own topics: live words and the end of the session while
 * it is transcribed, and the topics found once the file is there. No topic says "the transcript is available".
 */
export class Signs {
  readonly #options: SignOptions;
  readonly #over = new WeakSet<Leg>();
  readonly #awaited = new WeakSet<Conversation>();
  readonly #timers = new Set<NodeJS.Timeout>();

  constructor(options: SignOptions) {
    this.#options = options;
  }

  /** The conversation changed: who hung up is transcribed no more, and after the end the file is on its way. */
  changed(conversation: Conversation): void {
    for (const leg of transcribedLegs(conversation, this.#options.organization)) {
      if (isLive(leg) || this.#over.has(leg)) continue;
      this.#over.add(leg);
      this.#transcription(conversation, leg, [], "SESSION_ENDED");
    }
    this.#await(conversation);
  }

  /** Something was said in a call. */
  heard(conversation: Conversation, utterance: Utterance): void {
    const line = transcribedLegs(conversation, this.#options.organization).find(isLive);
    if (line !== undefined) {
      this.#transcription(conversation, line, [resultOf(line, utterance)], "SESSION_ONGOING");
    }
  }

  dispose(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
  }

  #await(conversation: Conversation): void {
    const { endTime, transcriptDelayMs } = conversation;
    if (endTime === undefined || this.#awaited.has(conversation)) return;
    const inMs = endTime + transcriptDelayMs - this.#options.now();
    if (!conversation.isSpoken || inMs > maxTimerMs) return;
    this.#awaited.add(conversation);
    const timer = setTimeout(
      () => {
        this.#timers.delete(timer);
        this.#tellTopics(conversation);
      },
      Math.max(0, inMs),
    );
    this.#timers.add(timer.unref());
  }

  #tellTopics(conversation: Conversation): void {
    const { organization, now, publish } = this.#options;
    // A timer may ring a millisecond before its time.
    for (const leg of readyLegs(conversation, organization, now() + 1)) {
      const topicName = `v2.speechandtextanalytics.conversation.${conversation.id}.topics`;
      publish({ topicName, eventBody: topicsOf(conversation, leg) });
    }
  }

  #transcription(
    conversation: Conversation,
    leg: Leg,
    transcripts: readonly object[],
    status: "SESSION_ONGOING" | "SESSION_ENDED",
  ): void {
    const now = this.#options.now();
    const from = leg.connectedTime ?? leg.startTime;
    const eventBody = {
      eventTime: iso(now),
      organizationId: conversation.organizationId,
      conversationId: conversation.id,
      communicationId: leg.communicationId,
      sessionStartTimeMs: leg.startTime,
      transcriptionStartTimeMs: from,
      transcripts,
      status: { offsetMs: Math.max(0, (leg.disconnectedTime ?? now) - from), status },
    };
    this.#options.publish({ topicName: `v2.conversations.${conversation.id}.transcription`, eventBody });
  }
}

function resultOf(line: Leg, utterance: Utterance) {
  const text = utterance.text ?? "";
  const words = spokenWords(text);
  const offsetMs = Math.max(0, utterance.at - (line.connectedTime ?? line.startTime));
  return {
    utteranceId: utterance.id,
    isFinal: true,
    channel: utterance.leg.purpose === "customer" ? "EXTERNAL" : "INTERNAL",
    alternatives: [
      {
        confidence: 0.9,
        offsetMs,
        durationMs: words.length * 300,
        transcript: words.join(" "),
        words: words.map((word, index) => ({
          confidence: 0.9,
          startTimeMs: utterance.at + index * 300,
          offsetMs: offsetMs + index * 300,
          durationMs: 300,
          word,
        })),
        decoratedTranscript: text,
        decoratedWords: [],
      },
    ],
    engineProvider: "GENESYS",
    engineId: "r2d2",
    engineName: "Genesys",
    dialect: utterance.language,
    agentAssistEnabled: false,
    voiceTranscriptionEnabled: true,
  };
}

/** A program that finds one topic in whatever a customer says. */
function topicsOf(conversation: Conversation, leg: Leg) {
  const asked = saidIn(conversation, leg).some((utterance) => utterance.leg.purpose === "customer");
  const topic = { participant: "external", topicId: stableId("topic", "Contact"), topicName: "Contact" };
  return {
    conversationId: conversation.id,
    communicationId: leg.communicationId,
    recordingId: recordingIdOf(leg),
    transcriptId: transcriptIdOf(conversation, leg),
    mediaType: "call",
    programId: programId(),
    topics: asked ? [topic] : [],
    participants: conversation.legs.filter(isWorker).map(({ userId, queueId, purpose }) => ({
      userId,
      queueId,
      divisionId: conversation.divisionId,
      purpose,
    })),
  };
}
