import type { DeadRow, Desk, LedgerReader } from "../ledger/ledger.ts";
import type { Parts } from "./board.ts";
import { boundsSeconds, type Feed, spans } from "./feed.ts";

const shownContacts = 50;
const shownLetters = 100;

export interface ViewOptions {
  readonly feed: Feed;
  readonly reader: LedgerReader;
  readonly desk: Pick<Desk, "dead">;
  /** The balance, as `/status` tells it. */
  readonly status: () => object;
  /** Whether dead letters can be replayed from the page: only where there is a token to show. */
  readonly mayChange: boolean;
  readonly showsLogs: boolean;
}

export interface Letters {
  readonly total: number;
  /** The newest, newest first. */
  readonly rows: readonly DeadRow[];
}

/** What the page shows now: ids, stages, causes and counts, and no word of a conversation. */
export interface View {
  parts(): Parts;
  letters(): Letters;
  /** Dead letters were replayed: they are read anew. */
  renew(): void;
}

export function createView({ feed, reader, desk, status, mayChange, showsLogs }: ViewOptions): View {
  const settings = { mayChange, showsLogs, boundsSeconds, spans };
  // The time of the answer would make each of them a change.
  const balance = seldom(() => ({ ...status(), at: undefined }));
  const letters = seldom((): Letters => {
    const rows = desk.dead({});
    return { total: rows.length, rows: rows.slice(-shownLetters).reverse() };
  });
  return {
    parts() {
      const contacts = reader.recent(shownContacts).map((one) => [`contact ${one.key}`, one] as const);
      return {
        settings,
        status: balance.get(),
        letters: letters.get(),
        latency: feed.latency(),
        signals: feed.signals(),
        ...Object.fromEntries(contacts),
      };
    },
    letters: letters.get,
    renew: letters.renew,
  };
}

/** What costs a look through the file takes at most this share of the time, and is no older than a second else. */
const share = 0.02;
const freshMs = 1_000;

function seldom<T>(read: () => T): { get: () => T; renew: () => void } {
  let kept: { readonly value: T; readonly until: number } | undefined;
  return {
    get() {
      const start = performance.now();
      if (kept && start < kept.until) return kept.value;
      const value = read();
      const end = performance.now();
      kept = { value, until: end + Math.max(freshMs, (end - start) / share) };
      return value;
    },
    renew() {
      kept = undefined;
    },
  };
}
