import type { DeadFilter, DeadRow, Desk } from "./ledger.ts";
import { type Steps, settleContact } from "./steps.ts";
import type { Row, Store } from "./store.ts";

/** Dead deliveries, and contacts that died before they had any. */
const deadRows = `
  SELECT d.key, c.conversation_id, d.destination, c.brand, 'written' AS at, d.reason, d.message, d.attempts,
         d.settled_at AS died_at
  FROM deliveries d JOIN contacts c USING (key) WHERE d.stage = 'dead'
  UNION ALL
  SELECT key, conversation_id, NULL, brand, iif(contact IS NULL, 'noticed', 'recorded'), reason, message, attempts,
         settled_at
  FROM contacts WHERE stage = 'dead' AND NOT EXISTS (SELECT 1 FROM deliveries WHERE deliveries.key = contacts.key)`;

/** What an operator does by hand, in the state file. */
export function createDesk(store: Store, steps: Steps): Desk {
  return {
    dead(filter: DeadFilter): readonly DeadRow[] {
      const { id, brand, reason, since, until } = filter;
      return store
        .all(
          `SELECT * FROM (${deadRows})
           WHERE (?1 IS NULL OR key = ?1 OR conversation_id = ?1) AND (?2 IS NULL OR brand = ?2)
             AND (?3 IS NULL OR reason = ?3) AND (?4 IS NULL OR died_at >= ?4) AND (?5 IS NULL OR died_at < ?5)
           ORDER BY died_at`,
          id ?? null,
          brand ?? null,
          reason ?? null,
          since ?? null,
          until ?? null,
        )
        .map(rowOf);
    },

    async replay({ key, conversationId, destination, at }: DeadRow): Promise<boolean> {
      return await store.transact(() => {
        const now = Date.now();
        steps.of(key, "replayed");
        if (at === "written") {
          const changed = store.run(
            // One that died in doubt is still in doubt: its destination is asked first, where it can be.
            `UPDATE deliveries SET stage = iif(uncertain_since IS NULL, 'written', 'uncertain'), due_at = ?,
               attempts = 0, failing_since = NULL, reason = NULL, message = NULL, settled_at = NULL, looks = 0
             WHERE key = ? AND destination = ? AND stage = 'dead' AND body IS NOT NULL`,
            [now, key, destination ?? null],
          );
          if (changed > 0)
            store.run("UPDATE contacts SET stage = 'written', settled_at = NULL WHERE key = ?", [key]);
          return changed > 0;
        }
        if (at === "recorded") {
          return (
            store.run(
              `UPDATE contacts SET stage = 'recorded', due_at = ?, attempts = 0, asks = 0, failing_since = NULL,
                 reason = NULL, message = NULL, settled_at = NULL WHERE key = ? AND stage = 'dead'`,
              [now, key],
            ) > 0
          );
        }
        const removed = store.run(
          "DELETE FROM contacts WHERE key = ? AND stage = 'dead' AND contact IS NULL",
          [key],
        );
        if (removed > 0) {
          store.run(
            `INSERT INTO notices (conversation_id, source, heard_at, due_at) VALUES (?, 'replay', ?, ?)
             ON CONFLICT (conversation_id) DO NOTHING`,
            [conversationId, now, now],
          );
        }
        return removed > 0;
      });
    },

    async drop({ key, destination }: DeadRow): Promise<boolean> {
      const dropped = await store.transact(() => {
        const changed =
          destination === undefined
            ? store.get("SELECT 1 FROM contacts WHERE key = ? AND stage = 'dead'", key) !== undefined
            : store.run("DELETE FROM deliveries WHERE key = ? AND destination = ? AND stage = 'dead'", [
                key,
                destination,
              ]) > 0;
        if (!changed) return false;
        steps.of(key, "dropped", destination);
        const left = store.get(
          "SELECT count(*) AS n, sum(stage = 'posted') AS posted FROM deliveries WHERE key = ?",
          key,
        );
        if (Number(left?.n) === 0) settleContact(store, key, "skipped", "dropped");
        else if (Number(left?.n) === Number(left?.posted)) settleContact(store, key, "posted", null);
        return true;
      });
      store.scrubSoon();
      return dropped;
    },

    async forget(target): Promise<number> {
      const byAccount = "accountId" in target;
      const forgotten = await store.transact(() => {
        const named = `${byAccount ? "account_id" : "conversation_id"} = ?1`;
        const keys = store
          .all(
            `SELECT key FROM contacts WHERE ${named} UNION SELECT key FROM shadows WHERE ${named}`,
            byAccount ? target.accountId : target.conversationId,
          )
          .map(({ key }) => String(key));
        for (const key of keys) {
          store.run("DELETE FROM deliveries WHERE key = ?", [key]);
          // What an agent wrote of it may wait under the conversation's id.
          store.run(
            "DELETE FROM shadows WHERE key IN (?1, (SELECT conversation_id FROM contacts WHERE key = ?1))",
            [key],
          );
          store.run(
            "UPDATE contacts SET account_id = NULL, contact = NULL, message = NULL, due_at = NULL WHERE key = ?",
            [key],
          );
          // The bare key stays: it is what keeps a forgotten contact from being written again.
          store.run(
            "UPDATE contacts SET stage = 'skipped', reason = 'forgotten', settled_at = ? WHERE key = ? AND stage <> 'posted'",
            [Date.now(), key],
          );
          store.run("DELETE FROM steps WHERE key = ?", [key]);
        }
        if (!byAccount) {
          store.run("DELETE FROM notices WHERE conversation_id = ?", [target.conversationId]);
          store.run("DELETE FROM steps WHERE conversation_id = ?", [target.conversationId]);
        }
        return keys.length;
      });
      store.scrubSoon();
      return forgotten;
    },
  };
}

function rowOf(row: Row): DeadRow {
  return {
    key: String(row.key),
    conversationId: String(row.conversation_id),
    destination: row.destination === null ? undefined : String(row.destination),
    brand: row.brand === null ? undefined : String(row.brand),
    at: String(row.at),
    reason: String(row.reason),
    message: row.message === null ? undefined : String(row.message),
    attempts: Number(row.attempts),
    diedAt: Number(row.died_at),
  };
}
