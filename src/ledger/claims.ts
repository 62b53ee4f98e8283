import { type ClaimLimits, liveSources, type Work, type WorkLedger } from "./ledger.ts";
import { contactOf, deliveryOf, deliveryRows, noticeOf } from "./rows.ts";
import { closeContact } from "./standing.ts";
import type { Steps } from "./steps.ts";
import type { Row, Store } from "./store.ts";

const live = liveSources.map((source) => `'${source}'`).join(", ");

/** What is claimed from where; each table has `due_at`, `source` and `heard_at`. */
const everyQueue = [
  { table: "notices", rows: "SELECT * FROM notices", read: noticeOf },
  { table: "contacts", rows: "SELECT * FROM contacts", read: contactOf },
  {
    table: "deliveries",
    rows: deliveryRows,
    read: deliveryOf,
  },
] as const;

const unreadMessage = "the state file holds something for it that cannot be read";

type Claims = Pick<WorkLedger, "due" | "nextDueAt" | "awaitingTranscript" | "bringForward" | "recall">;

/** What is due and when, and what makes it due sooner. */
export function createClaims(store: Store, steps: Steps, claims: "all" | "no deliveries"): Claims {
  const queues = everyQueue.filter(({ table }) => claims === "all" || table !== "deliveries");

  const claimable: Claims = {
    async due(now: number, limits: ClaimLimits, busy: ReadonlySet<string>): Promise<Work[]> {
      const { total, history } = limits;
      const most = total + busy.size;
      const claimed: Work[] = [];
      const unread: Unread[] = [];
      for (const isLive of [true, false]) {
        const room = isLive ? total : Math.min(history, total - claimed.length);
        // In a burst what is live takes every place, and a look for history would read all of it to find none.
        if (room <= 0) continue;
        const rows = queues.flatMap(({ table, rows: select, read }) =>
          store
            .all(
              `${select} WHERE ${table}.due_at <= ? AND (${table}.source IN (${live})) = ?
               ORDER BY ${table}.heard_at DESC LIMIT ?`,
              now,
              isLive ? 1 : 0,
              most,
            )
            .map((row) => ({ table, row, read, heardAt: Number(row.heard_at) })),
        );
        const limit = claimed.length + room;
        for (const { table, row, read } of rows.sort((a, b) => b.heardAt - a.heardAt)) {
          if (claimed.length >= limit) break;
          const work = read(row);
          if (work === undefined) unread.push({ table, row });
          else if (!busy.has(work.id)) claimed.push(work);
        }
      }
      if (unread.length === 0) return claimed;
      await store.transact(() => {
        for (const one of unread) buryUnread(store, steps, one);
      });
      // What was claimed may have been done with while that was written.
      return await claimable.due(now, limits, busy);
    },

    async nextDueAt(busy: ReadonlySet<string>): Promise<number | undefined> {
      const times = queues.flatMap(({ table, rows, read }) =>
        store
          .all(`${rows} WHERE ${table}.due_at IS NOT NULL ORDER BY ${table}.due_at LIMIT ?`, busy.size + 1)
          .flatMap((row) => (busy.has(read(row)?.id ?? "") ? [] : [Number(row.due_at)])),
      );
      return times.length > 0 ? Math.min(...times) : undefined;
    },

    async awaitingTranscript() {
      const row = store.get(
        `SELECT count(*) AS n, min(json_extract(contact, '$.startedAt')) AS oldest
         FROM contacts WHERE stage = 'recorded' AND reason = 'transcript'`,
      );
      return { count: Number(row?.n), oldestStart: row?.oldest == null ? undefined : Number(row.oldest) };
    },

    async bringForward(conversationId: string): Promise<boolean> {
      return await store.transact(() => {
        const now = Date.now();
        return (
          store.run(
            `UPDATE contacts SET due_at = ? WHERE conversation_id = ? AND stage = 'recorded' AND medium = 'voice'
               AND due_at > ?`,
            [now, conversationId, now],
          ) > 0
        );
      });
    },

    async recall(reasons: readonly string[]): Promise<boolean> {
      const [now, among] = [Date.now(), JSON.stringify(reasons)];
      return await store.transact(() => {
        const changed = ["contacts", "deliveries"].map((table) =>
          store.run(
            `UPDATE ${table} SET due_at = ? WHERE due_at > ? AND reason IN (SELECT value FROM json_each(?))`,
            [now, now, among],
          ),
        );
        return changed.some((rows) => rows > 0);
      });
    },
  };
  return claimable;
}

/** A row that holds something we did not write. */
interface Unread {
  readonly table: string;
  readonly row: Row;
}

/** It is a dead letter, and no reason to stop; what else its contact has goes on. */
function buryUnread(store: Store, steps: Steps, { table, row }: Unread): void {
  const [key, route] = [String(row.key), table === "deliveries" ? String(row.destination) : undefined];
  store.run(
    `UPDATE ${table} SET stage = 'dead', reason = 'unreadable_row', message = ?, settled_at = ?, due_at = NULL
     WHERE key = ?${route === undefined ? "" : " AND destination = ?"}`,
    [unreadMessage, Date.now(), key, ...(route === undefined ? [] : [route])],
  );
  steps.of(key, "dead", [...(route === undefined ? [] : [route]), "unreadable_row"].join(": "));
  if (route !== undefined) closeContact(store, key);
}
