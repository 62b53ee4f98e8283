import { forceableSkips, type Notice, type Receipt } from "../model.ts";
import type { DeliveryStage, Stage } from "./ledger.ts";
import { recordNotice } from "./notices.ts";
import { instantOf, routeOf, textOf } from "./rows.ts";
import type { Steps } from "./steps.ts";
import type { Row, Store } from "./store.ts";

/** Contact logs that somebody asked for. */
export interface RequestLedger {
  /** Notes what is asked for, and that its conversation is to be looked at now; kept until that look is done. */
  ask(notice: Notice, force: boolean): Promise<void>;
  /** Its contacts' words are asked for at once, unless they wait for something else. */
  askAtOnce(conversationId: string): Promise<void>;
  /** What is asked of a conversation that is still to be looked at. */
  get(conversationId: string): { readonly force: boolean } | undefined;
  standing(conversationId: string): Standing;
  /** A contact log that is kept, as JSON. */
  log(key: string): string | undefined;
}

/** How far a conversation is. */
export interface Standing {
  /** Somebody asks for it, and it is still to be looked at. */
  readonly asked: boolean;
  readonly noticeDueAt: number | undefined;
  /** Why the last look at it failed. */
  readonly noticeFailure: string | undefined;
  /** By their end, the last one last. */
  readonly contacts: readonly ContactStanding[];
}

interface WorkStanding {
  readonly reason: string | undefined;
  readonly dueAt: number | undefined;
  /** Its last try failed. */
  readonly failing: boolean;
}

export interface ContactStanding extends WorkStanding {
  readonly key: string;
  readonly medium: string;
  readonly brand: string | undefined;
  readonly stage: Stage;
  /** False where a notice died before anything was seen of the conversation. */
  readonly seen: boolean;
  readonly deliveries: readonly (WorkStanding & {
    readonly destination: string;
    readonly caseId: string | undefined;
    readonly stage: DeliveryStage;
    readonly receipt: Receipt | undefined;
    readonly settledAt: number | undefined;
  })[];
}

/** A contact that a gate refused, of a conversation that somebody asks for by force: it is judged once more. */
export const askedByForce = `(contacts.stage = 'skipped'
  AND contacts.reason IN (${forceableSkips.map((reason) => `'${reason}'`).join(", ")})
  AND EXISTS (SELECT 1 FROM requests WHERE requests.conversation_id = contacts.conversation_id AND force = 1))`;

/** Contact logs that somebody asked for, and how far they are, in the state file. */
export function createRequests(store: Store, steps: Steps): RequestLedger {
  return {
    async ask(notice: Notice, force: boolean): Promise<void> {
      await store.transact(() => {
        store.run(
          `INSERT INTO requests (conversation_id, force, asked_at) VALUES (?, ?, ?)
           ON CONFLICT (conversation_id) DO UPDATE SET force = max(force, excluded.force)`,
          [notice.conversationId, force ? 1 : 0, notice.heardAt],
        );
        recordNotice(store, steps, notice, notice.heardAt);
      });
    },

    async askAtOnce(conversationId: string): Promise<void> {
      await store.transact(() => {
        const now = Date.now();
        store.run(
          `UPDATE contacts SET due_at = ? WHERE conversation_id = ? AND stage = 'recorded' AND due_at > ?
             AND (reason IS NULL OR reason = 'transcript')`,
          [now, conversationId, now],
        );
      });
    },

    get(conversationId: string) {
      const row = store.get("SELECT force FROM requests WHERE conversation_id = ?", conversationId);
      return row && { force: row.force === 1 };
    },

    standing(conversationId: string) {
      const notice = store.get("SELECT * FROM notices WHERE conversation_id = ?", conversationId);
      return {
        asked: store.get("SELECT 1 FROM requests WHERE conversation_id = ?", conversationId) !== undefined,
        noticeDueAt: instantOf(notice?.due_at),
        noticeFailure: notice?.failing_since == null ? undefined : textOf(notice.reason),
        contacts: store
          .all(
            "SELECT * FROM contacts WHERE conversation_id = ? ORDER BY ended_at, recorded_at",
            conversationId,
          )
          .map((row) => contactOf(store, row)),
      };
    },

    log(key: string): string | undefined {
      return textOf(store.get("SELECT log FROM logs WHERE key = ? AND posted_at IS NOT NULL", key)?.log);
    },
  };
}

function contactOf(store: Store, row: Row): ContactStanding {
  return {
    ...stateOf(row),
    key: String(row.key),
    medium: String(row.medium),
    brand: textOf(row.brand),
    stage: row.stage as Stage,
    seen: !(row.stage === "dead" && row.contact === null),
    deliveries: store
      .all("SELECT * FROM deliveries WHERE key = ? ORDER BY destination", row.key ?? null)
      .map((one) => ({
        ...stateOf(one),
        ...routeOf(String(one.destination)),
        stage: one.stage as DeliveryStage,
        receipt: one.receipt === null ? undefined : (JSON.parse(String(one.receipt)) as Receipt),
        settledAt: instantOf(one.settled_at),
      })),
  };
}

function stateOf(row: Row): Pick<ContactStanding, "reason" | "dueAt" | "failing"> {
  return {
    reason: textOf(row.reason),
    dueAt: instantOf(row.due_at),
    failing: row.failing_since !== null,
  };
}
