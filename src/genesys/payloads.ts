import { z } from "zod";
import { Transient } from "../errors.ts";

/**
 * What is read of the platform's answers and events, and nothing more. Official models mark fields as required that
 * are missing in practice, and new enum members appear unannounced: only ids are demanded, a field that is null,
 * absent or of another kind than expected counts as not told.
 */

export const text = z.string().optional().catch(undefined);
export const instant = z
  .string()
  .transform((value, context) => {
    // Without a zone it is the platform's own, UTC: `Date.parse` would take this machine's.
    const time = Date.parse(/[T ][\d:.]+$/.test(value) ? `${value}Z` : value);
    if (Number.isNaN(time)) context.addIssue("not a date");
    return time;
  })
  .optional()
  .catch(undefined);
export const list = <T extends z.ZodType>(item: T) =>
  z
    .array(z.unknown())
    .catch([])
    .transform((items) => items.flatMap((value) => item.safeParse(value).data ?? []) as z.output<T>[]);

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
  id: z.string(),
  state: text,
  direction: text,
  startAlertingTime: instant,
  connectedTime: instant,
  disconnectedTime: instant,
  disconnectType: text,
  messages: list(messageEntry),
  segments: list(segment),
});

export const attributes = z
  .record(z.string(), z.unknown())
  .catch({})
  .transform((values) => {
    const strings: Record<string, string> = Object.create(null);
    for (const [name, value] of Object.entries(values)) {
      if (["string", "number", "boolean"].includes(typeof value)) strings[name] = String(value);
    }
    return strings;
  });

export const reference = z.object({ id: text }).optional().catch(undefined);

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
  id: z.string().min(1),
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

const queue = z.object({
  id: z.string().min(1),
  name: z.string().catch(""),
  enableTranscription: z.boolean().optional().catch(undefined),
});
const count = z.number().optional().catch(undefined);
const queuePage = z.object({ entities: z.array(z.unknown()).catch([]), pageCount: count, total: count });

export interface Queue {
  readonly id: string;
  readonly name: string;
  /** Undefined where the platform does not say. */
  readonly enableTranscription?: boolean | undefined;
}

export interface QueuePage {
  readonly queues: readonly Queue[];
  /** How many the page held, readable or not. */
  readonly rows: number;
  readonly pageCount: number | undefined;
  readonly total: number | undefined;
}

export function parseQueuePage(value: unknown): QueuePage {
  const { entities, pageCount, total } = parse(queuePage, value, "queue list");
  return { queues: list(queue).parse(entities), rows: entities.length, pageCount, total };
}

export function parseQueue(value: unknown): Queue {
  return parse(queue, value, "queue");
}

const channel = z.object({
  id: z.string().min(1),
  connectUri: z.url({ protocol: /^wss?$/ }),
  // A date from the platform, a number from our own state file.
  expires: z.union([z.number(), instant]),
});

/** The id is the secret of the socket (no Authorization header is sent, PROTOCOL §1.3): never log it. */
export interface ChannelAddress {
  readonly id: string;
  readonly connectUri: string;
  readonly expires?: number | undefined;
}

export function parseChannel(value: unknown): ChannelAddress {
  return parse(channel, value, "notification channel");
}

const subscriptions = z.object({
  entities: list(z.object({ id: z.string(), state: text, rejectionReason: text })),
});

export function parseSubscriptions(value: unknown): { id: string; rejected: boolean }[] {
  return parse(subscriptions, value, "subscription list").entities.map(({ id, state }) => ({
    id,
    rejected: state?.toLowerCase() === "rejected",
  }));
}

/** What was said in another form than plain text: the button somebody chose, a text among other parts. */
const content = z.object({
  buttonResponse: z.object({ text: text }).optional().catch(undefined),
  text: z.object({ body: text }).optional().catch(undefined),
});

const messageData = z.object({
  id: z.string(),
  timestamp: instant,
  direction: text,
  textBody: text,
  createdBy: reference,
  normalizedMessage: z
    .object({ type: text, text: text, content: list(content), direction: text, originatingEntity: text })
    .optional()
    .catch(undefined),
});

