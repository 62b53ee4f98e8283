import { chmodSync, closeSync, mkdirSync, openSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync, type SQLInputValue, type StatementSync } from "node:sqlite";
import { causeOf, Fatal } from "../errors.ts";
import type { Contact } from "../model.ts";
import { Commits } from "./commits.ts";
import {
  type Admission,
  type ContactWork,
  type DeadLetter,
  type Ledger,
  type NoticeWork,
  type OpenContact,
  type Postponement,
  type Stage,
  stages,
  type Work,
} from "./ledger.ts";
import { applicationId, migrations } from "./migrations.ts";

/** How long erased text may linger in the write-ahead log. */
const scrubDelayMs = 200;
/** Older SQLite can corrupt a WAL file that two connections check-point (sqlite.org, WAL-reset bug). */
const oldestSqlite = [3, 51, 3] as const;

type Row = Record<string, SQLInputValue>;

/**
 * The ledger in one SQLite file: WAL, `synchronous=FULL`, one connection, 0600, one process (a lock file beside it).
 * @param file path, or `:memory:` for a dry run that must leave nothing behind
 * @throws Fatal where the file cannot be written, is held by another process, or is not ours
 */
export function openLedger(file: string): Ledger {
  try {
    return new SqliteLedger(file);
  } catch (error) {
    if (error instanceof Fatal) throw error;
    throw new Fatal("state_file", `state.file: ${file} cannot be used (${describe(error)})`, error);
  }
}

class SqliteLedger implements Ledger {
  readonly #database: DatabaseSync;
  readonly #lock: DatabaseSync | undefined;
  readonly #commits: Commits;
  readonly #statements = new Map<string, StatementSync>();
  #scrub: NodeJS.Timeout | undefined;

  constructor(file: string) {
    requireSqlite();
    if (file !== ":memory:") {
      mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
      createPrivate(file);
      this.#lock = takeLock(file);
    }
    this.#database = new DatabaseSync(file, { timeout: 5_000 });
    this.#prepareFile(file);
    this.#commits = new Commits(this.#database);
  }

