import type { Conversation } from "../conversation.ts";
import { instantOf } from "./details-query.ts";
import { badRequest } from "./errors.ts";

/** Transcript search docs: only the first 1000 results can be paged through. */
const maxResults = 1000;
const maxPageSize = 100;

const domains = ["transcripts", "transcripts_metadata"] as const;

/** One communication's transcript, as the index knows it. */
export interface TranscriptHit {
  readonly conversationId: string;
  readonly communicationId: string;
  readonly mediaType: string;
  readonly conversationStartTime: string;
  readonly conversationEndTime: string;
  readonly startTime: string;
  readonly endTime: string;
  readonly language: string;
  readonly divisionId: string;
}

export interface TranscriptSearch {
  readonly type: (typeof domains)[number];
  readonly types: readonly string[];
  readonly pageSize: number;
  readonly pageNumber: number;
  readonly sortBy: keyof TranscriptHit;
  readonly descending: boolean;
  readonly returnFields: readonly string[] | undefined;
  finds(hit: TranscriptHit): boolean;
  /** False where no transcript of the conversation can be meant, told by its start alone. */
  mayFind(conversation: Conversation): boolean;
}

type Test = (hit: TranscriptHit) => boolean;

interface Criterion {
  readonly type?: string;
  readonly operator?: string;
  readonly fields?: readonly string[];
  readonly value?: string;
  readonly values?: readonly string[];
  readonly startValue?: string;
  readonly endValue?: string;
  readonly group?: readonly Criterion[];
}

interface Body {
  readonly types?: unknown;
  readonly pageSize?: number;
  readonly pageNumber?: number;
  readonly query?: readonly Criterion[];
  readonly returnFields?: readonly string[];
  readonly sortBy?: string;
  readonly sortOrder?: string;
}

export function readTranscriptSearch(value: unknown): TranscriptSearch {
  const body = (value ?? {}) as Body;
  const { types, query = [], returnFields, sortOrder = "SCORE", sortBy = "conversationStartTime" } = body;
  const { pageSize = 25, pageNumber = 1 } = body;
  if (!Array.isArray(types) || types.length === 0) throw badRequest("types is required.");
  const type = domains.find((domain) => domain === types[0]);
  if (type === undefined || types.length > 1) throw badRequest(`types must be one of ${domains.join(", ")}.`);
  if (!(pageSize >= 1 && pageSize <= maxPageSize)) {
    throw badRequest(`pageSize must be from 1 to ${maxPageSize}.`);
  }
  if (!(pageNumber >= 1) || pageSize * (pageNumber - 1) >= maxResults) {
    throw badRequest(`Only the first ${maxResults} results can be returned.`);
  }
  if (!["ASC", "DESC", "SCORE"].includes(sortOrder)) throw badRequest("sortOrder is not valid.");
  if (!Array.isArray(query)) throw badRequest("query must be an array.");
  const tests = query.map(testOf);
  const ranges = query.flatMap(rangeOfStart);
  return {
    type,
    types,
    pageSize,
    pageNumber,
    sortBy: fieldOf(sortBy),
    descending: sortOrder === "DESC",
    returnFields,
    finds: (hit) => tests.every((test) => test(hit)),
    mayFind: ({ startTime }) => ranges.every(([from, to]) => startTime >= from && startTime <= to),
  };
}

/** `total` counts all that was found, also what cannot be paged to. */
export function searchPage(hits: readonly TranscriptHit[], search: TranscriptSearch) {
  const { pageSize, pageNumber, types, sortBy, descending, returnFields } = search;
  const sorted = hits.toSorted((a, b) => (a[sortBy] < b[sortBy] ? -1 : Number(a[sortBy] > b[sortBy])));
  if (descending) sorted.reverse();
  return {
    total: hits.length,
    pageCount: Math.ceil(hits.length / pageSize),
    pageSize,
    pageNumber,
    types,
    results: sorted
      .slice((pageNumber - 1) * pageSize, Math.min(maxResults, pageNumber * pageSize))
      .map((hit) => pick(hit, returnFields)),
  };
}

function pick(hit: TranscriptHit, fields: readonly string[] | undefined) {
  const entries = Object.entries(hit).filter(([name]) => fields === undefined || fields.includes(name));
  return Object.fromEntries(entries);
}

function testOf(criterion: Criterion): Test {
  const test = criterion.group === undefined ? fieldTestOf(criterion) : groupTestOf(criterion.group);
  return criterion.operator === "NOT" ? (hit) => !test(hit) : test;
}

/** Those joined by OR need one that holds, the others all. */
function groupTestOf(group: readonly Criterion[]): Test {
  const any = group.filter(({ operator }) => operator === "OR").map(testOf);
  const all = group.filter(({ operator }) => operator !== "OR").map(testOf);
  return (hit) => all.every((test) => test(hit)) && (any.length === 0 || any.some((test) => test(hit)));
}

function fieldTestOf(criterion: Criterion): Test {
  const fields = (criterion.fields ?? []).map(fieldOf);
  if (fields.length === 0) throw badRequest("A search criterion needs fields.");
  switch (criterion.type) {
    case "DATE_RANGE": {
      const [from, to] = [dateOf(criterion.startValue), dateOf(criterion.endValue)];
      return (hit) => fields.some((field) => within(Date.parse(hit[field]), from, to));
    }
    case "EXACT": {
      const wanted = criterion.values ?? [criterion.value];
      return (hit) => fields.some((field) => wanted.includes(hit[field]));
    }
    default:
      throw badRequest(`Search criteria of type ${criterion.type} are not simulated.`);
  }
}

/** Both bounds of a date range on the conversation's start, which spares most of the looking. */
function rangeOfStart(criterion: Criterion): (readonly [from: number, to: number])[] {
  const only = criterion.fields?.length === 1 && criterion.fields[0] === "conversationStartTime";
  if (criterion.type !== "DATE_RANGE" || criterion.operator === "NOT" || !only) return [];
  return [[dateOf(criterion.startValue), dateOf(criterion.endValue)]];
}

const searchable = [
  "conversationId",
  "communicationId",
  "mediaType",
  "conversationStartTime",
  "conversationEndTime",
  "startTime",
  "endTime",
  "language",
  "divisionId",
] as const satisfies readonly (keyof TranscriptHit)[];

function fieldOf(name: string): keyof TranscriptHit {
  const field = searchable.find((candidate) => candidate === name);
  if (field === undefined) throw badRequest(`The field ${name} cannot be searched.`);
  return field;
}

function dateOf(text = ""): number {
  const epochMs = instantOf(text);
  if (Number.isNaN(epochMs)) throw badRequest("The date of the DATE_RANGE cannot be read.");
  return epochMs;
}

function within(at: number, from: number, to: number): boolean {
  return at >= from && at <= to;
}
