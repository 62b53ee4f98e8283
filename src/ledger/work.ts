import type { Contact, Notice } from "../model.ts";
import { iso } from "../time.ts";
import {
  type Admission,
  type ClaimLimits,
  type ContactWork,
  type DeadLetter,
  liveSource,
  type NoticeWork,
  type OpenContact,
  type Postponement,
  type Stage,
  type Work,
  type WorkLedger,
} from "./ledger.ts";
import type { Row, Store } from "./store.ts";

/** A notice that became a dead letter: its contact was never seen, and takes its place if it shows up after all. */
const onlyNoticed = "contacts.stage = 'dead' AND contacts.contact IS NULL";

/** Notices and contacts in the state file. */
export function createWork(store: Store): WorkLedger {
  const step = (
    conversationId: string,
    key: string | null,
    name: string,
    detail: string | null = null,
  ): void => {
    store.run("INSERT INTO steps (conversation_id, key, at, step, detail) VALUES (?, ?, ?, ?, ?)", [
      conversationId,
      key,
      Date.now(),
      name,
      detail,
    ]);
  };
  /** For contacts, whose conversation id the file knows. */
  const stepOf = (key: string, name: string, detail: string | null = null): void => {
    store.run(
      `INSERT INTO steps (conversation_id, key, at, step, detail)
       SELECT conversation_id, key, ?, ?, ? FROM contacts WHERE key = ?`,
      [Date.now(), name, detail, key],
    );
  };

  function insert(admission: Admission, dueAtOf: (admission: OpenContact) => number): boolean {
    const { contact, brand, source, heardAt } = admission;
    const open = "skipped" in admission ? undefined : admission;
    const skipped = "skipped" in admission ? admission.skipped : null;
    const now = Date.now();
    const changes = store.run(
      `INSERT INTO contacts (key, conversation_id, medium, brand, stage, reason, source, heard_at, recorded_at,
         ended_at, settled_at, due_at, account_id, contact)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (key) DO UPDATE SET medium = excluded.medium, brand = excluded.brand, stage = excluded.stage,
         reason = excluded.reason, message = NULL, source = excluded.source, heard_at = excluded.heard_at,
         ended_at = excluded.ended_at, settled_at = excluded.settled_at, due_at = excluded.due_at,
         account_id = excluded.account_id, contact = excluded.contact
       WHERE ${onlyNoticed}`,
      [
        contact.key,
        contact.conversationId,
        contact.medium,
        brand ?? null,
        open ? "recorded" : "skipped",
        skipped,
        source,
        heardAt,
        now,
        contact.endedAt,
        open ? null : now,
        open ? dueAtOf(open) : null,
        open ? open.accountId : null,
        open ? JSON.stringify(contact) : null,
      ],
    );
    if (changes === 0) return false;
    step(contact.conversationId, contact.key, "ended", `${contact.medium}, at ${iso(contact.endedAt)}`);
    if (skipped) step(contact.conversationId, contact.key, "skipped", skipped);
    else step(contact.conversationId, contact.key, "recorded", `brand ${brand}`);
    return true;
  }

  function buryUnread(key: string): void {
    store.run("UPDATE contacts SET stage = 'dead', reason = 'unreadable_row', due_at = NULL WHERE key = ?", [
      key,
    ]);
  }

  return {
    async record({ conversationId, source, heardAt }: Notice, dueAt: number): Promise<void> {
      await store.transact(() => {
        store.run(
          `INSERT INTO notices (conversation_id, source, heard_at, due_at) VALUES (?, ?, ?, ?)
           ON CONFLICT (conversation_id) DO UPDATE SET
             due_at = min(due_at, excluded.due_at), version = version + 1, looks = 0`,
          [conversationId, source, heardAt, dueAt],
        );
        step(conversationId, null, "noticed", source);
      });
    },

    async keysOf(conversationId: string): Promise<ReadonlySet<string>> {
      const rows = store.all(
        `SELECT key FROM contacts WHERE conversation_id = ? AND NOT (${onlyNoticed})`,
        conversationId,
      );
      return new Set(rows.map(({ key }) => String(key)));
    },

    async knows(conversationId: string, key: string): Promise<boolean> {
      const row = store.get(
        `SELECT EXISTS (SELECT 1 FROM contacts WHERE key = ?)
             OR EXISTS (SELECT 1 FROM notices WHERE conversation_id = ?) AS known`,
        key,
        conversationId,
      );
      return row?.known === 1;
    },

    async admit(work, admissions, dueAtOf, lookAgain): Promise<Admission[]> {
      return await store.transact(() => {
        const fresh = admissions.filter((admission) => insert(admission, dueAtOf));
        if (lookAgain) {
          store.run(
            `UPDATE notices SET due_at = ?, looks = looks + 1, attempts = 0, failing_since = NULL, reason = 'not_ended'
             WHERE conversation_id = ? AND version = ?`,
            [lookAgain.dueAt, work.id, work.version],
          );
        } else {
          store.run("DELETE FROM notices WHERE conversation_id = ? AND version = ?", [work.id, work.version]);
          if (admissions.length === 0) step(work.id, null, "looked", "nothing new had ended");
        }
        return fresh;
      });
    },

    async due(now: number, { total, history }: ClaimLimits, busy: ReadonlySet<string>): Promise<Work[]> {
      const most = total + busy.size;
      const claimed: Work[] = [];
      for (const [live, limit] of [
        [1, total],
        [0, Math.min(history, total)],
      ] as const) {
        const rows = ["notices", "contacts"].flatMap((table) =>
          store
            .all(
              `SELECT * FROM ${table} WHERE due_at <= ? AND (source = '${liveSource}') = ${live} ORDER BY due_at LIMIT ?`,
              now,
              most,
            )
            .map((row) => ({
              dueAt: Number(row.due_at),
              read: () => (table === "notices" ? noticeOf(row) : contactOf(row)),
            })),
        );
        let left = Math.min(limit, total - claimed.length);
        for (const { read } of rows.sort((a, b) => a.dueAt - b.dueAt)) {
          if (left <= 0) break;
          const work = read();
          if (work === undefined || busy.has(work.id) || claimed.some(({ id }) => id === work.id)) continue;
          claimed.push(work);
          left--;
        }
      }
      return claimed;

      function contactOf(row: Row): ContactWork | undefined {
        const work = readContact(row);
        if (!work) buryUnread(String(row.key));
        return work;
      }
    },

    async nextDueAt(busy: ReadonlySet<string>): Promise<number | undefined> {
      const rows = [
        ...store.all(
          "SELECT conversation_id AS id, due_at FROM notices ORDER BY due_at LIMIT ?",
          busy.size + 1,
        ),
        ...store.all(
          "SELECT key AS id, due_at FROM contacts WHERE due_at IS NOT NULL ORDER BY due_at LIMIT ?",
          busy.size + 1,
        ),
      ];
      const times = rows.flatMap(({ id, due_at }) => (busy.has(String(id)) ? [] : [Number(due_at)]));
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

    async postpone(work: Work, { dueAt, reason, failed }: Postponement): Promise<void> {
      await store.transact(() => {
        const detail = `${reason}, until ${iso(dueAt)}`;
        if (work.kind === "notice") {
          const changed = store.run(
            `UPDATE notices SET due_at = ?, reason = ?, attempts = attempts + ?,
               failing_since = iif(?, ifnull(failing_since, ?), NULL) WHERE conversation_id = ? AND version = ?`,
            [dueAt, reason, failed ? 1 : 0, failed ? 1 : 0, Date.now(), work.id, work.version],
          );
          if (changed > 0) step(work.id, null, failed ? "failed" : "waits", detail);
          return;
        }
        if (failed) {
          store.run(
            `UPDATE contacts SET due_at = ?, reason = ?, attempts = attempts + 1,
               failing_since = ifnull(failing_since, ?) WHERE key = ? AND due_at IS NOT NULL`,
            [dueAt, reason, Date.now(), work.id],
          );
        } else {
          store.run(
            `UPDATE contacts SET due_at = ?, reason = ?, asks = asks + 1, failing_since = NULL
             WHERE key = ? AND due_at IS NOT NULL`,
            [dueAt, reason, work.id],
          );
        }
        stepOf(work.id, failed ? "failed" : "waits", detail);
      });
    },

    async keep(key: string, body: string): Promise<void> {
      await store.transact(() => {
        store.run(
          `UPDATE contacts SET stage = 'written', body = ?, attempts = 0, failing_since = NULL, reason = NULL
           WHERE key = ? AND stage = 'recorded'`,
          [body, key],
        );
        stepOf(key, "written");
      });
    },

    async markPosting(key: string): Promise<void> {
      await store.transact(() => {
        store.run("UPDATE contacts SET stage = 'posting' WHERE key = ? AND stage IN ('written', 'posting')", [
          key,
        ]);
        stepOf(key, "posting");
      });
    },

    async settle(key: string, stage: "posted" | "skipped", reason: string | undefined): Promise<void> {
      await store.transact(() => {
        store.run(
          `UPDATE contacts SET stage = ?, reason = ?, settled_at = ?, due_at = NULL, message = NULL,
             account_id = NULL, contact = NULL, body = NULL
           WHERE key = ?`,
          [stage, reason ?? null, Date.now(), key],
        );
        stepOf(key, stage, reason ?? null);
      });
      store.scrubSoon();
    },

    async bury(work: Work, { reason, message }: DeadLetter): Promise<void> {
      await store.transact(() => {
        const now = Date.now();
        if (work.kind === "contact") {
          store.run(
            "UPDATE contacts SET stage = 'dead', reason = ?, message = ?, settled_at = ?, due_at = NULL WHERE key = ?",
            [reason, message, now, work.id],
          );
        } else {
          const { heardAt, source } = work.notice;
          store.run(
            `INSERT INTO contacts (key, conversation_id, medium, stage, reason, message, source, heard_at,
               recorded_at, ended_at, settled_at)
             VALUES (?, ?, 'unknown', 'dead', ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (key) DO NOTHING`,
            [work.id, work.id, reason, message, source, heardAt, now, heardAt, now],
          );
          store.run("DELETE FROM notices WHERE conversation_id = ?", [work.id]);
        }
        stepOf(work.id, "dead", reason);
      });
    },
  };
}

function noticeOf(row: Row): NoticeWork {
  const id = String(row.conversation_id);
  return {
    kind: "notice",
    id,
    notice: { conversationId: id, source: String(row.source), heardAt: Number(row.heard_at) },
    looks: Number(row.looks),
    attempts: Number(row.attempts),
    failingSince: row.failing_since === null ? undefined : Number(row.failing_since),
    version: Number(row.version),
  };
}

/** Undefined where the row holds something we did not write. */
function readContact(row: Row): ContactWork | undefined {
  try {
    return {
      kind: "contact",
      id: String(row.key),
      contact: JSON.parse(String(row.contact)) as Contact,
      brand: String(row.brand),
      accountId: String(row.account_id),
      source: String(row.source),
      heardAt: Number(row.heard_at),
      stage: row.stage as Stage,
      body: row.body === null ? undefined : String(row.body),
      asks: Number(row.asks),
      attempts: Number(row.attempts),
      failingSince: row.failing_since === null ? undefined : Number(row.failing_since),
    };
  } catch {
    return undefined;
  }
}
