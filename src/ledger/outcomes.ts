import type { Rendered } from "../model.ts";
import { iso } from "../time.ts";
import { hold } from "./held.ts";
import { setAside } from "./kept.ts";
import type {
  Beside,
  ContactWork,
  DeadLetter,
  DeliveryWork,
  NoticeWork,
  Postponement,
  Work,
  WorkLedger,
} from "./ledger.ts";
import { closeNotice } from "./notices.ts";
import { deliveryOf, deliveryRows, idsOf, tableOf, whereOf } from "./rows.ts";
import { closeContact, settleContact } from "./standing.ts";
import type { Steps } from "./steps.ts";
import type { Store } from "./store.ts";

type Outcomes = Pick<WorkLedger, "postpone" | "keep" | "adopt" | "skip" | "bury">;

/** What becomes of work: put off, written, without need of a post, or dead. */
export function createOutcomes(store: Store, steps: Steps): Outcomes {
  return {
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
          steps.work(work, failed ? "failed" : "waits", `${reason}, until ${iso(dueAt)}`);
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

    async adopt(work: ContactWork): Promise<boolean> {
      const adopted = await store.transact(() => {
        const isOpen = settleContact(store, work.contact.key, "posted", "found_there");
        if (isOpen) steps.of(work.contact.key, "posted", "found at its destinations");
        return isOpen;
      });
      store.scrubSoon();
      return adopted;
    },

    async skip(work: ContactWork, reason: string): Promise<void> {
      await store.transact(() => {
        settleContact(store, work.contact.key, "skipped", reason);
        steps.of(work.contact.key, "skipped", reason);
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
        steps.work(work, "dead", reason);
        if (work.kind === "delivery") closeContact(store, work.key);
      });
    },
  };

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
