import type { FastifyInstance } from "fastify";
import type { Conversation } from "../conversation.ts";
import type { Organization } from "../organization.ts";
import type { Storage } from "../storage.ts";
import { recordedLegs, recordingIdOf, toRecording, toRecordingMetadata } from "../views/recording.ts";
import { ApiError } from "./errors.ts";

export interface RecordingParts {
  readonly organization: Organization;
  readonly storage: Storage;
  readonly now: () => number;
  /** How long after the end a call's audio is still being transcoded. */
  readonly transcodeMs: number;
}

interface Route {
  Params: { id: string };
}

/** Recordings of what has ended. While audio is transcoded the answer is 202 and empty. */
export function addRecordings(app: FastifyInstance, parts: RecordingParts): void {
  const { organization, storage, now, transcodeMs } = parts;
  const endedOf = (id: string): Conversation => {
    const conversation = organization.conversations.get(id);
    if (conversation?.endTime !== undefined) return conversation;
    throw new ApiError(404, "resource.not.found", "Unable to find recordings");
  };

  app.get<Route>("/api/v2/conversations/:id/recordings", async ({ params }, reply) => {
    const conversation = endedOf(params.id);
    const legs = recordedLegs(conversation);
    const hasAudio = legs.some(({ media }) => media === "call");
    if (hasAudio && now() < (conversation.endTime ?? 0) + transcodeMs) return reply.code(202).send();
    return legs.map((leg) => {
      const path = `/recordings/${organization.id}/${recordingIdOf(leg)}`;
      return toRecording(conversation, leg, () => storage.sign(path, () => ({})));
    });
  });

  app.get<Route>("/api/v2/conversations/:id/recordingmetadata", async ({ params }) => {
    const conversation = endedOf(params.id);
    return recordedLegs(conversation).map((leg) => toRecordingMetadata(conversation, leg));
  });
}
