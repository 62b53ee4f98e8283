import type { Contact, Notice } from "../model.ts";
import { iso } from "../time.ts";
import type { Admission, OpenContact, WorkLedger } from "./ledger.ts";
import { closeNotice, recordNotice } from "./notices.ts";
import { askedByForce } from "./requests.ts";
import type { Steps } from "./steps.ts";
import type { Store } from "./store.ts";

/** A notice that became a dead letter: its contact was never seen, and takes its place if it shows up after all. */
const onlyNoticed = "contacts.stage = 'dead' AND contacts.contact IS NULL";
/** What stands for a conversation that was forgotten before anything of it was seen; a call that goes on has this key. */
const onlyForgotten = "contacts.medium = 'unknown' AND contacts.reason = 'forgotten'";

type Admissions = Pick<WorkLedger, "record" | "keysOf" | "knows" | "admit" | "take">;

/** What comes in: notices, and the contacts that a look finds. */
export function createAdmissions(store: Store, steps: Steps): Admissions {
  function insert(admission: Admission, dueAtOf: (admission: OpenContact) => number): boolean {
    const { contact, brand, source, heardAt } = admission;
    if (wasForgotten(contact)) return false;
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
       WHERE ${onlyNoticed} OR (${onlyForgotten}) OR (excluded.stage = 'recorded' AND ${askedByForce})`,
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

  /** An operator had its conversation forgotten, before anything of it was seen, after it had ended. */
  function wasForgotten({ conversationId, endedAt }: Contact): boolean {
    const row = "SELECT 1 FROM contacts WHERE key = ? AND reason = 'forgotten' AND settled_at >= ?";
    return store.get(row, conversationId, endedAt) !== undefined;
  }

  return {
    async record(notice: Notice, dueAt: number): Promise<void> {
      await store.transact(() => recordNotice(store, steps, notice, dueAt));
    },

    async keysOf(conversationId: string): Promise<ReadonlySet<string>> {
      const rows = store.all(
        `SELECT key FROM contacts WHERE conversation_id = ?
           AND NOT (${onlyNoticed}) AND NOT (${onlyForgotten}) AND NOT ${askedByForce}`,
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
  };
}
