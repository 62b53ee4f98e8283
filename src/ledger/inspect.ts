import { closeSync, existsSync, openSync } from "node:fs";
import { causeOf, Fatal } from "../errors.ts";
import { migrations } from "./migrations.ts";
import { Store } from "./store.ts";

/** A state file as it lies there. */
export interface Inspected {
  /** Its schema; an older one is migrated at the next start. */
  readonly schema: number;
  readonly newestSchema: number;
}

/**
 * Looks at a state file and changes nothing, beside the daemon that runs with it or without one.
 * @returns undefined where there is none yet. Throws Fatal where it cannot be used
 */
export function inspectState(file: string): Inspected | undefined {
  if (!existsSync(file)) return undefined;
  requireWritable(file);
  const store = Store.openReadOnly(file);
  try {
    const schema = Number(store.get("PRAGMA user_version")?.user_version);
    return { schema, newestSchema: migrations.length };
  } finally {
    store.close();
  }
}

function requireWritable(file: string): void {
  try {
    closeSync(openSync(file, "r+"));
  } catch (error) {
    const why = causeOf(error);
    throw new Fatal("state_file", `state.file: ${file} cannot be written (${why})`, error);
  }
}
