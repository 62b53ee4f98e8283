import { z } from "zod";
import type { CaseLink } from "../model.ts";
import { readCaseLink } from "./connect-cases.ts";

/** Events of one request. */
export const maxEvents = 100;

/** Somebody's part in a conversation has ended; whether the conversation has, the platform is to be asked. */
export interface EndEvent {
  readonly conversationId: string;
  /** A call, or a callback: with its end it is over for good. */
  readonly isCall: boolean;
}

/** Called for each event that is of interest; resolve once what it tells is durable. */
export interface EventTakers {
  readonly onEnd: (end: EndEvent) => Promise<boolean>;
  readonly onLink: (link: CaseLink) => Promise<unknown>;
}

export interface EventsTaken {
  readonly recorded: number;
  readonly ignored: number;
}

const endTopic = /^v2\.detail\.events\.conversation\.[^.]+\.(user\.end|customer\.end|acw)$/;
const callMedia: readonly string[] = ["VOICE", "CALLBACK"];

const eventBody = z.object({
  conversationId: z.string().regex(/^[\w-]{1,100}$/),
  mediaType: z.string().max(40).optional(),
});
/** The platform's own envelope, as on a notification channel. */
const genesysEvent = z.object({ topicName: z.string().max(300), eventBody: z.unknown() });
/** What EventBridge puts around whatever it carries. */
const bridgeEvent = z.object({ source: z.string(), "detail-type": z.string(), detail: z.unknown() });
/** What SNS puts around a text; its first message only asks whether it is wanted. */
const snsMessage = z.union([
  z.object({ Type: z.literal("Notification"), Message: z.string() }),
  z.object({ Type: z.enum(["SubscriptionConfirmation", "UnsubscribeConfirmation"]) }),
]);

/**
 * Reads an event of an EventBridge partner bus (FACTS §0: org-wide `…user.end`, `…customer.end`, `…acw`), with or
 * without its envelopes, or the body alone, as a process-automation trigger hands it on. Pure.
 * @returns `ignored` for any other event; undefined for what is none
 */
export function readEvent(value: unknown): EndEvent | "ignored" | undefined {
  const sns = snsMessage.safeParse(value);
  if (sns.success) return "Message" in sns.data ? readEvent(jsonOf(sns.data.Message)) : "ignored";
  const bridged = bridgeEvent.safeParse(value);
  if (!bridged.success) return readTold(value);
  return genesysEvent.safeParse(bridged.data.detail).success ? readTold(bridged.data.detail) : "ignored";
}

function readTold(value: unknown): EndEvent | "ignored" | undefined {
  const told = genesysEvent.safeParse(value);
  if (told.success && !endTopic.test(told.data.topicName)) return "ignored";
  const body = eventBody.safeParse(told.success ? told.data.eventBody : value);
  if (!body.success) return undefined;
  const { conversationId, mediaType = "" } = body.data;
  return { conversationId, isCall: callMedia.includes(mediaType.toUpperCase()) };
}

/**
 * Takes one event, or up to `maxEvents`, all of them or none. Throws what the takers throw.
 * @returns how many were of interest, or which could not be read
 */
export async function takeEvents(
  value: unknown,
  { onEnd, onLink }: EventTakers,
): Promise<EventsTaken | { readonly problems: readonly string[] }> {
  const values: readonly unknown[] = Array.isArray(value) ? value : [jsonOf(value)];
  if (values.length === 0 || values.length > maxEvents)
    return { problems: [`must be 1 to ${maxEvents} events`] };
  const events = values.map((one) => readCaseLink(one) ?? readEvent(one));
  const problems = events.flatMap((event, index) => (event ? [] : [`${index}: is not an event`]));
  if (problems.length > 0) return { problems };
  const taken = await Promise.all(
    events.map(async (event) => {
      if (event === undefined || event === "ignored") return false;
      if ("conversationId" in event) return await onEnd(event);
      await onLink(event);
      return true;
    }),
  );
  const recorded = taken.filter(Boolean).length;
  return { recorded, ignored: taken.length - recorded };
}

/** SNS sends JSON as plain text, also inside its own. */
function jsonOf(value: unknown): unknown {
  if (typeof value !== "string") return value;
  try {
    return JSON.parse(value);
  } catch {
    return undefined;
  }
}
