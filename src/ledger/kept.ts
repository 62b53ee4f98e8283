import type { ContactLog } from "../model.ts";
import { iso } from "../time.ts";
import type { ContactWork } from "./ledger.ts";
import type { Row, Store } from "./store.ts";

/** A contact log as the next agent reads it. */
export interface KeptLog extends ContactLog {
  /** ISO 8601: when the last of its destinations had it. */
  readonly postedAt: string;
}

/** Of what, how many at most, and posted when at the earliest. */
export interface KeptQuery {
  readonly of: "account" | "case";
  readonly id: string;
  readonly limit: number;
  readonly since: number;
}

/** Posted contact logs, for the next agent. */
export interface KeptLedger {
  /** Newest conversation first. */
  find(query: KeptQuery): readonly KeptLog[];
  /** Erases those posted before `before`. @returns whether there is more */
  expire(before: number, limit: number): Promise<boolean>;
}

const belongs = {
  account: "account_id = ?1",
  case: `EXISTS (SELECT 1 FROM case_links WHERE case_id = ?1 AND contact_id IN (logs.key, logs.conversation_id))`,
} as const;

export function createKept(store: Store): KeptLedger {
  return {
    find({ of, id, limit, since }) {
      return store
        .all(
          `SELECT log, posted_at FROM logs WHERE ${belongs[of]} AND posted_at >= ?2
           ORDER BY ended_at DESC, key LIMIT ?3`,
          id,
          since,
          limit,
        )
        .map(logOf);
    },

    async expire(before, limit) {
      const old = "SELECT key FROM logs WHERE posted_at < ? LIMIT ?";
      if (store.get(old, before, 1) === undefined) return false;
      const expired = await store.transact(() =>
        store.run(`DELETE FROM logs WHERE key IN (${old})`, [before, limit]),
      );
      if (expired > 0) store.scrubSoon();
      return expired === limit;
    },
  };
}

/** Sets a log aside until its contact is settled: posted it may be read, skipped it is gone. */
export function setAside(store: Store, { contact, accountId }: ContactWork, log: ContactLog): void {
  store.run(
    `INSERT INTO logs (key, conversation_id, account_id, ended_at, log) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT (key) DO UPDATE SET account_id = excluded.account_id, log = excluded.log, posted_at = NULL`,
    [contact.key, contact.conversationId, accountId, contact.endedAt, JSON.stringify(log)],
  );
}

function logOf(row: Row): KeptLog {
  return { ...(JSON.parse(String(row.log)) as ContactLog), postedAt: iso(Number(row.posted_at)) };
}
