import { createHash } from "node:crypto";
import type { Dice } from "../faults/dice.ts";
import type { Json } from "./change.ts";

/** A queue as the platform has it. */
export interface Place {
  readonly id: string;
  readonly name: string;
}

/** Somebody's part in a conversation; times in milliseconds from its beginning. */
export interface Part {
  readonly id: string;
  readonly communicationId: string;
  readonly purpose: string;
  readonly media: "calls" | "messages" | "callbacks" | "emails";
  readonly begins: number;
  /** Undefined: it only rang, or only waited. */
  readonly connects?: number;
  /** Undefined: still there when the tale is over. */
  ends?: number;
  how?: string;
  readonly userId?: string;
  readonly queue?: Place;
  readonly attributes?: Record<string, unknown>;
  readonly consults?: string;
  readonly monitors?: string;
  readonly messages?: Message[];
}

export interface Message {
  readonly id: string;
  readonly at: number;
  readonly inbound: boolean;
  readonly text: string;
  readonly userId?: string;
}

/** A contact that comes of a tale, and the log that has to be posted of it, if one has to. */
export interface Due {
  readonly key: string;
  /** Milliseconds from the beginning; several where it depends on when somebody looked. */
  readonly log?: {
    readonly startedAt: number;
    readonly endedAt: readonly number[];
    readonly brand: string;
    readonly accountId: string;
    readonly agents: readonly { readonly userId: string; readonly queueId: string | null }[];
  };
}

/** A conversation from its beginning to its end, and what has to become of it, decided while it is made up. */
export interface Tale {
  readonly id: string;
  readonly parts: readonly Part[];
  readonly dues: readonly Due[];
  /** The phrases of a call's transcript. */
  readonly phrases: readonly Message[];
}

