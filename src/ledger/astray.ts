import { closeSync, existsSync, mkdirSync, openSync, renameSync, statSync } from "node:fs";
import { dirname } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import { Fatal } from "../errors.ts";
import { generationMark, parseGeneration, writeMarker } from "./generation.ts";

/** Which file was opened under a name. One that is removed or replaced can still be written, and ends with the process. */
export class Place {
  readonly #file: string;
  readonly #inode: string | undefined;

  constructor(file: string) {
    this.#file = file;
    this.#inode = inodeOf(file);
  }

  /** By now another file lies there, or none. */
  get isAstray(): boolean {
    return inodeOf(this.#file) !== this.#inode;
  }

  /** Throws Fatal where it is astray. */
  require(): void {
    if (!this.isAstray) return;
    throw new Fatal(
      "state_astray",
      `state.file: ${this.#file} was removed or replaced under the running daemon; what it held is put back, ` +
        "or, where something else lies there now, saved beside it as .rescued-<time>: put the right one back",
    );
  }

  /**
   * Saves what the open database holds, beside its name. What lies there now counts as an older copy from here on.
   * @returns puts it back under its name where nothing else lies there; to be called when the database is closed
   */
  rescue(database: DatabaseSync): () => void {
    const file = this.#file;
    const aside = `${file}.rescued-${new Date().toISOString().replace(/[:.]/g, "-")}`;
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    const value = database.prepare("SELECT value FROM marks WHERE name = ?").get(generationMark)?.value;
    const generation = parseGeneration(value?.toString());
    const next = generation && { ...generation, starts: generation.starts + 1 };
    if (next) {
      database.prepare("UPDATE marks SET value = ? WHERE name = ?").run(JSON.stringify(next), generationMark);
    }
    closeSync(openSync(aside, "wx", 0o600));
    database.prepare("VACUUM INTO ?").run(aside);
    if (next) writeMarker(file, next);
    return () => {
      if (!existsSync(file)) renameSync(aside, file);
    };
  }
}

function inodeOf(file: string): string | undefined {
  const stats = statSync(file, { throwIfNoEntry: false, bigint: true });
  return stats && `${stats.dev}:${stats.ino}`;
}
