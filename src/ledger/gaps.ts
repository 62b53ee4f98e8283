import type { Row, Store } from "./store.ts";

/** A time in which ends may not have been heard. */
export interface Gap {
  readonly id: number;
  /** Undefined once it is filled. */
  readonly dueAt: number | undefined;
  readonly reason: string;
  readonly from: number;
  readonly to: number;
  readonly attempts: number;
  /** Slices of history already looked through, newest first: where a look goes on after a restart. */
  readonly slicesDone: number;
  /** When the look under way began; undefined between two looks. */
  readonly lookStartedAt: number | undefined;
}

export interface GapLedger {
  open(gap: { readonly reason: string; readonly from: number; readonly to: number }): Promise<number>;
  /** The gap that has been due longest. */
  due(now: number): Promise<Gap | undefined>;
  nextDueAt(): Promise<number | undefined>;
  get(
    id: number,
  ): Promise<(Gap & Omit<GapProgress, "lookStartedAt"> & { readonly state: string }) | undefined>;
  progress(id: number, progress: GapProgress): Promise<void>;
  /** Looked through, but too early to be sure: again at `dueAt`, from the first slice. */
  lookAgain(id: number, dueAt: number): Promise<void>;
  postpone(id: number, dueAt: number): Promise<void>;
  fill(id: number): Promise<void>;
}

export interface GapProgress {
  readonly lookStartedAt: number;
  readonly slices: number;
  readonly slicesDone: number;
  /** Conversations seen and those that nobody had told of, added to what was counted before. */
  readonly seen: number;
  readonly found: number;
}

/** Single values that must survive a restart. */
export interface Marks {
  get(name: string): Promise<string | undefined>;
  set(name: string, value: string): Promise<void>;
}

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
      return store.mark(name);
    },
    async set(name: string, value: string): Promise<void> {
      await store.transact(() => store.setMark(name, value));
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
