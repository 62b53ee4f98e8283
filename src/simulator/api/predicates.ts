import type { Conversation } from "../conversation.ts";
import { conversationDimensions, segmentDimensions } from "./dimensions.ts";
import { badRequest } from "./errors.ts";

type Found = ReturnType<Conversation["toAnalytics"]>;
/** What a segment or a conversation says of a dimension. */
type Values = Readonly<Record<string, unknown>>;
type Test = (values: Values) => boolean;

/** A conversation as filters see it: its own values, and those of each segment with its session and participant. */
export interface Filtered {
  readonly whole: Values;
  readonly segments: readonly Values[];
}

export function filteredOf({ participants, divisionIds, ...whole }: Found): Filtered {
  return {
    whole: { ...whole, divisionId: divisionIds },
    segments: participants.flatMap(({ sessions, ...participant }) =>
      sessions.flatMap(({ segments, ...session }) =>
        segments.map((segment): Values => ({ ...session, ...participant, ...segment })),
      ),
    ),
  };
}

/**
 * Reads a query's filters; what the API description does not know is a 400. Conversation filters look at the
 * conversation; a segment filter wants one segment that satisfies it. Undefined where nothing is filtered.
 */
export function filterOf(query: {
  readonly conversationFilters?: unknown;
  readonly segmentFilters?: unknown;
}): ((found: Filtered) => boolean) | undefined {
  const ofWhole = testsOf(query.conversationFilters, "conversationFilters", conversationDimensions);
  const ofSegment = testsOf(query.segmentFilters, "segmentFilters", segmentDimensions);
  if (ofWhole.length + ofSegment.length === 0) return undefined;
  return ({ whole, segments }) =>
    ofWhole.every((test) => test(whole)) && ofSegment.every((test) => segments.some(test));
}

function testsOf(filters: unknown, where: string, dimensions: ReadonlySet<string>): Test[] {
  return listOf(filters, where).map((filter) => combine(filter, where, dimensions, true));
}

/** `and` or `or` over predicates and, in the outer of the two levels, clauses; the platform has no `not`. */
function combine(value: unknown, where: string, dimensions: ReadonlySet<string>, outer: boolean): Test {
  const { type, predicates, clauses } = recordOf(value, where);
  if (type !== "and" && type !== "or") throw badRequest(`${where}.type must be one of and, or.`);
  if (!outer && clauses !== undefined) throw badRequest(`${where} may not be nested deeper than two levels.`);
  if (!outer && predicates === undefined) throw badRequest(`${where}.predicates is required.`);
  const tests = [
    ...listOf(predicates, `${where}.predicates`).map((each) => testOf(each, where, dimensions)),
    ...listOf(clauses, `${where}.clauses`).map((each) =>
      combine(each, `${where}.clauses`, dimensions, false),
    ),
  ];
  return type === "or"
    ? (values) => tests.length === 0 || tests.some((test) => test(values))
    : (values) => tests.every((test) => test(values));
}

function testOf(value: unknown, where: string, dimensions: ReadonlySet<string>): Test {
  const { type = "dimension", dimension, operator = "matches", value: wanted } = recordOf(value, where);
  if (type !== "dimension") throw badRequest(`${where}: ${String(type)} predicates are not simulated.`);
  if (typeof dimension !== "string" || !dimensions.has(dimension)) {
    throw badRequest(`${where}: ${String(dimension)} is not a valid dimension.`);
  }
  const given = (values: Values): readonly unknown[] => {
    const found = values[dimension];
    return Array.isArray(found) ? found : found === undefined ? [] : [found];
  };
  switch (operator) {
    case "exists":
      return (values) => given(values).length > 0;
    case "notExists":
      return (values) => given(values).length === 0;
    case "matches": {
      if (typeof wanted !== "string") throw badRequest(`${where}: ${dimension} matches needs a value.`);
      const fits = matcher(wanted);
      return (values) => given(values).some(fits);
    }
    default:
      throw badRequest(`${where}: ${String(operator)} is not a valid operator.`);
  }
}

/** Equal, or for instants: the same one however written, or within an interval `from/to`. */
function matcher(wanted: string): (found: unknown) => boolean {
  if (!/^\d{4}-\d\d-\d\dT/.test(wanted)) return (found) => String(found) === wanted;
  const [from = Number.NaN, to] = wanted.split("/").map((text) => Date.parse(text));
  return (found) => {
    const at = Date.parse(String(found));
    return to === undefined ? at === from : at >= from && at < to;
  };
}

function recordOf(value: unknown, where: string): Readonly<Record<string, unknown>> {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return { ...value };
  throw badRequest(`${where} must hold objects.`);
}

function listOf(value: unknown, where: string): readonly unknown[] {
  if (value === undefined || value === null) return [];
  if (Array.isArray(value)) return value;
  throw badRequest(`${where} must be an array.`);
}
