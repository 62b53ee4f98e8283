import { existsSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync, type SQLInputValue, type StatementSync } from "node:sqlite";
import { causeOf, Fatal } from "../errors.ts";
import { Place } from "./astray.ts";
import { Commits, ledgerError } from "./commits.ts";
import { checkOwner, isDamage, openAndPrepare, requireSound, requireSqlite } from "./database.ts";
import { createPrivate, makeDirectory, takeLock } from "./file.ts";
import {
  checkGeneration,
  type Generation,
  generationMark,
  isEmpty,
  parseGeneration,
  quarantine,
  readMarker,
  writeMarker,
} from "./generation.ts";

/** Since when it is unknown what was posted before: the file was rebuilt, or put there by hand. */
export const doubtfulMark = "doubtful_before";
/** What settled before it is gone. */
export const retiredMark = "retired_before";

/** How long erased text may linger in the write-ahead log. */
const scrubDelayMs = 200;

export type Row = Readonly<Record<string, SQLInputValue>>;
type Values = readonly SQLInputValue[] | Record<string, SQLInputValue>;

/**
 * The state file: SQLite in WAL mode, `synchronous=FULL`, one connection, 0600, one writing process (a lock file
 * beside it). Statements are prepared once; writes of one turn share a commit.
 */
export class Store {
  readonly #database: DatabaseSync;
  readonly #lock: DatabaseSync | undefined;
  /** Of the file this process owns. */
  readonly #place: Place | undefined;
  readonly #commits: Commits;
  readonly #statements = new Map<string, StatementSync>();
  #scrub: NodeJS.Timeout | undefined;

  private constructor(
    database: DatabaseSync,
    lock: DatabaseSync | undefined,
    quarantined: string | undefined,
    place?: Place,
  ) {
    this.#database = database;
    this.#lock = lock;
    this.#place = place;
    this.quarantined = quarantined;
    this.#commits = new Commits(database);
  }

  /** Where a damaged file was set aside when this one was made in its place. */
  readonly quarantined: string | undefined;

  /**
   * @param file path, or `:memory:` for a run that must leave nothing behind
   * @throws Fatal where it cannot be written, is held by another process, is not ours, was emptied or is an older copy
   */
  static open(file: string): Store {
    requireSqlite();
    try {
      if (file === ":memory:") return new Store(openAndPrepare(file), undefined, undefined);
      makeDirectory(dirname(file));
      createPrivate(`${file}.lock`);
      const lock = takeLock(file);
      try {
        return Store.#openOwn(file, lock);
      } catch (error) {
        lock.close();
        throw error;
      }
    } catch (error) {
      throw inWords(error, file);
    }
  }

