import { z } from "zod";
import { iso } from "../time.ts";
import { instant, list, parse, text, wellFormed } from "./fields.ts";

/** What every client of the details query uses; a larger page is refused by some orgs (PROTOCOL §3.4). */
const analyticsPageSize = 100;
const searchPageSize = 100;

/** Epoch milliseconds. */
export interface Window {
  readonly from: number;
  readonly to: number;
}

const segment = z.object({
  segmentStart: instant,
  segmentEnd: instant,
  segmentType: text,
  queueId: text,
});

const session = z.object({ sessionId: text, mediaType: text, segments: list(segment) });

const participant = z.object({ purpose: text, sessions: list(session) });

const record = z.object({
  conversationId: wellFormed.pipe(z.string().min(1)),
  conversationStart: instant,
  conversationEnd: instant,
  participants: list(participant),
});

/** A session of somebody in a conversation of the past; its id is the communication id of events and REST. */
export interface PastSession {
  readonly id: string;
  readonly purpose: string;
  /** `voice`, `message`, `email` … lower case. */
  readonly mediaType: string;
  /** Somebody picked up; a session that only alerted did not. */
  readonly answered: boolean;
  /** Undefined while it goes on; wrap-up does not count. */
  readonly endedAt: number | undefined;
  readonly queueIds: readonly string[];
}

/** A conversation as analytics tells it: no attributes, no words. */
export interface PastConversation {
  readonly id: string;
  readonly startedAt: number | undefined;
  /** Undefined while it is open. */
  readonly endedAt: number | undefined;
  readonly sessions: readonly PastSession[];
}

export interface AnalyticsPage {
  readonly conversations: readonly PastConversation[];
  /** Undefined where the platform does not say. */
  readonly totalHits: number | undefined;
  /** How many the page held, readable or not; 0 is past the end. */
  readonly rows: number;
}

/** Body of the details query: closed conversations with the latest end first, or messaging that is still open. */
export function detailsQuery(window: Window, kind: "closed" | "open", pageNumber: number): object {
  const end = { type: "dimension", dimension: "conversationEnd" };
  return {
    interval: `${iso(window.from)}/${iso(window.to)}`,
    order: "desc",
    orderBy: kind === "closed" ? "conversationEnd" : "conversationStart",
    paging: { pageSize: analyticsPageSize, pageNumber },
    conversationFilters: [
      { type: "and", predicates: [{ ...end, operator: kind === "closed" ? "exists" : "notExists" }] },
    ],
    ...(kind === "open"
      ? {
          segmentFilters: [
            {
              type: "and",
              predicates: [
                { type: "dimension", dimension: "mediaType", operator: "matches", value: "message" },
              ],
            },
          ],
        }
      : {}),
  };
}

/** `conversations` is missing where nothing was found. */
export function parseAnalyticsPage(value: unknown): AnalyticsPage {
  const page = z.object({
    conversations: z.array(z.unknown()).catch([]),
    totalHits: z.number().optional().catch(undefined),
  });
  const { conversations: rows, totalHits } = parse(page, value, "conversation history");
  const conversations = list(record).parse(rows);
  return {
    conversations: conversations.map((one) => ({
      id: one.conversationId,
      startedAt: one.conversationStart,
      endedAt: one.conversationEnd,
      sessions: one.participants.flatMap(({ purpose, sessions }) =>
        sessions.flatMap((past) =>
          past.sessionId === undefined ? [] : [sessionOf(purpose, past.sessionId, past)],
        ),
      ),
    })),
    totalHits,
    rows: rows.length,
  };
}

function sessionOf(
  purpose: string | undefined,
  id: string,
  { mediaType, segments }: z.output<typeof session>,
): PastSession {
  const talk = segments.filter(({ segmentType }) => segmentType?.toLowerCase() !== "wrapup");
  const ends = talk.map(({ segmentEnd }) => segmentEnd);
  const kinds = talk.map(({ segmentType }) => segmentType?.toLowerCase());
  return {
    id,
    purpose: purpose?.toLowerCase() ?? "",
    mediaType: mediaType?.toLowerCase() ?? "",
    answered:
      kinds.every((kind) => kind === undefined) ||
      kinds.some((kind) => kind === "interact" || kind === "hold"),
    endedAt: ends.length > 0 && ends.every((end) => end !== undefined) ? Math.max(...ends) : undefined,
    queueIds: segments.flatMap(({ queueId }) => (queueId === undefined ? [] : [queueId])),
  };
}

/** A transcript that is there. */
export interface TranscriptHit {
  readonly conversationId: string;
}

/** Body of the search for transcripts of conversations that began in an interval (PROTOCOL §3.3). */
export function transcriptSearch(window: Window, pageNumber: number): object {
  const date = (at: number): string => iso(at).slice(0, 19);
  return {
    types: ["transcripts"],
    pageSize: searchPageSize,
    pageNumber,
    returnFields: ["conversationId", "communicationId", "mediaType"],
    query: [
      {
        type: "DATE_RANGE",
        fields: ["conversationStartTime"],
        startValue: date(window.from),
        endValue: date(window.to),
        dateFormat: "yyyy-MM-dd'T'HH:mm:ss",
      },
    ],
  };
}

export function parseSearchPage(value: unknown): { hits: TranscriptHit[]; pageCount: number } {
  const page = z.object({
    results: list(z.object({ conversationId: z.string().min(1) })),
    pageCount: z.number().catch(1),
  });
  const { results, pageCount } = parse(page, value, "transcript search");
  return { hits: results, pageCount };
}
