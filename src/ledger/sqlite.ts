import { createGaps, createMarks } from "./gaps.ts";
import type { Ledger } from "./ledger.ts";
import { createReader } from "./reader.ts";
import { Store } from "./store.ts";
import { createWork } from "./work.ts";

/**
 * The ledger in one SQLite file.
 * @param file path, or `:memory:` for a dry run that must leave nothing behind
 * @throws Fatal where the file cannot be written, is held by another process, or is not ours
 */
export function openLedger(file: string, options?: { readonly lock: boolean }): Ledger {
  const store = Store.open(file, options);
  return {
    ...createWork(store),
    gaps: createGaps(store),
    marks: createMarks(store),
    reader: createReader(store, () => {}),
    async probe() {
      await store.transact(() => store.run("DELETE FROM marks WHERE name = 'probe'"));
    },
    async [Symbol.asyncDispose]() {
      store.close();
    },
  };
}
