import type { ContactWork } from "./ledger.ts";
import { textOf } from "./rows.ts";
import { settleContact } from "./standing.ts";
import type { Steps } from "./steps.ts";
import type { Row, Store } from "./store.ts";

/** What is compared of a contact log; what one side does not say is not compared. */
export interface LogWords {
  readonly description?: string | undefined;
  readonly note?: string | undefined;
  readonly category?: string | undefined;
  readonly subcategory?: string | undefined;
  readonly actionItems?: readonly string[] | undefined;
}

/** What an agent wrote in the end: of the contact of this key, or of the one contact of this conversation. */
export interface FinalLog {
  readonly key?: string | undefined;
  readonly conversationId?: string | undefined;
  readonly words: LogWords;
}

/** Distances from 0 (the same) to 1, agreement as 1 or 0; what one side does not say is missing. */
export interface Measures {
  readonly description?: number;
  readonly note?: number;
  readonly actionItems?: number;
  readonly category?: number;
  /** Category and subcategory. */
  readonly pair?: number;
}

/** What stays of a comparison: numbers, and how the agent classified it in names of the taxonomy. No free text. */
export interface Comparison {
  readonly category: string | undefined;
  readonly subcategory: string | undefined;
  readonly measures: Measures;
}

export type Compare = (brand: string, ours: LogWords, theirs: LogWords) => Comparison;

/** Compared, now or before; kept until our log is there; or of no contact that was or will be shadowed. */
export type Taken = "matched" | "waiting" | "unknown";

export interface ShadowRow {
  readonly brand: string | undefined;
  readonly medium: string | undefined;
  /** `log` waits for the agent's, `final` waits for ours, `expired` waited in vain: its words are gone. */
  readonly state: "compared" | "log" | "final" | "expired";
  readonly ours: { readonly category: string | undefined; readonly subcategory: string | undefined };
  readonly theirs: { readonly category: string | undefined; readonly subcategory: string | undefined };
  readonly measures: Measures;
}

export interface ShadowFilter {
  readonly brand?: string | undefined;
  /** Our log, or the agent's where ours is not there yet, came at this instant or later. */
  readonly since?: number | undefined;
}

/** Contact logs that nobody gets, until they were compared with what the agents wrote. */
export interface ShadowLedger {
  /**
   * Keeps the words of a contact's log and settles the contact as skipped; where the agent's are there already the
   * two are compared, and neither stays.
   * @param told how it came about, for `explain`: no word of it
   */
  keep(work: ContactWork, words: LogWords, compare: Compare, told?: string): Promise<void>;
  /** @param awaited a log that is not there yet may still come: this is, or was last, a shadow run */
  take(final: FinalLog, compare: Compare, awaited: boolean): Promise<Taken>;
  /** Erases words kept since before `before` that met no counterpart. @returns whether there is more */
  expire(before: number, limit: number): Promise<boolean>;
}

/** Contacts of a conversation that have a log, or may get one; a notice that died is no contact yet. */
const loggable = `SELECT key FROM contacts WHERE conversation_id = ?
  AND (stage <> 'skipped' OR reason = 'shadow') AND NOT (stage = 'dead' AND contact IS NULL)`;

