import type { Gap, GapLedger, GapProgress, Marks } from "./ledger.ts";
import type { Row, Store } from "./store.ts";

/** Gaps in the state file. */
export function createGaps(store: Store): GapLedger {
  const due = (): Row | undefined =>
    store.get("SELECT * FROM gaps WHERE due_at IS NOT NULL ORDER BY due_at, id LIMIT 1");
  return {
    async open({ reason, from, to }): Promise<number> {
      return await store.transact(() => {
        const now = Date.now();
        store.run(
          "INSERT INTO gaps (reason, from_at, to_at, opened_at, state, due_at) VALUES (?, ?, ?, ?, 'open', ?)",
          [reason, from, to, now, now],
        );
        return Number(store.get("SELECT last_insert_rowid() AS id")?.id);
      });
    },
    async due(now: number): Promise<Gap | undefined> {
      const row = due();
      return row && Number(row.due_at) <= now ? gapOf(row) : undefined;
    },
    async nextDueAt(): Promise<number | undefined> {
      const row = due();
      return row && Number(row.due_at);
    },
    async get(id: number) {
      const row = store.get("SELECT * FROM gaps WHERE id = ?", id);
      if (!row) return undefined;
      const { state, slices, seen, found } = row;
      return {
        ...gapOf(row),
        state: String(state),
        slices: Number(slices),
        seen: Number(seen),
        found: Number(found),
      };
    },
    async progress(
      id: number,
      { lookStartedAt, slices, slicesDone, seen, found }: GapProgress,
    ): Promise<void> {
      await store.transact(() =>
        store.run(
          `UPDATE gaps SET look_started_at = ?, slices = ?, slices_done = ?, seen = seen + ?, found = found + ?,
             attempts = 0 WHERE id = ?`,
          [lookStartedAt, slices, slicesDone, seen, found, id],
        ),
      );
    },
    async lookAgain(id: number, dueAt: number): Promise<void> {
      await store.transact(() =>
        store.run(
          "UPDATE gaps SET due_at = ?, look_started_at = NULL, slices_done = 0, seen = 0 WHERE id = ?",
          [dueAt, id],
        ),
      );
    },
    async postpone(id: number, dueAt: number): Promise<void> {
      await store.transact(() =>
        store.run("UPDATE gaps SET due_at = ?, attempts = attempts + 1 WHERE id = ?", [dueAt, id]),
      );
    },
    async fill(id: number): Promise<void> {
      await store.transact(() =>
        store.run("UPDATE gaps SET state = 'filled', due_at = NULL, settled_at = ? WHERE id = ?", [
          Date.now(),
          id,
        ]),
      );
    },
  };
}

/** Single values in the state file. */
export function createMarks(store: Store): Marks {
  return {
    async get(name: string): Promise<string | undefined> {
      const value = store.get("SELECT value FROM marks WHERE name = ?", name)?.value;
      return value === undefined ? undefined : String(value);
    },
    async set(name: string, value: string): Promise<void> {
      await store.transact(() =>
        store.run(
          "INSERT INTO marks (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
          [name, value],
        ),
      );
    },
  };
}

function gapOf(row: Row): Gap {
  return {
    id: Number(row.id),
    dueAt: row.due_at === null ? undefined : Number(row.due_at),
    reason: String(row.reason),
    from: Number(row.from_at),
    to: Number(row.to_at),
    attempts: Number(row.attempts),
    slicesDone: Number(row.slices_done),
    lookStartedAt: row.look_started_at === null ? undefined : Number(row.look_started_at),
  };
}