  static #openOwn(file: string, lock: DatabaseSync): Store {
    const marker = readMarker(file);
    if (isEmpty(file)) checkGeneration(file, undefined, marker);
    createPrivate(file);
    let quarantined: string | undefined;
    let database: DatabaseSync;
    try {
      database = openAndPrepare(file);
      requireSound(database);
    } catch (error) {
      // Ours once, and damaged now; another program's file has no marker of ours beside it and is left alone.
      if (marker === undefined || !isDamage(error)) throw error;
      quarantined = quarantine(file);
      createPrivate(file);
      database = openAndPrepare(file);
    }
    const store = new Store(database, lock, quarantined, new Place(file));
    try {
      store.#nextGeneration(file, marker, quarantined !== undefined);
    } catch (error) {
      // A write-ahead log left behind would be taken for that of the right file, once it is put back.
      database.close();
      throw error;
    }
    return store;
  }

  #nextGeneration(file: string, marker: Generation | undefined, rebuilt: boolean): void {
    const inFile = parseGeneration(this.mark(generationMark));
    if (!rebuilt) checkGeneration(file, inFile, marker);
    // A file whose marker is gone was put there by hand: like a rebuilt one it may not know what was posted.
    const doubtful = rebuilt || (inFile !== undefined && marker === undefined);
    const generation = {
      id: inFile?.id ?? crypto.randomUUID(),
      starts: Math.max(inFile?.starts ?? 0, marker?.starts ?? 0) + 1,
    };
    this.setMark(generationMark, JSON.stringify(generation));
    if (doubtful) this.setMark(doubtfulMark, String(Date.now()));
    writeMarker(file, generation);
  }

  /** What the file notes of itself under a name. */
  mark(name: string): string | undefined {
    return this.get("SELECT value FROM marks WHERE name = ?", name)?.value?.toString();
  }

  /** To be called where a change is made: within `transact`. */
  setMark(name: string, value: string): void {
    this.run(
      "INSERT INTO marks (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
      [name, value],
    );
  }

  /**
   * Beside the daemon that holds the lock: for a single change by hand, on which the daemon then acts. Throws Fatal.
   */
  static openBeside(file: string): Store {
    if (!existsSync(file)) throw noFile(file);
    try {
      return new Store(openAndPrepare(file), undefined, undefined);
    } catch (error) {
      throw inWords(error, file);
    }
  }

  /** For another process than the daemon: reads what is committed, writes nothing. Throws Fatal. */
  static openReadOnly(file: string): Store {
    if (!existsSync(file)) throw noFile(file);
    try {
      const database = new DatabaseSync(file, { readOnly: true, timeout: 5_000 });
      checkOwner(database, file);
      return new Store(database, undefined, undefined);
    } catch (error) {
      throw inWords(error, file);
    }
  }

  get(sql: string, ...values: SQLInputValue[]): Row | undefined {
    return this.#prepare(sql).get(...values) as Row | undefined;
  }

  all(sql: string, ...values: SQLInputValue[]): Row[] {
    return this.#prepare(sql).all(...values) as Row[];
  }

  /** Rows as they are read, for what may be many. */
  each(sql: string): Iterable<Row> {
    return this.#prepare(sql).iterate() as Iterable<Row>;
  }

  /** Runs one statement inside a `transact`. @returns the number of rows it changed */
  run(sql: string, values: Values = []): number {
    const statement = this.#prepare(sql);
    const { changes } = Array.isArray(values)
      ? statement.run(...values)
      : statement.run(values as Record<string, SQLInputValue>);
    return Number(changes);
  }

  /** Runs `work` at once, in this turn's transaction; resolves with its result when it is on disk. */
  async transact<T>(work: () => T): Promise<T> {
    return await this.#commits.run(work);
  }

  /** Erased text is gone from the file's pages at once (`secure_delete`), from the log only with a checkpoint. */
  scrubSoon(): void {
    this.#scrub ??= setTimeout(() => {
      this.#scrub = undefined;
      try {
        this.#commits.flush();
        this.#database.exec("PRAGMA wal_checkpoint(TRUNCATE)");
      } catch {
        // Busy or full: the next settled contact comes by again, and closing the file does it too.
      }
    }, scrubDelayMs).unref();
  }

  /** Throws Fatal where the file was removed, or another put in its place. */
  requireInPlace(): void {
    this.#place?.require();
  }

  close(): void {
    clearTimeout(this.#scrub);
    this.#commits.flush();
    this.#statements.clear();
    try {
      const putBack = this.#place?.isAstray ? this.#place.rescue(this.#database) : undefined;
      // Beside a daemon too: what a single change by hand erased is not to wait for the daemon's next checkpoint.
      if (this.#lock || this.#scrub) this.#database.exec("PRAGMA wal_checkpoint(TRUNCATE)");
      this.#database.close();
      putBack?.();
    } finally {
      if (this.#database.isOpen) this.#database.close();
      this.#lock?.close();
    }
  }

  #prepare(sql: string): StatementSync {
    let statement = this.#statements.get(sql);
    if (!statement) {
      try {
        statement = this.#database.prepare(sql);
      } catch (error) {
        throw ledgerError(error);
      }
      this.#statements.set(sql, statement);
    }
    return statement;
  }
}

function noFile(file: string): Fatal {
  return new Fatal("state_file", `state.file: ${file} does not exist; the daemon has not run with it yet`);
}

function inWords(error: unknown, file: string): Fatal {
  if (error instanceof Fatal && error.reason !== "state_corrupt") return error;
  const sqlite = error instanceof Error && (error as NodeJS.ErrnoException).code === "ERR_SQLITE_ERROR";
  const why = sqlite ? error.message : causeOf(error);
  return new Fatal("state_file", `state.file: ${file} cannot be used (${why})`, error);
}