export function createShadows(store: Store, steps: Steps): ShadowLedger {
  /** The agent's words that came first; those that name the conversation alone only where it is this contact's alone. */
  function waitingFinal(key: string, conversationId: string): LogWords | undefined {
    const keys = store.all(loggable, conversationId).length === 1 ? [key, conversationId] : [key];
    for (const one of keys) {
      const row = store.get("SELECT final FROM shadows WHERE key = ? AND final IS NOT NULL", one);
      if (row) {
        store.run("DELETE FROM shadows WHERE key = ?", [one]);
        return JSON.parse(String(row.final)) as LogWords;
      }
    }
    return undefined;
  }

  /** The key that a log of this conversation has or will have; undefined where several could be meant, or none. */
  function keyOf(conversationId: string): string | undefined {
    const [only, ...others] = store.all(loggable, conversationId);
    if (only) return others.length === 0 ? String(only.key) : undefined;
    const settled = "SELECT 1 FROM contacts WHERE conversation_id = ? AND stage = 'skipped'";
    return store.get(settled, conversationId) ? undefined : conversationId;
  }

  function mayBeWritten(key: string): boolean {
    const contact = store.get(
      "SELECT stage, EXISTS (SELECT 1 FROM deliveries WHERE key = ?1) AS delivered FROM contacts WHERE key = ?1",
      key,
    );
    if (!contact || contact.stage === "recorded") return true;
    return contact.stage === "dead" && contact.delivered === 0;
  }

  function settle(key: string, { category, subcategory, measures }: Comparison): void {
    const now = Date.now();
    store.run(
      `UPDATE shadows SET final_category = ?, final_subcategory = ?, measures = ?, compared_at = ?,
         log = NULL, final = NULL, account_id = NULL, words_at = NULL WHERE key = ?`,
      [category ?? null, subcategory ?? null, JSON.stringify(measures), now, key],
    );
    steps.of(key, "compared");
  }

  function receive({ key: named, conversationId, words }: FinalLog, compare: Compare, awaited: boolean) {
    const key = named ?? keyOf(conversationId ?? "");
    if (key === undefined) return "unknown";
    const row = store.get("SELECT brand, log, compared_at FROM shadows WHERE key = ?", key);
    if (typeof row?.compared_at === "number") return "matched";
    if (typeof row?.log === "string") {
      settle(key, compare(String(row.brand), JSON.parse(row.log) as LogWords, words));
      return "matched";
    }
    if (!awaited || !mayBeWritten(key)) return "unknown";
    store.run(
      `INSERT INTO shadows (key, conversation_id, final, words_at) VALUES (?, ?, ?, ?)
       ON CONFLICT (key) DO UPDATE SET final = excluded.final, words_at = excluded.words_at`,
      [key, conversationId ?? (key.split(":", 1)[0] as string), JSON.stringify(words), Date.now()],
    );
    return "waiting";
  }

  return {
    async keep({ contact, brand, accountId }, words, compare, told) {
      const { key, conversationId, medium } = contact;
      await store.transact(() => {
        // One that was forgotten or dropped meanwhile leaves nothing.
        if (!store.get("SELECT 1 FROM contacts WHERE key = ? AND stage = 'recorded'", key)) return;
        const final = waitingFinal(key, conversationId);
        const now = Date.now();
        const kept = final ? [null, null, null] : [accountId, JSON.stringify(words), now];
        store.run(
          `INSERT OR REPLACE INTO shadows (key, conversation_id, brand, medium, category, subcategory, written_at,
             account_id, log, words_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
          [
            key,
            conversationId,
            brand,
            medium,
            words.category ?? null,
            words.subcategory ?? null,
            now,
            ...kept,
          ],
        );
        steps.of(key, "written", told);
        settleContact(store, key, "skipped", "shadow");
        steps.of(key, "skipped", "shadow");
        if (final) settle(key, compare(brand, words, final));
      });
      store.scrubSoon();
    },

    async take(final, compare, awaited) {
      const taken = await store.transact(() => receive(final, compare, awaited));
      // Also what waits: it may have taken the place of other words.
      if (taken !== "unknown") store.scrubSoon();
      return taken;
    },

    async expire(before, limit) {
      const expired = await store.transact(() => {
        const old = "SELECT key FROM shadows WHERE words_at < ? ORDER BY words_at LIMIT ?";
        const keys = store.all(old, before, limit).map(({ key }) => String(key));
        for (const key of keys) {
          store.run("DELETE FROM shadows WHERE key = ? AND written_at IS NULL", [key]);
          store.run("UPDATE shadows SET log = NULL, account_id = NULL, words_at = NULL WHERE key = ?", [key]);
        }
        return keys.length;
      });
      if (expired > 0) store.scrubSoon();
      return expired === limit;
    },
  };
}

/** For the report; nothing in it was said or written by anybody. A file from before shadow runs has none. */
export function readShadows(store: Store, { brand, since }: ShadowFilter): ShadowRow[] {
  if (!store.get("SELECT 1 FROM sqlite_schema WHERE name = 'shadows'")) return [];
  return store
    .all(
      `SELECT brand, medium, category, subcategory, final_category, final_subcategory, measures, words_at,
         log IS NOT NULL AS ours, compared_at
       FROM shadows WHERE (?1 IS NULL OR brand = ?1) AND (?2 IS NULL OR ifnull(written_at, words_at) >= ?2)`,
      brand ?? null,
      since ?? null,
    )
    .map((row) => ({
      brand: textOf(row.brand),
      medium: textOf(row.medium),
      state: stateOf(row),
      ours: { category: textOf(row.category), subcategory: textOf(row.subcategory) },
      theirs: { category: textOf(row.final_category), subcategory: textOf(row.final_subcategory) },
      measures: JSON.parse(textOf(row.measures) ?? "{}") as Measures,
    }));
}

function stateOf({ compared_at, words_at, ours }: Row): ShadowRow["state"] {
  if (compared_at !== null) return "compared";
  if (words_at === null) return "expired";
  return ours === 1 ? "log" : "final";
}