  #prepareFile(file: string): void {
    const id = this.#pragma("application_id");
    const version = this.#pragma("user_version");
    const tables = this.#database.prepare("SELECT count(*) AS n FROM sqlite_schema").get()?.n;
    if (id !== applicationId && !(id === 0 && version === 0 && tables === 0)) {
      throw new Fatal(
        "state_file",
        `state.file: ${file} is another program's database; name a file of our own`,
      );
    }
    if (version > migrations.length) {
      throw new Fatal(
        "state_file",
        `state.file: ${file} was written by a newer contactlogd (schema ${version}, this one knows ${migrations.length})`,
      );
    }
    this.#database.exec(
      "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA secure_delete=ON; PRAGMA temp_store=MEMORY;",
    );
    for (const [index, step] of migrations.entries()) {
      if (index < version) continue;
      this.#database.exec(
        `BEGIN IMMEDIATE; ${step} PRAGMA user_version=${index + 1}; PRAGMA application_id=${applicationId}; COMMIT;`,
      );
    }
  }

  async record(
    { conversationId, source, heardAt }: Parameters<Ledger["record"]>[0],
    dueAt: number,
  ): Promise<void> {
    await this.#write(
      `INSERT INTO notices (conversation_id, source, heard_at, due_at) VALUES (?, ?, ?, ?)
       ON CONFLICT (conversation_id) DO UPDATE SET
         due_at = min(due_at, excluded.due_at), version = version + 1, looks = 0`,
      [conversationId, source, heardAt, dueAt],
    );
  }

  async keysOf(conversationId: string): Promise<ReadonlySet<string>> {
    const rows = this.#prepare("SELECT key FROM contacts WHERE conversation_id = ?").all(conversationId);
    return new Set(rows.map(({ key }) => String(key)));
  }

  async admit(
    work: NoticeWork,
    admissions: readonly Admission[],
    dueAtOf: (admission: OpenContact) => number,
    lookAgain: { readonly dueAt: number } | undefined,
  ): Promise<Admission[]> {
    return await this.#commits.run(() => {
      const fresh = admissions.filter((admission) => this.#insert(admission, dueAtOf));
      if (lookAgain) {
        this.#prepare(
          `UPDATE notices SET due_at = ?, looks = looks + 1, attempts = 0, reason = 'not_ended'
           WHERE conversation_id = ? AND version = ?`,
        ).run(lookAgain.dueAt, work.id, work.version);
      } else {
        this.#prepare("DELETE FROM notices WHERE conversation_id = ? AND version = ?").run(
          work.id,
          work.version,
        );
      }
      return fresh;
    });
  }

  #insert(admission: Admission, dueAtOf: (admission: OpenContact) => number): boolean {
    const { contact, brand, heardAt } = admission;
    const skipped = "skipped" in admission ? admission.skipped : undefined;
    const { changes } = this.#prepare(
      `INSERT INTO contacts
         (key, conversation_id, medium, brand, stage, reason, heard_at, ended_at, settled_at, due_at, account_id, contact)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (key) DO NOTHING`,
    ).run(
      contact.key,
      contact.conversationId,
      contact.medium,
      brand ?? null,
      skipped ? "skipped" : "recorded",
      skipped ?? null,
      heardAt,
      contact.endedAt,
      skipped ? Date.now() : null,
      "skipped" in admission ? null : dueAtOf(admission),
      "skipped" in admission ? null : admission.accountId,
      skipped ? null : JSON.stringify(contact),
    );
    return changes === 1;
  }

  async due(now: number, limit: number, busy: ReadonlySet<string>): Promise<Work[]> {
    const most = limit + busy.size;
    const notices = this.#prepare("SELECT * FROM notices WHERE due_at <= ? ORDER BY due_at LIMIT ?");
    const contacts = this.#prepare("SELECT * FROM contacts WHERE due_at <= ? ORDER BY due_at LIMIT ?");
    const rows = [
      ...notices.all(now, most).map((row) => ({ dueAt: Number(row.due_at), work: noticeOf(row as Row) })),
      ...contacts
        .all(now, most)
        .map((row) => ({ dueAt: Number(row.due_at), work: this.#contactOf(row as Row) })),
    ];
    return rows
      .sort((a, b) => a.dueAt - b.dueAt)
      .flatMap(({ work }) => (work && !busy.has(work.id) ? [work] : []))
      .slice(0, limit);
  }

  async nextDueAt(busy: ReadonlySet<string>): Promise<number | undefined> {
    const rows = [
      ...this.#prepare("SELECT conversation_id AS id, due_at FROM notices ORDER BY due_at LIMIT ?").all(
        busy.size + 1,
      ),
      ...this.#prepare(
        "SELECT key AS id, due_at FROM contacts WHERE due_at IS NOT NULL ORDER BY due_at LIMIT ?",
      ).all(busy.size + 1),
    ];
    const times = rows.flatMap(({ id, due_at }) => (busy.has(String(id)) ? [] : [Number(due_at)]));
    return times.length > 0 ? Math.min(...times) : undefined;
  }

  async postpone(work: Work, { dueAt, reason, failed }: Postponement): Promise<void> {
    const [table, id] = work.kind === "notice" ? ["notices", "conversation_id"] : ["contacts", "key"];
    const counter = failed
      ? "attempts = attempts + 1"
      : work.kind === "contact"
        ? "asks = asks + 1"
        : "reason = reason";
    const failing =
      work.kind === "notice"
        ? ""
        : failed
          ? ", failing_since = ifnull(failing_since, :now)"
          : ", failing_since = NULL";
    const guard = work.kind === "notice" ? "AND version = :version" : "AND due_at IS NOT NULL";
    await this.#write(
      `UPDATE ${table} SET due_at = :dueAt, reason = :reason, ${counter}${failing} WHERE ${id} = :id ${guard}`,
      {
        ":dueAt": dueAt,
        ":reason": reason,
        ":id": work.id,
        ...(work.kind === "notice" ? { ":version": work.version } : failed ? { ":now": Date.now() } : {}),
      },
    );
  }

  async keep(key: string, body: string): Promise<void> {
    await this.#write(
      `UPDATE contacts SET stage = 'written', body = ?, attempts = 0, failing_since = NULL, reason = NULL
       WHERE key = ? AND stage = 'recorded'`,
      [body, key],
    );
  }

  async markPosting(key: string): Promise<void> {
    await this.#write(
      "UPDATE contacts SET stage = 'posting' WHERE key = ? AND stage IN ('written', 'posting')",
      [key],
    );
  }

  async settle(key: string, stage: "posted" | "skipped", reason: string | undefined): Promise<void> {
    await this.#write(
      `UPDATE contacts SET stage = ?, reason = ?, settled_at = ?, due_at = NULL, message = NULL,
         account_id = NULL, contact = NULL, body = NULL
       WHERE key = ?`,
      [stage, reason ?? null, Date.now(), key],
    );
    this.#scrubSoon();
  }

  async bury(work: Work, { reason, message }: DeadLetter): Promise<void> {
    if (work.kind === "contact") {
      await this.#write(
        "UPDATE contacts SET stage = 'dead', reason = ?, message = ?, settled_at = ?, due_at = NULL WHERE key = ?",
        [reason, message, Date.now(), work.id],
      );
      return;
    }
    const { notice } = work;
    await this.#commits.run(() => {
      this.#prepare(
        `INSERT INTO contacts (key, conversation_id, medium, stage, reason, message, heard_at, ended_at, settled_at)
         VALUES (?, ?, 'unknown', 'dead', ?, ?, ?, ?, ?) ON CONFLICT (key) DO NOTHING`,
      ).run(work.id, work.id, reason, message, notice.heardAt, notice.heardAt, Date.now());
      this.#prepare("DELETE FROM notices WHERE conversation_id = ?").run(work.id);
    });
  }

  async counts(): Promise<Readonly<Record<Stage | "noticed", number>>> {
    const counts = Object.fromEntries([...stages, "noticed"].map((stage) => [stage, 0])) as Record<
      Stage | "noticed",
      number
    >;
    for (const { stage, n } of this.#prepare(
      "SELECT stage, count(*) AS n FROM contacts GROUP BY stage",
    ).all()) {
      counts[stage as Stage] = Number(n);
    }
    counts.noticed = Number(this.#prepare("SELECT count(*) AS n FROM notices").get()?.n);
    return counts;
  }

  async probe(): Promise<void> {
    await this.#commits.run(() => this.#database.exec(`PRAGMA application_id=${applicationId}`));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearTimeout(this.#scrub);
    this.#commits.flush();
    this.#statements.clear();
    this.#database.exec("PRAGMA wal_checkpoint(TRUNCATE)");
    this.#database.close();
    this.#lock?.close();
  }

  #contactOf(row: Row): ContactWork | undefined {
    try {
      return {
        kind: "contact",
        id: String(row.key),
        contact: JSON.parse(String(row.contact)) as Contact,
        brand: String(row.brand),
        accountId: String(row.account_id),
        heardAt: Number(row.heard_at),
        stage: row.stage as Stage,
        body: row.body === null ? undefined : String(row.body),
        asks: Number(row.asks),
        attempts: Number(row.attempts),
        failingSince: row.failing_since === null ? undefined : Number(row.failing_since),
      };
    } catch {
      this.#prepare(
        "UPDATE contacts SET stage = 'dead', reason = 'unreadable_row', due_at = NULL WHERE key = ?",
      ).run(row.key ?? null);
      return undefined;
    }
  }

  async #write(sql: string, values: SQLInputValue[] | Record<string, SQLInputValue>): Promise<void> {
    await this.#commits.run(() => {
      const statement = this.#prepare(sql);
      if (Array.isArray(values)) statement.run(...values);
      else statement.run(values);
    });
  }

  #prepare(sql: string): StatementSync {
    let statement = this.#statements.get(sql);
    if (!statement) {
      statement = this.#database.prepare(sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }

  #pragma(name: string): number {
    return Number(Object.values(this.#database.prepare(`PRAGMA ${name}`).get() ?? {})[0]);
  }

  /** Erased text is gone from the file's pages at once (`secure_delete`), from the log only with a checkpoint. */
  #scrubSoon(): void {
    this.#scrub ??= setTimeout(() => {
      this.#scrub = undefined;
      this.#commits.flush();
      this.#database.exec("PRAGMA wal_checkpoint(TRUNCATE)");
    }, scrubDelayMs).unref();
  }
}

