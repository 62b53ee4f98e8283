import { badRequest } from "./errors.ts";
import type { Filtered } from "./predicates.ts";
import { filterOf } from "./predicates.ts";

const dayMs = 86_400_000;
/** Measured by users: 31 days, and in some answers 7. */
const maxDays = { usual: 31, strict: 7 };
const maxPaged = 100_000;
/** What everybody uses; the platform's own cap is not known, a simulator had better not be more generous. */
const maxPageSize = 100;

const orders = ["asc", "desc", "unordered"] as const;
const sortKeys = ["conversationStart", "conversationEnd", "segmentStart", "segmentEnd"] as const;

export type Order = (typeof orders)[number];
export type SortKey = (typeof sortKeys)[number];

/** A ConversationQuery that was found valid. */
export interface DetailsQuery {
  /** Whole UTC days the interval touches, the second bound exclusive. */
  readonly from: number;
  readonly to: number;
  readonly order: Order;
  readonly orderBy: SortKey;
  readonly pageSize: number;
  readonly pageNumber: number;
  readonly filter: ((found: Filtered) => boolean) | undefined;
  /** Same for all pages of one search. */
  readonly signature: string;
}

export function readDetailsQuery(
  body: unknown,
  { strictSevenDays }: { strictSevenDays: boolean },
): DetailsQuery {
  if (typeof body !== "object" || body === null || Array.isArray(body)) {
    throw badRequest("The request body must be a ConversationQuery.");
  }
  const { paging, ...search } = body as Readonly<Record<string, unknown>>;
  const { interval, order = "asc", orderBy = "conversationStart" } = search;
  for (const unsimulated of ["evaluationFilters", "surveyFilters", "resolutionFilters", "aggregations"]) {
    const given = search[unsimulated];
    if (Array.isArray(given) && given.length > 0) throw badRequest(`${unsimulated} are not simulated.`);
  }
  const [from, to] = daysOf(interval, strictSevenDays ? maxDays.strict : maxDays.usual);
  return {
    from,
    to,
    order: oneOf(orders, order, "order"),
    orderBy: oneOf(sortKeys, orderBy, "orderBy"),
    ...pagingOf(paging),
    filter: filterOf(search),
    signature: JSON.stringify(search),
  };
}

function daysOf(interval: unknown, days: number): [from: number, to: number] {
  const [from, to, ...rest] = String(interval ?? "")
    .split("/")
    .map(instantOf);
  if (from === undefined || to === undefined || rest.length > 0 || !(from < to)) {
    throw badRequest("The interval is not valid.");
  }
  if (to - from > days * dayMs) {
    throw badRequest(
      `You must specify a search interval as part of your query that does not exceed ${days} days.`,
    );
  }
  return [Math.floor(from / dayMs) * dayMs, Math.ceil(to / dayMs) * dayMs];
}

/** ISO 8601; without a zone it is UTC. */
export function instantOf(text: string): number {
  const hasTime = /T/.test(text);
  return Date.parse(!hasTime || /Z$|[+-]\d\d:?\d\d$/.test(text) ? text : `${text}Z`);
}

function pagingOf(paging: unknown): { pageSize: number; pageNumber: number } {
  if (paging === undefined || paging === null) return { pageSize: 25, pageNumber: 1 };
  const { pageSize, pageNumber } = paging as Readonly<Record<string, unknown>>;
  if (!isCount(pageSize) || !isCount(pageNumber)) {
    throw badRequest("paging needs a pageSize and a pageNumber, both at least 1.");
  }
  if (pageSize > maxPageSize) throw badRequest(`The page size may not exceed ${maxPageSize}.`);
  if (pageSize * pageNumber > maxPaged) {
    throw badRequest(
      `Pagination may not exceed ${maxPaged} results.\n\nTip: When extracting large chunks of data (multiple days/weeks), maximize pagination performance by querying in smaller intervals.`,
    );
  }
  return { pageSize, pageNumber };
}

function isCount(value: unknown): value is number {
  return Number.isInteger(value) && Number(value) >= 1;
}

function oneOf<T extends string>(allowed: readonly T[], value: unknown, name: string): T {
  const found = allowed.find((candidate) => candidate === value);
  if (found === undefined) throw badRequest(`${name} must be one of ${allowed.join(", ")}.`);
  return found;
}
