import type { Receipt } from "../model.ts";
import { iso } from "../time.ts";
import type { DeliveryWork, WorkLedger } from "./ledger.ts";
import { idsOf, whereOf } from "./rows.ts";
import { closeContact } from "./standing.ts";
import type { Steps } from "./steps.ts";
import type { Store } from "./store.ts";

type Deliveries = Pick<WorkLedger, "markPosting" | "doubt" | "settle">;

/** What becomes of a post: under way, of unknown outcome, taken. */
export function createDeliveries(store: Store, steps: Steps): Deliveries {
  return {
    async markPosting(work: DeliveryWork): Promise<boolean> {
      return await store.transact(() => {
        const changed = store.run(
          `UPDATE deliveries SET stage = 'posting' WHERE ${whereOf(work)} AND due_at IS NOT NULL`,
          idsOf(work),
        );
        if (changed > 0) steps.work(work, "posting");
        return changed > 0;
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
        steps.work(work, "uncertain", `${reason}, until ${iso(dueAt)}`);
      });
    },

    async settle(work: DeliveryWork, receipt?: Receipt): Promise<void> {
      await store.transact(() => {
        store.run(
          `UPDATE deliveries SET stage = 'posted', reason = NULL, message = NULL, body = NULL, target = NULL,
             due_at = NULL, settled_at = :now, receipt = :receipt WHERE ${whereOf(work)}`,
          { ":now": Date.now(), ":receipt": receipt ? JSON.stringify(receipt) : null, ...idsOf(work) },
        );
        steps.work(work, "posted");
        closeContact(store, work.key);
      });
      store.scrubSoon();
    },
  };
}
