import type { FastifyInstance } from "fastify";
import type { Conversation } from "../conversation.ts";
import type { Leg } from "../legs.ts";
import type { Organization } from "../organization.ts";
import type { Storage } from "../storage.ts";
import { readyLegs } from "../transcription.ts";
import { recordingIdOf } from "../views/recording.ts";
import { ApiError } from "./errors.ts";
import type { TranscriptHit } from "./transcript-search.ts";
import { readTranscriptSearch, searchPage } from "./transcript-search.ts";

const dayMs = 86_400_000;
/** Transcript search docs: content can be searched for 60 days, metadata for 18 months. */
const searchableMs = { transcripts: 60 * dayMs, transcripts_metadata: 548 * dayMs };

export interface SpeechParts {
  readonly organization: Organization;
  readonly storage: Storage;
  readonly now: () => number;
  readonly transcriptUrlSeconds: number;
  /** How much later than its URL a transcript is found by the search. */
  readonly searchLagMs: number;
}

interface Route {
  Params: { id: string; communicationId: string };
}

/** Where transcripts are: nothing tells "not ready" from "never" or "wrong communication". */
export function addSpeech(app: FastifyInstance, parts: SpeechParts): void {
  const { organization, storage, now, transcriptUrlSeconds, searchLagMs } = parts;
  const base = "/api/v2/speechandtextanalytics";
  const communication = `${base}/conversations/:id/communications/:communicationId`;

  const signed = ({ id, communicationId }: Route["Params"]) => {
    const conversation = organization.conversations.get(id);
    const legs = conversation === undefined ? [] : readyLegs(conversation, organization, now());
    const leg = legs.find((candidate) => candidate.communicationId === communicationId);
    if (conversation === undefined || leg === undefined) {
      throw new ApiError(404, "resource.not.found", "Unable to find transcript");
    }
    const path = pathOf(conversation, leg);
    return { leg, url: storage.sign(path, () => conversation.toTranscript(leg), transcriptUrlSeconds) };
  };

  app.get<Route>(`${communication}/transcripturl`, async ({ params }) => ({ url: signed(params).url }));
  app.get<Route>(`${communication}/transcripturls`, async ({ params }) => {
    const { leg, url } = signed(params);
    return {
      conversation: { id: params.id, selfUri: `/api/v2/conversations/${params.id}` },
      communicationId: params.communicationId,
      urls: [{ recording: { id: recordingIdOf(leg) }, url }],
    };
  });

  app.post(`${base}/transcripts/search`, async (request) => {
    const search = readTranscriptSearch(request.body);
    const indexedAt = now() - searchLagMs;
    const oldest = now() - searchableMs[search.type];
    const hits: TranscriptHit[] = [];
    for (const conversation of organization.conversations.values()) {
      if (conversation.startTime < oldest || !search.mayFind(conversation)) continue;
      for (const leg of readyLegs(conversation, organization, indexedAt)) {
        const hit = hitOf(conversation, leg);
        if (search.finds(hit)) hits.push(hit);
      }
    }
    return searchPage(hits, search);
  });

  /** One object a communication; the first communication's is named after the conversation alone. */
  function pathOf(conversation: Conversation, leg: Leg): string {
    const name = leg === conversation.legs[0] ? conversation.id : `${conversation.id}-${leg.communicationId}`;
    return `/transcripts/${organization.id}/${name}.json`;
  }
}

function hitOf(conversation: Conversation, leg: Leg): TranscriptHit {
  return {
    conversationId: conversation.id,
    communicationId: leg.communicationId,
    mediaType: "call",
    conversationStartTime: new Date(conversation.startTime).toISOString(),
    conversationEndTime: new Date(conversation.endTime ?? 0).toISOString(),
    startTime: new Date(leg.startTime).toISOString(),
    endTime: new Date(leg.disconnectedTime ?? 0).toISOString(),
    language: conversation.language,
    divisionId: conversation.divisionId,
  };
}