/** Like the platform's ids, and the same for the same dice. */
export function idOf(dice: Dice): string {
  const hex = createHash("sha256").update(`${dice.next()} ${dice.next()}`).digest("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** When something changed, in order. */
export function momentsOf({ parts }: Tale): number[] {
  const times = parts.flatMap(({ begins, connects, ends, messages = [] }) => [
    begins,
    ...(connects === undefined ? [] : [connects]),
    ...(ends === undefined ? [] : [ends]),
    ...messages.map(({ at }) => at),
  ]);
  return [...new Set(times)].toSorted((a, b) => a - b);
}

export function lastMomentOf(tale: Tale): number {
  return momentsOf(tale).at(-1) ?? 0;
}

/** When the last one left, as far as it is known at a moment; undefined while anybody is there. */
export function endOf({ parts }: Tale, moment: number): number | undefined {
  const there = parts.filter(({ begins }) => begins <= moment);
  if (there.length === 0 || there.some(({ ends = Infinity }) => ends > moment)) return undefined;
  return Math.max(...there.map(({ ends }) => ends as number));
}

const at = (base: number, ms: number): string => new Date(base + ms).toISOString();

/** GET conversation as of a moment. @param base when it began, epoch milliseconds */
export function restOf(tale: Tale, base: number, moment: number): Json {
  const end = endOf(tale, moment);
  return {
    id: tale.id,
    startTime: at(base, 0),
    ...(end === undefined ? {} : { endTime: at(base, end) }),
    participants: partsAt(tale, base, moment, true),
    selfUri: `/api/v2/conversations/${tale.id}`,
  };
}

/** The queue topic's snapshot: no times of the conversation, none of a participant's start, no segments. */
export function eventOf(tale: Tale, base: number, moment: number): Json {
  return { id: tale.id, participants: partsAt(tale, base, moment, false), recentTransfers: [] };
}

function partsAt({ parts }: Tale, base: number, moment: number, rest: boolean): Json[] {
  return parts
    .filter(({ begins }) => begins <= moment)
    .map((part) => ({
      id: part.id,
      purpose: part.purpose,
      ...(rest ? { startTime: at(base, part.begins) } : {}),
      ...(isBy(part.connects, moment) ? { connectedTime: at(base, part.connects as number) } : {}),
      ...(isBy(part.ends, moment) ? { endTime: at(base, part.ends as number) } : {}),
      ...(part.userId === undefined ? {} : { userId: part.userId }),
      ...(part.queue === undefined ? {} : { queueId: part.queue.id }),
      ...(part.consults === undefined ? {} : { consultParticipantId: part.consults }),
      ...(part.monitors === undefined ? {} : { monitoredParticipantId: part.monitors }),
      attributes: { ...part.attributes },
      [part.media]: [communicationOf(part, base, moment, rest)],
    }));
}

function communicationOf(part: Part, base: number, moment: number, rest: boolean): Json {
  const { connects, ends, begins } = part;
  const over = isBy(ends, moment);
  const connected = isBy(connects, moment);
  const end = at(base, over ? (ends as number) : moment);
  const segments = [
    ...(connects !== begins
      ? [
          {
            type: "Alert",
            startTime: at(base, begins),
            endTime: connected ? at(base, connects as number) : end,
          },
        ]
      : []),
    ...(connected ? [{ type: "Interact", startTime: at(base, connects as number), endTime: end }] : []),
  ];
  return {
    id: part.communicationId,
    state: over ? "disconnected" : connected ? "connected" : "alerting",
    direction: "inbound",
    ...(rest ? { startAlertingTime: at(base, begins) } : {}),
    ...(connected ? { connectedTime: at(base, connects as number) } : {}),
    ...(over ? { disconnectedTime: at(base, ends as number), disconnectType: part.how } : {}),
    ...(rest && over ? { segments } : {}),
    ...(part.messages === undefined ? {} : { messages: listed(part.messages, base, moment) }),
  };
}

function listed(messages: readonly Message[], base: number, moment: number): Json[] {
  return messages
    .filter((message) => message.at <= moment)
    .map(({ id, at: sent }) => ({ messageId: id, messageTime: at(base, sent), messageStatus: "received" }));
}

function isBy(time: number | undefined, moment: number): boolean {
  return time !== undefined && time <= moment;
}

/** The text of one message, as POST …/messages/bulk tells it. */
export function messageDataOf({ id, at: sent, inbound, text, userId }: Message, base: number): Json {
  return {
    id,
    timestamp: at(base, sent),
    direction: inbound ? "inbound" : "outbound",
    ...(userId === undefined ? {} : { createdBy: { id: userId } }),
    normalizedMessage: { type: "Text", text, originatingEntity: "Human" },
  };
}

/** The Speech & Text Analytics file of a call. */
export function transcriptOf({ parts, phrases }: Tale, base: number): Json {
  return {
    transcripts: [
      {
        language: "nl-nl",
        phrases: phrases.map(({ text, at: said, inbound }, phraseIndex) => ({
          text,
          confidence: 0.9,
          startTimeMs: base + said,
          phraseIndex,
          participantPurpose: inbound ? "external" : "internal",
        })),
      },
    ],
    participants: parts
      .filter(({ connects }) => connects !== undefined)
      .map(({ purpose, userId, connects = 0, ends = Infinity }) => ({
        participantPurpose: purpose,
        userId,
        startTimeMs: base + connects,
        endTimeMs: base + Math.min(ends, 1e9),
      })),
  };
}

/** What analytics tells of it when it is over, or still open. */
export function historyOf(tale: Tale, base: number): Json {
  const end = endOf(tale, lastMomentOf(tale));
  return {
    conversationId: tale.id,
    conversationStart: at(base, 0),
    ...(end === undefined ? {} : { conversationEnd: at(base, end) }),
    participants: tale.parts.map((part) => ({
      participantId: part.id,
      purpose: part.purpose,
      userId: part.userId,
      sessions: [
        {
          sessionId: part.communicationId,
          mediaType: { calls: "voice", messages: "message", callbacks: "callback", emails: "email" }[
            part.media
          ],
          segments: historySegments(part, base),
        },
      ],
    })),
  };
}

function historySegments({ begins, connects, ends, queue }: Part, base: number): Json[] {
  const closed = (ms: number | undefined): Json => (ms === undefined ? {} : { segmentEnd: at(base, ms) });
  const queueId = queue?.id;
  const rang = { segmentType: "alert", segmentStart: at(base, begins), queueId, ...closed(connects ?? ends) };
  if (connects === undefined) return [rang];
  const talked = { segmentType: "interact", segmentStart: at(base, connects), queueId, ...closed(ends) };
  return connects === begins ? [talked] : [rang, talked];
}
