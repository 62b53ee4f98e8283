import type { Work } from "./ledger.ts";
import type { Store } from "./store.ts";

/** What happened, for `explain`; written in the same transaction as what it tells of. */
export interface Steps {
  /** Of a conversation. */
  add(conversationId: string, step: string, detail?: string | undefined): void;
  /** Of a contact, whose conversation the file knows. */
  of(key: string, step: string, detail?: string | undefined): void;
  /** Of whatever a work is of; a delivery's names its route. */
  work(work: Work, step: string, detail?: string): void;
}

export function createSteps(store: Store): Steps {
  const steps: Steps = {
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
    work(work, step, detail) {
      if (work.kind === "notice") steps.add(work.notice.conversationId, step, detail);
      else if (work.kind === "contact") steps.of(work.contact.key, step, detail);
      else steps.of(work.key, step, [work.route, detail].filter((part) => part !== undefined).join(": "));
    },
  };
  return steps;
}
