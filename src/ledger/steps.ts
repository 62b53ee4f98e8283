import type { Store } from "./store.ts";

/** What happened, for `explain`; written in the same transaction as what it tells of. */
export interface Steps {
  /** Of a conversation. */
  add(conversationId: string, step: string, detail?: string | undefined): void;
  /** Of a contact, whose conversation the file knows. */
  of(key: string, step: string, detail?: string | undefined): void;
}

export function createSteps(store: Store): Steps {
  return {
    add(conversationId, step, detail) {
      store.run("INSERT INTO steps (conversation_id, at, step, detail) VALUES (?, ?, ?, ?)", [
        conversationId,
        Date.now(),
        step,
        detail ?? null,
      ]);
    },
    of(key, step, detail) {
      store.run(
        `INSERT INTO steps (conversation_id, key, at, step, detail)
         SELECT conversation_id, key, ?, ?, ? FROM contacts WHERE key = ?`,
        [Date.now(), step, detail ?? null, key],
      );
    },
  };
}
