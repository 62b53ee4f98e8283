import type { Contact, Notice, Receipt, Rendered } from "../model.ts";
import { iso } from "../time.ts";
import { hold } from "./held.ts";
import { setAside } from "./kept.ts";
import {
  type Admission,
  type Beside,
  type ClaimLimits,
  type ContactWork,
  type DeadLetter,
  type DeliveryStage,
  type DeliveryWork,
  liveSources,
  type NoticeWork,
  type OpenContact,
  type Postponement,
  type Work,
  type WorkLedger,
} from "./ledger.ts";
import { closeNotice, recordNotice } from "./notices.ts";
import { askedByForce, routeOf } from "./requests.ts";
import { closeContact, settleContact } from "./standing.ts";
import type { Steps } from "./steps.ts";
import type { Row, Store } from "./store.ts";

/** A notice that became a dead letter: its contact was never seen, and takes its place if it shows up after all. */
const onlyNoticed = "contacts.stage = 'dead' AND contacts.contact IS NULL";

const deliveryRows = `SELECT deliveries.*, contacts.brand, contacts.medium, contacts.ended_at
  FROM deliveries JOIN contacts USING (key)`;

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

/** Notices, contacts and deliveries in the state file. */
export function createWork(store: Store, steps: Steps, claims: "all" | "no deliveries"): WorkLedger {
  const queues = everyQueue.filter(({ table }) => claims === "all" || table !== "deliveries");

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
       WHERE ${onlyNoticed} OR (excluded.stage = 'recorded' AND ${askedByForce})`,
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
    steps.of(contact.key, "ended", `${contact.medium}, at ${iso(contact.endedAt)}`);
    if ("skipped" in admission) {
      const { told } = admission;
      steps.of(
        contact.key,
        "skipped",
        told === undefined ? admission.skipped : `${admission.skipped}: ${told}`,
      );
    } else steps.of(contact.key, "recorded", `brand ${brand}`);
    return true;
  }

  /** A row that holds something we did not write: a dead letter, and no reason to stop. */
  function buryUnread(table: string, row: Row): void {
    if (table === "notices") return;
    const message = "the state file holds something for it that cannot be read";
    store.run(
      `UPDATE ${table} SET stage = 'dead', reason = 'unreadable_row', message = ?, due_at = NULL WHERE key = ?`,
      [message, row.key ?? null],
    );
  }

  return {
    async record(notice: Notice, dueAt: number): Promise<void> {
      await store.transact(() => recordNotice(store, steps, notice, dueAt));
    },

    async keysOf(conversationId: string): Promise<ReadonlySet<string>> {
      const rows = store.all(
        `SELECT key FROM contacts WHERE conversation_id = ? AND NOT (${onlyNoticed}) AND NOT ${askedByForce}`,
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
            [lookAgain.dueAt, work.notice.conversationId, work.version],
          );
        } else {
          closeNotice(store, work.notice.conversationId, work.version);
          if (admissions.length === 0)
            steps.add(work.notice.conversationId, "looked", "nothing new had ended");
        }
        return fresh;
      });
    },

    async take(admission: Admission, dueAt: number): Promise<boolean> {
      return await store.transact(() => insert(admission, () => dueAt));
    },

    async due(now: number, { total, history }: ClaimLimits, busy: ReadonlySet<string>): Promise<Work[]> {
      const most = total + busy.size;
      const claimed: Work[] = [];
      for (const isLive of [true, false]) {
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
        const limit = claimed.length + (isLive ? total : Math.min(history, total - claimed.length));
        for (const { table, row, read } of rows.sort((a, b) => b.heardAt - a.heardAt)) {
          if (claimed.length >= Math.min(limit, total)) break;
          const work = read(row);
          if (work === undefined) buryUnread(table, row);
          else if (!busy.has(work.id)) claimed.push(work);
        }
      }
      return claimed;
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

    async postpone(work: Work, { dueAt, reason, failed }: Postponement): Promise<void> {
      await store.transact(() => {
        const counters = failed
          ? "attempts = attempts + 1, failing_since = ifnull(failing_since, :now)"
          : `failing_since = NULL${work.kind === "contact" ? ", asks = asks + 1" : ""}`;
        // A delivery that is put off was not taken: nothing of it is under way. A doubt stays one.
        const stage =
          work.kind === "delivery" ? ", stage = iif(stage = 'uncertain', 'uncertain', 'written')" : "";
        const changed = store.run(
          `UPDATE ${tableOf(work)} SET due_at = :dueAt, reason = :reason, ${counters}${stage}
           WHERE ${whereOf(work)} AND due_at IS NOT NULL`,
          { ":dueAt": dueAt, ":reason": reason, ...(failed ? { ":now": Date.now() } : {}), ...idsOf(work) },
        );
        // An outage is told once, by the circuit, and not again by each who waits for it.
        if (changed > 0 && reason !== "circuit_open") {
          note(work, failed ? "failed" : "waits", `${reason}, until ${iso(dueAt)}`);
        }
      });
    },

    async keep(
      work: ContactWork,
      rendered: ReadonlyMap<string, Rendered>,
      told?: string,
      { held = [], log }: Beside = {},
    ): Promise<DeliveryWork[]> {
      const { key } = work.contact;
      return await store.transact(() => {
        const now = Date.now();
        const changed = store.run(
          `UPDATE contacts SET stage = 'written', due_at = NULL, attempts = 0, failing_since = NULL, reason = NULL
           WHERE key = ? AND stage = 'recorded'`,
          [key],
        );
        if (changed === 0) return [];
        for (const [route, { body, target }] of rendered) {
          store.run(
            `INSERT INTO deliveries (key, destination, stage, source, heard_at, due_at, body, target)
             VALUES (?, ?, 'written', ?, ?, ?, ?, ?)`,
            [key, route, work.source, work.heardAt, now, body, target ?? null],
          );
        }
        steps.of(key, "written", told);
        if (log !== undefined) setAside(store, work, log);
        for (const holding of held) hold(store, steps, work, holding);
        closeContact(store, key);
        return store.all(`${deliveryRows} WHERE key = ?`, key).flatMap((row) => deliveryOf(row) ?? []);
      });
    },

    async adopt(work: ContactWork): Promise<void> {
      await store.transact(() => {
        settleContact(store, work.contact.key, "posted", "found_there");
        steps.of(work.contact.key, "posted", "found at its destinations");
      });
      store.scrubSoon();
    },

    async skip(work: ContactWork, reason: string): Promise<void> {
      await store.transact(() => {
        settleContact(store, work.contact.key, "skipped", reason);
        steps.of(work.contact.key, "skipped", reason);
      });
      store.scrubSoon();
    },

    async markPosting(work: DeliveryWork): Promise<void> {
      await store.transact(() => {
        store.run(
          `UPDATE deliveries SET stage = 'posting' WHERE ${whereOf(work)} AND due_at IS NOT NULL`,
          idsOf(work),
        );
        note(work, "posting");
      });
    },

    async doubt(work: DeliveryWork, { reason, dueAt, since, looks }): Promise<void> {
      await store.transact(() => {
        const now = Date.now();
        store.run(
          `UPDATE deliveries SET stage = 'uncertain', looks = :looks, uncertain_since = :since, reason = :reason,
             due_at = :dueAt, failing_since = ifnull(failing_since, :now)
           WHERE ${whereOf(work)}`,
          {
            ":reason": reason,
            ":dueAt": dueAt,
            ":since": since,
            ":looks": looks,
            ":now": now,
            ...idsOf(work),
          },
        );
        note(work, "uncertain", `${reason}, until ${iso(dueAt)}`);
      });
    },

    async settle(work: DeliveryWork, receipt?: Receipt): Promise<void> {
      await store.transact(() => {
        store.run(
          `UPDATE deliveries SET stage = 'posted', reason = NULL, message = NULL, body = NULL, target = NULL,
             due_at = NULL, settled_at = :now, receipt = :receipt WHERE ${whereOf(work)}`,
          { ":now": Date.now(), ":receipt": receipt ? JSON.stringify(receipt) : null, ...idsOf(work) },
        );
        note(work, "posted");
        closeContact(store, work.key);
      });
      store.scrubSoon();
    },

    async bury(work: Work, { reason, message }: DeadLetter): Promise<void> {
      await store.transact(() => {
        const now = Date.now();
        if (work.kind === "notice") {
          buryNotice(work, { reason, message }, now);
          return;
        }
        const changed = store.run(
          `UPDATE ${tableOf(work)} SET stage = 'dead', reason = :reason, message = :message, settled_at = :now,
             due_at = NULL WHERE ${whereOf(work)} AND due_at IS NOT NULL`,
          { ":reason": reason, ":message": message, ":now": now, ...idsOf(work) },
        );
        if (changed === 0) return;
        note(work, "dead", reason);
        if (work.kind === "delivery") closeContact(store, work.key);
      });
    },
  };

  function note(work: Work, name: string, detail?: string): void {
    if (work.kind === "notice") steps.add(work.notice.conversationId, name, detail);
    else if (work.kind === "contact") steps.of(work.contact.key, name, detail);
    else steps.of(work.key, name, [work.route, detail].filter((part) => part !== undefined).join(": "));
  }

  /** Unless it was repeated during its last look: then that is news, and looked at again. */
  function buryNotice({ notice, attempts, version }: NoticeWork, letter: DeadLetter, now: number): void {
    const { conversationId, heardAt, source } = notice;
    if (!closeNotice(store, conversationId, version)) return;
    store.run(
      `INSERT INTO contacts (key, conversation_id, medium, stage, reason, message, source, heard_at, recorded_at,
         ended_at, settled_at, attempts)
       VALUES (?, ?, 'unknown', 'dead', ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (key) DO NOTHING`,
      [
        conversationId,
        conversationId,
        letter.reason,
        letter.message,
        source,
        heardAt,
        now,
        heardAt,
        now,
        attempts,
      ],
    );
    steps.of(conversationId, "dead", letter.reason);
  }
}

function tableOf({ kind }: Work): string {
  return { notice: "notices", contact: "contacts", delivery: "deliveries" }[kind];
}

function whereOf({ kind }: Work): string {
  switch (kind) {
    case "notice":
      return "conversation_id = :id AND version = :version";
    case "contact":
      return "key = :id";
    case "delivery":
      return "key = :id AND destination = :route";
  }
}

function idsOf(work: Work): Record<string, string | number> {
  switch (work.kind) {
    case "notice":
      return { ":id": work.notice.conversationId, ":version": work.version };
    case "contact":
      return { ":id": work.contact.key };
    case "delivery":
      return { ":id": work.key, ":route": work.route };
  }
}

function noticeOf(row: Row): NoticeWork {
  const conversationId = String(row.conversation_id);
  return {
    kind: "notice",
    id: `notice ${conversationId}`,
    notice: { conversationId, source: String(row.source), heardAt: Number(row.heard_at) },
    looks: Number(row.looks),
    attempts: Number(row.attempts),
    failingSince: instantOf(row.failing_since),
    version: Number(row.version),
  };
}

/** Undefined where the row holds something we did not write. */
function contactOf(row: Row): ContactWork | undefined {
  try {
    return {
      kind: "contact",
      id: `contact ${row.key}`,
      contact: JSON.parse(String(row.contact)) as Contact,
      brand: String(row.brand),
      accountId: String(row.account_id),
      source: String(row.source),
      heardAt: Number(row.heard_at),
      asks: Number(row.asks),
      attempts: Number(row.attempts),
      failingSince: instantOf(row.failing_since),
    };
  } catch {
    return undefined;
  }
}

function deliveryOf(row: Row): DeliveryWork | undefined {
  if (typeof row.body !== "string") return undefined;
  return {
    kind: "delivery",
    id: `delivery ${row.key} ${row.destination}`,
    key: String(row.key),
    route: String(row.destination),
    ...routeOf(String(row.destination)),
    brand: String(row.brand),
    medium: String(row.medium),
    endedAt: Number(row.ended_at),
    source: String(row.source),
    stage: row.stage as DeliveryStage,
    body: row.body,
    target: typeof row.target === "string" ? row.target : undefined,
    attempts: Number(row.attempts),
    failingSince: instantOf(row.failing_since),
    uncertainSince: instantOf(row.uncertain_since),
    looks: Number(row.looks),
  };
}

function instantOf(value: unknown): number | undefined {
  return value === null || value === undefined ? undefined : Number(value);
}