function noticeOf(row: Row): NoticeWork {
  const id = String(row.conversation_id);
  return {
    kind: "notice",
    id,
    notice: { conversationId: id, source: String(row.source), heardAt: Number(row.heard_at) },
    looks: Number(row.looks),
    attempts: Number(row.attempts),
    version: Number(row.version),
  };
}

function requireSqlite(): void {
  const version = process.versions.sqlite ?? "0";
  const parts = version.split(".").map(Number);
  const older = oldestSqlite.findIndex((wanted, index) => (parts[index] ?? 0) !== wanted);
  if (older >= 0 && (parts[older] ?? 0) < (oldestSqlite[older] as number)) {
    throw new Fatal(
      "sqlite",
      `this Node's SQLite ${version} can corrupt its file; ${oldestSqlite.join(".")} is needed`,
    );
  }
}

function createPrivate(file: string): void {
  closeSync(openSync(file, "a", 0o600));
  chmodSync(file, 0o600);
}

/**
 * One process a state file. The lock is SQLite's own on a second, empty file: the kernel lets go of it when the
 * process dies, however it dies.
 */
function takeLock(file: string): DatabaseSync {
  const path = `${file}.lock`;
  createPrivate(path);
  const lock = new DatabaseSync(path, { timeout: 0 });
  try {
    lock.exec("PRAGMA journal_mode=MEMORY; PRAGMA locking_mode=EXCLUSIVE; BEGIN EXCLUSIVE;");
    return lock;
  } catch (error) {
    lock.close();
    throw new Fatal(
      "state_locked",
      `state.file: ${file} is in use by another contactlogd (${describe(error)})`,
    );
  }
}

function describe(error: unknown): string {
  return error instanceof Error && (error as NodeJS.ErrnoException).code === "ERR_SQLITE_ERROR"
    ? error.message
    : causeOf(error);
}
