import type { Conversation } from "../conversation.ts";
import { badRequest } from "./errors.ts";

interface Predicate {
  readonly dimension?: string;
  readonly operator?: "matches" | "exists" | "notExists";
  readonly value?: string;
}

export interface Filter {
  readonly type: "and" | "or";
  readonly predicates?: readonly Predicate[];
  readonly clauses?: readonly Filter[];
}

type Found = ReturnType<Conversation["toAnalytics"]>;
type Values = (dimension: string) => readonly (string | undefined)[];

/** Conversation filters look at the conversation; a segment filter wants one segment that satisfies it. */
export function passes(
  found: Found,
  filters: { readonly conversationFilters?: readonly Filter[]; readonly segmentFilters?: readonly Filter[] },
): boolean {
  const segments = segmentsOf(found);
  const whole = conversationValues(found);
  return (
    (filters.conversationFilters ?? []).every((filter) => satisfies(filter, whole)) &&
    (filters.segmentFilters ?? []).every((filter) => segments.some((segment) => satisfies(filter, segment)))
  );
}

function satisfies(filter: Filter, values: Values): boolean {
  const parts = [
    ...(filter.predicates ?? []).map((predicate) => holds(predicate, values)),
    ...(filter.clauses ?? []).map((clause) => satisfies(clause, values)),
  ];
  return filter.type === "or" ? parts.some(Boolean) : parts.every(Boolean);
}

function holds({ dimension = "", operator = "matches", value }: Predicate, values: Values): boolean {
  const found = values(dimension).filter((candidate) => candidate !== undefined);
  switch (operator) {
    case "exists":
      return found.length > 0;
    case "notExists":
      return found.length === 0;
    case "matches":
      return value !== undefined && found.includes(value);
    default:
      throw badRequest(`The operator ${String(operator)} is not valid.`);
  }
}

function conversationValues(found: Found): Values {
  return (dimension) => {
    switch (dimension) {
      case "conversationEnd":
      case "conversationStart":
      case "conversationId":
      case "conversationInitiator":
      case "originatingDirection":
        return [found[dimension]];
      case "divisionId":
        return found.divisionIds;
      default:
        throw badRequest(`The conversation dimension ${dimension} is not valid.`);
    }
  };
}

/** A segment has the dimensions of its session and participant, too. */
function segmentsOf(found: Found): Values[] {
  return found.participants.flatMap((participant) =>
    participant.sessions.flatMap((session) =>
      session.segments.map((segment): Values => {
        const layers: readonly object[] = [segment, participant, session];
        return (dimension) => {
          const layer = layers.find((candidate) => Object.hasOwn(candidate, dimension));
          const value = (layer as Readonly<Record<string, unknown>> | undefined)?.[dimension];
          return typeof value === "string" ? [value] : [];
        };
      }),
    ),
  );
}
