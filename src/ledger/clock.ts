import type { Store } from "./store.ts";

/** What waits for an instant, by table. */
const waiting = ["notices", "contacts", "deliveries", "gaps"];

/**
 * The clock was set back by `byMs`: what was put off by the clock before waits no longer than it was meant to.
 * Resolves once that is durable.
 */
export async function setBack(store: Store, byMs: number): Promise<void> {
  await store.transact(() => {
    for (const table of waiting) {
      store.run(`UPDATE ${table} SET due_at = due_at - ? WHERE due_at > ?`, [Math.round(byMs), Date.now()]);
    }
  });
}
