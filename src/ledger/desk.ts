import { noCaseLink } from "./held.ts";
import type { DeadFilter, DeadRow, Desk } from "./ledger.ts";
import { routeOf } from "./rows.ts";
import { closeContact } from "./standing.ts";
import type { Steps } from "./steps.ts";
import type { Row, Store } from "./store.ts";

/** Dead deliveries, logs held for a case that never came, and contacts that died before they had any. */
const deadRows = `
  SELECT d.key, c.conversation_id, d.destination, c.brand, 'written' AS at, d.reason, d.message, d.attempts,
         d.settled_at AS died_at
  FROM deliveries d JOIN contacts c USING (key) WHERE d.stage = 'dead'
  UNION ALL
  SELECT h.key, c.conversation_id, h.destination, c.brand, 'held', '${noCaseLink.reason}', '${noCaseLink.message}', 0,
         h.died_at
  FROM held h JOIN contacts c USING (key) WHERE h.died_at IS NOT NULL
  UNION ALL
  SELECT key, conversation_id, NULL, brand, iif(contact IS NULL, 'noticed', 'recorded'), reason, message, attempts,
         settled_at
  FROM contacts WHERE stage = 'dead' AND NOT EXISTS (SELECT 1 FROM deliveries WHERE deliveries.key = contacts.key)
    AND NOT EXISTS (SELECT 1 FROM held WHERE held.key = contacts.key)`;

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
        if (destination !== undefined) {
          const again =
            at === "held" ? holdAgain(store, key, destination, now) : sendAgain(store, key, destination, now);
          if (again) closeContact(store, key);
          return again;
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

    async drop({ key, destination, at }: DeadRow): Promise<boolean> {
      const dropped = await store.transact(() => {
        const changed =
          destination === undefined
            ? store.get("SELECT 1 FROM contacts WHERE key = ? AND stage = 'dead'", key) !== undefined
            : at === "held"
              ? store.run("DELETE FROM held WHERE key = ? AND destination = ? AND died_at IS NOT NULL", [
                  key,
                  destination,
                ]) > 0
              : giveUp(store, key, destination);
        if (!changed) return false;
        steps.of(key, "dropped", destination);
        closeContact(store, key, "dropped");
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
            ["contacts", "shadows", "held", "logs"]
              .map((table) => `SELECT key FROM ${table} WHERE ${named}`)
              .join(" UNION "),
            byAccount ? target.accountId : target.conversationId,
          )
          .map(({ key }) => String(key));
        for (const key of keys) {
          for (const table of ["deliveries", "held", "logs"]) {
            store.run(`DELETE FROM ${table} WHERE key = ?`, [key]);
          }
          store.run(
            "DELETE FROM case_links WHERE contact_id IN (?1, (SELECT conversation_id FROM contacts WHERE key = ?1))",
            [key],
          );
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
          store.run(
            `DELETE FROM steps WHERE key = ?1 OR (step = 'linked'
               AND conversation_id = (SELECT conversation_id FROM contacts WHERE key = ?1))`,
            [key],
          );
        }
        if (!byAccount) {
          const awaited = store.run("DELETE FROM notices WHERE conversation_id = ?", [target.conversationId]);
          if (awaited > 0) markForgotten(store, target.conversationId);
          store.run("DELETE FROM requests WHERE conversation_id = ?", [target.conversationId]);
          store.run("DELETE FROM steps WHERE conversation_id = ?", [target.conversationId]);
          // Also links of contacts that are not known yet: a key begins with its conversation's id.
          store.run(
            "DELETE FROM case_links WHERE contact_id = ?1 OR substr(contact_id, 1, length(?1) + 1) = ?1 || ':'",
            [target.conversationId],
          );
        }
        return keys.length;
      });
      store.scrubSoon();
      return forgotten;
    },
  };
}

/** Word of it would come again, from history or from a look under way: what ended until now is not to be written. */
function markForgotten(store: Store, conversationId: string): void {
  store.run(
    `INSERT INTO contacts (key, conversation_id, medium, stage, reason, source, heard_at, recorded_at, ended_at,
       settled_at)
     VALUES (?1, ?1, 'unknown', 'skipped', 'forgotten', 'forget', ?2, ?2, ?2, ?2) ON CONFLICT (key) DO NOTHING`,
    [conversationId, Date.now()],
  );
}

/** Its destination may be linked to a case after all. */
function holdAgain(store: Store, key: string, destination: string, now: number): boolean {
  return (
    store.run(
      "UPDATE held SET died_at = NULL, until_at = ? + wait_ms WHERE key = ? AND destination = ? AND died_at IS NOT NULL",
      [now, key, destination],
    ) > 0
  );
}

function sendAgain(store: Store, key: string, route: string, now: number): boolean {
  const dead = "key = ? AND destination = ? AND stage = 'dead'";
  const changed = store.run(
    // One that died in doubt is still in doubt: its destination is asked first, where it can be.
    `UPDATE deliveries SET stage = iif(uncertain_since IS NULL, 'written', 'uncertain'), due_at = ?,
       attempts = 0, failing_since = NULL, reason = NULL, message = NULL, settled_at = NULL, looks = 0
     WHERE ${dead} AND body IS NOT NULL`,
    [now, key, route],
  );
  if (changed > 0) return true;
  // A case's that could not be rendered: without its row the held log and the link meet anew.
  const { destination, caseId } = routeOf(route);
  return (
    caseId !== undefined &&
    store.get("SELECT 1 FROM held WHERE key = ? AND destination = ?", key, destination) !== undefined &&
    store.run(`DELETE FROM deliveries WHERE ${dead} AND body IS NULL`, [key, route]) > 0
  );
}

/** A case's delivery that is given up is not made again, though log and link are there. */
function giveUp(store: Store, key: string, route: string): boolean {
  const gone = store.run("DELETE FROM deliveries WHERE key = ? AND destination = ? AND stage = 'dead'", [
    key,
    route,
  ]);
  const { destination, caseId } = routeOf(route);
  if (gone > 0 && caseId !== undefined) {
    store.run(
      "UPDATE held SET given_up = json_insert(given_up, '$[#]', ?) WHERE key = ? AND destination = ?",
      [caseId, key, destination],
    );
  }
  return gone > 0;
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
