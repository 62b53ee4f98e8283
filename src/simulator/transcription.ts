import type { Conversation } from "./conversation.ts";
import type { Leg } from "./legs.ts";
import type { Organization } from "./organization.ts";
import { saidIn } from "./views/transcript.ts";

/** The customer's calls that are transcribed: where one of the conversation's queues is, or none is known any more. */
export function transcribedLegs(conversation: Conversation, organization: Organization): Leg[] {
  if (!conversation.isSpoken || !conversation.hasCustomer) return [];
  const queueIds = new Set(conversation.queueIds);
  const queues = organization.queues.filter(({ id }) => queueIds.has(id));
  if (queues.length > 0 && !queues.some(({ enableTranscription }) => enableTranscription)) return [];
  return conversation.legs.filter(({ purpose, media }) => purpose === "customer" && media === "call");
}

/** Transcripts that exist by now: some time after the conversation's end, where anything was said. */
export function readyLegs(conversation: Conversation, organization: Organization, now: number): Leg[] {
  const { endTime, transcriptDelayMs } = conversation;
  if (endTime === undefined || now < endTime + transcriptDelayMs) return [];
  return transcribedLegs(conversation, organization).filter((leg) => saidIn(conversation, leg).length > 0);
}
