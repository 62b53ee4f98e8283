import type { FastifyInstance } from "fastify";
import type { Faults } from "../faults.ts";
import type { Organization } from "../organization.ts";
import { DetailsIndex } from "./details-index.ts";
import { readDetailsQuery } from "./details-query.ts";
import { ApiError } from "./errors.ts";

export interface AnalyticsParts {
  readonly organization: Organization;
  readonly faults: Faults;
  readonly now: () => number;
  /** How long analytics is behind the conversation itself. */
  readonly analyticsLagMs: number;
  readonly strictSevenDays: boolean;
}

/**
 * Conversation details. The query's interval asks for conversations that *started* on a day it touches, so one that
 * began days ago and ended now is not in "the last hour".
 */
export function addAnalytics(app: FastifyInstance, parts: AnalyticsParts): void {
  const { organization, faults, now, analyticsLagMs, strictSevenDays } = parts;
  const index = new DetailsIndex(organization.conversations);
  const path = "/api/v2/analytics/conversations";

  app.post(`${path}/details/query`, async (request) => {
    const query = readDetailsQuery(request.body, { strictSevenDays });
    const seenUntil = now() - analyticsLagMs;
    const rows = index.search(query, seenUntil);
    const { pageNumber, pageSize } = query;
    // What came into the result since page 1 pushes the rest back, what went out of it pulls the rest forward.
    const drift = faults.driftPages * (pageNumber - 1);
    const start = Math.max(0, (pageNumber - 1) * pageSize - drift);
    const page = rows.slice(start, start + pageSize).map((row) => index.tell(row, seenUntil));
    const totalHits = Math.max(0, rows.length + drift);
    return { ...(page.length > 0 ? { conversations: page } : {}), totalHits };
  });

  const toldOf = (id: string) => {
    const seenUntil = now() - analyticsLagMs;
    const conversation = organization.conversations.get(id);
    if (conversation === undefined || conversation.startTime > seenUntil) return undefined;
    return conversation.toAnalytics({ seenUntil });
  };

  app.get<{ Params: { id: string } }>(`${path}/:id/details`, async ({ params }) => {
    const found = toldOf(params.id);
    if (found !== undefined) return found;
    throw new ApiError(404, "conversation.not.found", `The conversation ${params.id} was not found.`);
  });

  app.get<{ Querystring: { id?: string | string[] } }>(`${path}/details`, async ({ query }) => ({
    conversations: [query.id ?? []].flat().flatMap((id) => toldOf(id) ?? []),
  }));
}
