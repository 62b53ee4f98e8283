import { createCases } from "./cases.ts";
import { setBack } from "./clock.ts";
import { createDesk } from "./desk.ts";
import { createGaps, createMarks } from "./gaps.ts";
import { createKept } from "./kept.ts";
import type { Ledger } from "./ledger.ts";
import { createReader } from "./reader.ts";
import { createRequests } from "./requests.ts";
import { createShadows } from "./shadow.ts";
import { createSteps } from "./steps.ts";
import { doubtfulMark, retiredMark, Store } from "./store.ts";
import { createWork } from "./work.ts";

/**
 * The ledger in one SQLite file.
 * @param file path, or `:memory:` for a dry run that must leave nothing behind
 * @param claims what is handed out as due work: a shadow run leaves deliveries where they are
 * @throws Fatal where the file cannot be written, is held by another process, or is not ours
 */
export function openLedger(file: string, claims: "all" | "no deliveries" = "all"): Ledger {
  return createLedger(Store.open(file), claims);
}

/** For changes by hand, beside the daemon or without one. Throws Fatal where there is no file. */
export function openLedgerBeside(file: string): Ledger {
  return createLedger(Store.openBeside(file));
}

function createLedger(store: Store, claims: "all" | "no deliveries" = "all"): Ledger {
  const steps = createSteps(store);
  const work = createWork(store, steps, claims);
  let retiredBefore = Number(store.mark(retiredMark) ?? 0);
  return {
    ...work,
    async due(...asked) {
      store.requireInPlace();
      return await work.due(...asked);
    },
    shadows: createShadows(store, steps),
    cases: createCases(store, steps),
    kept: createKept(store),
    desk: createDesk(store, steps),
    requests: createRequests(store, steps),
    quarantined: store.quarantined,
    doubtfulBefore: Number(store.mark(doubtfulMark) ?? 0),
    get retiredBefore() {
      return retiredBefore;
    },
    gaps: createGaps(store),
    marks: createMarks(store),
    reader: createReader(store, () => {}),
    async retire(before, limit) {
      const [more, removed] = await store.transact(() => {
        const old =
          "SELECT key FROM contacts WHERE settled_at < ? AND stage <> 'dead' ORDER BY settled_at LIMIT ?";
        const keys = store.all(old, before, limit).map(({ key }) => String(key));
        for (const key of keys) {
          for (const table of ["deliveries", "held", "logs", "shadows", "contacts"]) {
            store.run(`DELETE FROM ${table} WHERE key = ?`, [key]);
          }
        }
        const steps = store.run("DELETE FROM steps WHERE id IN (SELECT id FROM steps WHERE at < ? LIMIT ?)", [
          before,
          limit,
        ]);
        const links = store.run(
          "DELETE FROM case_links WHERE rowid IN (SELECT rowid FROM case_links WHERE linked_at < ? LIMIT ?)",
          [before, limit],
        );
        store.run("DELETE FROM gaps WHERE state <> 'open' AND settled_at < ?", [before]);
        const latest = Math.max(before, retiredBefore);
        if (keys.length > 0) store.setMark(retiredMark, String(latest));
        return [[keys.length, steps, links].includes(limit), keys.length > 0] as const;
      });
      if (removed) retiredBefore = Math.max(before, retiredBefore);
      return more;
    },
    setBack: (byMs) => setBack(store, byMs),
    async probe() {
      await store.transact(() => store.setMark("probe", String(Date.now())));
    },
    async [Symbol.asyncDispose]() {
      store.close();
    },
  };
}
