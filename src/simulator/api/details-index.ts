import type { Conversation } from "../conversation.ts";
import type { DetailsQuery, SortKey } from "./details-query.ts";
import type { Filtered } from "./predicates.ts";
import { filteredOf } from "./predicates.ts";

type Found = ReturnType<Conversation["toAnalytics"]>;

/** What analytics says of a conversation, made once a change: back-fill pages through thousands that have ended. */
interface Row {
  readonly conversation: Conversation;
  readonly revision: number;
  /** No time in it is later. */
  readonly changedAt: number;
  readonly keys: Readonly<Record<SortKey, number>> & { readonly latest: { start: number; end: number } };
  found: Found | undefined;
  filtered: Filtered | undefined;
}

interface Result {
  readonly signature: string;
  readonly version: number;
  /** Analytics knew things up to here; the result holds until it would know something more. */
  readonly seenUntil: number;
  readonly holdsUntil: number;
  readonly rows: readonly Row[];
}

/** Results kept: as many searches as may be paged through side by side. */
const maxResults = 8;

/** Conversations by the day they began, as analytics knows them at an instant. */
export class DetailsIndex {
  readonly #conversations: ReadonlyMap<string, Conversation>;
  readonly #rows = new WeakMap<Conversation, Row>();
  readonly #results: Result[] = [];

  constructor(conversations: ReadonlyMap<string, Conversation>) {
    this.#conversations = conversations;
  }

  /** All that a query finds, in order; whoever shows some of it asks `tell` for each. */
  search(query: DetailsQuery, seenUntil: number): readonly Row[] {
    const version = this.#version();
    const kept = this.#results.find(
      (result) =>
        result.signature === query.signature &&
        result.version === version &&
        result.seenUntil <= seenUntil &&
        seenUntil < result.holdsUntil,
    );
    if (kept !== undefined) return kept.rows;
    const { rows, holdsUntil } = this.#look(query, seenUntil);
    this.#results.push({ signature: query.signature, version, seenUntil, holdsUntil, rows });
    if (this.#results.length > maxResults) this.#results.shift();
    return rows;
  }

  tell(row: Row, seenUntil: number): Found {
    if (row.changedAt > seenUntil) return row.conversation.toAnalytics({ seenUntil });
    row.found ??= row.conversation.toAnalytics();
    return row.found;
  }

  /** Grows whenever any conversation begins or changes. */
  #version(): number {
    let version = this.#conversations.size;
    for (const { revision } of this.#conversations.values()) version += revision;
    return version;
  }

  #look({ from, to, filter, ...sorting }: DetailsQuery, seenUntil: number) {
    const rows: Row[] = [];
    let holdsUntil = Number.POSITIVE_INFINITY;
    for (const conversation of this.#conversations.values()) {
      const { startTime } = conversation;
      if (startTime < from || startTime >= to) continue;
      if (startTime > seenUntil) {
        holdsUntil = Math.min(holdsUntil, startTime);
        continue;
      }
      const row = this.#rowOf(conversation);
      if (row.changedAt > seenUntil) holdsUntil = seenUntil + 1;
      if (filter === undefined || filter(this.#filteredOf(row, seenUntil))) rows.push(row);
    }
    return { rows: sorted(rows, sorting), holdsUntil };
  }

  #filteredOf(row: Row, seenUntil: number): Filtered {
    if (row.changedAt > seenUntil) return filteredOf(this.tell(row, seenUntil));
    row.filtered ??= filteredOf(this.tell(row, seenUntil));
    return row.filtered;
  }

  #rowOf(conversation: Conversation): Row {
    const kept = this.#rows.get(conversation);
    if (kept?.revision === conversation.revision) return kept;
    const row = rowOf(conversation);
    this.#rows.set(conversation, row);
    return row;
  }
}

/** Still open counts as latest. */
function rowOf(conversation: Conversation): Row {
  const { revision, startTime, endTime } = conversation;
  const open = Number.MAX_SAFE_INTEGER;
  let changedAt = startTime;
  let segmentEnd = open;
  const latest = { start: startTime, end: 0 };
  for (const { stages, afterCallWork } of conversation.legs) {
    for (const { from, to } of stages) {
      changedAt = Math.max(changedAt, from, to ?? 0);
      latest.start = Math.max(latest.start, from);
      latest.end = Math.max(latest.end, to ?? open);
      segmentEnd = Math.min(segmentEnd, to ?? open);
    }
    changedAt = Math.max(changedAt, afterCallWork?.startTime ?? 0, afterCallWork?.endTime ?? 0);
  }
  const ends = { conversationEnd: endTime ?? open, segmentEnd };
  const keys = { conversationStart: startTime, segmentStart: startTime, ...ends, latest };
  return { conversation, revision, changedAt, keys, found: undefined, filtered: undefined };
}

/**
 * Equal keys by id, so that pages of an unchanging world do not overlap; unordered is by id alone. By segments, a
 * conversation stands where its first segment does, or in descending order its last.
 */
function sorted(rows: Row[], { order, orderBy }: Pick<DetailsQuery, "order" | "orderBy">): Row[] {
  const byId = (a: Row, b: Row) => (a.conversation.id < b.conversation.id ? -1 : 1);
  if (order === "unordered") return rows.sort(byId);
  const descending = order === "desc";
  const key = ({ keys }: Row): number => {
    if (descending && orderBy === "segmentStart") return keys.latest.start;
    if (descending && orderBy === "segmentEnd") return keys.latest.end;
    return keys[orderBy];
  };
  return rows.sort((a, b) => (descending ? key(b) - key(a) : key(a) - key(b)) || byId(a, b));
}
