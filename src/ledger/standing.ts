import type { Store } from "./store.ts";

/** A held log that no case of its contact is to get, or has: what it waits for is a link. */
export const waitsForLink = `held.died_at IS NULL AND held.given_up = '[]' AND NOT EXISTS (
  SELECT 1 FROM deliveries WHERE deliveries.key = held.key
    AND substr(deliveries.destination, 1, length(held.destination) + 1) = held.destination || '#')`;

/**
 * A contact's end: nothing personal stays. What an operator dropped or had forgotten meanwhile stays so.
 * @returns whether it was open until now
 */
export function settleContact(
  store: Store,
  key: string,
  stage: "posted" | "skipped",
  reason: string | null,
): boolean {
  const now = Date.now();
  const changed = store.run(
    `UPDATE contacts SET stage = ?, reason = ?, settled_at = ?, due_at = NULL, message = NULL, account_id = NULL,
       contact = NULL WHERE key = ? AND stage NOT IN ('posted', 'skipped')`,
    [stage, reason, now, key],
  );
  if (changed === 0) return false;
  if (stage === "posted") {
    store.run("UPDATE logs SET posted_at = ? WHERE key = ? AND posted_at IS NULL", [now, key]);
    return true;
  }
  for (const table of ["held", "logs"]) store.run(`DELETE FROM ${table} WHERE key = ?`, [key]);
  return true;
}

/**
 * What a contact's deliveries and held logs make of it: it waits while one of them is open, then it is dead where one
 * of them is, and else posted. A contact that was posted waits again when another case is to get its log.
 * @param otherwise why it is skipped where nothing is left that was posted
 */
export function closeContact(store: Store, key: string, otherwise = "no_case_link"): void {
  const { open, waiting, posted, dead } = standingOf(store, key);
  if (open || waiting) {
    store.run(
      `UPDATE contacts SET stage = 'written', reason = ?, settled_at = NULL
       WHERE key = ? AND stage IN ('written', 'posted', 'dead')`,
      [open ? null : "case_link", key],
    );
  } else if (dead !== undefined) {
    store.run("UPDATE contacts SET stage = 'dead', settled_at = ?, reason = ? WHERE key = ?", [
      Date.now(),
      dead,
      key,
    ]);
  } else {
    settleContact(store, key, posted ? "posted" : "skipped", posted ? null : otherwise);
  }
}

function standingOf(store: Store, key: string) {
  const row = store.get(
    `SELECT EXISTS (SELECT 1 FROM deliveries WHERE key = ?1 AND due_at IS NOT NULL) AS open,
       EXISTS (SELECT 1 FROM deliveries WHERE key = ?1 AND stage = 'posted') AS posted,
       EXISTS (SELECT 1 FROM held WHERE key = ?1 AND ${waitsForLink}) AS waiting,
       coalesce((SELECT reason FROM deliveries WHERE key = ?1 AND stage = 'dead' LIMIT 1),
         (SELECT 'no_case_link' FROM held WHERE key = ?1 AND died_at IS NOT NULL LIMIT 1)) AS dead`,
    key,
  );
  return {
    open: row?.open === 1,
    posted: row?.posted === 1,
    waiting: row?.waiting === 1,
    dead: typeof row?.dead === "string" ? row.dead : undefined,
  };
}
