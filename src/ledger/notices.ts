import type { Notice } from "../model.ts";
import type { Steps } from "./steps.ts";
import type { Store } from "./store.ts";

/** Writes a notice down; one that is there already is looked at sooner, and a look under way no longer closes it. */
export function recordNotice(
  store: Store,
  steps: Steps,
  { conversationId, source, heardAt }: Notice,
  dueAt: number,
): void {
  store.run(
    `INSERT INTO notices (conversation_id, source, heard_at, due_at) VALUES (?, ?, ?, ?)
     ON CONFLICT (conversation_id) DO UPDATE SET
       due_at = min(due_at, excluded.due_at), version = version + 1, looks = 0`,
    [conversationId, source, heardAt, dueAt],
  );
  steps.add(conversationId, "noticed", source);
}

/** Removes a notice and what was asked with it. @returns false where it was repeated since, and stays */
export function closeNotice(store: Store, conversationId: string, version: number): boolean {
  const closed = store.run("DELETE FROM notices WHERE conversation_id = ? AND version = ?", [
    conversationId,
    version,
  ]);
  if (closed > 0) store.run("DELETE FROM requests WHERE conversation_id = ?", [conversationId]);
  return closed > 0;
}
