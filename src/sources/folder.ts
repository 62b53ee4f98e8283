import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { LRUCache } from "lru-cache";
import { folderLocation } from "../aws/files.ts";
import { causeOf, Fatal, Permanent, Transient } from "../errors.ts";
import { sleep } from "../time.ts";
import type { Source } from "./source.ts";
import type { SqsReports, Taken } from "./sqs.ts";

/** Files that are remembered as dealt with; beyond it one is read again, and known by its contact. */
const remembered = 200_000;
/** A file that nobody can read is tried so often: it may be half written. */
const tries = 3;

export interface FolderOptions {
  readonly folder: string;
  readonly source: string;
  readonly pollMs: number;
  /** What is older was dealt with long ago, by keys that need not be remembered any more. */
  readonly maxAgeMs: number;
  take(location: string, signal: AbortSignal): Promise<Taken>;
  readonly reports: Pick<SqsReports, "message" | "messageUnreadable" | "messageFailed" | "queueAway">;
}

/** Files that appear in a folder, or below it. They are read and left where they are. */
export class Folder implements Source {
  readonly #options: FolderOptions;
  readonly #done = new LRUCache<string, true>({ max: remembered });
  readonly #failures = new LRUCache<string, number>({ max: 1_000 });
  #deaf: string | undefined;

  constructor(options: FolderOptions) {
    this.#options = options;
  }

  get deaf(): string | undefined {
    return this.#deaf;
  }

  async run(signal: AbortSignal): Promise<void> {
    const { pollMs, reports, source } = this.#options;
    while (!signal.aborted) {
      try {
        await this.#scan(signal);
        this.#deaf = undefined;
      } catch (error) {
        if (error instanceof Fatal) throw error;
        if (signal.aborted) return;
        this.#deaf = "the folder of analysis files cannot be read";
        reports.queueAway(source, error, pollMs);
      }
      await sleep(pollMs, signal).catch(() => {});
    }
  }

  async #scan(signal: AbortSignal): Promise<void> {
    const { folder, maxAgeMs } = this.#options;
    const names = await readdir(folder, { recursive: true }).catch((error: unknown) => {
      throw new Transient(
        "folder_unreadable",
        `sources.contactLens.folder: cannot be read (${causeOf(error)})`,
      );
    });
    for (const name of names) {
      signal.throwIfAborted();
      if (!name.endsWith(".json") || this.#done.has(name)) continue;
      const status = await stat(join(folder, name)).catch(() => undefined);
      if (status?.isFile() !== true) continue;
      if (Date.now() - status.mtimeMs > maxAgeMs) this.#done.set(name, true);
      else await this.#handle(name, signal);
    }
  }

  async #handle(name: string, signal: AbortSignal): Promise<void> {
    const { take, source, reports } = this.#options;
    try {
      const outcome = await take(folderLocation(name), signal);
      this.#done.set(name, true);
      reports.message(source, outcome);
    } catch (error) {
      if (signal.aborted || error instanceof Fatal) throw error;
      const failures = (this.#failures.get(name) ?? 0) + 1;
      this.#failures.set(name, failures);
      if (!(error instanceof Permanent)) {
        reports.messageFailed(source, name, error);
      } else if (failures >= tries) {
        this.#done.set(name, true);
        reports.message(source, "unreadable");
        reports.messageUnreadable(source, name, error);
      }
    }
  }
}
