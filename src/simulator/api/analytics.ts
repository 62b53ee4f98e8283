import type { FastifyInstance } from "fastify";
import type { Conversation } from "../conversation.ts";
import type { Organization } from "../organization.ts";
import { badRequest } from "./errors.ts";
import type { Filter } from "./predicates.ts";
import { passes } from "./predicates.ts";

const dayMs = 86_400_000;
const maxDays = 31;
const maxPaged = 100_000;

interface DetailsQuery {
  readonly interval?: string;
  readonly order?: "asc" | "desc" | "unordered";
  readonly orderBy?: string;
  readonly paging?: { readonly pageSize?: number; readonly pageNumber?: number };
  readonly conversationFilters?: readonly Filter[];
  readonly segmentFilters?: readonly Filter[];
}

/**
 * POST /api/v2/analytics/conversations/details/query. The interval asks for conversations that *started* on a day it
 * touches, so one that began days ago and ended now is not in "the last hour".
 * @param lagMs how long analytics is behind the conversation itself
 */
export function addAnalytics(app: FastifyInstance, organization: Organization, lagMs: number): void {
  const told = new Told();
  app.post("/api/v2/analytics/conversations/details/query", async (request) => {
    const query = (request.body ?? {}) as DetailsQuery;
    const [from, to] = daysOf(query.interval);
    const { pageSize, pageNumber } = pagingOf(query);
    const seenUntil = Date.now() - lagMs;
    const tell = (conversation: Conversation) =>
      told.of(conversation, (conversation.endTime ?? 0) > seenUntil);
    const found = [...organization.conversations.values()]
      .filter(({ startTime }) => startTime >= from && startTime < to && startTime <= seenUntil)
      .filter((conversation) => !isFiltered(query) || passes(tell(conversation), query))
      .sort((a, b) => compare(a, b, query));
    const page = found.slice((pageNumber - 1) * pageSize, pageNumber * pageSize).map(tell);
    return { ...(page.length > 0 ? { conversations: page } : {}), totalHits: found.length };
  });
}

type Found = ReturnType<Conversation["toAnalytics"]>;

/** What analytics says of conversations, made once a change: back-fill pages through thousands that have ended. */
class Told {
  readonly #kept = new WeakMap<
    Conversation,
    { readonly revision: number; readonly hideEnd: boolean; readonly found: Found }
  >();

  of(conversation: Conversation, hideEnd: boolean): Found {
    const { revision } = conversation;
    const kept = this.#kept.get(conversation);
    if (kept?.revision === revision && kept.hideEnd === hideEnd) return kept.found;
    const found = conversation.toAnalytics({ hideEnd });
    this.#kept.set(conversation, { revision, hideEnd, found });
    return found;
  }
}

function isFiltered({ conversationFilters = [], segmentFilters = [] }: DetailsQuery): boolean {
  return conversationFilters.length + segmentFilters.length > 0;
}

/** Whole UTC days the interval touches. */
function daysOf(interval: string | undefined): [from: number, to: number] {
  const [from, to] = (interval ?? "").split("/").map((text) => Date.parse(text));
  if (from === undefined || to === undefined || !(from < to)) throw badRequest("The interval is not valid.");
  if (to - from > maxDays * dayMs) {
    throw badRequest(
      `You must specify a search interval as part of your query that does not exceed ${maxDays} days.`,
    );
  }
  return [Math.floor(from / dayMs) * dayMs, Math.ceil(to / dayMs) * dayMs];
}

function pagingOf({ paging }: DetailsQuery) {
  const { pageSize = 25, pageNumber = 1 } = paging ?? {};
  if (!(pageSize >= 1 && pageNumber >= 1)) throw badRequest("The paging is not valid.");
  if (pageSize * pageNumber > maxPaged) {
    throw badRequest(
      `Pagination may not exceed ${maxPaged} results.\n\nTip: When extracting large chunks of data (multiple days/weeks), maximize pagination performance by querying in smaller intervals.`,
    );
  }
  return { pageSize, pageNumber };
}

/** Still open sorts as latest; equal times by id, so that pages of an unchanging world do not overlap. */
function compare(a: Conversation, b: Conversation, { order, orderBy }: DetailsQuery): number {
  const key = (conversation: Conversation) =>
    orderBy === "conversationEnd"
      ? (conversation.endTime ?? Number.MAX_SAFE_INTEGER)
      : conversation.startTime;
  const ascending = key(a) - key(b) || (a.id < b.id ? -1 : 1);
  return order === "desc" ? -ascending : ascending;
}
