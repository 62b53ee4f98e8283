import type { FastifyInstance } from "fastify";
import type { Conversation } from "../conversation.ts";
import type { Organization } from "../organization.ts";
import type { Storage } from "../storage.ts";
import { ApiError, badRequest } from "./errors.ts";

/** Transcript search docs: only the first 1000 results can be paged through. */
const maxResults = 1000;

/** Where transcripts are: nothing tells "not ready" from "never" or "wrong communication". */
export function addSpeech(
  app: FastifyInstance,
  organization: Organization,
  storage: Storage,
  urlSeconds: number,
): void {
  const base = "/api/v2/speechandtextanalytics";
  app.get<{ Params: { id: string; communicationId: string } }>(
    `${base}/conversations/:id/communications/:communicationId/transcripturl`,
    async ({ params }) => {
      const conversation = organization.conversations.get(params.id);
      const found =
        conversation !== undefined && params.communicationId === conversation.customer.communicationId;
      if (!found || !transcriptReady(conversation, organization)) {
        throw new ApiError(404, "resource.not.found", "Unable to find transcript");
      }
      const path = `/transcripts/${organization.id}/${conversation.id}.json`;
      return { url: storage.sign(path, () => conversation.toTranscript(), urlSeconds) };
    },
  );

  app.post(`${base}/transcripts/search`, async (request) => {
    const body = searchOf(request.body);
    const results = [...organization.conversations.values()]
      .filter((conversation) => transcriptReady(conversation, organization))
      .filter((conversation) => body.query.every((criterion) => matches(conversation, criterion)))
      .map((conversation) => pick(resultOf(conversation), body.returnFields));
    const { pageSize, pageNumber, types } = body;
    return {
      total: results.length,
      pageCount: Math.ceil(results.length / pageSize),
      pageSize,
      pageNumber,
      types,
      results: results.slice((pageNumber - 1) * pageSize, pageNumber * pageSize),
    };
  });
}

/** A call's transcript is ready some time after its end, where one of its queues is transcribed at all. */
function transcriptReady(conversation: Conversation, organization: Organization): boolean {
  if (conversation.medium !== "voice" || conversation.endTime === undefined) return false;
  if (conversation.utterances.length === 0) return false;
  const queues = organization.queues.filter((queue) => conversation.queueIds.includes(queue.id));
  if (queues.length > 0 && !queues.some((queue) => queue.enableTranscription)) return false;
  return Date.now() >= conversation.endTime + conversation.transcriptDelayMs;
}

interface Criterion {
  readonly type?: string;
  readonly fields?: readonly string[];
  readonly value?: string;
  readonly values?: readonly string[];
  readonly startValue?: string;
  readonly endValue?: string;
}

function searchOf(body: unknown) {
  const {
    types,
    pageSize = 25,
    pageNumber = 1,
    query = [],
    returnFields,
  } = (body ?? {}) as {
    types?: string[];
    pageSize?: number;
    pageNumber?: number;
    query?: Criterion[];
    returnFields?: string[];
  };
  if (!Array.isArray(types) || types.length === 0) throw badRequest("types is required.");
  if (!(pageSize >= 1 && pageSize <= 100)) throw badRequest("pageSize must be from 1 to 100.");
  if (!(pageNumber >= 1) || pageSize * pageNumber > maxResults) {
    throw badRequest(`Only the first ${maxResults} results can be returned.`);
  }
  return { types, pageSize, pageNumber, query, returnFields };
}

function resultOf(conversation: Conversation) {
  return {
    conversationId: conversation.id,
    communicationId: conversation.customer.communicationId,
    mediaType: "call",
    conversationStartTime: new Date(conversation.startTime).toISOString(),
    conversationEndTime: new Date(conversation.endTime ?? 0).toISOString(),
    language: conversation.language,
  };
}

function pick(result: ReturnType<typeof resultOf>, fields: readonly string[] | undefined) {
  const entries = Object.entries(result).filter(([name]) => fields === undefined || fields.includes(name));
  return Object.fromEntries(entries);
}

/** Dates without a zone are UTC. */
function matches(conversation: Conversation, criterion: Criterion): boolean {
  const result: Readonly<Record<string, string>> = {
    ...resultOf(conversation),
    startTime: resultOf(conversation).conversationStartTime,
    endTime: resultOf(conversation).conversationEndTime,
  };
  const found = (criterion.fields ?? []).map((field) => {
    const value = result[field];
    if (value === undefined) throw badRequest(`The field ${field} cannot be searched.`);
    return value;
  });
  if (criterion.type === "DATE_RANGE") {
    const [from, to] = [utc(criterion.startValue), utc(criterion.endValue)];
    return found.some((value) => Date.parse(value) >= from && Date.parse(value) <= to);
  }
  const wanted = criterion.values ?? [criterion.value];
  return found.some((value) => wanted.includes(value));
}

function utc(text = ""): number {
  const epochMs = Date.parse(/Z$|[+-]\d\d:?\d\d$/.test(text) ? text : `${text}Z`);
  if (Number.isNaN(epochMs)) throw badRequest("The date of the DATE_RANGE cannot be read.");
  return epochMs;
}