/** One message of a messaging conversation. `MessageData.textBody` is gone from SDK 262: the text is the normalized one. */
export interface Message {
  readonly id: string;
  readonly at: number | undefined;
  readonly inbound: boolean;
  /** Lower case: text, structured, receipt, event, message, unknown. */
  readonly type: string;
  readonly text: string;
  readonly byBot: boolean;
  /** The platform says that a person wrote it. */
  readonly byHuman: boolean;
  readonly userId: string | undefined;
}

export function parseMessages(value: unknown): Message[] {
  const parsed = parse(z.object({ entities: list(messageData) }), value, "messages");
  return parsed.entities.map(
    ({ id, timestamp, direction, textBody, createdBy, normalizedMessage: normal }) => ({
      id,
      at: timestamp,
      inbound: (direction ?? normal?.direction)?.toLowerCase() === "inbound",
      type: normal?.type?.toLowerCase() ?? "text",
      text: normal?.text || textBody || contentText(normal?.content ?? []),
      byBot: normal?.originatingEntity?.toLowerCase() === "bot",
      byHuman: normal?.originatingEntity?.toLowerCase() === "human",
      userId: createdBy?.id,
    }),
  );
}

function contentText(parts: readonly z.output<typeof content>[]): string {
  return parts.map(({ buttonResponse, text: said }) => buttonResponse?.text ?? said?.body ?? "").join(" ");
}

export function parseTranscriptUrl(value: unknown): string {
  return parse(z.object({ url: z.url({ protocol: /^https?$/ }) }), value, "transcript URL").url;
}

const number = z.number().optional().catch(undefined);
/** A phrase says `internal` or `external`; some files name the party in its place. */
const customerSides: ReadonlySet<string> = new Set(["external", "customer"]);
const phrase = z.object({
  text: z.string().catch(""),
  decoratedText: text,
  confidence: number,
  startTimeMs: number,
  phraseIndex: number,
  participantPurpose: text,
});
const party = z.object({ participantPurpose: text, userId: text, startTimeMs: number, endTimeMs: number });
const transcriptFile = z.object({
  transcripts: list(z.object({ language: text, phrases: list(phrase) })),
  participants: list(party),
});

/** A Speech & Text Analytics transcript file. Older files lack `participants` and `decoratedText`. */
export interface Transcript {
  readonly language: string | undefined;
  /** Mean of its phrases' confidences, 0 to 1; undefined where none has one. */
  readonly confidence: number | undefined;
  readonly phrases: readonly {
    readonly text: string;
    readonly at: number | undefined;
    /** The customer's side; the other side is `internal`: agents, IVR and queue alike. */
    readonly external: boolean;
  }[];
  readonly parties: readonly {
    readonly purpose: string;
    readonly userId: string | undefined;
    readonly from: number;
    readonly to: number;
  }[];
}

export function parseTranscript(value: unknown): Transcript {
  const file = parse(transcriptFile.extend({ transcripts: z.array(z.unknown()) }), value, "transcript");
  const transcripts = transcriptFile.shape.transcripts.parse(file.transcripts);
  return {
    language: transcripts[0]?.language,
    confidence: mean(transcripts.flatMap(({ phrases }) => phrases.flatMap((one) => one.confidence ?? []))),
    phrases: transcripts.flatMap(({ phrases }) =>
      phrases.map((one) => ({
        text: one.decoratedText || one.text,
        at: one.startTimeMs,
        external: customerSides.has(one.participantPurpose?.toLowerCase() ?? ""),
      })),
    ),
    parties: file.participants.map((one) => ({
      purpose: one.participantPurpose?.toLowerCase() ?? "",
      userId: one.userId,
      from: one.startTimeMs ?? -Infinity,
      to: one.endTimeMs ?? Infinity,
    })),
  };
}

function mean(values: readonly number[]): number | undefined {
  const sane = values.filter((value) => value >= 0 && value <= 1);
  return sane.length === 0 ? undefined : sane.reduce((sum, value) => sum + value, 0) / sane.length;
}

/** Throws Transient (`unexpected_payload`) naming the fields that do not fit, never their values. */
export function parse<T extends z.ZodType>(schema: T, value: unknown, what: string): z.output<T> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const fields = result.error.issues.map(({ path }) => path.join(".") || "the whole answer");
  throw new Transient(
    "unexpected_payload",
    `${what}: not of the expected shape (${[...new Set(fields)].join(", ")})`,
  );
}
