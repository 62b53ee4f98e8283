import { z } from "zod";
import { attributes, instant, list, parse, reference, text, wellFormed } from "./fields.ts";

const messageEntry = z
  .object({
    messageId: text,
    message: z.object({ id: text }).optional().catch(undefined),
    messageURI: text,
    messageTime: instant,
  })
  .transform(({ messageId, message, messageURI, messageTime }) => ({
    id: messageId ?? message?.id ?? messageURI?.split("/").at(-1),
    at: messageTime,
  }))
  .pipe(z.object({ id: z.string(), at: z.union([z.number(), z.undefined()]) }));

const segment = z.object({ type: text });

const communication = z.object({
  id: wellFormed,
  state: text,
  direction: text,
  startAlertingTime: instant,
  connectedTime: instant,
  disconnectedTime: instant,
  disconnectType: text,
  messages: list(messageEntry),
  segments: list(segment),
});

/** Media under a participant, by the name of the platform's array. */
export const mediaArrays = ["calls", "messages", "callbacks", "emails", "chats"] as const;
export type MediaArray = (typeof mediaArrays)[number];

const participant = z.object({
  id: text,
  name: text,
  purpose: z.string().catch(""),
  userId: text,
  user: reference,
  queueId: text,
  queueName: text,
  queue: reference,
  consultParticipantId: text,
  monitoredParticipantId: text,
  coachedParticipantId: text,
  bargedParticipantId: text,
  startTime: instant,
  connectedTime: instant,
  endTime: instant,
  attributes: attributes,
  calls: list(communication),
  messages: list(communication),
  callbacks: list(communication),
  emails: list(communication),
  chats: list(communication),
});

const conversation = z.object({
  id: wellFormed.pipe(z.string().min(1)),
  startTime: instant,
  endTime: instant,
  participants: list(participant),
});

/** One party's connection: the platform's communication, whose id is also the analytics session id. */
export interface Communication {
  readonly id: string;
  readonly media: MediaArray;
  readonly state: string | undefined;
  readonly direction: string | undefined;
  readonly alertedAt: number | undefined;
  readonly connectedAt: number | undefined;
  readonly disconnectedAt: number | undefined;
  readonly disconnectType: string | undefined;
  readonly messages: readonly { readonly id: string; readonly at?: number | undefined }[];
  /** Kinds of its segments, lower case (`alert`, `interact`, `hold` …); empty in events. */
  readonly segments: readonly string[];
}

export interface Participant {
  readonly purpose: string;
  /** Of a person, or what the platform shows in its place: a number, a town, a caller's country. */
  readonly name: string | undefined;
  readonly userId: string | undefined;
  readonly queueId: string | undefined;
  readonly queueName: string | undefined;
  /** Part of a consult. */
  readonly consults: boolean;
  /** Listens to, or whispers with, an agent; the customer does not hear them. */
  readonly observes: boolean;
  readonly startedAt: number | undefined;
  readonly connectedAt: number | undefined;
  readonly endedAt: number | undefined;
  readonly attributes: Readonly<Record<string, string>>;
  readonly communications: readonly Communication[];
}

/** A conversation, from `GET /conversations/{id}` or from a queue topic's event (which has no start and end of its own). */
export interface Conversation {
  readonly id: string;
  readonly startedAt: number | undefined;
  readonly endedAt: number | undefined;
  readonly participants: readonly Participant[];
}

/** Throws Transient (`unexpected_payload`) naming the fields, never their values. */
export function parseConversation(value: unknown): Conversation {
  const parsed = parse(conversation, value, "conversation");
  return {
    id: parsed.id,
    startedAt: parsed.startTime,
    endedAt: parsed.endTime,
    participants: parsed.participants.map((one) => ({
      purpose: one.purpose.toLowerCase(),
      name: one.name,
      userId: one.userId ?? one.user?.id,
      queueId: one.queueId ?? one.queue?.id,
      queueName: one.queueName,
      consults: one.consultParticipantId !== undefined,
      observes:
        (one.monitoredParticipantId ?? one.coachedParticipantId) !== undefined &&
        one.bargedParticipantId === undefined,
      startedAt: one.startTime,
      connectedAt: one.connectedTime,
      endedAt: one.endTime,
      attributes: one.attributes,
      communications: mediaArrays.flatMap((media) =>
        one[media].map((leg) => ({
          id: leg.id,
          media,
          state: leg.state?.toLowerCase(),
          direction: leg.direction?.toLowerCase(),
          alertedAt: leg.startAlertingTime,
          connectedAt: leg.connectedTime,
          disconnectedAt: leg.disconnectedTime,
          disconnectType: leg.disconnectType?.toLowerCase(),
          messages: leg.messages,
          segments: leg.segments.map(({ type }) => type?.toLowerCase() ?? ""),
        })),
      ),
    })),
  };
}
